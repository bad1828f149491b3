/**
 * From what somebody wants to say to an entry in our log: freeze, sign, seal, append.
 *
 * A payload is frozen with what this node had seen at that moment. What a desk says needs its keys
 * open; what the node says by itself (tests, refusals, notes of service) needs only the node's.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import type { JwsSigner } from "@parley/core/crypto/jws";
import type { Primitives } from "@parley/core/crypto/primitives";
import { openEntry, sealEntry } from "@parley/core/entry/entry";
import { assert } from "@parley/core/fault";
import type { ItemSecret } from "@parley/core/item/item-list";
import { kindOf } from "@parley/core/kind/kinds";
import type { TrafficClass } from "@parley/core/log/origin";
import { readRange, rootOf } from "@parley/core/log/tree";
import type { ControlValues } from "@parley/core/message/control";
import { headOfLines } from "@parley/core/message/item-lines";
import { openStatement } from "@parley/core/message/message";
import {
  buildPayload,
  type FrozenPayload,
  parseStatement,
  type Seen,
  type StatementDraft,
  signStatement,
} from "@parley/core/message/statement";
import { nodeName } from "@parley/core/party/party-name";
import { accept, type Result, refuse } from "@parley/core/result";
import type { Channel } from "./channel.ts";
import type { Clock } from "./clock.ts";
import { formatKeptMessage } from "./kept-message.ts";
import type { ArchiveKey, KeyOwner } from "./key-ring.ts";
import type { AppendRequest, OwnLogs, Place } from "./own-log.ts";
import type { Storage, StorageTransaction } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

/** Of what a node says by itself: hashes and sizes, which both sides hold anyway. */
export const clearMarking = { tlp: "CLEAR", pap: null, iep: null, flags: [] };

/** What is to be said. `itemLines` as the peer gets them; `isInline` if they travel in the entry. */
export interface Draft {
  readonly class: TrafficClass;
  /** A desk of ours, or `node`. */
  readonly by: KeyOwner;
  readonly control: Omit<ControlValues, "case"> & {
    /** `new`: the message opens a case, which its own id names. */
    readonly case: string | null | "new";
  };
  readonly blocks: StatementDraft["blocks"];
  readonly itemLines: readonly string[];
  readonly isInline: boolean;
  /** What opens the items that are not shown whole; the author keeps it. */
  readonly itemSecrets: readonly ItemSecret[];
}

export interface PostOptions {
  /** In place of what the node has opened when the payload is frozen. */
  readonly seen?: Seen;
  /** Runs in the transaction that appends the entry. */
  within?(
    tx: StorageTransaction,
    posted: { readonly jti: string; readonly desk: string },
  ): Promise<void>;
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
  signers(owner: KeyOwner): readonly JwsSigner[] | undefined;
  archiveKey(owner: KeyOwner): ArchiveKey;
}

export class Post {
  readonly #ports: PostPorts;

  constructor(ports: PostPorts) {
    this.#ports = ports;
  }

  /** Sends one message. Resolves when it is durable in our log and its checkpoint is signed. */
  async send(
    channel: Channel,
    draft: Draft,
    options: PostOptions = {},
  ): Promise<Result<Posted, PostRefusal>> {
    const { p } = this.#ports;
    const signers = this.#ports.signers(draft.by);
    if (signers === undefined) return refuse("desk.locked", draft.by);
    const openingKey = channel.peerOpeningKey(draft.control.to);
    if (openingKey === undefined) return refuse("desk.unknown", "the peer has no such desk");
    const log = await this.#ownLog(channel, draft.class);
    const seen = options.seen ?? (await this.#seen(channel, draft.class));
    const frozen = this.#freeze(channel, log, { draft, seen });
    if (!frozen.ok) return frozen;

    const { payloadText, disclosures } = frozen.value;
    const statementLine = await signStatement(payloadText, draft.class, signers);
    const itemLines = draft.isInline ? draft.itemLines : [];
    const archive = this.#ports.archiveKey(draft.by);
    const sealed = await sealEntry(
      p,
      { statementLine, disclosures, itemLines },
      {
        origin: log.origin,
        suite: channel.suite,
        peerOpeningKey: openingKey.publicKey,
        archiveKey: archive.key,
      },
    );
    if (!sealed.ok) return sealed;
    const kept = await this.#ownCopy(log, sealed.value, { draft, archive, frozen: frozen.value });
    const { within } = options;
    const request: AppendRequest = {
      bytes: sealed.value,
      keep: (place) => kept(channel, place),
      ...(within && {
        within: (tx: StorageTransaction, place: Place) => {
          const { jti, desk } = kept(channel, place).opened;
          assert(jti !== null && desk !== null, "our own message has an id and a desk");
          return within(tx, { jti, desk });
        },
      }),
    };
    const place = await this.#ports.ownLogs.append(log.id, request);
    const { opened } = kept(channel, place);
    assert(opened.jti !== null, "our own message has an id");
    const { jti } = opened;
    return accept({
      jti,
      case: opened.case,
      class: log.class,
      epoch: log.epoch,
      index: place.index,
    });
  }

  #freeze(
    channel: Channel,
    log: LogRow,
    { draft, seen }: { readonly draft: Draft; readonly seen: Seen },
  ): Result<FrozenPayload, "message.bad-draft" | "message.too-large"> {
    const { p, clock } = this.#ports;
    const jti = channel.makeJti();
    const { control, blocks, itemLines } = draft;
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
    const items = headOfLines(p, itemLines);
    return buildPayload(p, { head, control: { ...control, case: caseId }, blocks, items });
  }

