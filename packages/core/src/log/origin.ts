/**
 * The origin of a log: who writes it to whom, in which channel, class and epoch.
 *
 * `washington.example/moscow.example/0123456789abcdef/live/1`. It is the first line of every
 * checkpoint and the name of the log's keys. spec/log.md §1.
 *
 * @module
 */
import { toHex } from "../bytes/hex.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";

export const trafficClasses = ["live", "exercise", "link"] as const;

export type TrafficClass = (typeof trafficClasses)[number];

/** Epochs of one log, from 1. Each is a restore or a planned change of keys: a million is none missed. */
export const epochMax = 999_999;

/** Hexadecimal digits of the channel id in an origin. */
const channelHexLength = 16;

export interface LogOrigin {
  /** Name of the party that writes the log. */
  readonly author: string;
  /** Name of the party that mirrors it. */
  readonly peer: string;
  /** The first 16 hexadecimal digits of the channel id. */
  readonly channelHex: string;
  readonly class: TrafficClass;
  /** From 1 to {@link epochMax}. */
  readonly epoch: number;
}

const originForm =
  /^([a-z0-9.-]{3,63})\/([a-z0-9.-]{3,63})\/([0-9a-f]{16})\/(live|exercise|link)\/([1-9][0-9]{0,5})$/;

export function formatOrigin(origin: LogOrigin): string {
  const { author, peer, channelHex, epoch } = origin;
  const text = `${author}/${peer}/${channelHex}/${origin.class}/${epoch}`;
  assert(parseOrigin(text).ok, "an origin is made of checked parts");
  return text;
}

/** @returns The origin; or `log.bad-origin` if it is not what {@link formatOrigin} writes. */
export function parseOrigin(text: string): Result<LogOrigin, "log.bad-origin"> {
  const [, author = "", peer = "", channelHex = "", name, epoch] = originForm.exec(text) ?? [];
  const trafficClass = trafficClasses.find((known) => known === name);
  if (trafficClass === undefined || author === peer) {
    return refuse("log.bad-origin", "not author/peer/channel/class/epoch");
  }
  return accept({ author, peer, channelHex, class: trafficClass, epoch: Number(epoch) });
}

/** @param channelId - The 32 octets of the channel id. */
export function channelHexOf(channelId: Uint8Array): string {
  return toHex(channelId).slice(0, channelHexLength);
}

/** Name of a log in URLs: SHA-256 of its origin, lowercase hexadecimal. C2SP tlog-mirror. */
export function originHash(p: Primitives, origin: string): string {
  return toHex(p.sha256(encodeUtf8(origin)));
}
