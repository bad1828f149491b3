/**
 * From what somebody wants to say to an entry in our log: freeze, sign, seal, append.
 *
 * A payload is frozen with what this node had seen at that moment. What a desk says needs its keys
 * open; what the node says by itself (tests, refusals, notes of service) needs only the node's.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import type { JwsSigner } from "@parley/core/crypto/jws";
import type { Primitives } from "@parley/core/crypto/primitives";
import { type SealedEntry, sealEntry } from "@parley/core/entry/entry";
import { assert } from "@parley/core/fault";
import type { BuiltItemList, ItemSecret } from "@parley/core/item/item-list";
import { kindOf } from "@parley/core/kind/kinds";
import type { TrafficClass } from "@parley/core/log/origin";
import { readRange, rootOf } from "@parley/core/log/tree";
import type { ControlValues } from "@parley/core/message/control";
import { headOfLines, type ItemLine } from "@parley/core/message/item-lines";
import { type Message, messageOfDraft } from "@parley/core/message/message";
import {
  buildPayload,
  type DraftRefusal,
  type FrozenPayload,
  type Seen,
  type StatementDraft,
  signStatement,
} from "@parley/core/message/statement";
import { accept, type Result, refuse } from "@parley/core/result";
import type { Channel } from "./channel.ts";
import type { Clock } from "./clock.ts";
import { formatKeptMessage } from "./kept-message.ts";
import type { ArchiveKey, KeyOwner } from "./key-ring.ts";
import type { Outgoing } from "./outgoing.ts";
import type { AppendRequest, OwnLogs, Place } from "./own-log.ts";
import type { RecentEntries } from "./recent-entries.ts";
import { SharedReads } from "./shared-reads.ts";
import { isLeaseLost, type Lease, type Sharing } from "./sharing.ts";
import type { Storage, StorageTransaction } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";
import { Turns } from "./turns.ts";

/** Enough to keep the thread pool signing. */
const sealedAtOnceMax = 8;

/** Of what a node says by itself: hashes and sizes, which both sides hold anyway. */
export const clearMarking = { tlp: "CLEAR", pap: null, iep: null, flags: [] };

/** What is to be said. `isInline`: the list travels in the entry. */
export interface Draft {
  readonly class: TrafficClass;
  /** A desk of ours, or `node`. */
  readonly by: KeyOwner;
  readonly control: Omit<ControlValues, "case"> & {
    /** `new`: the message opens a case, which its own id names. */
    readonly case: string | null | "new";
  };
  readonly blocks: StatementDraft["blocks"];
  readonly items: { readonly list: BuiltItemList; readonly isInline: boolean } | null;
}

/** A message fixed with its salts: what persons approve, and what is sealed with it. */
export interface FrozenMessage {
  readonly class: TrafficClass;
  readonly by: KeyOwner;
  readonly statement: StatementDraft;
  readonly payload: FrozenPayload;
  /** Null if there is no list. */
  readonly items: {
    readonly shown: readonly ItemLine[];
    readonly secrets: readonly ItemSecret[];
    readonly isInline: boolean;
  } | null;
}

export interface PostOptions {
  /** Under which it was decided: who has lost it says nothing. Absent: any process may append it. */
  readonly lease?: Lease;
  /** In place of what the node has opened when the payload is frozen. */
  readonly seen?: Seen;
  /** Runs in the transaction that appends the entry. */
  within?(
    tx: StorageTransaction,
    posted: { readonly jti: string; readonly desk: string },
  ): Promise<void>;
}

/** An entry that is sealed for a log. */
export interface PreparedEntry {
  readonly log: LogRow;
  readonly request: AppendRequest;
  readonly jti: string;
  readonly case: string | null;
}

export interface Posted {
  readonly jti: string;
  readonly case: string | null;
  readonly class: TrafficClass;
  readonly epoch: number;
  readonly index: number;
}

export type PostRefusal =
  | "desk.locked"
  | "desk.unknown"
  | "entry.too-large"
  | "message.bad-draft"
  | "message.too-large";

export interface PostPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  readonly ownLogs: OwnLogs;
  readonly recent: RecentEntries;
  readonly outgoing: Outgoing;
  readonly sharing: Sharing;
  signers(owner: KeyOwner): readonly JwsSigner[] | undefined;
  archiveKey(owner: KeyOwner): ArchiveKey;
}

export class Post {
  readonly #ports: PostPorts;
  readonly #logReads = new SharedReads<LogRow>();
  readonly #seenReads = new SharedReads<Seen>();
  /**
   * For whoever makes many messages at once: one that was begun is sealed before the next begins, so
   * that the first are on their way early and memory holds few half made.
   */
  readonly turns = new Turns(sealedAtOnceMax);

