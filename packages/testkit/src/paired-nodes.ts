/**
 * Two parties in a box: homes, keys, pairing and an agreement that both have signed, without a
 * network. What crosses is moved by {@link deliver}, the way an exchange would.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseAgreement, signAgreement } from "@parley/core/agreement/agreement";
import type { AgreementPayload } from "@parley/core/agreement/agreement-schema";
import { defaultAgreement } from "@parley/core/agreement/default-agreement";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import type { JwsSigner } from "@parley/core/crypto/jws";
import { keyId } from "@parley/core/crypto/key-id";
import { assert } from "@parley/core/fault";
import { cosign, mirrorName } from "@parley/core/log/cosignature";
import { appendLeaves, leafHash, readRange } from "@parley/core/log/tree";
import type { Descriptor } from "@parley/core/party/descriptor";
import { fingerprint } from "@parley/core/party/fingerprint";
import type { PartyName } from "@parley/core/party/party-name";
import { agreementOperations } from "@parley/node/service/agreement-operations";
import type { Channel } from "@parley/node/service/channel";
import type { Clock } from "@parley/node/service/clock";
import { desks, openKeys, type RingKey } from "@parley/node/service/key-ring";
import { type OperationResult, runOperation } from "@parley/node/service/operation";
import { createParty } from "@parley/node/service/own-party";
import { PartyNode } from "@parley/node/service/party-node";
import { type PartyService, partyOperations } from "@parley/node/service/party-operations";
import type { Sharing } from "@parley/node/service/sharing";
import type { LogRow } from "@parley/node/service/storage-log";
import { openHeadFile } from "@parley/node/storage/head-file";
import { openSqliteStorage } from "@parley/node/storage/open-sqlite";

const p = nodePrimitives;

/** A clock that stands until it is moved. */
export interface TestClock extends Clock {
  /** POSIX seconds. */
  now: number;
}

export interface PairedParty {
  readonly node: PartyNode;
  /** Its side of the one channel. */
  readonly channel: Channel;
  readonly directory: string;
  readonly authority: readonly JwsSigner[];
  readonly rings: readonly RingKey[];
  /** Closes the node and opens its home again, as after a restart. */
  reopen(): Promise<PairedParty>;
}

export interface PairedNodes extends AsyncDisposable {
  /** In order of name: `moscow.example` is side 0. */
  readonly washington: PairedParty;
  readonly moscow: PairedParty;
  readonly clock: TestClock;
}

export interface PairOptions {
  /** Where the clock stands at first; POSIX seconds. */
  readonly now?: number;
  readonly addresses?: { readonly [party: string]: readonly string[] };
  readonly pinOf?: (party: string, seed: Uint8Array) => Promise<string>;
  /** What both sign, made from the default. */
  readonly agreement?: (draft: AgreementPayload) => AgreementPayload;
}

/** All that it takes to open a node of a pair, in whatever process. */
export interface PairedHome {
  readonly directory: string;
  readonly rings: readonly RingKey[];
}

const washington = "washington.example" as PartyName;
const moscow = "moscow.example" as PartyName;

/** 1 December 2016, 12:00 UTC: before the case that everything here replays. */
export const testNow = 1_480_593_600;

/** Makes both; whoever uses them disposes of them. */
export async function pairedNodes(options: PairOptions = {}): Promise<PairedNodes> {
  const clock: TestClock = {
    now: options.now ?? testNow,
    nowSeconds: () => clock.now,
    sleep: () => Promise.resolve(),
  };
  const { washington: west, moscow: east } = await pairedHomes(clock.now, options);
  const parties = [await openParty(west, clock), await openParty(east, clock)] as const;
  return {
    washington: parties[0],
    moscow: parties[1],
    clock,
    async [Symbol.asyncDispose]() {
      for (const made of [west, east]) {
        await made.closing?.();
        await rm(made.directory, { recursive: true, force: true });
      }
    },
  };
}

/** Makes both homes, paired and agreed, and opens neither; whoever asks for them removes them. */
export async function pairedHomes(
  now: number,
  options: PairOptions = {},
): Promise<{ readonly washington: MadeParty; readonly moscow: MadeParty }> {
  const [west, east] = await Promise.all([
    makeParty(washington, now, options),
    makeParty(moscow, now, options),
  ]);
  await pair(west, east, { now, agreement: options.agreement ?? ((draft) => draft) });
  return { washington: west, moscow: east };
}

