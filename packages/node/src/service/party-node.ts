/**
 * One party's node without its network: keys, channels, logs, folds, and what may be said.
 *
 * A command that finds no server opens this for itself; the server opens it and adds the exchange,
 * which listens to {@link NodeEvents}. Whoever opens it holds the lock of the home.
 *
 * @module
 */

import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert, Fault } from "@parley/core/fault";
import type { LogKeys, LogSigners } from "@parley/core/log/checkpoint";
import {
  channelHexOf,
  formatOrigin,
  type LogOrigin,
  type TrafficClass,
} from "@parley/core/log/origin";
import { emptyRoot, readRange, rootOf } from "@parley/core/log/tree";
import { epochStateOf } from "@parley/core/party/channel-notice";
import { type PartyName, parsePartyName } from "@parley/core/party/party-name";
import type { RefusalCode } from "@parley/core/refusal-codes";
import type { AttachedFile } from "./attached-files.ts";
import { AuditLog } from "./audit/audit-log.ts";
import type { Channel } from "./channel.ts";
import { ClassFolds, feedRows } from "./class-folds.ts";
import { type ClassState, feedOf, isFollowable, ordinalBase } from "./class-state.ts";
import type { Clock } from "./clock.ts";
import { isClosing } from "./closing-note.ts";
import { noteProjected, projectChanges } from "./fold-projections.ts";
import type { HeadStore } from "./head-store.ts";
import { desks, type KeyOwner, type KeyRing } from "./key-ring.ts";
import { OpenCases } from "./open-cases.ts";
import { Opener, type OpenerPorts } from "./opener.ts";
import { keyChangeKind, OpeningDesk } from "./opening-desk.ts";
import { Outgoing } from "./outgoing.ts";
import { OwnLogs } from "./own-log.ts";
import { clearMarking, Post } from "./post.ts";
import { RecentEntries } from "./recent-entries.ts";
import { Serial } from "./serial.ts";
import { type Lease, requireLease, type Sharing, soleUser } from "./sharing.ts";
import type { Storage, StorageReader, StorageTransaction } from "./storage.ts";
import type { OpenedRow } from "./storage-content.ts";
import { entriesPerBatchMax, type LogRow } from "./storage-log.ts";
import { StoredChannels } from "./stored-channels.ts";

/** What the exchange, the clockwork and the console listen to. Called after it is durable. */
export interface NodeEvents {
  /** A new checkpoint of an own log waits to be sent. */
  onSigned?(log: LogRow): void;
  /** A write failed: what is kept of this own log may lack a signature. */
  onUnsigned?(logId: number): void;
  /** Our own entries lack receipts that the peer's messages presuppose. */
  onReceiptMissing?(channel: Channel): void;
  /** A message names an attachment that is not here; resolves when it was asked for. */
  onAttachmentMissing?(channel: Channel, file: AttachedFile): Promise<void>;
  /** Entries of the peer were opened. */
  onOpened?(channel: Channel, rows: readonly OpenedRow[]): void | Promise<void>;
  /** Channels, descriptors or agreements changed. */
  onChannels?(): void;
  /** The peer said where an epoch of ours ended: what lies below and is not here is to be fetched. */
  onEpochClosed?(channel: Channel): void;
}

export interface PartyNodePorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly headStore: HeadStore;
  readonly clock: Clock;
  readonly keys: KeyRing;
  /** Absent: this process has the database to itself. */
  readonly sharing?: Sharing;
}

export class PartyNode {
  readonly party: PartyName;
  readonly primitives: Primitives;
  readonly storage: Storage;
  readonly headStore: HeadStore;
  readonly clock: Clock;
  readonly keys: KeyRing;
  readonly channels: StoredChannels;
  readonly folds: ClassFolds;
  readonly ownLogs: OwnLogs;
  readonly recent = new RecentEntries();
  readonly post: Post;
  readonly outgoing: Outgoing;
  readonly sharing: Sharing;
  readonly openCases: OpenCases;
  readonly opener: Opener;
  readonly openingDesk: OpeningDesk;
  readonly audit: AuditLog;
  /** Set by whoever serves. */
  events: NodeEvents = {};
  readonly #openerPorts: OpenerPorts;
  readonly #ownersOfKeys: ReadonlyMap<string, KeyOwner>;
  readonly #serials = new Map<string, Serial>();
  #mayLackKeys = false;