  constructor(ports: PostPorts) {
    this.#ports = ports;
  }

  /** Sends one message. Resolves when it is durable in our log and its checkpoint is signed. */
  async send(
    channel: Channel,
    draft: Draft,
    options: PostOptions = {},
  ): Promise<Result<Posted, PostRefusal>> {
    const prepared = await this.prepare(channel, draft, options);
    return prepared.ok ? accept(await this.append(prepared.value, options.lease)) : prepared;
  }

  /** Of a message that is being made for this log: see {@link OwnLogs.expect}. */
  async expect(channel: Channel, trafficClass: TrafficClass): Promise<() => void> {
    const { id } = await this.#ownLog(channel, trafficClass);
    return this.#ports.ownLogs.expect(id);
  }

  /** Freezes, signs and seals one message for the log in which it is to stand, and appends nothing. */
  async prepare(
    channel: Channel,
    draft: Draft,
    options: PostOptions = {},
  ): Promise<Result<PreparedEntry, PostRefusal>> {
    if (this.#ports.signers(draft.by) === undefined) return refuse("desk.locked", draft.by);
    const log = await this.#ownLog(channel, draft.class);
    const seen = options.seen ?? (await this.#seen(channel, draft.class));
    const frozen = this.#freeze(channel, log, { draft, seen });
    return frozen.ok ? this.#seal(channel, log, { frozen: frozen.value, options }) : frozen;
  }

  /** Fixes a message with its salts and what this node has seen; no key is asked for. */
  async freeze(channel: Channel, draft: Draft): Promise<Result<FrozenMessage, DraftRefusal>> {
    const log = await this.#ownLog(channel, draft.class);
    return this.#freeze(channel, log, { draft, seen: await this.#seen(channel, draft.class) });
  }

  /**
   * Signs and seals what was frozen, to the letter.
   *
   * @returns The entry; or `message.bad-draft` if it was frozen for another epoch of the log.
   */
  async seal(
    channel: Channel,
    frozen: FrozenMessage,
    options: Pick<PostOptions, "within"> = {},
  ): Promise<Result<PreparedEntry, PostRefusal>> {
    const log = await this.#ownLog(channel, frozen.class);
    if (log.epoch !== frozen.statement.head.epoch) {
      return refuse("message.bad-draft", "frozen for another epoch");
    }
    return this.#seal(channel, log, { frozen, options });
  }

  async #seal(
    channel: Channel,
    log: LogRow,
    given: {
      readonly frozen: FrozenMessage;
      readonly options: Pick<PostOptions, "within">;
    },
  ): Promise<Result<PreparedEntry, PostRefusal>> {
    const { p } = this.#ports;
    const { frozen, options } = given;
    const { by, statement, payload, items } = frozen;
    const signers = this.#ports.signers(by);
    if (signers === undefined) return refuse("desk.locked", by);
    const openingKey = channel.peerOpeningKey(statement.control.to);
    if (openingKey === undefined) return refuse("desk.unknown", "the peer has no such desk");
    const statementLine = await signStatement(payload.payloadText, frozen.class, signers);
    const isAttached = items?.isInline === false;
    const shown = isAttached ? null : (items?.shown ?? []);
    const sealed = await sealEntry(
      p,
      {
        statementLine,
        disclosures: payload.disclosures,
        itemLines: shown?.map(({ line }) => line) ?? [],
      },
      {
        origin: log.origin,
        suite: channel.suite,
        peerOpeningKey: openingKey.publicKey,
        archiveKey: this.#ports.archiveKey(by).key,
      },
    );
    if (!sealed.ok) return sealed;
    const message = messageOfDraft(p, statement, payload, {
      hash: sealed.value.statement,
      itemLines: shown,
    });
    const isKnownKind = kindOf(message.control.kind) !== undefined;
    const { jti } = message.head;
    const { within } = options;
    const request: AppendRequest = {
      bytes: sealed.value.bytes,
      noted: (place) => {
        const opened = { message, isKnownKind };
        this.#ports.recent.note(log.id, { index: place.index, desk: by, opened });
      },
      keep: (place) => this.#ownCopy(channel, place, { frozen, message, sealed: sealed.value }),
      ...(within && { within: (tx: StorageTransaction) => within(tx, { jti, desk: by }) }),
    };
    return accept({ log, request, jti, case: message.control.case });
  }

  /**
   * As {@link send} resolves. Without the lease of the channel, whoever has it appends it.
   *
   * @param lease - Under which it was decided.
   */
  async append(prepared: PreparedEntry, lease?: Lease): Promise<Posted> {
    const { log, jti, case: caseId } = prepared;
    const index = await this.#append(prepared, lease);
    return { jti, case: caseId, class: log.class, epoch: log.epoch, index };
  }

  async #append({ log, request }: PreparedEntry, lease: Lease | undefined): Promise<number> {
    const { ownLogs, outgoing, sharing } = this.#ports;
    if (lease !== undefined) return (await ownLogs.append(log.id, { ...request, lease })).index;
    if (sharing.leaseOf(log.channel) !== undefined) {
      try {
        return (await ownLogs.append(log.id, request)).index;
      } catch (cause) {
        if (!isLeaseLost(cause)) throw cause;
      }
    }
    return outgoing.hand(log, request);
  }

