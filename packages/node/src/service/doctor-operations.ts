/**
 * What a node knows of its own health without opening a key: logs, peers, descriptors, times.
 *
 * Facts only: what is well and what is not is decided where it is said (`cli/doctor/`).
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import type { JsonObject } from "@parley/core/message/members";
import { accept } from "@parley/core/result";
import { z } from "zod";
import type { NodeService } from "./node-operations.ts";
import { defineOperation, type OperationResult, type Operations } from "./operation.ts";
import { protocolVersion } from "./own-party.ts";
import { type PartyService, readStored } from "./party-operations.ts";
import type { StorageReader } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

/** A service that may serve: then it knows how each link goes. */
type DoctorService = PartyService & Partial<Pick<NodeService, "isServing" | "linkStates">>;

export const doctorOperations: Operations<DoctorService> = {
  "doctor.inspect": defineOperation(z.strictObject({}), inspect),
};

async function inspect(service: DoctorService): Promise<OperationResult> {
  const { primitives: p, storage, clock, party } = service;
  const stored = await storage.read(async (tx) => ({
    home: await tx.home.readHome(),
    isRebuilding: await tx.home.readIsRebuilding(),
    own: await tx.parties.readDescriptor(party, "last"),
    peers: await readPeers(tx),
    logs: await readLogs(tx),
    ownBases: await readOwnBases(tx),
  }));
  const validUntilOf = async (jws: string | undefined) =>
    jws === undefined ? null : (await readStored(p, jws)).payload.validUntil;
  const peers: JsonObject[] = [];
  for (const { jws, ...peer } of stored.peers) {
    peers.push({ ...peer, validUntil: await validUntilOf(jws) });
  }
  const links = (await service.linkStates?.()) ?? [];
  return accept({
    party,
    now: clock.nowSeconds(),
    protocol: stored.home?.protocol ?? protocolVersion,
    isPractice: stored.home?.isPractice ?? false,
    isServing: service.isServing ?? false,
    isRebuilding: stored.isRebuilding,
    validUntil: await validUntilOf(stored.own?.jws),
    peers,
    logs: stored.logs,
    ownBases: stored.ownBases,
    links: JSON.parse(JSON.stringify(links)),
  });
}

/** Of every log that we ever wrote, as the head store names it: the origin without the epoch. */
async function readOwnBases(tx: StorageReader): Promise<string[]> {
  const bases = (await tx.logs.listLogs({ direction: "own" })).map(baseOf);
  return [...new Set(bases)];
}

function baseOf({ origin }: LogRow): string {
  return origin.slice(0, origin.lastIndexOf("/"));
}

async function readPeers(tx: StorageReader) {
  const peers = [];
  for (const { party, confirmedAt } of await tx.parties.listPeers()) {
    const last = await tx.parties.readDescriptor(party, "last");
    const channels = await tx.channels.listChannels(party);
    const hasChannel = channels.some(({ state }) => state === "open");
    peers.push({ peer: party, isConfirmed: confirmedAt !== null, hasChannel, jws: last?.jws });
  }
  return peers;
}

/** The newest epoch of each log, and when its last receipt was given: our sign of life of the peer. */
async function readLogs(tx: StorageReader): Promise<JsonObject[]> {
  const rows: JsonObject[] = [];
  for (const { id: channel, peer, state } of await tx.channels.listChannels()) {
    if (state !== "open") continue;
    const newest = new Map<string, LogRow>();
    for (const log of await tx.logs.listLogs({ channel })) {
      newest.set(`${log.direction} ${log.class}`, log);
    }
    for (const log of newest.values()) {
      const { direction, class: of, epoch, size, entryCount, openedSize, receiptedSize } = log;
      const receipt = await tx.receipts.readLastReceipt(log.id);
      const oldest =
        direction === "own" && receiptedSize < size
          ? await tx.opened.readOpened(log.id, receiptedSize)
          : undefined;
      rows.push({
        ...{ peer, direction, class: of, epoch, size, entryCount, openedSize, receiptedSize },
        base: baseOf(log),
        root: toBase64Url(log.root),
        lastReceiptAt: receipt?.time ?? null,
        waitingSince: oldest?.openedAt ?? null,
      });
    }
  }
  return rows;
}