  private constructor(
    ports: PartyNodePorts,
    own: { readonly party: PartyName; readonly owners: ReadonlyMap<string, KeyOwner> },
  ) {
    const { p, storage, clock, keys, headStore, sharing = soleUser } = ports;
    this.party = own.party;
    this.primitives = p;
    this.storage = storage;
    this.clock = clock;
    this.keys = keys;
    this.headStore = headStore;
    this.sharing = sharing;
    this.#ownersOfKeys = own.owners;
    this.channels = new StoredChannels(p, storage);
    this.folds = new ClassFolds(storage, (id) => this.channels.byId(id), sharing);
    this.ownLogs = new OwnLogs({
      ...{ p, storage, headStore, clock, sharing },
      signersAt: ({ channel, origin }, size) => {
        const known = this.channels.byId(channel);
        assert(known !== undefined, "only logs of open channels are written");
        return this.#signersOf(known.logKeys(origin, size));
      },
      onSigned: (log) => this.events.onSigned?.(log),
      onUnsigned: (logId) => this.events.onUnsigned?.(logId),
    });
    this.outgoing = new Outgoing({ storage, clock, sharing, ownLogs: this.ownLogs });
    this.audit = new AuditLog({ p, storage, clock, signers: keys.auditSigners });
    this.post = new Post({
      ...{ p, storage, clock, sharing, ownLogs: this.ownLogs, outgoing: this.outgoing },
      ...{ recent: this.recent },
      signers: (owner) => keys.messageSigners(owner),
      archiveKey: (owner) => keys.currentArchiveKey(owner),
    });
    const deskOfKey = (id: string) => this.#ownersOfKeys.get(id);
    const fetchAttachment = async (channel: Channel, file: AttachedFile) =>
      this.events.onAttachmentMissing?.(channel, file);
    this.openCases = new OpenCases(storage);
    this.openingDesk = new OpeningDesk({ p, storage, keys, deskOfKey, fetchAttachment });
    this.#openerPorts = {
      ...{ p, storage, clock, sharing, folds: this.folds, desk: this.openingDesk },
      openCases: this.openCases,
      current: (channel) => this.channels.byId(channel.id) ?? channel,
      refuse: (channel, refused, kept) => this.#refuse(channel, refused, kept),
      onReceiptMissing: (channel) => this.events.onReceiptMissing?.(channel),
      onOpened: async (channel, rows) => {
        if (rows.some(({ kind }) => kind === keyChangeKind)) await this.partiesChanged();
        if (rows.some(isClosing)) {
          const [{ class: trafficClass } = { class: undefined }] = rows;
          assert(trafficClass !== undefined, "a row was found");
          this.folds.forget({ channel: channel.id, class: trafficClass });
          this.events.onEpochClosed?.(channel);
        }
        await this.events.onOpened?.(channel, rows);
      },
    };
    this.opener = new Opener(this.#openerPorts);
  }

  /** Reads who this is and its channels, and signs what an earlier process could not. */
  static async open(ports: PartyNodePorts): Promise<PartyNode> {
    const { home, rows } = await ports.storage.read(async (tx) => ({
      home: await tx.home.readHome(),
      rows: await tx.keys.listKeys({ purpose: "open" }),
    }));
    const name = parsePartyName(home?.party ?? "");
    if (!name.ok) throw new Fault("storage.damaged", "whose home it is", { retryable: false });
    const owners = new Map<string, KeyOwner>();
    for (const { id, owner } of rows) {
      const known = ["node" as const, ...desks].find((each) => each === owner);
      if (known !== undefined) owners.set(id, known);
    }
    const node = new PartyNode(ports, { party: name.value, owners });
    await node.#readParties();
    return node;
  }

  /** Descriptors, notices or agreements changed here: every process reads them anew. */
  async partiesChanged(): Promise<void> {
    await this.#readParties();
    this.sharing.tell({ about: "parties" });
  }

