/**
 * Entries of a log as an operator types them, `live/1/17` or `live/1/17-20`, and what they are in the
 * channel with one peer.
 *
 * @module
 */
import { fromBase64Url } from "@parley/core/bytes/base64";
import { assert } from "@parley/core/fault";
import {
  channelHexOf,
  formatOrigin,
  type TrafficClass,
  trafficClasses,
} from "@parley/core/log/origin";
import { accept } from "@parley/core/result";
import { refuseLocally } from "../local-refusal.ts";
import type { DisownedEntries } from "../service/key-documents.ts";
import type { PartyNode } from "../service/party-node.ts";

/** With both ends. */
export interface TypedEntries {
  readonly class: TrafficClass;
  readonly epoch: number;
  readonly firstIndex: number;
  readonly lastIndex: number;
}

export interface TypedPlaces {
  readonly peer?: string;
  readonly disown?: readonly TypedEntries[];
  readonly barFrom?: readonly TypedEntries[];
  /** Of the logs of the peer. */
  readonly receiptsFrom?: readonly TypedEntries[];
}

export const entriesFlag = (brief: string) =>
  ({
    kind: "parsed",
    parse: entriesOf,
    brief,
    placeholder: "PLACE",
    optional: true,
    variadic: true,
  }) as const;

/** @returns By origin; or `pair.unknown-peer`, `keys.which-peer`. */
export function placesOf(node: PartyNode, typed: TypedPlaces) {
  const { peer, disown = [], barFrom = [], receiptsFrom = [] } = typed;
  const channels = node.channels
    .channels()
    .filter((each) => peer === undefined || each.peer === peer);
  const [channel] = channels;
  const none = new Map<string, number>();
  if (disown.length + barFrom.length + receiptsFrom.length === 0) {
    return accept({ disowned: [], barFrom: none, receiptsFrom: none });
  }
  if (channel === undefined) return refuseLocally("pair.unknown-peer", { peer: peer ?? "" });
  if (channels.length > 1) {
    return refuseLocally("keys.which-peer", {
      peers: channels.map((each) => each.peer).join(", "),
    });
  }
  const id = fromBase64Url(channel.id);
  assert(id !== undefined, "a channel id is base64url");
  const channelHex = channelHexOf(id);
  const own = { author: channel.me, peer: channel.peer, channelHex };
  const theirs = { author: channel.peer, peer: channel.me, channelHex };
  const originOf = (log: typeof own, { class: of, epoch }: TypedEntries) =>
    formatOrigin({ ...log, class: of, epoch });
  const firstOf = (log: typeof own, entries: readonly TypedEntries[]) =>
    new Map(entries.map((each) => [originOf(log, each), each.firstIndex] as const));
  return accept({
    disowned: disown.map((each): DisownedEntries => {
      const { firstIndex, lastIndex } = each;
      return { origin: originOf(own, each), firstIndex, lastIndex };
    }),
    barFrom: firstOf(own, barFrom),
    receiptsFrom: firstOf(theirs, receiptsFrom),
  });
}

function entriesOf(text: string): TypedEntries {
  const [, name, epoch, first, last] =
    /^([a-z]+)\/(\d{1,9})\/(\d{1,12})(?:-(\d{1,12}))?$/.exec(text) ?? [];
  const of = trafficClasses.find((each) => each === name);
  if (of === undefined) throw new SyntaxError("live/1/17, live/1/17-20");
  const firstIndex = Number(first);
  return { class: of, epoch: Number(epoch), firstIndex, lastIndex: Number(last ?? first) };
}
