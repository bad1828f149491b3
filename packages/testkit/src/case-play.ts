/**
 * One case played message by message: who says what, having seen how much, into one fold.
 *
 * Every message is received ten seconds after the one before, and unless it is said otherwise its
 * author has seen all that was said.
 *
 * @module
 */
import type { Side } from "@parley/core/case/case-table";
import { ClassFold } from "@parley/core/case/class-fold";
import type { FoldMessage } from "@parley/core/case/fold-entry";

/** POSIX seconds: when the first message is received. */
export const playStart = 1_480_000_000;
export const playStepSeconds = 10;

/** Seconds, each different, so that one clock cannot pass for another. */
export const playPeriods = {
  receipt: 1_800,
  holding: 21_600,
  answer: 259_200,
  final: 2_592_000,
  closure: 1_209_600,
};

export function foldMessage(values: Partial<FoldMessage> & { readonly jti: string }): FoldMessage {
  return {
    ...{ kind: "note", case: null, answers: null, ask: null, severity: null, replyBy: null },
    ...{ to: "technical", iat: playStart, seen: 0, periods: playPeriods, refuses: null },
    ...values,
  };
}

/** The case `q`, opened by side 0 with an inquiry to the technical desk. */
export class CasePlay {
  readonly fold = new ClassFold();
  readonly #counts: [number, number] = [0, 0];

  constructor(ask = "investigate", opening: Partial<FoldMessage> = {}) {
    this.say(0, "inquiry", { jti: "q", ask, severity: 4, ...opening });
  }

  /** POSIX seconds: when the next message is received. */
  get now(): number {
    return playStart + (this.#counts[0] + this.#counts[1]) * playStepSeconds;
  }

  /** @returns Null if it stands; else the code with which it is refused. */
  say(side: Side, kind: string, more: Partial<FoldMessage> = {}): string | null {
    const ordinal = this.#counts[side];
    const receivedAt = this.now;
    const seen = this.#counts[side === 0 ? 1 : 0];
    const jti = `${side}.${ordinal}`;
    const content = foldMessage({ jti, case: "q", kind, iat: receivedAt, seen, ...more });
    this.fold.feed({ side, ordinal, receivedAt, content });
    this.#counts[side] += 1;
    return this.fold.standing(side, ordinal)?.refusedAs ?? null;
  }
}
