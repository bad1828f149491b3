/**
 * How the exchange with each peer stands: when it last answered, what is wrong, how its clock goes.
 *
 * @module
 */
import type { Log } from "../log.ts";
import type { Clock } from "./clock.ts";
import type { LinkObserver } from "./peer-link.ts";

/** A larger difference of the two clocks alarms: receipts start clocks. */
export const skewSecondsMax = 120;

export interface LinkProblem {
  /** The origin of a log that we send or read, or an address. */
  readonly about: string;
  readonly code: string;
  readonly at: number;
}

export interface LinkState {
  readonly peer: string;
  /** When it last answered us, and when it last asked. POSIX seconds. */
  readonly lastAnswerAt: number | null;
  readonly lastRequestAt: number | null;
  /** The peer's clock less ours; null before it was measured. */
  readonly skewSeconds: number | null;
  readonly isClockOff: boolean;
  /** What is wrong now, the newest last. */
  readonly problems: readonly LinkProblem[];
}

/** Problems of one peer: its addresses and logs, however many epochs they have had. */
const problemsMax = 64;

export class LinkStates implements LinkObserver {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #states = new Map<string, LinkState>();

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  stateOf(peer: string): LinkState {
    const nothing = { lastAnswerAt: null, lastRequestAt: null, skewSeconds: null } as const;
    return this.#states.get(peer) ?? { peer, ...nothing, isClockOff: false, problems: [] };
  }

  onAnswer(peer: string, skewSeconds: number | null): void {
    const before = this.stateOf(peer);
    const skew = skewSeconds ?? before.skewSeconds;
    const isClockOff = Math.abs(skew ?? 0) > skewSecondsMax;
    if (isClockOff && !before.isClockOff) {
      this.#log.event("peer.clock-off", { peer, seconds: skew ?? 0 });
    }
    const lastAnswerAt = this.#clock.nowSeconds();
    this.#states.set(peer, { ...before, lastAnswerAt, skewSeconds: skew, isClockOff });
  }

  onAddressFailed(peer: string, url: string, code: string, cause: unknown): void {
    const address = new URL(url).host;
    this.#log.event("peer.address-failed", { peer, address, code }, cause);
    this.report(peer, address, code);
  }

  /** The peer asked us something. */
  onRequest(peer: string): void {
    const lastRequestAt = this.#clock.nowSeconds();
    this.#states.set(peer, { ...this.stateOf(peer), lastRequestAt });
  }

  report(peer: string, about: string, code: string): void {
    const at = this.#clock.nowSeconds();
    const others = this.stateOf(peer).problems.filter((problem) => problem.about !== about);
    const problems = [...others, { about, code, at }].slice(-problemsMax);
    this.#states.set(peer, { ...this.stateOf(peer), problems });
  }

  clear(peer: string, about: string): void {
    const state = this.stateOf(peer);
    const problems = state.problems.filter((problem) => problem.about !== about);
    if (problems.length < state.problems.length) this.#states.set(peer, { ...state, problems });
  }
}
