/**
 * What a node does by the clock and by itself, day and night: the hourly test of the link, its
 * answer, and the note that says how far it has read.
 *
 * Everything here is written by the node key, never answers a note of the same kind, and is decided
 * from the logs: after a crash it is done once, not twice. Spec: spec/exchange.md §7.
 *
 * @module
 */
import { linkTester } from "@parley/core/agreement/agreement-rules";
import { toBase64Url } from "@parley/core/bytes/base64";
import { isNamedNow } from "@parley/core/case/suspensions";
import { assert } from "@parley/core/fault";
import { type TrafficClass, trafficClasses } from "@parley/core/log/origin";
import type { JsonObject } from "@parley/core/message/members";
import type { Log } from "../log.ts";
import type { Channel } from "./channel.ts";
import { type ClassState, ordinalBase } from "./class-state.ts";
import { parseKeptMessage } from "./kept-message.ts";
import { type PartyNode, rootAt } from "./party-node.ts";
import { clearMarking, type Posted } from "./post.ts";
import { type Lease, requireLease } from "./sharing.ts";
import type { OpenedRow } from "./storage-content.ts";
import { entriesPerBatchMax } from "./storage-log.ts";

/** After this long with opened entries that nothing of ours has seen past, a note says so. */
export const seenNoteAfterSeconds = 600;
/** A test that was not there so long after its hour began is missed. */
export const testMissedAfterSeconds = 600;

/** Newest entries of the peer's link log among which its tests are looked for. */
const testsLookedForMax = 64;
/** Newest entries of our own link log among which our answers to them are looked for. */
const answersLookedForMax = 256;

const testKind = "link-test.v1";
const hourSeconds = 3_600;
const textPlaces = 2 ** 16;

/** Classes whose cases must settle. The link log needs no notes: the next test has seen past. */
const notedClasses: readonly TrafficClass[] = ["live", "exercise"];

export class Clockwork {
  readonly #node: PartyNode;
  readonly #log: Log;
  readonly #missed = new Set<string>();

  constructor(node: PartyNode, log: Log) {
    this.#node = node;
    this.#log = log;
  }

  /** Does what is due now. Asked every few seconds. */
  async tick(): Promise<void> {
    for (const channel of this.#node.channels.channels()) {
      // Another process does it.
      if (this.#node.sharing.leaseOf(channel.id) === undefined) continue;
      await this.#testLink(channel);
      await this.answerTests(channel);
      for (const trafficClass of notedClasses) await this.#noteSeen(channel, trafficClass);
    }
  }

  /** Answers each accepted test of the peer that our log does not answer yet. */
  async answerTests(channel: Channel): Promise<void> {
    await this.#node.exclusive(channel, "link", async () => {
      const lease = requireLease(this.#node.sharing, channel.id);
      const theirs = await this.#newest(channel, channel.peer, testsLookedForMax);
      const tests = theirs.filter(
        ({ kind, verdict, jti }) => kind === testKind && verdict === "accepted" && jti !== null,
      );
      if (tests.length === 0) return;
      if (await this.#isSuspended(channel, channel.me, "link-answer")) return;
      const ours = await this.#newest(channel, channel.me, answersLookedForMax);
      const answered = new Set(ours.map(answersOf));
      for (const { jti } of tests) {
        if (answered.has(jti)) continue;
        await this.#say(channel, "link", {
          lease,
          kind: "link-answer.v1",
          answers: jti,
          notice: { textId: this.#pickText(channel) },
        });
      }
    });
  }