  #freeze(
    channel: Channel,
    log: LogRow,
    { draft, seen }: { readonly draft: Draft; readonly seen: Seen },
  ): Result<FrozenMessage, DraftRefusal> {
    const { p, clock } = this.#ports;
    const jti = channel.makeJti();
    const { control, blocks } = draft;
    const head = {
      iss: channel.me,
      aud: channel.peer,
      channel: channel.id,
      class: draft.class,
      epoch: log.epoch,
      agreement: channel.agreementVersion,
      jti,
      iat: clock.nowSeconds(),
      seen,
    };
    const caseId = control.case === "new" ? jti : control.case;
    const items = draft.items?.list.head ?? headOfLines(p, []);
    const statement = { head, control: { ...control, case: caseId }, blocks, items };
    const payload = buildPayload(p, statement);
    if (!payload.ok) return payload;
    return accept({
      ...{ class: draft.class, by: draft.by, statement, payload: payload.value },
      items: draft.items && {
        shown: draft.items.list.shown,
        secrets: draft.items.list.secrets,
        isInline: draft.items.isInline,
      },
    });
  }

  #ownLog(channel: Channel, trafficClass: TrafficClass): Promise<LogRow> {
    return this.#logReads.run(`${channel.id} ${trafficClass}`, async () => {
      const filter = { channel: channel.id, class: trafficClass, author: channel.me };
      const logs = await this.#ports.storage.read((tx) => tx.logs.listLogs(filter));
      const log = logs.at(-1);
      assert(log !== undefined, "a channel that is open has a log of each class");
      return log;
    });
  }

  /** The peer's log of the class, as far as every entry of it, and of its earlier epochs, is opened. */
  #seen(channel: Channel, trafficClass: TrafficClass): Promise<Seen> {
    const { p, storage } = this.#ports;
    const filter = { channel: channel.id, class: trafficClass, author: channel.peer };
    return this.#seenReads.run(`${channel.id} ${trafficClass}`, () =>
      storage.read(async (tx) => {
        const logs = await tx.logs.listLogs(filter);
        const isOpened = ({ closedAtSize, openedSize }: LogRow) =>
          closedAtSize !== null && openedSize >= closedAtSize;
        const log = logs.find((one) => !isOpened(one)) ?? logs.at(-1);
        assert(log !== undefined, "a channel that is open has a mirror of each class");
        const range = await readRange((ids) => tx.logs.readNodes(log.id, ids), log.openedSize);
        return { epoch: log.epoch, size: log.openedSize, root: toBase64Url(rootOf(p, range)) };
      }),
    );
  }

  /** What the cache keeps is what the entry says: `rebuild --from-logs` reads it there. */
  #ownCopy(
    channel: Channel,
    { log, index, leafHash }: Place,
    { frozen, message, sealed }: Made,
  ): ReturnType<AppendRequest["keep"]> {
    const { head, control } = message;
    const { contentKey } = sealed;
    const place = {
      ...{ channel: channel.id, class: log.class },
      ...{ logId: log.id, index, desk: frozen.by },
    };
    const kept = {
      ...{ origin: log.origin, contentKey: toBase64Url(contentKey), by: frozen.by },
      isKnownKind: kindOf(control.kind) !== undefined,
    };
    const secret = { withheld: frozen.payload.withheld, items: frozen.items?.secrets ?? [] };
    const holdsBack = secret.withheld.length + secret.items.length > 0;
    return {
      opened: {
        ...place,
        ...{ author: channel.me, leafHash, verdict: "accepted", jti: head.jti },
        ...{ kind: control.kind, case: control.case, iat: head.iat },
        openedAt: this.#ports.clock.nowSeconds(),
        message: formatKeptMessage({ ...kept, message }),
        contentKey,
      },
      secret: holdsBack
        ? { ...place, jti: head.jti, text: canonicalJson(secret as unknown as JsonValue) }
        : null,
    };
  }
}

/** Everything that becomes of one message before it has its place. */
interface Made {
  readonly frozen: FrozenMessage;
  readonly message: Message;
  readonly sealed: SealedEntry;
}
