/**
 * How a node stands: its logs, its mirrors, its links; and a test of the link at once.
 *
 * @module
 */

import type { JsonValue } from "@parley/core/bytes/canonical-json";
import type { JsonObject } from "@parley/core/message/members";
import { accept } from "@parley/core/result";
import { z } from "zod";
import { actorOf } from "./actor.ts";
import { ordinalBase } from "./class-state.ts";
import type { Clockwork } from "./clockwork.ts";
import { type OfficeService, pickChannel, visibleChannels } from "./office-operations.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "./operation.ts";
import { visibleTo } from "./people/roles.ts";
import type { PeerLinkState } from "./sender.ts";

export interface NodeService extends OfficeService {
  readonly clockwork: Clockwork;
  /** Of a node that serves; empty in a command's own process. */
  linkStates(): Promise<readonly PeerLinkState[]>;
}

export const nodeOperations: Operations<NodeService> = {
  "node.status": defineOperation(z.strictObject({}), showStatus),
  "link.test": defineOperation(
    z.strictObject({ channel: z.string().max(63).optional() }),
    async (service: NodeService, input, context) => {
      const visible = visibleTo(actorOf(context));
      const channel = pickChannel(service.node, input.channel, visible);
      if (!channel.ok) return channel;
      const posted = await service.clockwork.testLink(channel.value);
      return accept({ peer: channel.value.peer, ...posted });
    },
  ),
};

async function showStatus(
  service: NodeService,
  _: unknown,
  context: OperationContext,
): Promise<OperationResult> {
  const { node, isServing } = service;
  const channels = visibleChannels(node, visibleTo(actorOf(context)));
  const logs: JsonObject[] = [];
  let waiting = 0;
  let unopened = 0;
  for (const channel of channels) {
    for (const log of await node.listLogs(channel)) {
      const { author, epoch, direction, size, openedSize, receiptedSize } = log;
      const state = await node.folds.state(channel, log.class);
      const { fold } = state;
      const side = author === channel.me ? channel.mySide : channel.peerSide;
      const due = Math.min(size, log.closedAtSize ?? size);
      // The fold counts over all epochs; one whose beginning is not known yet has nothing folded.
      const earlier = ordinalBase(state.logs[side], epoch);
      const folded = Math.max(0, Math.min(due, fold.foldedCount(side) - earlier));
      if (direction === "own") waiting += due - folded;
      else unopened += Math.min(log.entryCount, log.closedAtSize ?? log.entryCount) - openedSize;
      const about = { peer: channel.peer, class: log.class, author, epoch, direction };
      logs.push({ ...about, size, openedSize, receiptedSize, folded });
    }
  }
  const peers = new Set<string>(channels.map(({ peer }) => peer));
  const states = (await service.linkStates()).filter(({ peer }) => peers.has(peer));
  const links = states as unknown as JsonValue;
  return accept({ party: node.party, isServing, waiting, unopened, logs, links });
}
