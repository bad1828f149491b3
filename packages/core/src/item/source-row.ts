/**
 * One row of a source, read as an item: what can be mended is mended, and every mend is a finding.
 *
 * It looks at one row at a time; what only shows across rows is found by `lint.ts`.
 *
 * @module
 */
import { type Choice, choices } from "../kind/choices.ts";
import type { Marking } from "../kind/marking.ts";
import { lineCharsMax, textCharsMax } from "../kind/values.ts";
import { refang } from "./defang.ts";
import type { FindingCode, SourceField } from "./finding.ts";
import { type Item, valueBytesMax } from "./item.ts";
import { parseObserved } from "./observed-time.ts";
import {
  hashDigits,
  hashOfDigits,
  isNetworkAddress,
  isOfKind,
  isPlaceholderAddress,
  isSpecialAddress,
} from "./value-form.ts";

/** As the source has it. An empty field says nothing; null says that the source has no such field. */
export interface SourceRow {
  /** From 1, headings not counted. */
  readonly row: number;
  readonly value: string;
  readonly kind: string;
  readonly comment: string;
  readonly role: string;
  readonly phase: string;
  readonly observed: string;
  readonly marking: string;
  readonly text: string;
  readonly reliability: string | null;
  readonly credibility: string | null;
}

/** What holds for every row of a source. */
export interface SourceSettings {
  readonly name: string;
  /** BCP 47: of its texts. */
  readonly lang: string;
  readonly collection: Choice<"collection">;
  readonly use: Choice<"use">;
}

/** `part`: what a report counts by. */
export interface RowFinding {
  readonly code: FindingCode;
  readonly field: SourceField;
  readonly part?: string;
}

export interface ReadRow {
  /** Without findings. */
  readonly item: Item;
  readonly findings: readonly RowFinding[];
}

type ItemKind = Choice<"itemKind">;
type HashName = Choice<"hash">;
interface KindOfRow {
  readonly kind: ItemKind;
  readonly hash?: HashName;
}

/** What sources call the kinds, in capitals without separators. */
const kindNames: Readonly<Record<string, KindOfRow>> = {
  IPV4ADDR: { kind: "ipv4-addr" },
  IPV4: { kind: "ipv4-addr" },
  IP: { kind: "ipv4-addr" },
  IPV6ADDR: { kind: "ipv6-addr" },
  IPV6: { kind: "ipv6-addr" },
  FQDN: { kind: "domain-name" },
  DOMAIN: { kind: "domain-name" },
  DOMAINNAME: { kind: "domain-name" },
  HOSTNAME: { kind: "domain-name" },
  URL: { kind: "url" },
  URI: { kind: "url" },
  MD5: { kind: "file-hash", hash: "md5" },
  SHA1: { kind: "file-hash", hash: "sha-1" },
  SHA224: { kind: "file-hash", hash: "sha-224" },
  SHA256: { kind: "file-hash", hash: "sha-256" },
  SHA384: { kind: "file-hash", hash: "sha-384" },
  SHA512: { kind: "file-hash", hash: "sha-512" },
  SSDEEP: { kind: "file-hash", hash: "ssdeep" },
  TLSH: { kind: "file-hash", hash: "tlsh" },
  FILENAME: { kind: "file-name" },
  EMAIL: { kind: "email-addr" },
  EMAILADDR: { kind: "email-addr" },
  EMAILSUBJECT: { kind: "email-subject" },
  MACADDR: { kind: "mac-addr" },
  ASN: { kind: "autonomous-system" },
  USERAGENT: { kind: "user-agent" },
  REGISTRYKEY: { kind: "registry-key" },
  MUTEX: { kind: "mutex" },
};

/** How a text speaks of a kind; what speaks of another kind than its own row's contradicts it. */
const kindWords: readonly (readonly [words: RegExp, kinds: readonly ItemKind[]])[] = [
  [/\b(?:the|this) IP(?:v[46])? address\b/i, ["ipv4-addr", "ipv6-addr"]],
  [/\b(?:the|this) domain\b/i, ["domain-name", "url", "email-addr"]],
  [/\b(?:the|this) URL\b/i, ["url"]],
  [/\b(?:the|this) hash\b/i, ["file-hash"]],
];

