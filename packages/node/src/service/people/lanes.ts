/**
 * Who may try to sign in, and when: so that guessing stops, and nobody can stop another.
 *
 * Attempts go by lanes. Failures close a lane for a while, and only that lane:
 *
 * - `device`: a browser or account of this officer that signed in before, and shows it. A stranger
 *   has no way into it, and so cannot close it.
 * - `code`: an attempt with a recovery code of this officer that is right. 128 random bits are not
 *   guessed, so that a stranger cannot come here either.
 * - `source`: everything else, by where it comes from; one source closes itself alone.
 * - `strangers`: everything else, over all sources, for one name. It bounds what many sources can
 *   guess together. It closes to strangers; its officer still has the first two.
 *
 * After OWASP, "Slow down online guessing attacks with device cookies". A name that nobody has is
 * treated alike, so that nothing tells who exists. Pure: times are handed in.
 *
 * @module
 */
import type { LaneRow } from "../storage-people.ts";

export type LaneKind = "device" | "code" | "source" | "strangers";

interface LaneRule {
  /** Failures that cost nothing. */
  readonly freeFailures: number;
  /** How long the first failure beyond them closes the lane; each further one doubles it. Seconds. */
  readonly blockSeconds: number;
  readonly blockSecondsMax: number;
  /** Failures this long ago no longer count. Seconds. */
  readonly windowSeconds: number;
}

export const laneRules: Readonly<Record<LaneKind, LaneRule>> = {
  device: { freeFailures: 5, blockSeconds: 30, blockSecondsMax: 900, windowSeconds: 86_400 },
  code: { freeFailures: 5, blockSeconds: 30, blockSecondsMax: 900, windowSeconds: 86_400 },
  source: { freeFailures: 5, blockSeconds: 60, blockSecondsMax: 3_600, windowSeconds: 86_400 },
  strangers: {
    freeFailures: 50,
    blockSeconds: 3_600,
    blockSecondsMax: 86_400,
    windowSeconds: 86_400,
  },
};

/** Rows that are kept: some 2 MB. Beyond it strangers are forgotten first. */
export const lanesMax = 10_000;

/** Which lanes an attempt goes by, in the order of {@link LaneRow.lane}. */
export function lanesOf(attempt: {
  readonly name: string;
  readonly source: string;
  /** Of a device token that was verified for this name; absent for a stranger. */
  readonly device?: string | undefined;
  /** A recovery code of this name was shown and is right. */
  readonly hasRightCode: boolean;
}): readonly { readonly kind: LaneKind; readonly lane: string }[] {
  const { name, source, device, hasRightCode } = attempt;
  if (device !== undefined) return [{ kind: "device", lane: `device ${name} ${device}` }];
  if (hasRightCode) return [{ kind: "code", lane: `code ${name}` }];
  return [
    { kind: "source", lane: `source ${source}` },
    { kind: "strangers", lane: `strangers ${name}` },
  ];
}

/** How long to wait, in seconds; 0 if the lane is open. */
export function waitOf(row: LaneRow | undefined, kind: LaneKind, now: number): number {
  if (row === undefined || isForgotten(row, kind, now)) return 0;
  // A clock that was set back must not close a lane for longer than its rule does.
  return Math.min(Math.max(row.blockedUntil - now, 0), laneRules[kind].blockSecondsMax);
}

/** The lane after one more failure. `isPinned`: it is of an officer who exists. */
export function applyFailure(
  row: LaneRow | undefined,
  about: { readonly kind: LaneKind; readonly lane: string; readonly isPinned: boolean },
  now: number,
): LaneRow {
  const { kind, lane, isPinned } = about;
  const rule = laneRules[kind];
  const counted = row === undefined || isForgotten(row, kind, now) ? undefined : row;
  const failures = (counted?.failures ?? 0) + 1;
  const beyond = failures - rule.freeFailures;
  const seconds =
    beyond <= 0
      ? 0
      : Math.min(rule.blockSeconds * 2 ** Math.min(beyond - 1, 30), rule.blockSecondsMax);
  const blockedUntil = seconds === 0 ? 0 : now + seconds;
  return { lane, isPinned, failures, since: counted?.since ?? now, blockedUntil, lastAt: now };
}

/**
 * The lane after an attempt that was counted as a failure and was none. The first two lanes are
 * forgotten: nobody but their officer is in them. The others only lose this one, or a stranger with an
 * account of his own could go on for ever.
 *
 * @returns Undefined of a lane of which nothing is left to say.
 */
export function applySuccess(row: LaneRow, kind: LaneKind): LaneRow | undefined {
  const failures = row.failures - 1;
  if (kind === "device" || kind === "code" || failures <= 0) return undefined;
  const isOpen = failures <= laneRules[kind].freeFailures;
  return { ...row, failures, blockedUntil: isOpen ? 0 : row.blockedUntil };
}

function isForgotten({ lastAt }: LaneRow, kind: LaneKind, now: number): boolean {
  return Math.abs(now - lastAt) > laneRules[kind].windowSeconds;
}
