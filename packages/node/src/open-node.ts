/**
 * Opens one party's node from its home: database, head store, and the keys that passphrases open.
 *
 * Part of the wiring, as `main.ts`, which alone uses it.
 *
 * @module
 */
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import type { CliContext, Refused } from "./cli/command.ts";
import { createLog } from "./log.ts";
import { systemClock } from "./service/clock.ts";
import type { Home } from "./service/home.ts";
import {
  type Desk,
  desks,
  openKeys,
  openRing,
  type RingKey,
  type RingName,
} from "./service/key-ring.ts";
import { LeaseKeeper } from "./service/lease-keeper.ts";
import { PartyNode } from "./service/party-node.ts";
import { finishRebuild } from "./service/rebuild.ts";
import type { Storage } from "./service/storage.ts";
import { openHeadStore } from "./storage/open-head-store.ts";
import { openStorage } from "./storage/open-storage.ts";
import { PostgresWakeUps } from "./storage/postgres-wake-ups.ts";

export type OpenedNode =
  | { readonly ok: true; readonly value: PartyNode; readonly rings: readonly RingKey[] }
  | Refused;

/**
 * The node's own passphrase must be there. A desk without one stays locked: what it would say is
 * refused `desk.locked`, and everything else goes on. The caller holds the lock of the home.
 *
 * @param asks - Whether a person at the terminal is asked for the desks too; `needed` are those
 *   without which nothing is opened.
 */
export async function openPartyNode(
  context: CliContext,
  home: Home,
  asks: { readonly desks: boolean; readonly needed?: readonly Desk[] },
): Promise<OpenedNode> {
  const rings = await openRings(context, home, asks);
  if (!rings.ok) return rings;
  const { config } = context;
  const place = config.storage ?? home.database;
  const storage = await openStorage(place, "open");
  if (!storage.ok) return storage;
  try {
    const rows = await storage.value.read((tx) => tx.keys.listKeys({}));
    const keys = openKeys(nodePrimitives, rings.value, rows);
    const heads = keys.ok ? await openHeadStore(config.headStore, "open", place) : keys;
    if (keys.ok && heads.ok) {
      const ports = { p: nodePrimitives, storage: storage.value, headStore: heads.value };
      const keeper = makeKeeper(context, storage.value);
      const node = await PartyNode.open({
        ...{ ...ports, clock: systemClock, keys: keys.value },
        ...(keeper && { sharing: keeper }),
      });
      await keeper?.start(() => node.channels.channels().map(({ id }) => id));
      await finishRebuild(node);
      return { ok: true, value: node, rings: rings.value };
    }
    await storage.value[Symbol.asyncDispose]();
    return keys.ok ? (heads as Refused) : keys;
  } catch (fault) {
    await storage.value[Symbol.asyncDispose]();
    throw fault;
  }
}

/** On PostgreSQL there may be other processes; beside SQLite the lock of the home lets none in. */
function makeKeeper({ config }: CliContext, storage: Storage): LeaseKeeper | undefined {
  if (config.storage === undefined) return undefined;
  const { leaseMs, logLevel } = config;
  const wakeUps = new PostgresWakeUps(config.storage);
  const ports = { p: nodePrimitives, storage, clock: systemClock, wakeUps, leaseMs };
  return new LeaseKeeper({ ...ports, log: createLog(logLevel) });
}

type OpenedRings = { readonly ok: true; readonly value: readonly RingKey[] } | Refused;

async function openRings(
  context: CliContext,
  home: Home,
  asks: Parameters<typeof openPartyNode>[2],
): Promise<OpenedRings> {
  const passphrase = await context.passphrase("node");
  if (!passphrase.ok) return passphrase;
  const given = new Map<RingName, string>([["node", passphrase.value]]);
  for (const desk of desks) {
    const isNeeded = asks.needed?.includes(desk) === true;
    const mayAsk = asks.desks && context.io.isInteractive;
    if (!isNeeded && !hasFile(context, desk) && !mayAsk) continue;
    const own = await context.passphrase(desk);
    if (!own.ok) return own;
    if (own.value !== "" || isNeeded) given.set(desk, own.value);
  }
  const opened = await Promise.all(
    [...given].map(([name, text]) => openRing(nodePrimitives, { keysPath: home.keys, name }, text)),
  );
  const rings: RingKey[] = [];
  for (const ring of opened) {
    if (!ring.ok) return ring;
    rings.push(ring.value);
  }
  return { ok: true, value: rings };
}

function hasFile({ config }: CliContext, desk: (typeof desks)[number]): boolean {
  return (config[`${desk}PassphraseFile`] ?? config.passphraseFile) !== undefined;
}