/** A recommendation to everybody about everything: it says nothing of this row. */
const genericText = /^It is recommended that .{1,80}\breview (?:traffic|systems)\b[^.]*\.$/i;
const countryText =
  /^This (?:IP address|address|host|domain|server) is located in (?:the )?(.{2,60}?)\.?$/;
const htmlEntity = /&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});/i;
const hashInText = /\b(MD5|SHA-?(?:1|224|256|384|512))\s*[:=]\s*([0-9a-f]{32,128})\b/gi;

export function readSourceRow(source: SourceRow, settings: SourceSettings): ReadRow {
  const findings: RowFinding[] = [];
  const find = (code: FindingCode, field: SourceField, part?: string) =>
    findings.push({ code, field, ...(part === undefined ? {} : { part }) });
  const { kind, hash, value } = readValue(source, find);
  const { row, role, phase } = source;
  if (role.trim() === "") find("no-role", "role");
  if (phase.trim() === "") find("no-phase", "phase");
  checkText(source, kind, find);
  const { lang, collection, use, name } = settings;
  const texts = {
    role: cut(role, "role", { charsMax: lineCharsMax, find }),
    phase: cut(phase, "phase", { charsMax: lineCharsMax, find }),
    text: cut(source.text, "text", { charsMax: textCharsMax, find }),
    comment: cut(source.comment, "comment", { charsMax: textCharsMax, find }),
  };
  const item: Item = {
    kind,
    value,
    ...(hash === undefined ? {} : { hash }),
    observed: readObserved(source.observed, find),
    diamond: null,
    grade: readGrade(source, find),
    ...{ collection, use },
    marking: readMarking(source.marking, find),
    ...(texts.role === "" ? {} : { role: texts.role }),
    ...(texts.phase === "" ? {} : { phase: texts.phase }),
    ...(texts.text === "" ? {} : { text: { lang, text: texts.text } }),
    ...(texts.comment === "" ? {} : { comment: { lang, text: texts.comment } }),
    source: { name, row },
  };
  return { item, findings };
}

type Find = (code: FindingCode, field: SourceField, part?: string) => void;

function readValue(source: SourceRow, find: Find): KindOfRow & { readonly value: string | null } {
  const named = kindNames[source.kind.toUpperCase().replace(/[^A-Z0-9]/g, "")];
  if (named === undefined) find("unknown-kind", "kind", printable(source.kind.trim()));
  const declared = named ?? { kind: "other" };
  const written = source.value.trim();
  if (written === "") return readMissingValue(source, declared, find);
  const value = cutValue(refang(written), find);
  if (value !== written) find("defanged", "value");
  const actual = declared.kind === "file-hash" ? hashOfDigits(value) : undefined;
  const isOther = actual !== undefined && actual !== declared.hash && isDigest(declared.hash);
  if (isOther) find("hash-of-other-kind", "kind", actual);
  else if (!isOfKind(value, declared.kind)) find("value-not-of-kind", "value", declared.kind);
  checkAddress(value, declared.kind, find);
  return isOther ? { kind: "file-hash", hash: actual, value } : { ...declared, value };
}

/** A hash in the comment is the value that was meant, and says which function it is of. */
function readMissingValue(source: SourceRow, declared: KindOfRow, find: Find) {
  const hashes = declared.kind === "file-hash" ? hashesIn(source.comment) : [];
  const best = hashes.find(({ hash }) => hash === declared.hash) ?? hashes.at(-1);
  if (best === undefined) {
    find("no-value", "value", declared.kind);
    return { ...declared, value: null };
  }
  find("hash-in-comment", "value", best.hash);
  return { kind: "file-hash", ...best } as const;
}

/** The weakest function first. */
function hashesIn(text: string): readonly { readonly hash: HashName; readonly value: string }[] {
  const found = [...text.matchAll(hashInText)].flatMap(([, name = "", value = ""]) => {
    const hash = kindNames[name.toUpperCase().replace("-", "")]?.hash;
    return hash !== undefined && hashOfDigits(value) === hash ? [{ hash, value }] : [];
  });
  return found.sort((a, b) => a.value.length - b.value.length);
}

