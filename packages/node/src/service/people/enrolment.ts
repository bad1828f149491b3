/**
 * How an officer gets, or gets anew, what they sign in with: by a code that an administrator hands
 * over, never by a secret that an administrator knows.
 *
 * Two steps: the code gives the secret for the authenticator; the code, a password and what the
 * authenticator then shows make it good, and the recovery codes come back. What is renewed is proven
 * by what is not: a second factor by the present password, a password by the present second factor.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { type LocalResult, refuseLocally } from "../../local-refusal.ts";
import { auditOfficer } from "../actor.ts";
import { appendAct } from "../audit/audit-log.ts";
import type { StretchCost } from "../secret-box.ts";
import type { StorageReader, StorageTransaction } from "../storage.ts";
import type { CredentialKind, CredentialRow, OfficerRow } from "../storage-people.ts";
import { lanesOf } from "./lanes.ts";
import { enrolmentSecondsMax, hashOfCode, makeCode, recoveryCodeCount } from "./one-time-codes.ts";
import { hashPassword, isPassword, type PasswordRefusal } from "./password.ts";
import { openFactor, sealFactor } from "./sealed-secret.ts";
import { judgeTotp, makeTotpSecret, totpText, totpUri } from "./second-factor.ts";
import { giveBack, type SignInPorts, takeLanes } from "./sign-in.ts";

/** What an enrolment makes anew. */
export const enrolmentParts = ["all", "second-factor", "password"] as const;
export type EnrolmentPart = (typeof enrolmentParts)[number];

const idBytes = 16;

export type EnrolmentPorts = SignInPorts & {
  readonly party: string;
  /** What hashing a password costs; the default is for real ones. */
  readonly cost?: StretchCost;
};

/**
 * Makes the code; an earlier one is good no more.
 *
 * @returns The code, to be shown once.
 */
export async function offerEnrolment(
  { p }: Pick<EnrolmentPorts, "p">,
  tx: StorageTransaction,
  about: { readonly officer: OfficerRow; readonly part: EnrolmentPart; readonly now: number },
): Promise<string> {
  const { officer, part, now } = about;
  const code = makeCode(p);
  await tx.people.deleteCredentials(officer.id, ["enrolment"]);
  await tx.people.insertCredential({
    ...{ id: toBase64Url(p.random(idBytes)), officer: officer.id, kind: "enrolment" },
    ...{ text: `${part} ${hashOfCode(p, code)}`, sealed: null, lastStep: 0 },
    ...{ createdAt: now, expiresAt: now + enrolmentSecondsMax },
  });
  return code;
}

export interface BegunEnrolment {
  readonly part: EnrolmentPart;
  /** For the authenticator; null where the second factor stays. */
  readonly uri: string | null;
  readonly secret: string | null;
}

/**
 * The secret of the second factor. Asked again it is another, and the first is good no more.
 *
 * @returns `people.no-enrolment` if there is no such offer, or no longer.
 */
export async function beginEnrolment(
  ports: EnrolmentPorts,
  { name, enrolment }: { readonly name: string; readonly enrolment: string },
): Promise<LocalResult<BegunEnrolment, "people.no-enrolment">> {
  const { p, storage, keys, party } = ports;
  return storage.write(async (tx) => {
    const offer = await readOffer(ports, tx, name, enrolment);
    if (offer === undefined) return refuseLocally("people.no-enrolment", {});
    const { officer, row, part } = offer;
    if (part === "password") return { ok: true, value: { part, uri: null, secret: null } };
    const secret = makeTotpSecret(p);
    const sealed = sealFactor(p, { key: keys.seal, officer: officer.id }, secret);
    await tx.people.deleteCredential(row.id);
    await tx.people.insertCredential({ ...row, sealed });
    return {
      ok: true,
      value: { part, uri: totpUri(secret, { party, name }), secret: totpText(secret) },
    };
  });
}

export interface EnrolmentAnswer {
  readonly name: string;
  readonly enrolment: string;
  /** The new one; of a new second factor the present one. */
  readonly password: string;
  /** What the authenticator shows. */
  readonly code: string;
}

export type FinishRefusal =
  | "people.no-enrolment"
  | "people.wrong-code"
  | "people.wrong-password"
  | "sign-in.wait"
  | PasswordRefusal;

/**
 * Makes it good, and ends every session of the officer.
 *
 * @returns The recovery codes, to be shown once; none where the second factor stayed.
 */