  /** One test of the link now, whosever turn it is. It states where each of our logs stands. */
  async testLink(channel: Channel, lease?: Lease): Promise<Posted> {
    const heads = await this.#heads(channel);
    const notice = { textId: this.#pickText(channel), heads };
    return this.#say(channel, "link", { kind: testKind, answers: null, notice, lease });
  }

  async #testLink(channel: Channel): Promise<void> {
    const lease = requireLease(this.#node.sharing, channel.id);
    const now = this.#node.clock.nowSeconds();
    const hour = Math.floor(now / hourSeconds);
    const tester = linkTester(channel.agreement, hour % 24);
    const last = await this.#lastTest(channel, tester);
    if (last !== undefined && Math.floor(last / hourSeconds) >= hour) return;
    if (await this.#isSuspended(channel, tester, "link-test")) return;
    if (tester === channel.me) {
      await this.testLink(channel, lease);
      return;
    }
    const missedKey = `${channel.id} ${hour}`;
    const since = now - hour * hourSeconds;
    if (since < testMissedAfterSeconds || this.#missed.has(missedKey)) return;
    this.#missed.clear();
    this.#missed.add(missedKey);
    this.#log.event("link.test-missed", { peer: channel.peer });
  }

  /** Whether a suspension of `party` names the kind, which an exercise cannot. */
  async #isSuspended(channel: Channel, party: string, kind: string): Promise<boolean> {
    const { fold } = await this.#node.folds.state(channel, "live");
    const side = party === channel.me ? channel.mySide : channel.peerSide;
    return isNamedNow(fold.suspensions(side), kind);
  }

  /** When `tester` last wrote a test that we know of; by our own clock, which dated its receipt. */
  async #lastTest(channel: Channel, tester: string): Promise<number | undefined> {
    const newest = await this.#newest(channel, tester, testsLookedForMax);
    const last = newest.findLast(({ kind }) => kind === testKind);
    if (last === undefined) return undefined;
    if (tester === channel.me) return last.iat ?? undefined;
    const { storage } = this.#node;
    const receipt = await storage.read((tx) => tx.receipts.readReceiptOf(last.logId, last.index));
    return receipt?.time;
  }

  /** The last opened entries of the link log of one author, oldest first. */
  async #newest(channel: Channel, author: string, countMax: number): Promise<readonly OpenedRow[]> {
    return this.#node.storage.read(async (tx) => {
      const filter = { channel: channel.id, class: "link", author } as const;
      const log = (await tx.logs.listLogs(filter)).at(-1);
      if (log === undefined) return [];
      const from = Math.max(0, log.openedSize - countMax);
      return tx.opened.listOpened(log.id, from, log.openedSize - from);
    });
  }

  async #noteSeen(channel: Channel, trafficClass: TrafficClass): Promise<void> {
    const { clock } = this.#node;
    await this.#node.exclusive(channel, trafficClass, async () => {
      const lease = requireLease(this.#node.sharing, channel.id);
      const state = await this.#node.folds.state(channel, trafficClass);
      const { fold } = state;
      const { mySide, peerSide } = channel;
      const stated = await this.#statedSeen(channel, trafficClass);
      const receivedAt = await this.#firstUnstated(state, stated);
      if (receivedAt === undefined || receivedAt + seenNoteAfterSeconds > clock.nowSeconds())
        return;
      assert(fold.seenMax(mySide) <= fold.foldedCount(peerSide), "we see what we folded");
      const notice = { subject: "seen" };
      await this.#say(channel, trafficClass, {
        ...{ kind: "service-note.v1", answers: null, notice, lease },
      });
    });
  }

  /** When the first entry of the peer from `ordinal` on came that is no note of how far it read. */
  async #firstUnstated(state: ClassState, ordinal: number): Promise<number | undefined> {
    const logs = state.logs[state.channel.peerSide];
    for (const log of logs) {
      let from = Math.max(0, ordinal - ordinalBase(logs, log.epoch));
      for (;;) {
        const rows = await this.#node.storage.read((tx) =>
          tx.projections.listLogMessages(log.id, from, entriesPerBatchMax),
        );
        const found = rows.find(({ kind }) => kind === null || !isSeenNote(kind));
        if (found !== undefined) return found.receivedAt ?? undefined;
        if (rows.length < entriesPerBatchMax) break;
        from += rows.length;
      }
    }
    return undefined;
  }

  /** How far our log says that we have read, entries without a receipt yet included. */
  async #statedSeen(channel: Channel, trafficClass: TrafficClass): Promise<number> {
    const { storage, folds } = this.#node;
    const { fold, logs } = await folds.state(channel, trafficClass);
    const filter = { channel: channel.id, class: trafficClass, author: channel.me };
    const last = await storage.read(async (tx) => {
      const log = (await tx.logs.listLogs(filter)).at(-1);
      return log === undefined ? undefined : tx.opened.readOpened(log.id, log.openedSize - 1);
    });
    const seen = last?.message == null ? null : parseKeptMessage(last.message).message.head.seen;
    const theirs = logs[channel.peerSide];
    const stated = seen === null ? 0 : ordinalBase(theirs, seen.epoch) + seen.size;
    return Math.max(stated, fold.seenMax(channel.mySide));
  }

  async #heads(channel: Channel): Promise<JsonObject> {
    const { storage, primitives } = this.#node;
    const logs = (await this.#node.listLogs(channel)).filter(({ author }) => author === channel.me);
    const heads: Record<string, { epoch: number; size: number; root: string }> = {};
    for (const trafficClass of trafficClasses) {
      const log = logs.findLast((each) => each.class === trafficClass);
      if (log === undefined) continue;
      const root = await storage.read((tx) => rootAt(tx, primitives, log, log.size));
      heads[trafficClass] = { epoch: log.epoch, size: log.size, root: toBase64Url(root) };
    }
    return heads;
  }

  #pickText(channel: Channel): string {
    const { texts } = channel.agreement.linkTests;
    const [high = 0, low = 0] = this.#node.primitives.random(2);
    const text = texts[Math.floor(((high * 256 + low) / textPlaces) * texts.length)];
    assert(text !== undefined, "an agreement has at least one text");
    return text.id;
  }

  async #say(
    channel: Channel,
    trafficClass: TrafficClass,
    said: {
      readonly kind: string;
      readonly answers: string | null;
      readonly notice: JsonObject;
      readonly lease?: Lease | undefined;
    },
  ): Promise<Posted> {
    const { kind, answers } = said;
    const draft = {
      class: trafficClass,
      by: "node",
      control: { kind, case: null, answers, ask: null, clock: null, to: "node" },
      blocks: { notice: { marking: clearMarking, ...said.notice } },
      items: null,
    } as const;
    const options = said.lease === undefined ? {} : { lease: said.lease };
    const sent = await this.#node.post.send(channel, draft, options);
    assert(sent.ok, "what a node says by itself is small and its key is open");
    return sent.value;
  }
}

function answersOf({ message }: OpenedRow): string | null {
  return message === null ? null : parseKeptMessage(message).message.control.answers;
}

/** A note that says how far its author has read is never answered by another. */
function isSeenNote(kind: string): boolean {
  return kind === "service-note";
}