function isDigest(hash: HashName | undefined): boolean {
  return hash !== undefined && Object.hasOwn(hashDigits, hash);
}

function checkAddress(value: string, kind: ItemKind, find: Find): void {
  if (kind !== "ipv4-addr" && kind !== "ipv6-addr") return;
  if (isSpecialAddress(value)) find("special-address", "value");
  else if (isPlaceholderAddress(value)) find("placeholder-address", "value");
  else if (isNetworkAddress(value)) find("network-address", "value");
}

function checkText(source: SourceRow, kind: ItemKind, find: Find): void {
  const text = source.text.trim();
  if (text === "") find("no-text", "text");
  if (genericText.test(text)) find("generic-text", "text", kind);
  const country = countryText.exec(text)?.[1];
  if (country !== undefined) find("country-in-text-only", "text", country);
  const spoken = kindWords.filter(([words]) => words.test(text));
  const isOwn = spoken.some(([, kinds]) => kinds.includes(kind));
  if (kind !== "other" && spoken.length > 0 && !isOwn) find("text-contradicts-kind", "text", kind);
  for (const field of ["value", "comment", "role", "phase", "text"] as const) {
    if (htmlEntity.test(source[field])) find("html-entities", field);
    if (source[field].includes("\n")) find("multi-line-field", field);
  }
}

function readObserved(text: string, find: Find): Item["observed"] {
  if (text.trim() === "") {
    find("no-observed-time", "observed");
    return "unknown";
  }
  const observed = parseObserved(text);
  if (observed === undefined) find("observed-time-unreadable", "observed");
  else if ("from" in observed) find("observed-day-only", "observed");
  return observed ?? "unknown";
}

/** F and 6 are "unknown", each apart from the other. */
function readGrade({ reliability, credibility }: SourceRow, find: Find): string {
  const letter = (reliability ?? "").trim().toUpperCase();
  const number = (credibility ?? "").trim();
  if (letter === "" && number === "") find("no-grade", "grade");
  const isLetter = /^[A-F]$/.test(letter);
  const isNumber = /^[1-6]$/.test(number);
  if ((letter !== "" && !isLetter) || (number !== "" && !isNumber))
    find("grade-unreadable", "grade");
  return `${isLetter ? letter : "F"}${isNumber ? number : "6"}`;
}

/** What cannot be read is RED: nothing leaves until a person has marked it. */
function readMarking(text: string, find: Find): Marking {
  const label = text
    .trim()
    .toUpperCase()
    .replace(/^TLP\s*[: ]\s*/, "");
  if (label === "") find("marking-missing", "marking");
  const known = choices.tlp.find((name) => name === label);
  const tlp = known ?? (label === "WHITE" ? "CLEAR" : undefined);
  if (label === "WHITE") find("marking-tlp-1", "marking");
  else if (label !== "" && tlp === undefined) find("marking-unreadable", "marking");
  return { tlp: tlp ?? "RED", pap: null, iep: null, flags: [] };
}

function cut(
  written: string,
  field: SourceField,
  { charsMax, find }: { readonly charsMax: number; readonly find: Find },
): string {
  const lines = written.replaceAll("\r\n", "\n").trim();
  const isLine = field === "role" || field === "phase";
  const visible = printable(isLine ? lines.replace(/[\t\n]/g, " ") : lines);
  if (visible.length !== lines.length) find("characters-removed", field);
  const clean = visible.trim();
  const chars = [...clean];
  if (chars.length <= charsMax) return clean;
  find("text-cut", field);
  return chars.slice(0, charsMax).join("");
}

/** An octet is at most a code unit and a code unit at most three octets. */
function cutValue(value: string, find: Find): string {
  if (value.length * 3 <= valueBytesMax) return value;
  find("text-cut", "value");
  return [...value].slice(0, valueBytesMax / 4).join("");
}

/** Control characters but tab and line feed, line separators, and what turns a line round. */
const unprintable = /[^\P{Cc}\t\n]|[\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

function printable(text: string): string {
  return text.replace(unprintable, "");
}
