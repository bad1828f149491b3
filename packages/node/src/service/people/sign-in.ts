/**
 * Signing in by name, password and second factor; and what a token of a session is good for.
 *
 * The attempt is counted before anything of it is looked at, so that many at once are no more than many
 * one by one; what succeeds is taken back. The second factor is judged first and only then the password,
 * so that nobody without it learns anything about a password or costs a hash. One refusal stands
 * for every cause: wrong, unknown, left, not enrolled, used before.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import type { Primitives } from "@parley/core/crypto/primitives";
import { accept, type Result, refuse } from "@parley/core/result";
import { type LocalResult, refuseLocally } from "../../local-refusal.ts";
import { auditActorOf, nodeItself, type SignedIn } from "../actor.ts";
import { appendAct } from "../audit/audit-log.ts";
import type { Clock } from "../clock.ts";
import type { Storage, StorageReader, StorageTransaction } from "../storage.ts";
import type { CredentialRow, OfficerRow, SessionRow } from "../storage-people.ts";
import { deviceOf, makeDeviceToken } from "./known-device.ts";
import { applyFailure, applySuccess, type LaneKind, lanesMax, lanesOf, waitOf } from "./lanes.ts";
import { hashOfCode } from "./one-time-codes.ts";
import { isPassword } from "./password.ts";
import { openFactor } from "./sealed-secret.ts";
import { judgeTotp } from "./second-factor.ts";
import { endedByNew, judgeSession, touchOf } from "./sessions.ts";
import type { SignInKeys } from "./sign-in-keys.ts";

const idBytes = 16;
/** NIST SP 800-63B wants 64 bits at least; nobody guesses 256. */
const tokenBytes = 32;
const officerName = /^[a-z][a-z0-9.-]{0,31}$/;
const tokenForm = /^[A-Za-z0-9_-]{43}$/;

export interface SignInPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly keys: SignInKeys;
}

export interface SignInAttempt {
  readonly name: string;
  readonly password: string;
  /** Of the second factor, or a recovery code. */
  readonly code: string;
  /** Where it comes from: `local`, or an address. */
  readonly source: string;
  /** The token of a device from which this officer signed in before. */
  readonly device: string | null;
}

export interface OpenedSession {
  readonly session: SessionRow;
  readonly officer: OfficerRow;
  /** Shown once; only its hash is kept. */
  readonly token: string;
  readonly device: string;
  /** Recovery codes that are left. */
  readonly recoveryLeft: number;
  /** Whether a recovery code was used up: the second factor is to be made anew. */
  readonly isRecovered: boolean;
}

export type SignInRefusal = "sign-in.refused" | "sign-in.wait";

export function isOfficerName(text: string): boolean {
  return officerName.test(text);
}

/**
 * Opens a session. The oldest of this officer ends if there are too many.
 *
 * @returns `sign-in.refused`; `sign-in.wait` with the seconds after which the lane is open again.
 */
export async function signIn(
  ports: SignInPorts,
  attempt: SignInAttempt,
): Promise<LocalResult<OpenedSession, SignInRefusal>> {
  const { storage, clock } = ports;
  // A name that nobody can have goes by the lanes of strangers all the same.
  const name = isOfficerName(attempt.name) ? attempt.name : "?";
  const found = await storage.read((tx) => readAccount(tx, name));
  const factor = judgeFactor(ports, found, attempt);
  const device =
    found && deviceOf({ p: ports.p, key: ports.keys.device }, found.officer, attempt.device);
  const hasRightCode = factor?.kind === "recovery";
  const lanes = lanesOf({ name, source: attempt.source, device, hasRightCode });
  const taken = await takeLanes(ports, lanes, found !== undefined);
  if (!taken.ok) return taken;
  const isRight =
    found !== undefined &&
    factor !== undefined &&
    (await isPassword(ports.keys.password, found.password, attempt.password));
  if (!isRight) return refused();
  const now = clock.nowSeconds();
  return storage.write(async (tx) => {
    const officer = await tx.people.readOfficer(found.officer.id);
    const isStill = officer?.state === "active" && officer.enrolledAt === found.officer.enrolledAt;
    if (officer === undefined || !isStill || !(await useUp(tx, factor))) return refused();
    await giveBack(tx, lanes, now);
    const opened = await openSession(ports, tx, { officer, source: attempt.source, now });
    const left = (await tx.people.listCredentials(officer.id, "recovery")).length;
    const how = factor.kind;
    const by = auditActorOf({ kind: "officer", officer, roles: [], session: opened.session });
    const what = { session: opened.session.id, source: attempt.source, how };
    await appendAct(tx, ports.p, { act: "session.open", at: now, by, what });
    const isRecovered = how === "recovery";
    return { ok: true, value: { ...opened, officer, recoveryLeft: left, isRecovered } };
  });
}

/**
 * Whose token it is, and what they may now. Says so also of an officer who left a moment ago.
 *
 * @returns `session.ended` if there is no such session, or none any more.
 */