/** A home that is paired and agreed, and its owner. */
export interface MadeParty extends PairedHome {
  readonly name: PartyName;
  readonly authority: readonly JwsSigner[];
  readonly descriptor: Descriptor;
  /** Closes the node that is open on it now. */
  closing?: () => Promise<void>;
}

async function makeParty(name: PartyName, now: number, options: PairOptions): Promise<MadeParty> {
  const directory = await mkdtemp(join(tmpdir(), "parley-pair-"));
  const rings = (["node", ...desks] as const).map((ring) => ({ name: ring, key: p.random(32) }));
  const authority = (["Ed25519", "ML-DSA-65"] as const).map((algorithm) => {
    const signer = p.signer(algorithm, p.random(32));
    return { kid: keyId(p, algorithm, signer.publicKey), signer };
  });
  const opened = await openSqliteStorage(join(directory, "parley.db"), "create");
  assert(opened.ok, "a new directory");
  await using storage = opened.value;
  const heads = openHeadFile(join(directory, "heads"), "create");
  assert(heads.ok, "a new directory");
  await heads.value[Symbol.asyncDispose]();
  const addresses = options.addresses?.[name] ?? [`https://${name}`];
  const profile = { addresses, contacts: [], validDays: 3_650 };
  const anyPin = async () => keyId(p, "Ed25519", p.random(32));
  const pinOf = async (seed: Uint8Array) => (await options.pinOf?.(name, seed)) ?? (await anyPin());
  const party = { name, profile, isPractice: true, authority, rings, pinOf };
  const created = await createParty(p, storage, party, now);
  assert(created.ok, "a party of the right form");
  return { name, directory, rings, authority, descriptor: created.value };
}

async function pair(
  west: MadeParty,
  east: MadeParty,
  { now, agreement }: { readonly now: number } & Required<Pick<PairOptions, "agreement">>,
): Promise<void> {
  const draft = defaultAgreement({
    parties: [east.descriptor, west.descriptor],
    createdAt: now,
    adoptBy: now + 86_400 * 30,
  });
  const signed = await signAgreement(agreement(draft), signing(west, now));
  assert(signed.ok, "Washington signs");
  const read = await parseAgreement(p, signed.value, [west.descriptor, east.descriptor]);
  assert(read.ok, "Moscow reads");
  const both = await signAgreement(read.value, signing(east, now));
  assert(both.ok, "Moscow signs");
  for (const [me, peer] of [
    [west, east],
    [east, west],
  ] as const) {
    const opened = await openSqliteStorage(join(me.directory, "parley.db"), "open");
    assert(opened.ok, "made above");
    await using storage = opened.value;
    const partiesChanged = async () => undefined;
    const clock: Clock = { nowSeconds: () => now, sleep: () => Promise.resolve() };
    const service = { primitives: p, storage, clock, party: me.name, partiesChanged };
    const digits = fingerprint(p, peer.descriptor);
    await must(service, "peer.import", { chain: [peer.descriptor.text] });
    await must(service, "peer.confirm", { peer: peer.name, digits });
    await must(service, "agreement.import", { agreement: both.value });
  }
}

function signing({ name, authority }: MadeParty, now: number) {
  return { party: name, signers: authority, now };
}

async function must(service: PartyService, name: string, input: unknown): Promise<void> {
  const context = { progress: () => undefined, signal: new AbortController().signal };
  const operations = { ...partyOperations, ...agreementOperations };
  const result: OperationResult = await runOperation(operations, service, { name, input }, context);
  if (!result.ok) throw new Error(`${name}: ${result.refusal.code} ${result.refusal.detail}`);
}

/** Opens one node of a pair. @param sharing - As one who works every channel, if absent. */
export async function openPaired(
  home: PairedHome,
  clock: Clock,
  sharing?: Sharing,
): Promise<PartyNode> {
  const storage = await openSqliteStorage(join(home.directory, "parley.db"), "open");
  assert(storage.ok, "made before");
  const heads = openHeadFile(join(home.directory, "heads"), "open");
  assert(heads.ok, "made before");
  const rows = await storage.value.read((tx) => tx.keys.listKeys({}));
  const keys = openKeys(p, home.rings, rows);
  assert(keys.ok, "keys that were just sealed");
  return PartyNode.open({
    ...{ p, storage: storage.value, headStore: heads.value, clock, keys: keys.value },
    ...(sharing && { sharing }),
  });
}

