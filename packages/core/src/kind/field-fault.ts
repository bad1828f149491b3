/**
 * What is wrong with one field, as data: which field, what is broken, what is allowed.
 *
 * The only reader of zod's issues: their texts are English, and quote what was given. A command says
 * a fault in its reader's language, and a program reads `path` and `rule`.
 *
 * @module
 */
import type { z } from "zod";
import { type FieldFault, type Refusal, refusalDetailMax } from "../result.ts";
import { formSentences } from "./form-sentences.ts";

/** Entries of `allowed`: more than the longest closed list. */
const allowedMax = 64;
/** Of a path and of an entry of `allowed`, in UTF-16 code units. */
const faultTextMax = 200;

type Issue = z.core.$ZodIssue;

/** A text of these characters and of so many code points: how values.ts writes a length. */
const lengthPattern = /^\/\^\[(?:[^\]\\]|\\.)*\]\{(\d+),(\d+)\}\$\/u?$/;

/**
 * @param input - What was judged: a length is counted in it.
 * @param within - Where the input stands: `fact`, an item's place in its list.
 */
export function faultOf(error: z.ZodError, input: unknown, within: string = ""): FieldFault {
  const [issue] = error.issues;
  const fault =
    issue === undefined ? plain([], "form") : faultOfIssue(issue, valueAt(input, issue.path));
  return underPath(fault, within);
}

/** The same fault, of a field of something larger. */
export function underPath(fault: FieldFault, within: string): FieldFault {
  return { ...fault, path: [within, fault.path].filter((part) => part !== "").join(".") };
}

/** A refusal for a field that no schema judges. */
export function refuseForm<C extends string>(
  code: C,
  path: string,
  sentence: keyof typeof formSentences,
): { readonly ok: false; readonly refusal: Refusal<C> } {
  return refuseField(code, formFault(path, sentence));
}

export function formFault(path: string, sentence: keyof typeof formSentences): FieldFault {
  return { ...plain([], "form", [sentence]), path };
}

/** A refusal that carries the fault; `detail` is its English for a log. */
export function refuseField<C extends string>(
  code: C,
  fault: FieldFault,
): { readonly ok: false; readonly refusal: Refusal<C> } {
  const { path, rule, allowed, found, min, max } = fault;
  const bounds = found === null ? "" : ` ${found}, of ${min ?? ""} to ${max ?? ""}`;
  const detail = `${path}: ${rule}${bounds} ${allowed.join(", ")}`.trimEnd();
  return { ok: false, refusal: { code, detail: detail.slice(0, refusalDetailMax), fault } };
}

function faultOfIssue(issue: Issue, value: unknown): FieldFault {
  const { path } = issue;
  if (Object.hasOwn(formSentences, issue.message)) return plain(path, "form", [issue.message]);
  if (issue.code === "unrecognized_keys") {
    return plain([...path, ...issue.keys.slice(0, 1)], "unknown");
  }
  if (value === undefined) return plain(path, "missing");
  switch (issue.code) {
    case "invalid_type":
      return plain(path, "type", [issue.expected]);
    case "invalid_value":
      return plain(path, "choice", issue.values.map(String));
    case "too_big":
      return bounded(path, value, { min: null, max: Number(issue.maximum) });
    case "too_small":
      return bounded(path, value, { min: Number(issue.minimum), max: null });
    case "invalid_format":
      return faultOfPattern(path, issue.pattern ?? issue.format, value);
    case "invalid_union":
      return faultOfUnion(issue, value);
    default:
      return plain(path, "form", issue.code === "custom" ? [issue.message] : []);
  }
}

function faultOfPattern(path: Issue["path"], pattern: string, value: unknown): FieldFault {
  const [, min, max] = lengthPattern.exec(pattern) ?? [];
  if (max === undefined) return plain(path, "form", [pattern]);
  const fault = bounded(path, value, { min: Number(min), max: Number(max) });
  const { found } = fault;
  const fits = found !== null && found >= Number(min) && found <= Number(max);
  return fits ? plain(path, "characters") : fault;
}

/** What the branch says that fits best: one that got inside, else all that may stand here. */
function faultOfUnion(issue: Extract<Issue, { code: "invalid_union" }>, value: unknown) {
  const faults = issue.errors.flatMap(([first]) =>
    first === undefined ? [] : [faultOfIssue(first, valueAt(value, first.path))],
  );
  const inside = faults.find(({ path, rule }) => path !== "" || !shapes.has(rule));
  if (inside !== undefined) return underPath(inside, plain(issue.path, "form").path);
  const options = "options" in issue && Array.isArray(issue.options) ? issue.options : [];
  const allowed = [...faults.flatMap((fault) => fault.allowed), ...options.map(String)];
  return plain(issue.path, faults.length === 0 ? "choice" : "type", [...new Set(allowed)]);
}

/** Rules that say another thing altogether was expected. */
const shapes: ReadonlySet<string> = new Set(["type", "choice", "missing"]);

function bounded(
  path: Issue["path"],
  value: unknown,
  bounds: { readonly min: number | null; readonly max: number | null },
): FieldFault {
  if (typeof value === "string") {
    return { ...plain(path, "length"), ...bounds, found: [...value].length };
  }
  if (Array.isArray(value)) return { ...plain(path, "count"), ...bounds, found: value.length };
  return { ...plain(path, "range"), ...bounds, found: typeof value === "number" ? value : null };
}

function plain(
  path: Issue["path"],
  rule: FieldFault["rule"],
  allowed: readonly string[] = [],
): FieldFault {
  return {
    path: asciiOf(path.map(String).join(".")),
    rule,
    allowed: allowed.slice(0, allowedMax).map((each) => each.slice(0, faultTextMax)),
    ...{ found: null, min: null, max: null },
  };
}

/** Somebody else's member name may stand in a path. */
function asciiOf(path: string): string {
  return path.replace(/[^\x20-\x7e]/g, "?").slice(0, faultTextMax);
}

function valueAt(input: unknown, path: Issue["path"]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) {
      return undefined;
    }
    value = (value as Readonly<Record<PropertyKey, unknown>>)[part];
  }
  return value;
}