export async function readSignedIn(
  { p, storage, clock }: Pick<SignInPorts, "p" | "storage" | "clock">,
  token: string,
): Promise<Result<SignedIn, "session.ended">> {
  if (!tokenForm.test(token)) return ended();
  const now = clock.nowSeconds();
  const found = await storage.read(async (tx) => {
    const session = await tx.people.readSessionByToken(p.sha256(encodeUtf8(token)));
    const officer = session && (await tx.people.readOfficer(session.officer));
    if (session === undefined || officer?.state !== "active") return undefined;
    return { session, officer, roles: await tx.people.listRoles([officer.id]) };
  });
  if (found === undefined || judgeSession(found.session, now) !== "valid") return ended();
  const { id, authenticatedAt } = found.session;
  const lastSeenAt = touchOf(found.session, now);
  if (lastSeenAt !== undefined) {
    await storage.write((tx) => tx.people.moveSession(id, { lastSeenAt, authenticatedAt }));
  }
  return accept(found);
}

interface Account {
  readonly officer: OfficerRow;
  readonly password: string;
  readonly totp: CredentialRow;
  readonly recovery: readonly CredentialRow[];
}

/** @returns Undefined of whoever cannot sign in at all. */
async function readAccount(tx: StorageReader, name: string): Promise<Account | undefined> {
  const officer = await tx.people.readOfficerByName(name);
  if (officer?.state !== "active" || officer.enrolledAt === null) return undefined;
  const [password] = await tx.people.listCredentials(officer.id, "password");
  const [totp] = await tx.people.listCredentials(officer.id, "totp");
  const recovery = await tx.people.listCredentials(officer.id, "recovery");
  if (password === undefined || totp === undefined) return undefined;
  return { officer, password: password.text, totp, recovery };
}

type Factor =
  | { readonly kind: "totp"; readonly id: string; readonly step: number }
  | { readonly kind: "recovery"; readonly id: string };

/** The second factor that was shown, if it is one of theirs; looked up the same for everybody. */
function judgeFactor(
  { p, keys, clock }: SignInPorts,
  account: Account | undefined,
  { code }: SignInAttempt,
): Factor | undefined {
  const hash = hashOfCode(p, code);
  if (account === undefined) return undefined;
  const { officer, totp, recovery } = account;
  const row = hash === undefined ? undefined : recovery.find(({ text }) => text === hash);
  if (row !== undefined) return { kind: "recovery", id: row.id };
  const secret = openFactor(p, { key: keys.seal, officer: officer.id }, totp.sealed);
  const now = clock.nowSeconds();
  const step = judgeTotp(secret, { typed: code, now, lastStep: totp.lastStep });
  return step === undefined ? undefined : { kind: "totp", id: totp.id, step };
}

/** @returns Whether nobody was faster with the same code. */
function useUp(tx: StorageTransaction, factor: Factor): Promise<boolean> {
  return factor.kind === "totp"
    ? tx.people.moveStep(factor.id, factor.step)
    : tx.people.deleteCredential(factor.id);
}

type Lanes = ReturnType<typeof lanesOf>;

/** Counts the attempt in each of its lanes, as a failure until it is none; or says how long to wait. */
export function takeLanes(
  { p, storage, clock }: Pick<SignInPorts, "p" | "storage" | "clock">,
  lanes: Lanes,
  isOfOfficer: boolean,
): Promise<LocalResult<true, "sign-in.wait">> {
  const now = clock.nowSeconds();
  return storage.write(async (tx) => {
    const rows = [];
    for (const { kind, lane } of lanes)
      rows.push({ kind, row: await tx.people.takeLane(lane, now) });
    const seconds = Math.max(...rows.map(({ kind, row }) => waitOf(row, kind, now)));
    if (seconds > 0) return refuseLocally("sign-in.wait", { seconds: String(seconds) });
    const closed: LaneKind[] = [];
    for (const { kind, row } of rows) {
      const isPinned = isOfOfficer && kind !== "source";
      const next = applyFailure(row, { kind, lane: row.lane, isPinned }, now);
      await tx.people.writeLane(next, lanesMax);
      if (isPinned && next.blockedUntil > now) closed.push(kind);
    }
    for (const kind of closed) {
      const name = lanes.find((one) => one.kind === kind)?.lane.split(" ")[1] ?? "";
      const what = { lane: kind, name };
      await appendAct(tx, p, { act: "sign-in.slow-down", at: now, by: nodeItself, what });
    }
    return { ok: true, value: true };
  });
}

export async function giveBack(tx: StorageTransaction, lanes: Lanes, now: number): Promise<void> {
  for (const { kind, lane } of lanes) {
    const next = applySuccess(await tx.people.takeLane(lane, now), kind);
    if (next === undefined) await tx.people.deleteLane(lane);
    else await tx.people.writeLane(next, lanesMax);
  }
}

async function openSession(
  { p, keys }: SignInPorts,
  tx: StorageTransaction,
  about: { readonly officer: OfficerRow; readonly source: string; readonly now: number },
) {
  const { officer, source, now } = about;
  for (const { id } of endedByNew(await tx.people.listSessions(officer.id), now)) {
    await tx.people.deleteSession(id);
  }
  const token = toBase64Url(p.random(tokenBytes));
  const session: SessionRow = {
    ...{ id: toBase64Url(p.random(idBytes)), officer: officer.id, source },
    tokenHash: p.sha256(encodeUtf8(token)),
    ...{ createdAt: now, lastSeenAt: now, authenticatedAt: now },
  };
  await tx.people.insertSession(session);
  return { session, token, device: makeDeviceToken({ p, key: keys.device }, officer) };
}

function refused(): LocalResult<never, "sign-in.refused"> {
  return refuseLocally("sign-in.refused", {});
}

function ended(): Result<never, "session.ended"> {
  return refuse("session.ended", "no such session, or none any more");
}
