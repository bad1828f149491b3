/**
 * One entry of a party's audit log: what was done, by whom, when; canonical JSON, never content.
 *
 * The log is the party's own and crosses no border. Its form is public all the same, so that an
 * auditor's own program can read it. Spec: spec/audit.md §2.
 *
 * @module
 */
import { canonicalJson, type JsonValue, parseCanonicalJson } from "../bytes/canonical-json.ts";
import { decodeUtf8, encodeUtf8 } from "../bytes/utf8.ts";
import { assert } from "../fault.ts";
import {
  exactMembers,
  isIntegerWithin,
  isJsonObject,
  isTextLike,
  type JsonObject,
} from "../message/members.ts";
import { accept, type Result, refuse } from "../result.ts";

/** Octets of one entry: names, ids and lists of them. */
export const auditEntryBytesMax = 8_192;

/** Who does something: an officer who signed in, whoever has the machine, or the node by itself. */
export const auditActors = ["officer", "operator", "node"] as const;

export interface AuditActor {
  readonly kind: (typeof auditActors)[number];
  /** The officer's id, name and session; null for the others. */
  readonly officer: string | null;
  readonly name: string | null;
  readonly session: string | null;
}

export interface AuditEntry {
  /** `area.verb`, as `people.add`. A reader shows one that it does not know by its name. */
  readonly act: string;
  /** POSIX seconds, by the node's clock. */
  readonly at: number;
  readonly by: AuditActor;
  /** Names, ids, numbers and lists of them. No secret, and nothing that a message says. */
  readonly what: JsonObject;
}

const actForm = /^[a-z][a-z-]{0,31}\.[a-z][a-z-]{0,31}$/;
const idForm = /^[A-Za-z0-9_-]{22}$/;
const nameForm = /^[a-z][a-z0-9.-]{0,31}$/;
/** Year 9999. */
const timeMax = 253_402_300_799;
/** `what`, a list in it, and its texts. */
const depthMax = 4;

/** @returns The octets of the entry. One that is too long is a defect: what goes in is bounded. */
export function formatAuditEntry({ act, at, by, what }: AuditEntry): Uint8Array {
  const { kind, officer, name, session } = by;
  const json = { act, at, by: { kind, name, officer, session }, v: 1, what };
  const bytes = encodeUtf8(canonicalJson(json));
  assert(parseAuditEntry(bytes).ok, "an entry of the audit log is of its form");
  return bytes;
}

/** @returns The entry; or `record.bad-audit-entry` if it is not what {@link formatAuditEntry} writes. */
export function parseAuditEntry(bytes: Uint8Array): Result<AuditEntry, "record.bad-audit-entry"> {
  const limits = { depthMax, bytesMax: auditEntryBytesMax };
  const read = parseCanonicalJson(decodeUtf8(bytes) ?? "", limits);
  if (!read.ok) return refuse("record.bad-audit-entry", read.refusal.detail);
  const entry = entryOf(read.value);
  return entry === undefined ? refuse("record.bad-audit-entry", "out of form") : accept(entry);
}

function entryOf(value: JsonValue): AuditEntry | undefined {
  const members = exactMembers(value, ["act", "at", "by", "v", "what"]);
  if (members === undefined || members.v !== 1) return undefined;
  const { act, at, what } = members;
  const by = actorOf(members.by);
  if (!isTextLike(act, actForm) || !isIntegerWithin(at, 0, timeMax)) return undefined;
  if (by === undefined || !isJsonObject(what)) return undefined;
  return { act, at, by, what };
}

function actorOf(value: JsonValue): AuditActor | undefined {
  const members = exactMembers(value, ["kind", "name", "officer", "session"]);
  const kind = auditActors.find((known) => known === members?.kind);
  if (members === undefined || kind === undefined) return undefined;
  const { name, officer, session } = members;
  if (kind !== "officer") {
    const isNobody = name === null && officer === null && session === null;
    return isNobody ? { kind, officer, name, session } : undefined;
  }
  if (!isTextLike(officer, idForm) || !isTextLike(name, nameForm)) return undefined;
  if (session !== null && !isTextLike(session, idForm)) return undefined;
  return { kind, officer, name, session };
}
