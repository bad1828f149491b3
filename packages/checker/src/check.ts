/**
 * From a path to what is said of it: proven, refuted with the reason, or unreadable.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { decodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { type Fingerprint, parseTypedFingerprint } from "@parley/core/party/fingerprint";
import { type ChannelKeys, fingerprintsOf } from "@parley/core/record/channel-texts";
import type { ExportFiles, RecordRefusal } from "@parley/core/record/export-files";
import { proofBytesMax } from "@parley/core/record/proof-bundle";
import { isAuditExport, verifyAudit } from "@parley/core/record/verify-audit";
import { verifyExport } from "@parley/core/record/verify-export";
import { verifyProof } from "@parley/core/record/verify-proof";
import { sayIfKnown } from "@parley/core/vocabulary/catalogue";
import type { Language } from "@parley/core/vocabulary/words";
import { auditJson, describeAudit } from "./audit-lines.ts";
import { isDirectory, openDirectory, readWhole } from "./directory-files.ts";
import { describeExport, exportJson } from "./export-lines.ts";
import type { Compared } from "./party-lines.ts";
import { describeProof, proofJson } from "./proof-lines.ts";
import { tell } from "./texts.ts";

export const exitCodes = { proven: 0, refuted: 1, unreadable: 2 } as const;

/** `json` is stable: it is only added to. */
export interface Outcome {
  readonly exitCode: 0 | 1 | 2;
  readonly lines: readonly string[];
  readonly json: { readonly [name: string]: JsonValue };
}

export interface CheckOrder {
  readonly path: string;
  /** As typed. */
  readonly fingerprints: readonly string[];
  readonly lang: Language;
  progress(done: number, total: number): void;
}

/** Ways in which a thing is not what it claims to be at all. */
const unreadableCodes: readonly string[] = ["record.not-an-export", "record.not-a-proof"];

export async function check(order: CheckOrder): Promise<Outcome> {
  const { lang, path } = order;
  const typed = order.fingerprints.map((text) => ({ text, parsed: parseTypedFingerprint(text) }));
  const malformed = typed.find(({ parsed }) => !parsed.ok);
  if (malformed !== undefined) {
    const reason = tell(lang, "finger.malformed", { typed: malformed.text.slice(0, 100) });
    return unreadable(lang, "fingerprint.malformed", reason);
  }
  const digits = typed.flatMap(({ parsed }) => (parsed.ok ? [parsed.value] : []));
  try {
    return await (isDirectory(path) ? checkExport(order, digits) : checkProof(order, digits));
  } catch (cause) {
    // What the disk does not give cannot be judged; everything else is a defect and is seen.
    const system = (cause as NodeJS.ErrnoException).code;
    if (system === undefined || (cause as NodeJS.ErrnoException).syscall === undefined) throw cause;
    return unreadable(lang, "cli.no-such-file", tell(lang, "no-path", { path, cause: system }));
  }
}

async function checkExport(order: CheckOrder, digits: readonly Fingerprint[]): Promise<Outcome> {
  const { lang, path, progress } = order;
  const files = openDirectory(path);
  if (files === undefined) return tooLarge(order);
  if (await isAuditExport(nodePrimitives, files)) return checkAudit(order, files, digits);
  const verified = await verifyExport(nodePrimitives, files, { progress });
  if (!verified.ok) return refused(lang, verified.refusal);
  const compared = compare(lang, verified.value.keys, digits);
  if (!compared.ok) return compared.outcome;
  const lines = describeExport(lang, verified.value, compared.value);
  const json = { ok: true, what: "export", ...exportJson(verified.value, compared.value) };
  return { exitCode: exitCodes.proven, lines, json };
}

/** The digits of the audit log's own keys; others were given for another thing. */
async function checkAudit(
  { lang, progress }: CheckOrder,
  files: ExportFiles,
  digits: readonly Fingerprint[],
): Promise<Outcome> {
  const verified = await verifyAudit(nodePrimitives, files, { progress });
  if (!verified.ok) return refused(lang, verified.refusal);
  const { fingerprint, index } = verified.value;
  const stranger = digits.find((one) => one !== fingerprint);
  if (stranger !== undefined) return differs(lang, stranger, `${index.origin} ${fingerprint}`);
  const isCompared = digits.length > 0;
  const lines = describeAudit(lang, verified.value, isCompared);
  const json = { ok: true, what: "audit", ...auditJson(verified.value, isCompared) };
  return { exitCode: exitCodes.proven, lines, json };
}

async function checkProof(order: CheckOrder, digits: readonly Fingerprint[]): Promise<Outcome> {
  const { lang, path } = order;
  const octets = await readWhole(path, proofBytesMax);
  if (octets === undefined) return tooLarge(order);
  // What is no text at all is refused as what is no proof.
  const verified = await verifyProof(nodePrimitives, decodeUtf8(octets) ?? "");
  if (!verified.ok) return refused(lang, verified.refusal);
  const compared = compare(lang, verified.value.keys, digits);
  if (!compared.ok) return compared.outcome;
  const lines = describeProof(lang, verified.value, compared.value);
  const json = { ok: true, what: "proof", ...proofJson(verified.value, compared.value) };
  return { exitCode: exitCodes.proven, lines, json };
}

/** Every fingerprint that was given must be of one of the two. */
function compare(
  lang: Language,
  keys: ChannelKeys,
  digits: readonly Fingerprint[],
): { readonly ok: true; readonly value: Compared } | { readonly ok: false; outcome: Outcome } {
  const parties = keys.names.map((name) => {
    const own = fingerprintsOf(nodePrimitives, keys.keysOf(name));
    const isCompared = own.some((one) => digits.includes(one));
    return [name, { digits: own, isCompared }] as const;
  });
  const all = parties.flatMap(([, { digits: own }]) => own);
  const stranger = digits.find((one) => !all.includes(one));
  if (stranger === undefined) return { ok: true, value: new Map(parties) };
  const others = parties.map(([name, party]) => `${name} ${party.digits.join(", ")}`).join("; ");
  return { ok: false, outcome: differs(lang, stranger, others) };
}

function differs(lang: Language, digits: string, others: string): Outcome {
  const reason = tell(lang, "finger.differs", { digits, others });
  const json = { ok: false, code: "fingerprint.differs", path: "", message: reason };
  return { exitCode: exitCodes.refuted, lines: [tell(lang, "refuted", { reason })], json };
}

function refused(lang: Language, { code, detail, path }: RecordRefusal): Outcome {
  const isUnreadable = unreadableCodes.includes(code);
  const reason = sayIfKnown(`refusal.${code}`, lang) ?? code;
  return {
    exitCode: isUnreadable ? exitCodes.unreadable : exitCodes.refuted,
    lines: [
      tell(lang, isUnreadable ? "unreadable" : "refuted", { reason }),
      tell(lang, "where", { path, code, detail }),
    ],
    json: { ok: false, code, path, detail, message: reason },
  };
}

function tooLarge({ lang, path }: CheckOrder): Outcome {
  return unreadable(lang, "record.not-an-export", tell(lang, "too-large", { path }));
}

function unreadable(lang: Language, code: string, reason: string): Outcome {
  const json = { ok: false, code, path: "", message: reason };
  const lines = [tell(lang, "unreadable", { reason })];
  return { exitCode: exitCodes.unreadable, lines, json };
}