export async function finishEnrolment(
  ports: EnrolmentPorts,
  answer: EnrolmentAnswer,
): Promise<LocalResult<readonly string[], FinishRefusal>> {
  const { p, storage, clock, keys } = ports;
  const { name, enrolment, password } = answer;
  const begun = await storage.read(async (tx) => {
    const offer = await readOffer(ports, tx, name, enrolment);
    if (offer === undefined) return undefined;
    const [totp] = await tx.people.listCredentials(offer.officer.id, "totp");
    const [present] = await tx.people.listCredentials(offer.officer.id, "password");
    return { ...offer, totp, present: present?.text };
  });
  if (begun === undefined) return refuseLocally("people.no-enrolment", {});
  const { part } = begun;
  // Whoever handed the code over must not try passwords with it.
  const lanes = lanesOf({ name, source: "", hasRightCode: true });
  const taken = await takeLanes(ports, lanes, true);
  if (!taken.ok) return taken;
  const step = judgeAnswer(ports, begun, answer);
  if (step === undefined) return refuseLocally("people.wrong-code", {});
  if (
    part === "second-factor" &&
    !(await isPassword(keys.password, begun.present ?? "", password))
  ) {
    return refuseLocally("people.wrong-password", {});
  }
  const hashed = await hashPassword(
    p,
    { key: keys.password, ...(ports.cost && { cost: ports.cost }) },
    password,
  );
  if (!hashed.ok) return refuseLocally(hashed.refusal.code, hashed.refusal.params);
  const now = clock.nowSeconds();
  return storage.write(async (tx) => {
    const isMine = await tx.people.deleteCredential(begun.row.id);
    if (!isMine) return refuseLocally("people.no-enrolment", {});
    const made = { ...begun, step, password: hashed.value, now };
    const codes = await replaceCredentials(ports, tx, made);
    await giveBack(tx, lanes, now);
    const officer = { ...begun.officer, enrolledAt: now };
    await tx.people.updateOfficer(officer);
    const sessions = await tx.people.deleteSessions(officer.id);
    const by = auditOfficer(officer);
    const what = { part, sessionsEnded: sessions };
    await appendAct(tx, p, { act: "people.enrol", at: now, by, what });
    return { ok: true, value: codes };
  });
}

interface Offer {
  readonly officer: OfficerRow;
  readonly row: CredentialRow;
  readonly part: EnrolmentPart;
}

async function readOffer(
  { p, clock }: EnrolmentPorts,
  tx: StorageReader,
  name: string,
  typed: string,
): Promise<Offer | undefined> {
  const officer = await tx.people.readOfficerByName(name);
  const hash = hashOfCode(p, typed);
  if (officer?.state !== "active" || hash === undefined) return undefined;
  const [row] = await tx.people.listCredentials(officer.id, "enrolment");
  const [said, kept] = row?.text.split(" ") ?? [];
  const part = enrolmentParts.find((each) => each === said);
  if (row === undefined || part === undefined || kept !== hash) return undefined;
  return (row.expiresAt ?? 0) > clock.nowSeconds() ? { officer, row, part } : undefined;
}

/** @returns The step of the code: of the new secret, or of the present one where that stays. */
function judgeAnswer(
  { p, keys, clock }: EnrolmentPorts,
  { officer, row, part, totp }: Offer & { readonly totp: CredentialRow | undefined },
  { code }: EnrolmentAnswer,
): number | undefined {
  const at = { typed: code, now: clock.nowSeconds(), lastStep: 0 };
  const place = { key: keys.seal, officer: officer.id };
  if (part === "password") {
    if (totp === undefined) return undefined;
    return judgeTotp(openFactor(p, place, totp.sealed), { ...at, lastStep: totp.lastStep });
  }
  // Nobody asked for the secret yet.
  if (row.sealed === null) return undefined;
  return judgeTotp(openFactor(p, place, row.sealed), at);
}

async function replaceCredentials(
  { p }: EnrolmentPorts,
  tx: StorageTransaction,
  made: Offer & {
    readonly totp: CredentialRow | undefined;
    readonly step: number;
    readonly password: string;
    readonly now: number;
  },
): Promise<readonly string[]> {
  const { officer, row, part, step, password, now } = made;
  const insert = (kind: CredentialKind, text: string, more: Partial<CredentialRow> = {}) =>
    tx.people.insertCredential({
      ...{ id: toBase64Url(p.random(idBytes)), officer: officer.id, kind, text },
      ...{ sealed: null, lastStep: 0, createdAt: now, expiresAt: null, ...more },
    });
  await tx.people.deleteCredentials(officer.id, ["password"]);
  await insert("password", password);
  if (part === "password") {
    if (made.totp !== undefined) await tx.people.moveStep(made.totp.id, step);
    return [];
  }
  await tx.people.deleteCredentials(officer.id, ["totp", "recovery"]);
  await insert("totp", "", { sealed: row.sealed, lastStep: step });
  const codes = Array.from({ length: recoveryCodeCount }, () => makeCode(p));
  for (const code of codes) await insert("recovery", hashOfCode(p, code) ?? "");
  return codes;
}
