/**
 * How long a session lasts, and what ends it. Pure: times are handed in.
 *
 * @module
 */
import type { SessionRow } from "../storage-people.ts";

/** Without a sign of life, in seconds: an hour away from the desk. */
export const sessionIdleSecondsMax = 3_600;
/** Whatever happens in it, in seconds: a shift of twelve hours. */
export const sessionAgeSecondsMax = 43_200;
/** Of one officer at once; the next one ends the oldest. */
export const sessionsPerOfficerMax = 8;
/** A sign of life is written down at most so often, in seconds: each is a durable write. */
export const sessionTouchSeconds = 60;
/** How far a clock may be set back before what it said is not believed, in seconds. */
export const clockBackSecondsMax = 120;

type Times = Pick<SessionRow, "createdAt" | "lastSeenAt" | "authenticatedAt">;

export type SessionVerdict = "valid" | "idle" | "old" | "from-the-future";

/** `from-the-future`: the clock was set back, and how old the session is nobody knows. */
export function judgeSession({ createdAt, lastSeenAt }: Times, now: number): SessionVerdict {
  if (Math.max(createdAt, lastSeenAt) > now + clockBackSecondsMax) return "from-the-future";
  if (now - createdAt >= sessionAgeSecondsMax) return "old";
  return now - lastSeenAt >= sessionIdleSecondsMax ? "idle" : "valid";
}

/** @returns When it was last seen, if that is to be written; undefined while the last is recent. */
export function touchOf({ lastSeenAt }: Times, now: number): number | undefined {
  return now - lastSeenAt >= sessionTouchSeconds ? now : undefined;
}

/** Whether both factors were shown so recently: the door for acts that ask for them again. */
export function isFresh({ authenticatedAt }: Times, now: number, secondsMax: number): boolean {
  const age = now - authenticatedAt;
  return age >= -clockBackSecondsMax && age < secondsMax;
}

/** Those that make room for one more, oldest first. @param sessions - Oldest first. */
export function endedByNew<Row extends Times>(
  sessions: readonly Row[],
  now: number,
): readonly Row[] {
  const over = sessions.filter((row) => judgeSession(row, now) !== "valid");
  const valid = sessions.filter((row) => judgeSession(row, now) === "valid");
  return [...over, ...valid.slice(0, Math.max(0, valid.length - sessionsPerOfficerMax + 1))];
}