async function openParty(made: MadeParty, clock: TestClock): Promise<PairedParty> {
  const node = await openPaired(made, clock);
  const [channel] = node.channels.channels();
  assert(channel !== undefined, "an agreement opens a channel");
  made.closing = () => node[Symbol.asyncDispose]();
  return {
    ...{ node, channel, directory: made.directory, authority: made.authority, rings: made.rings },
    reopen: async () => {
      await made.closing?.();
      return openParty(made, clock);
    },
  };
}

export interface Delivery {
  /** Whether the sender gets the receipt; one that is lost comes with the next. */
  readonly receipt?: boolean;
  /** Whether the receiver opens what came; else it waits. */
  readonly open?: boolean;
}

/** Moves everything that `from` wrote to `to`: mirrored, cosigned, opened, and receipted back. */
export async function deliver(
  from: PairedParty,
  to: PairedParty,
  { receipt = true, open = true }: Delivery = {},
): Promise<void> {
  for (const own of await from.node.listLogs(from.channel)) {
    if (own.direction !== "own" || own.size === 0) continue;
    await mirror(from, to, own);
    const log = await to.node.storage.read((tx) => tx.logs.readLogByOrigin(own.origin));
    assert(log !== undefined, "a mirror of each log");
    if (receipt) await handBack(from, to, { own, mirrored: log });
    if (open) await to.node.openMirror(to.channel, log);
  }
}

/** What the mirror of `to` does with the entries of one log. */
async function mirror(from: PairedParty, to: PairedParty, own: LogRow): Promise<void> {
  const { storage, clock } = to.node;
  const held = await storage.read((tx) => tx.logs.readLogByOrigin(own.origin));
  assert(held !== undefined, "a mirror of each log");
  if (held.size === own.size) return;
  const signed = await from.node.storage.read((tx) => tx.logs.readCheckpoint(own.id, own.size));
  assert(signed !== undefined, "an own log is signed");
  await storage.write((tx) => tx.logs.addPending(held.id, held.pendingSize ?? 0, signed));
  for (let at = held.entryCount; at < own.size; at += 256) {
    const rows = await from.node.storage.read((tx) => tx.logs.readEntries(own.id, at));
    const entries = rows.map(({ bytes }) => bytes);
    const read = (ids: Parameters<Parameters<typeof readRange>[0]>[0]) =>
      storage.read((tx) => tx.logs.readNodes(held.id, ids));
    const grown = appendLeaves(
      p,
      await readRange(read, at),
      entries.map((e) => leafHash(p, e)),
    );
    const batch = { expectedCount: at, entries, nodes: grown.nodes, root: null };
    await storage.write((tx) => tx.logs.append(held.id, batch));
  }
  const last = await storage.read((tx) => tx.receipts.readLastReceipt(held.id));
  const time = Math.max(clock.nowSeconds(), last?.time ?? 0);
  const channel = to.node.channels.byId(to.channel.id);
  assert(channel !== undefined, "a channel that is open");
  const signers = to.node.mirrorSignersAt(channel, own.origin, own.size);
  const checkpoint = { origin: own.origin, size: signed.size, root: signed.root };
  const name = mirrorName(to.channel.me);
  const { lines } = await cosign(p, checkpoint, { name, signers, time });
  const commit = { checkpoint: signed, receipt: { size: signed.size, time, lines } };
  await storage.write((tx) => tx.logs.commitMirror(held.id, commit));
}

async function handBack(
  from: PairedParty,
  to: PairedParty,
  { own, mirrored }: { readonly own: LogRow; readonly mirrored: LogRow },
): Promise<void> {
  const receipts = await to.node.storage.read((tx) => tx.receipts.listReceipts(mirrored.id, 0));
  for (const one of receipts) {
    await from.node.storage.write((tx) => tx.receipts.placeReceipt(own.id, one));
  }
  await from.node.foldReceipts(from.channel, own.class);
}