  /** Reads anew what another process changed, if it did. */
  async followParties(): Promise<void> {
    if (await this.channels.isBehind()) await this.#readParties();
  }

  /** Reads descriptors, notices and agreements, and makes the logs of a channel that opened. */
  async #readParties(): Promise<void> {
    await this.channels.reload();
    for (const channel of this.channels.channels()) {
      await this.storage.write((tx) => this.#makeLogs(tx, channel));
    }
    this.events.onChannels?.();
  }

  /** Those of our mirror, of a receipt of this size of a peer's log. */
  mirrorSignersAt(channel: Channel, origin: string, size: number): LogSigners {
    return this.#signersOf(channel.mirrorOf(channel.peer, origin, size).keys);
  }

  #signersOf(keys: LogKeys): LogSigners {
    const signers = this.keys.logSigners(keys);
    if (signers !== undefined) return signers;
    throw new Fault("storage.damaged", "a log or mirror key that was published", {
      retryable: false,
    });
  }

  /** Own logs and mirrors of a channel, every epoch. */
  listLogs(channel: Channel): Promise<readonly LogRow[]> {
    return this.storage.read((tx) => tx.logs.listLogs({ channel: channel.id }));
  }

  /** Runs `work` when nothing else uses the fold of this class. */
  exclusive<T>(channel: Channel, trafficClass: TrafficClass, work: () => Promise<T>): Promise<T> {
    const key = `${channel.id} ${trafficClass}`;
    const serial = this.#serials.get(key) ?? new Serial();
    this.#serials.set(key, serial);
    return serial.run(work);
  }

  /** Opens what a mirror has receipted; and what its later epochs have, if it thereby ended. */
  openMirror(channel: Channel, log: LogRow): Promise<void> {
    return this.exclusive(channel, log.class, async () => {
      if (this.#mayLackKeys) {
        await this.partiesChanged();
        this.#mayLackKeys = false;
      }
      const filter = { channel: channel.id, class: log.class, author: log.author };
      const logs = await this.storage.read((tx) => tx.logs.listLogs(filter));
      try {
        for (const { id } of logs.filter(({ epoch }) => epoch >= log.epoch)) {
          await this.opener.open(channel, id);
        }
      } catch (fault) {
        // A change of keys may be kept that nobody has heard of.
        this.#mayLackKeys = true;
        throw fault;
      }
    });
  }

  /** Runs `work` when nothing uses any fold, nor will until it is done. */
  alone(work: () => Promise<void>): Promise<void> {
    let run = work;
    for (const channel of this.channels.channels()) {
      for (const trafficClass of channel.agreement.classes) {
        const inner = run;
        run = () => this.exclusive(channel, trafficClass, inner);
      }
    }
    return run();
  }

  /**
   * Opens a mirror from its start; what we refused then is refused in our own log already. The caller
   * is {@link alone}.
   */
  reopenMirror(
    channel: Channel,
    log: LogRow,
    {
      refused,
      count,
    }: { readonly refused: ReadonlySet<number>; readonly count: (entries: number) => void },
  ): Promise<void> {
    const { openCases: _, ...ports } = this.#openerPorts;
    const again = new Opener({
      ...ports,
      refuse: async (at, refusal, kept) => {
        if (refused.has(refusal.index)) await this.storage.write((tx) => kept.within(tx));
        else await this.#refuse(at, refusal, kept);
      },
      onOpened: (_, rows) => count(rows.length),
    });
    return again.open(channel, log.id);
  }

  /** Folds our own entries of a class as far as the peer's receipts go. */
  foldReceipts(channel: Channel, trafficClass: TrafficClass): Promise<void> {
    return this.exclusive(channel, trafficClass, async () => {
      const state = await this.folds.state(channel, trafficClass);
      const filter = { channel: channel.id, class: trafficClass, author: channel.me };
      const logs = await this.storage.read((tx) => tx.logs.listLogs(filter));
      try {
        for (const log of logs.filter((one) => isFollowable(logs, one))) {
          const base = ordinalBase(logs, log.epoch);
          const end = Math.min(log.receiptedSize, log.closedAtSize ?? log.receiptedSize);
          for (;;) {
            const from = state.fed[channel.mySide] - base;
            if (from < 0 || from >= end) break;
            const count = Math.min(entriesPerBatchMax, end - from);
            await this.#foldOwn(state, { log, base, from, count });
          }
        }
        this.folds.trim(state);
      } catch (cause) {
        this.folds.forget({ channel: channel.id, class: trafficClass });
        throw cause;
      }
    });
  }

  async #foldOwn(
    state: ClassState,
    part: {
      readonly log: LogRow;
      readonly base: number;
      readonly from: number;
      readonly count: number;
    },
  ): Promise<void> {
    const { log, base, from, count } = part;
    const side = state.channel.mySide;
    const recent = this.recent.list(log.id, from, count);
    const changed = await this.storage.read(async (tx) => {
      const rows = recent ?? (await tx.past.listToFeed(log.id, from, count)).map(feedOf);
      return feedRows(tx, state, { side, log, base }, rows);
    });
    const lease = requireLease(this.sharing, log.channel);
    await this.storage.write(async (tx) => {
      await lease.fence(tx);
      await projectChanges(tx, state, changed);
    });
    noteProjected(state);
    this.recent.forget(log.id, from, count);
  }

  /** A refusal says that it has seen just past what it refuses. */
  async #refuse(
    channel: Channel,
    refused: { readonly log: LogRow; readonly index: number; readonly code: RefusalCode },
    kept: { readonly lease: Lease; within(tx: StorageTransaction): Promise<void> },
  ): Promise<void> {
    const { log, index, code } = refused;
    const root = await this.storage.read((tx) => rootAt(tx, this.primitives, log, index + 1));
    const notice = { marking: clearMarking, origin: log.origin, index, code };
    const sent = await this.post.send(
      channel,
      {
        class: log.class,
        by: "node",
        control: {
          ...{ kind: "refusal.v1", case: null, answers: null, ask: null, clock: null },
          to: "node",
        },
        blocks: { notice },
        items: null,
      },
      { seen: { epoch: log.epoch, size: index + 1, root: toBase64Url(root) }, ...kept },
    );
    assert(sent.ok, "a refusal is small and the node key is open");
  }

  async #makeLogs(tx: StorageTransaction, channel: Channel): Promise<void> {
    const bytes = fromBase64Url(channel.id);
    assert(bytes !== undefined, "a channel id was verified");
    const channelHex = channelHexOf(bytes);
    for (const trafficClass of channel.agreement.classes) {
      for (const author of [channel.me, channel.peer]) {
        const peer = author === channel.me ? channel.peer : channel.me;
        const { notices } = author === channel.me ? channel.ownKeys : channel.peerKeys;
        const newest = epochStateOf(notices, trafficClass).epoch;
        for (let epoch = 1; epoch <= newest; epoch += 1) {
          await this.#makeLog(tx, channel, {
            author,
            peer,
            channelHex,
            class: trafficClass,
            epoch,
          });
        }
      }
    }
  }

  async #makeLog(tx: StorageTransaction, { id, me }: Channel, place: LogOrigin): Promise<void> {
    const origin = formatOrigin(place);
    if ((await tx.logs.readLogByOrigin(origin)) !== undefined) return;
    const { author, class: trafficClass, epoch } = place;
    await tx.logs.createLog({
      ...{ channel: id, class: trafficClass, author, epoch, origin },
      direction: author === me ? "own" : "mirror",
      emptyRoot: emptyRoot(this.primitives),
    });
    this.folds.forget({ channel: id, class: trafficClass });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ownLogs.idle();
    await this.audit[Symbol.asyncDispose]();
    await this.sharing[Symbol.asyncDispose]();
    await this.headStore[Symbol.asyncDispose]();
    await this.storage[Symbol.asyncDispose]();
  }
}

/** Root of the first `size` entries of a log. */
export async function rootAt(
  tx: StorageReader,
  p: Primitives,
  log: LogRow,
  size: number,
): Promise<Uint8Array> {
  return rootOf(p, await readRange((ids) => tx.logs.readNodes(log.id, ids), size));
}