  async #ownLog(channel: Channel, trafficClass: TrafficClass): Promise<LogRow> {
    const filter = { channel: channel.id, class: trafficClass, author: channel.me };
    const logs = await this.#ports.storage.read((tx) => tx.logs.listLogs(filter));
    const log = logs.at(-1);
    assert(log !== undefined, "a channel that is open has a log of each class");
    return log;
  }

  /** The peer's log of the class, as far as every entry of it is opened. */
  async #seen(channel: Channel, trafficClass: TrafficClass): Promise<Seen> {
    const { p, storage } = this.#ports;
    const filter = { channel: channel.id, class: trafficClass, author: channel.peer };
    return storage.read(async (tx) => {
      const log = (await tx.logs.listLogs(filter)).at(-1);
      assert(log !== undefined, "a channel that is open has a mirror of each class");
      const range = await readRange((ids) => tx.logs.readNodes(log.id, ids), log.openedSize);
      return { epoch: log.epoch, size: log.openedSize, root: toBase64Url(rootOf(p, range)) };
    });
  }

  /** Reads back what was sealed, by the archive key: what the cache keeps is what the entry says. */
  async #ownCopy(
    log: LogRow,
    bytes: Uint8Array,
    made: { readonly draft: Draft; readonly archive: ArchiveKey; readonly frozen: FrozenPayload },
  ): Promise<(channel: Channel, place: Place) => ReturnType<AppendRequest["keep"]>> {
    const { p, clock } = this.#ports;
    const { draft, frozen } = made;
    const entry = await openEntry(p, bytes, { origin: log.origin, archiveKey: made.archive.key });
    assert(entry.ok, "what was just sealed opens");
    const statement = parseStatement(entry.value.statementLine);
    assert(statement.ok, "what was just signed parses");
    const message = openStatement(p, statement.value, entry.value.lines);
    if (!message.ok) assert(false, `our own message: ${message.refusal.code}`);
    const { head, control } = message.value;
    const contentKey = toBase64Url(entry.value.contentKey);
    return (channel, { index, leafHash }) => {
      const isKnownKind = kindOf(control.kind) !== undefined;
      const opened = { origin: log.origin, index, contentKey, by: draft.by, isKnownKind };
      const scope = { channel: channel.id, class: log.class };
      const desk = draft.by === nodeName ? nodeName : draft.by;
      const place = { ...scope, logId: log.id, index, desk };
      const secret = { withheld: frozen.withheld, items: draft.itemSecrets };
      const holdsBack = secret.withheld.length + secret.items.length > 0;
      return {
        opened: {
          ...place,
          author: channel.me,
          leafHash,
          verdict: "accepted",
          jti: head.jti,
          kind: control.kind,
          case: control.case,
          iat: head.iat,
          openedAt: clock.nowSeconds(),
          message: formatKeptMessage({ ...opened, message: message.value }),
          contentKey: fromBase64Url(contentKey) ?? null,
        },
        secret: holdsBack
          ? { ...place, jti: head.jti, text: canonicalJson(secret as unknown as JsonValue) }
          : null,
      };
    };
  }
}
