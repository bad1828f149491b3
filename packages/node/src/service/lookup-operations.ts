/**
 * What a person has in hand when asking for something: the first characters of an id, a peer's name.
 *
 * @module
 */
import type { TrafficClass } from "@parley/core/log/origin";
import { accept } from "@parley/core/result";
import { z } from "zod";
import { refuseLocally } from "../local-refusal.ts";
import { actorOf } from "./actor.ts";
import type { Channel } from "./channel.ts";
import { idPrefixPattern } from "./id-prefix.ts";
import { type OfficeService, pickChannel, visibleChannels } from "./office-operations.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "./operation.ts";
import type { PartyNode } from "./party-node.ts";
import { visibleTo } from "./people/roles.ts";
import type { Visibility } from "./storage-content.ts";

const findInput = z.strictObject({
  channel: z.string().min(3).max(63).optional(),
  what: z.enum(["case", "message"]),
  prefix: z.string().regex(idPrefixPattern),
});

export const lookupOperations: Operations<OfficeService> = {
  "channel.list": defineOperation(z.strictObject({}), listChannels),
  "id.find": defineOperation(findInput, findId),
};

async function listChannels(
  { node }: OfficeService,
  _: unknown,
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const channels = visibleChannels(node, visible).map(({ id, me, peer, agreement }) => ({
    ...{ id, me, peer },
    classes: agreement.classes.filter(
      (each) => visible.classes === "all" || visible.classes.includes(each),
    ),
  }));
  return accept({ channels });
}

/** The one id that begins so; or `case.unknown`, `message.unknown`, `office.ambiguous-id`. */
async function findId(
  { node }: OfficeService,
  { channel: name, what, prefix }: z.output<typeof findInput>,
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const picked = name === undefined ? undefined : pickChannel(node, name, visible);
  if (picked?.ok === false) return picked;
  const channels = picked === undefined ? visibleChannels(node, visible) : [picked.value];
  const found = new Map<string, string>();
  for (const channel of channels) {
    const ids = await (what === "case"
      ? casesOf(node, channel, { prefix, visible })
      : messagesOf(node, channel, { prefix, visible }));
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

type Sought = { readonly prefix: string; readonly visible: Visibility };

async function casesOf(
  node: PartyNode,
  channel: Channel,
  { prefix, visible }: Sought,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const trafficClass of officeClassesOf(channel)) {
    await node.folds.state(channel, trafficClass);
    const scope = { channel: channel.id, class: trafficClass };
    ids.push(
      ...(await node.storage.read((tx) => tx.projections.listCaseIds(scope, prefix, visible))),
    );
  }
  return ids;
}

/** What no receipt covers yet is among them. */
async function messagesOf(
  node: PartyNode,
  channel: Channel,
  { prefix, visible }: Sought,
): Promise<readonly string[]> {
  return node.storage.read((tx) => tx.opened.listJtis(channel.id, prefix, visible));
}

function officeClassesOf(channel: Channel): readonly TrafficClass[] {
  return (["live", "exercise"] as const).filter((each) => channel.agreement.classes.includes(each));
}
