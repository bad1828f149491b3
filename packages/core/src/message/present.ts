/**
 * Showing parts of a message to an outsider, in the JSON serialisation of RFC 9901.
 *
 * The signed parts are the statement's, to the letter; the disclosures that one chooses to show stand
 * in the first signature's unprotected header, where no signature covers them and none needs to. Any
 * reader of RFC 9901 can take it; this one takes only what this writer writes.
 * Spec: spec/message.md, "Showing a message"; RFC 9901 §8.
 *
 * @module
 */
import { canonicalJson, type JsonValue, parseCanonicalJson } from "../bytes/canonical-json.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { accept, type Result, refuse } from "../result.ts";
import { type BlockName, type Body, blockNames, parseBody } from "./body.ts";
import { type ControlName, controlNames } from "./control.ts";
import { blockValueOf, createDisclosureReader, digestOf, openDisclosure } from "./disclosure.ts";
import { exactMembers, type JsonObject } from "./members.ts";
import {
  type ParsedStatement,
  parsePayload,
  parseStatement,
  type StatementHead,
  statementBytesMax,
} from "./statement.ts";

/** Octets of a shown message: a statement, and all that one entry can disclose. */
export const shownBytesMax = statementBytesMax + 65_535;

/** What is to be shown. A block cannot be shown without the body that places it, which is added. */
export interface ShownParts {
  readonly control: readonly ControlName[];
  readonly blocks: readonly BlockName[];
}

/** A shown text, read: its statement still to be verified, its disclosures to be opened. */
export interface ShownText {
  readonly statement: ParsedStatement;
  readonly disclosures: readonly string[];
}

/** What an outsider learns. JSON. What is absent was not shown. */
export type ShownMessage = {
  /** SHA-256 of the statement's line, base64url: what the entry's header names. */
  readonly hash: string;
  readonly head: StatementHead;
  readonly control: { readonly [name in ControlName]?: JsonValue };
  readonly blocks: { readonly [name in BlockName]?: JsonObject };
};

/**
 * @param disclosures - What is at hand, in any order: of the peer's entry, or what the author kept.
 * @returns The text to hand over; or `message.not-shown` if a part is not at hand.
 */
export function showParts(
  p: Primitives,
  { jws, line }: ParsedStatement,
  disclosures: readonly string[],
  parts: ShownParts,
): Result<string, "message.not-shown" | "message.bad-payload"> {
  const payload = parsePayload(jws.payload);
  if (!payload.ok) return payload;
  const atHand = new Map(disclosures.map((text) => [digestOf(p, text), text]));
  const bodyText = atHand.get(payload.value.digests.body);
  const body = bodyText === undefined ? undefined : bodyOf(p, bodyText);
  const wanted: (string | undefined)[] = [];
  for (const name of controlNames) {
    const isWanted = parts.control.includes(name) || (name === "body" && parts.blocks.length > 0);
    if (isWanted) wanted.push(atHand.get(payload.value.digests[name]));
  }
  for (const name of blockNames.filter((block) => parts.blocks.includes(block))) {
    const digest = body?.blocks.find((block) => block.name === name)?.digest;
    wanted.push(digest === undefined ? undefined : atHand.get(digest));
  }
  const shown = wanted.filter((text) => text !== undefined);
  if (shown.length < wanted.length) return refuse("message.not-shown", "a part is not at hand");
  return accept(addDisclosures(line, shown));
}

/** @returns The statement and its disclosures; or `jws.malformed` if not as {@link showParts} writes. */
export function parseShown(text: string): Result<ShownText, "jws.malformed"> {
  const read = parseCanonicalJson(text, { depthMax: 5, bytesMax: shownBytesMax });
  if (!read.ok) return refuse("jws.malformed", read.refusal.detail);
  const jws = exactMembers(read.value, ["payload", "signatures"]);
  const signatures: readonly JsonValue[] = Array.isArray(jws?.signatures) ? jws.signatures : [];
  const [first, ...others] = signatures;
  const parts = exactMembers(first, ["header", "protected", "signature"]);
  const header = exactMembers(parts?.header, ["disclosures"]);
  const disclosures = header?.disclosures;
  if (jws === undefined || parts === undefined || !isTexts(disclosures)) {
    return refuse("jws.malformed", "no list of disclosures in the first unprotected header");
  }
  const signed = { protected: parts.protected, signature: parts.signature };
  const line = canonicalJson({ payload: jws.payload, signatures: [signed, ...others] });
  const statement = parseStatement(line);
  return statement.ok ? accept({ statement: statement.value, disclosures }) : statement;
}

/**
 * Opens what is shown of a statement that has verified.
 *
 * @returns What it says; or a refusal if a disclosure opens nothing or comes twice, or out of order.
 */
export function openShown(
  p: Primitives,
  { statement, disclosures }: ShownText,
): Result<ShownMessage, "message.bad-payload" | "message.bad-disclosure" | "message.bad-body"> {
  const payload = parsePayload(statement.jws.payload);
  if (!payload.ok) return payload;
  const { head, digests } = payload.value;
  const reader = createDisclosureReader(p, disclosures);
  const control: { [name in ControlName]?: JsonValue } = {};
  for (const name of controlNames) {
    const taken = reader.take(digests[name]);
    if (taken !== undefined) control[name] = taken.value;
  }
  const blocks: { [name in BlockName]?: JsonObject } = {};
  const body = control.body === undefined ? undefined : parseBody(control.body);
  if (control.body !== undefined && body === undefined) {
    return refuse("message.bad-body", "not blocks and an item list");
  }
  for (const { name, digest } of body?.blocks ?? []) {
    const taken = reader.take(digest);
    if (taken === undefined) continue;
    const value = blockValueOf(taken);
    if (value === undefined) return refuse("message.bad-body", `block ${name} is out of form`);
    blocks[name] = value;
  }
  if (reader.rest().length > 0)
    return refuse("message.bad-disclosure", "a disclosure opens nothing");
  return accept({ hash: digestOf(p, statement.line), head, control, blocks });
}

function bodyOf(p: Primitives, text: string): Body | undefined {
  const opened = openDisclosure(p, text);
  return opened.ok ? parseBody(opened.value.value) : undefined;
}

/** The line is canonical and ours or verified, so that its first signature ends where it begins. */
function addDisclosures(line: string, disclosures: readonly string[]): string {
  const start = '"signatures":[{';
  const list = canonicalJson({ disclosures });
  return line.replace(start, () => `${start}"header":${list},`);
}

function isTexts(value: JsonValue | undefined): value is readonly string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}
