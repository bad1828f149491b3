/**
 * The vectors of kinds and items: a valid example, and one change for each thing that is forbidden.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import type { Kind } from "@parley/core/kind/define-kind";
import type { JsonPatchOperation } from "@parley/testkit/json-patch";
import { mutationsOf } from "./mutations.ts";

type Schema = { readonly [name: string]: JsonValue };

export interface VectorFile {
  readonly description: string;
  readonly valid: readonly { readonly name: string; readonly value: JsonValue }[];
  readonly invalid: readonly {
    readonly name: string;
    readonly code: string;
    /** RFC 6902, on the first valid value. */
    readonly patch: readonly JsonPatchOperation[];
  }[];
}

const description =
  "Valid values, and patches (RFC 6902) after which the first of them is refused with the code.";
const noItems = { count: 0, root: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU" };
const otherDigest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const jti = "Ej5gWkR9TkKBcEAlzQyqHg";

export function kindVectors(kind: Kind, schema: Schema): VectorFile {
  const value = exampleOf(kind);
  // What encloses them is the message's to judge: spec/message.md.
  const mutations = mutationsOf(schema, value).filter(({ name }) =>
    /^\/(control|blocks)\//.test(name),
  );
  const made = mutations.map(({ name, patch }) => ({ name, code: codeOf(name), patch }));
  const added = (byHand[kind.definition.name] ?? []).map(([name, operation]) => ({
    name,
    code: codeOf(operation.path),
    patch: [operation],
  }));
  const count = (name: string, value: number) => {
    const patch: JsonPatchOperation = { op: "replace", path: "/items/count", value };
    return { name, code: "kind.invalid-body", patch: [patch] };
  };
  const items = {
    none: [count("items that the kind does not have", 1)],
    required: [count("a kind without the items that it is about", 0)],
    optional: [],
  };
  return {
    description: `${description} \`jti\` is that of the message; an item list of \`count\` items travels in the entry.`,
    valid: [{ name: "example", value }],
    invalid: [...made, ...added, ...items[kind.definition.items]],
  };
}

export function itemVectors(schema: Schema): VectorFile {
  const value = exampleItem;
  const place = [{ "...": otherDigest }];
  const redacted: JsonValue = { ...value, value: place, text: place };
  const hash = { ...value, kind: "file-hash", hash: "sha-256", value: "a1".repeat(32) };
  const byHand: readonly (readonly [string, JsonPatchOperation])[] = [
    ["a redacted kind", { op: "replace", path: "/kind", value: place }],
    ["two digests in one place", { op: "replace", path: "/value", value: [...place, ...place] }],
    ["a digest inside a field", { op: "replace", path: "/text/text", value: place }],
    ["a hash without its function", { op: "replace", path: "/kind", value: "file-hash" }],
    ["a function of what is no hash", { op: "add", path: "/hash", value: "md5" }],
    ["a span that ends before it begins", observed({ from: 2, to: 1 })],
    ["findings out of order", findings(["no-grade", "no-observed-time"])],
    [
      "a value of more than 8,192 octets",
      { op: "replace", path: "/value", value: "я".repeat(4_097) },
    ],
  ];
  const invalid = [
    ...mutationsOf(schema, value),
    ...byHand.map(([name, patch]) => ({ name, patch: [patch] })),
  ];
  return {
    description,
    valid: [
      { name: "example", value },
      { name: "no value and nothing known", value: { ...value, value: null, observed: "unknown" } },
      { name: "time withheld", value: { ...value, observed: "withheld" } },
      { name: "time as a span", value: { ...value, observed: { from: 1, to: 2 } } },
      { name: "two fields redacted", value: redacted },
      { name: "hash of a file", value: hash },
    ],

    invalid: invalid.map(({ name, patch }) => ({ name, code: "item.invalid", patch })),
  };
}

function exampleOf({ value, definition }: Kind): JsonValue {
  const { control, blocks } = definition.example;
  return {
    jti,
    control: { kind: value, ...control },
    blocks,
    items: definition.items === "required" ? { count: 1, root: otherDigest } : noItems,
  } as JsonValue;
}

function codeOf(path: string): string {
  return path.startsWith("/control") || path === "/jti"
    ? "kind.invalid-control"
    : "kind.invalid-body";
}

function observed(value: JsonValue): JsonPatchOperation {
  return { op: "replace", path: "/observed", value };
}

function findings(value: readonly JsonValue[]): JsonPatchOperation {
  return { op: "replace", path: "/findings", value };
}

const exampleItem = {
  kind: "ipv4-addr",
  value: "198.51.100.7",
  observed: { at: 1_468_244_527 },
  diamond: "infrastructure",
  grade: "B2",
  collection: "own-sensor",
  marking: { tlp: "AMBER", pap: "AMBER", iep: null, flags: ["ask-first"] },
  use: "internally-visible-actions",
  role: "C2",
  phase: "C2",
  text: { lang: "en", text: "Seen in command traffic." },
  comment: { lang: "en", text: "Session 8812." },
  findings: ["generic-text"],
  source: { name: "JAR-16-20296A.csv", row: 257 },
  replaces: { message: jti, index: 256 },
} as const;

const marking = { tlp: "AMBER", pap: null, iep: null, flags: [] } as const;
const exampleText = { lang: "en", text: "Who?" } as const;
const file = {
  role: "items",
  digest: otherDigest,
  key: otherDigest,
  bytes: 100,
  mediaType: "text/plain",
  name: null,
} as const;

function attachments(...files: readonly JsonValue[]): JsonPatchOperation {
  return { op: "add", path: "/blocks/attachments", value: { marking, files } };
}

/** By kind: what no schema says. */
const byHand: Readonly<Record<string, readonly (readonly [string, JsonPatchOperation])[]>> = {
  inquiry: [
    [
      "opens a case that is not named by its own id",
      { op: "replace", path: "/jti", value: `${jti.slice(0, -1)}w` },
    ],
    [
      "flags out of order",
      { op: "replace", path: "/blocks/ask/marking/flags", value: ["no-third-state", "ask-first"] },
    ],
    ["an ask block that is not shown", { op: "replace", path: "/blocks/ask", value: null }],
    ["an item list attached, though it travels in the entry", attachments(file)],
    ["one file twice", attachments({ ...file, role: "file" }, { ...file, role: "file" })],
    ["a file name with a path", attachments({ ...file, role: "file", name: "../passwd" })],
    [
      "a file name that begins with a dot",
      attachments({ ...file, role: "file", name: ".profile" }),
    ],
    ["held back: a block with items", heldBack({ what: "block", block: "legal", items: [[0, 1]] })],
    ["held back: items with a block", heldBack({ what: "items", block: "legal", items: [[0, 1]] })],
    [
      "held back: ranges that touch",
      heldBack({
        what: "items",
        block: null,
        items: [
          [0, 1],
          [1, 2],
        ],
      }),
    ],
    ["held back: an empty range", heldBack({ what: "items", block: null, items: [[1, 1]] })],
    ["a block of another kind", { op: "add", path: "/blocks/notice", value: { marking } }],
  ],
  answer: [
    ["a plan without its date", { op: "replace", path: "/blocks/fact/outcome", value: "planned" }],
    [
      "a date without a plan",
      { op: "replace", path: "/blocks/fact/plannedFor", value: 1_483_056_000 },
    ],
  ],
  "not-answerable": [
    [
      "a field named twice",
      {
        op: "add",
        path: "/blocks/fact/missing/0",
        value: { field: "observed-time", items: [] },
      },
    ],
  ],
  withdrawal: [
    [
      "ranges that touch",
      {
        op: "replace",
        path: "/blocks/fact/items",
        value: [
          [0, 1],
          [1, 2],
        ],
      },
    ],
  ],
  assessment: [
    ["an assessment that is not shown", { op: "replace", path: "/blocks/assessment", value: null }],
  ],
  "early-notice": [
    [
      "opens a case that is not named by its own id",
      { op: "replace", path: "/jti", value: `${jti.slice(0, -1)}w` },
    ],
    [
      "an ask, which only an inquiry has",
      { op: "replace", path: "/control/ask", value: "investigate" },
    ],
    ["an ask block", { op: "add", path: "/blocks/ask", value: { marking, text: exampleText } }],
  ],
  "call-to-cease": [
    ["no legal ground", { op: "remove", path: "/blocks/legal" }],
    ["a legal ground that is not shown", { op: "replace", path: "/blocks/legal", value: null }],
  ],
  "notice-of-measures": [["no legal ground", { op: "remove", path: "/blocks/legal" }]],
  suspension: [
    [
      "desks out of order",
      { op: "replace", path: "/blocks/notice/desks", value: ["watch", "technical"] },
    ],
    [
      "the node, which is no desk",
      { op: "replace", path: "/blocks/notice/desks", value: ["node"] },
    ],
    ["one kind twice", { op: "replace", path: "/blocks/notice/kinds", value: ["note", "note"] }],
    ["every kind, by another word", { op: "replace", path: "/blocks/notice/kinds", value: "any" }],
  ],
  "contact-list": [
    [
      "hours that end before they begin",
      { op: "replace", path: "/blocks/notice/contacts/0/hours/0/to", value: 0 },
    ],
    [
      "days of the week out of order",
      {
        op: "replace",
        path: "/blocks/notice/contacts/0/hours/0/days",
        value: ["tue", "mon"],
      },
    ],
  ],
  "service-note": [
    [
      "an outage that ends before it begins",
      { op: "replace", path: "/blocks/notice/until", value: 1 },
    ],
    ["fields of another subject", { op: "replace", path: "/blocks/notice/subject", value: "seen" }],
  ],
  "key-change": [
    ["no document", { op: "replace", path: "/blocks/notice/channelNotice", value: null }],
  ],
};

function heldBack(statement: { readonly [name: string]: JsonValue }): JsonPatchOperation {
  const value = { marking, heldBack: [{ ...statement, class: "unknown", grade: null }] };
  return { op: "add", path: "/blocks/handling", value };
}
