/**
 * What a person has in hand when asking for something: the first characters of an id, a peer's name.
 *
 * @module
 */
import { type TrafficClass, trafficClasses } from "@parley/core/log/origin";
import { accept } from "@parley/core/result";
import { z } from "zod";
import { refuseLocally } from "../local-refusal.ts";
import type { Channel } from "./channel.ts";
import { idCharacters, idPrefixPattern } from "./id-prefix.ts";
import { type OfficeService, pickChannel } from "./office-operations.ts";
import { defineOperation, type OperationResult, type Operations } from "./operation.ts";
import type { PartyNode } from "./party-node.ts";
import { entriesPerBatchMax } from "./storage-log.ts";

const findInput = z.strictObject({
  channel: z.string().min(3).max(63).optional(),
  what: z.enum(["case", "message"]),
  prefix: z.string().regex(idPrefixPattern),
});

export const lookupOperations: Operations<OfficeService> = {
  "channel.list": defineOperation(z.strictObject({}), listChannels),
  "id.find": defineOperation(findInput, findId),
};

async function listChannels({ node }: OfficeService): Promise<OperationResult> {
  const channels = node.channels.channels().map(({ id, me, peer, agreement }) => ({
    ...{ id, me, peer, classes: [...agreement.classes] },
  }));
  return accept({ channels });
}

/** The one id that begins so; or `case.unknown`, `message.unknown`, `office.ambiguous-id`. */
async function findId(
  { node }: OfficeService,
  { channel: name, what, prefix }: z.output<typeof findInput>,
): Promise<OperationResult> {
  const picked = name === undefined ? undefined : pickChannel(node, name);
  if (picked?.ok === false) return picked;
  const channels = picked === undefined ? node.channels.channels() : [picked.value];
  const found = new Map<string, string>();
  for (const channel of channels) {
    const ids = what === "case" ? casesOf(node, channel) : messagesOf(node, channel, prefix);
    for await (const id of ids) if (id.startsWith(prefix)) found.set(id, channel.id);
  }
  const [first, ...others] = found;
  if (first === undefined) return refuseLocally(`${what}.unknown`, { id: prefix });
  if (others.length > 0) {
    return refuseLocally("office.ambiguous-id", { id: prefix, count: String(found.size) });
  }
  const [id, channel] = first;
  return accept({ id, channel });
}

async function* casesOf(node: PartyNode, channel: Channel): AsyncGenerator<string> {
  for (const trafficClass of officeClassesOf(channel)) {
    const { fold } = await node.folds.state(channel, trafficClass);
    for (const { id } of fold.cases()) yield id;
  }
}

async function* messagesOf(
  node: PartyNode,
  channel: Channel,
  prefix: string,
): AsyncGenerator<string> {
  if (prefix.length === idCharacters) {
    const query = { channel: channel.id, jti: prefix };
    const row = await node.storage.read((tx) => tx.opened.readOpenedByJti(query));
    if (row !== undefined) yield prefix;
    return;
  }
  for (const trafficClass of trafficClasses) {
    if (!channel.agreement.classes.includes(trafficClass)) continue;
    const { fold } = await node.folds.state(channel, trafficClass);
    for (const side of [0, 1] as const) {
      for (const { message } of fold.standings(side)) if (message !== null) yield message.jti;
    }
  }
  yield* waitingOf(node, channel);
}

/** What no receipt covers is in no fold yet. */
async function* waitingOf(node: PartyNode, channel: Channel): AsyncGenerator<string> {
  for (const log of await node.listLogs(channel)) {
    if (log.direction !== "own") continue;
    for (let from = log.receiptedSize; from < log.size; from += entriesPerBatchMax) {
      const rows = await node.storage.read((tx) =>
        tx.opened.listOpened(log.id, from, entriesPerBatchMax),
      );
      for (const { jti } of rows) if (jti !== null) yield jti;
    }
  }
}

function officeClassesOf(channel: Channel): readonly TrafficClass[] {
  return (["live", "exercise"] as const).filter((each) => channel.agreement.classes.includes(each));
}
