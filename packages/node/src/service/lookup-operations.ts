/**
 * What a person has in hand when asking for something: the first characters of an id, a peer's name.
 *
 * @module
 */
import type { TrafficClass } from "@parley/core/log/origin";
import { accept } from "@parley/core/result";
import { z } from "zod";
import { refuseLocally } from "../local-refusal.ts";
import type { Channel } from "./channel.ts";
import { idPrefixPattern } from "./id-prefix.ts";
import { type OfficeService, pickChannel } from "./office-operations.ts";
import { defineOperation, type OperationResult, type Operations } from "./operation.ts";
import type { PartyNode } from "./party-node.ts";

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
    const ids = await (what === "case"
      ? casesOf(node, channel, prefix)
      : messagesOf(node, channel, prefix));
    for (const id of ids) found.set(id, channel.id);
  }
  const [first, ...others] = found;
  if (first === undefined) return refuseLocally(`${what}.unknown`, { id: prefix });
  if (others.length > 0) {
    return refuseLocally("office.ambiguous-id", { id: prefix, count: String(found.size) });
  }
  const [id, channel] = first;
  return accept({ id, channel });
}

async function casesOf(
  node: PartyNode,
  channel: Channel,
  prefix: string,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const trafficClass of officeClassesOf(channel)) {
    await node.folds.state(channel, trafficClass);
    const scope = { channel: channel.id, class: trafficClass };
    ids.push(...(await node.storage.read((tx) => tx.projections.listCaseIds(scope, prefix))));
  }
  return ids;
}

/** What no receipt covers yet is among them. */
async function messagesOf(
  node: PartyNode,
  channel: Channel,
  prefix: string,
): Promise<readonly string[]> {
  return node.storage.read((tx) => tx.opened.listJtis(channel.id, prefix));
}

function officeClassesOf(channel: Channel): readonly TrafficClass[] {
  return (["live", "exercise"] as const).filter((each) => channel.agreement.classes.includes(each));
}
