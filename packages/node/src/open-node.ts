/**
 * Opens one party's node from its home: database, head store, and the keys that passphrases open.
 *
 * Part of the wiring, as `main.ts`, which alone uses it.
 *
 * @module
 */

import { setTimeout as sleep } from "node:timers/promises";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import type { CliContext, Refused } from "./cli/command.ts";
import type { Config } from "./config.ts";
import { refuseLocally } from "./local-refusal.ts";
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
import { PostgresPresence, type PresenceMode } from "./storage/postgres-presence.ts";
import { PostgresWakeUps } from "./storage/postgres-wake-ups.ts";

/** How long one waits for another that is alone with the database. Milliseconds. */
const presenceMsMax = 10_000;
const againMs = 100;

export type OpenedNode =
  | { readonly ok: true; readonly value: PartyNode; readonly rings: readonly RingKey[] }
  | Refused;

/**
 * The node's own passphrase must be there. A desk without one stays locked: what it would say is
 * refused `desk.locked`, and everything else goes on. The caller holds the lock of the home.
 *
 * @param asks - Whether a person at the terminal is asked for the desks too; `needed` are those
 *   without which nothing is opened. `alone`: no other process may have the database, which is then
 *   refused `storage.in-use`.
 */
export async function openPartyNode(
  context: CliContext,
  home: Home,
  asks: {
    readonly desks: boolean;
    readonly needed?: readonly Desk[];
    readonly alone?: true;
  },
): Promise<OpenedNode> {
  const rings = await openRings(context, home, asks);
  if (!rings.ok) return rings;
  const { config } = context;
  const place = config.storage ?? home.database;
  const opened = await openHere(config, place, asks.alone === true ? "alone" : "shared");
  if (!opened.ok) return opened;
  const { storage, presence } = opened.value;
  try {
    const rows = await storage.read((tx) => tx.keys.listKeys({}));
    const keys = openKeys(nodePrimitives, rings.value, rows);
    const heads = keys.ok ? await openHeadStore(config.headStore, "open", place) : keys;
    if (keys.ok && heads.ok) {
      const ports = { p: nodePrimitives, storage, headStore: heads.value };
      const keeper = presence && makeKeeper(context, { place, storage, presence });
      const node = await PartyNode.open({
        ...{ ...ports, clock: systemClock, keys: keys.value },
        ...(keeper && { sharing: keeper }),
      });
      const channels = () => node.channels.channels().map(({ id }) => id);
      await keeper?.start(channels);
      if (asks.alone === true && !(await holdsAll(node, config.leaseMs))) {
        await node[Symbol.asyncDispose]();
        return refuseLocally("storage.in-use", {});
      }
      await finishRebuild(node);
      return { ok: true, value: node, rings: rings.value };
    }
    await storage[Symbol.asyncDispose]();
    await presence?.[Symbol.asyncDispose]();
    return keys.ok ? (heads as Refused) : keys;
  } catch (fault) {
    await storage[Symbol.asyncDispose]();
    await presence?.[Symbol.asyncDispose]();
    throw fault;
  }
}

type OpenedHere =
  | {
      readonly ok: true;
      readonly value: {
        readonly storage: Storage;
        /** `undefined` beside SQLite: the lock of the home lets no other process in. */
        readonly presence: PostgresPresence | undefined;
      };
    }
  | Refused;

/**
 * Opens the database, which on PostgreSQL others may have open too: who is `alone` is refused
 * `storage.in-use` at once if they have, anybody else `storage.held` after {@link presenceMsMax}.
 */
export async function openHere(
  config: Config,
  place: string,
  mode: PresenceMode,
): Promise<OpenedHere> {
  const storage = await openStorage(place, "open");
  if (!storage.ok) return storage;
  if (config.storage === undefined) {
    return { ok: true, value: { storage: storage.value, presence: undefined } };
  }
  try {
    const giveUpAt = performance.now() + presenceMsMax;
    for (;;) {
      const presence = await PostgresPresence.take(place, mode);
      if (presence !== undefined) return { ok: true, value: { storage: storage.value, presence } };
      if (mode === "alone" || performance.now() > giveUpAt) break;
      await sleep(againMs);
    }
  } catch (fault) {
    await storage.value[Symbol.asyncDispose]();
    throw fault;
  }
  await storage.value[Symbol.asyncDispose]();
  return refuseLocally(mode === "alone" ? "storage.in-use" : "storage.held", {});
}

/** Waits for the leases of a process that was killed: nobody else renews them. */
async function holdsAll({ channels, sharing }: PartyNode, leaseMs: number): Promise<boolean> {
  const giveUpAt = performance.now() + 2 * leaseMs;
  while (channels.channels().some(({ id }) => sharing.leaseOf(id) === undefined)) {
    if (performance.now() > giveUpAt) return false;
    await sleep(againMs);
  }
  return true;
}

interface SharedDatabase {
  readonly place: string;
  readonly storage: Storage;
  readonly presence: PostgresPresence;
}

function makeKeeper({ config }: CliContext, database: SharedDatabase): LeaseKeeper {
  const { leaseMs, logLevel } = config;
  const { place, storage, presence } = database;
  const wakeUps = new PostgresWakeUps(place);
  const ports = { p: nodePrimitives, storage, clock: systemClock, wakeUps, presence, leaseMs };
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
