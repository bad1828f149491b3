/**
 * The traffic of two offices as the fold sees it, without keys: who says what of which case, how
 * much of the other's log was seen, and the opened message as the cache keeps it.
 *
 * A case has ten messages, its opening and its closure among them. Nine cases of ten are open at any
 * time, and each place of the script is as frequent at the first entry as at the millionth.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import type { Side } from "@parley/core/case/case-table";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import { makeJti } from "@parley/core/message/control";

/** One case from its opening to its closure; the one who opened it says every other message. */
const script = [
  ...["inquiry", "receipt", "note", "note", "note", "note", "note"],
  ...["answer", "propose-closure", "agree-closure"],
] as readonly KindName[];

export interface TrafficEntry {
  readonly side: Side;
  /** In the log of `side`, from 0. */
  readonly index: number;
  readonly jti: string;
  /** With its version. */
  readonly kind: string;
  readonly case: string;
  /** Canonical JSON of the opened message. */
  readonly message: string;
}

/** In order of name: side 0 and side 1. */
export interface TrafficPlace {
  readonly parties: readonly [string, string];
  readonly origins: readonly [string, string];
  readonly channel: string;
}

interface CaseOnItsWay {
  readonly initiator: Side;
  readonly id: string;
  said: number;
  /** Of the last message. */
  jti: string;
}

const digest = toBase64Url(new Uint8Array(32));

export class Traffic {
  readonly #place: TrafficPlace;
  readonly #cases: CaseOnItsWay[] = [];
  readonly #counts: [number, number] = [0, 0];
  #turn = 0;
  /** Messages that bring every case to the place where it is when the even traffic begins. */
  readonly #preamble: number;

  /** @param caseCount - On their way at once. */
  constructor(place: TrafficPlace, caseCount: number) {
    this.#place = place;
    for (let n = 0; n < caseCount; n += 1) this.#cases.push(nextCase(n));
    this.#preamble = this.#cases.reduce((sum, _, n) => sum + (n % script.length), 0);
  }

  /** Messages that must be said before the traffic is even. */
  get preambleCount(): number {
    return this.#preamble;
  }

  /** @param time - POSIX seconds by the author's clock. */
  next(time: number): TrafficEntry {
    const at = this.#pick();
    const one = this.#cases[at];
    assert(one !== undefined, "a case for each turn");
    const entry = this.#say(one, time);
    if (one.said === script.length) this.#cases[at] = nextCase(at);
    return entry;
  }

  /** The case whose turn it is: at first those that are behind their place. */
  #pick(): number {
    const said = this.#counts[0] + this.#counts[1];
    for (;;) {
      const at = this.#turn % this.#cases.length;
      this.#turn += 1;
      const isBehind = (this.#cases[at]?.said ?? 0) < at % script.length;
      if (said >= this.#preamble || isBehind) return at;
    }
  }

  #say(one: CaseOnItsWay, time: number): TrafficEntry {
    const kind = script[one.said];
    assert(kind !== undefined, "a case that goes on");
    const side: Side = one.said % 2 === 0 ? one.initiator : one.initiator === 0 ? 1 : 0;
    const other: Side = side === 0 ? 1 : 0;
    const jti = one.said === 0 ? one.id : makeJti(p, side);
    const index = this.#counts[side];
    const { definition, value } = kinds[kind];
    const { parties, origins, channel } = this.#place;
    const blocks = Object.entries(definition.example.blocks as Record<string, JsonValue>).map(
      ([name, block]) => ({ digest, name, value: block }),
    );
    const opens = kind === "inquiry";
    const control = {
      ...{ answers: opens ? null : one.jti, ask: opens ? "investigate" : null, case: one.id },
      ...{ clock: opens ? { replyBy: null, severity: 3 } : null, kind: value, to: "technical" },
    };
    const head = {
      ...{ agreement: 1, aud: parties[other], channel, class: "live", epoch: 1, iat: time },
      ...{ iss: parties[side], jti, seen: { epoch: 1, root: digest, size: this.#counts[other] } },
    };
    const items = { count: 0, root: digest };
    const message = { blocks, control, hash: digest, head, itemLines: [], items };
    const opened = {
      ...{ by: "technical", contentKey: digest, index, isKnownKind: true, message },
      origin: origins[side],
    };
    this.#counts[side] += 1;
    one.said += 1;
    one.jti = jti;
    return { side, index, jti, kind: value, case: one.id, message: JSON.stringify(opened) };
  }
}

function nextCase(n: number): CaseOnItsWay {
  const initiator: Side = n % 2 === 0 ? 0 : 1;
  const id = makeJti(p, initiator);
  return { initiator, id, said: 0, jti: id };
}
