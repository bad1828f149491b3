/**
 * The control values of a message: what it is, which case it belongs to, what it answers and asks.
 *
 * They are read for their form alone. Whether a kind is known, a case open or a desk staffed is
 * judged by others. Spec: spec/message.md, "Control values".
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import type { JsonValue } from "../bytes/canonical-json.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { exactMembers, isIntegerWithin, isTextLike } from "./members.ts";

/** The seven names that every statement commits to, in the order in which they are disclosed. */
export const controlNames = ["kind", "case", "answers", "ask", "clock", "to", "body"] as const;
export type ControlName = (typeof controlNames)[number];

/** The end of the year 9999, so that every time has a four-digit year. POSIX seconds, UTC. */
export const timeMax = 253_402_300_799;

export const severityMax = 5;

const jtiBytes = 16;
const kindPattern = /^[a-z][a-z0-9-]{0,39}\.v[1-9][0-9]{0,2}$/;
const codePattern = /^[a-z][a-z0-9-]{0,39}$/;
/** `node` is no desk, but what a node says to a node goes there. */
const deskPattern = /^[a-z0-9-]{1,32}$/;

/** `replyBy`: POSIX seconds; it may lengthen the agreement's time, never shorten it. */
export type ClockValue = { readonly severity: number; readonly replyBy: number | null };

export type ControlValues = {
  /** Name and version: `inquiry.v1`. */
  readonly kind: string;
  /** The `jti` of the message that opened the case. */
  readonly case: string | null;
  /** A `jti` of either log of this class. */
  readonly answers: string | null;
  readonly ask: string | null;
  readonly clock: ClockValue | null;
  /** A desk of the audience, or `node`. */
  readonly to: string;
};

/**
 * Names a message for ever. The top bit is the side of its author and the other 127 are random: a case
 * is named by the id of its opening, so neither party may be able to use an id of the other's.
 */
export function makeJti(p: Primitives, side: 0 | 1): string {
  const octets = p.random(jtiBytes);
  const [first = 0] = octets;
  const head = (first & 0x7f) | (side << 7);
  // A hyphen in front, which 0xf8 to 0xfb would give, is the mark of a flag where a person types it.
  const isHyphen = (head & 0xfc) === 0xf8;
  return toBase64Url(octets.with(0, isHyphen ? head | 0x04 : head));
}

/** @param jti - Of the right form. @returns Side of the party that may use it. */
export function sideOfJti(jti: string): 0 | 1 {
  const first = fromBase64Url(jti)?.[0];
  assert(first !== undefined, "a jti has octets");
  return first < 0x80 ? 0 : 1;
}

export function isJti(value: JsonValue | undefined): value is string {
  return typeof value === "string" && value.length === 22 && fromBase64Url(value) !== undefined;
}

/** @returns Whether all six have the form that spec/message.md gives them. */
export function isControl(
  values: {
    readonly [name in keyof ControlValues]: JsonValue;
  },
): values is ControlValues {
  return (
    isTextLike(values.kind, kindPattern) &&
    (values.case === null || isJti(values.case)) &&
    (values.answers === null || isJti(values.answers)) &&
    (values.ask === null || isTextLike(values.ask, codePattern)) &&
    (values.clock === null || isClock(values.clock)) &&
    isTextLike(values.to, deskPattern)
  );
}

function isClock(value: JsonValue): boolean {
  const clock = exactMembers(value, ["replyBy", "severity"]);
  if (clock === undefined || !isIntegerWithin(clock.severity, 0, severityMax)) return false;
  return clock.replyBy === null || isIntegerWithin(clock.replyBy, 0, timeMax);
}
