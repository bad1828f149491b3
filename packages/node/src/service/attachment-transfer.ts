/**
 * Attachments on their way: those that our entries name go before them, those that a peer's message
 * names are fetched from a peer that cannot dial us. Either goes on where it broke off.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import type { Log } from "../log.ts";
import type { AttachmentIntake, IntakeAnswer, IntakePlace } from "./attachment-intake.ts";
import type { Channel } from "./channel.ts";
import {
  badAnswer,
  type ExchangeOutcome,
  exchangeDone,
  refusedAs,
  refusedBy,
} from "./exchange-outcome.ts";
import type { AttachmentReply, LinkRefusal, PeerLink } from "./peer-link.ts";
import type { LogJob } from "./receipt-exchange.ts";
import type { Storage } from "./storage.ts";
import type { AttachmentKey, AttachmentRow } from "./storage-content.ts";

/** Requests for one attachment that get it no further. */
const stallsMax = 3;

/** Attachments known to be with the peer; beyond it they are asked for again. */
const knownMax = 10_000;

/** Answers that another time may be different: the others would keep the log from going on. */
const passingStatuses: readonly number[] = [429, 500, 502, 503, 504];

export interface TransferPorts {
  readonly storage: Storage;
  readonly log: Log;
  readonly intake: AttachmentIntake;
  /** The attachments that the entries [from, to) of an own log name. */
  attachmentsOf(logId: number, from: number, to: number): Promise<readonly AttachmentKey[]>;
}

export class AttachmentTransfer {
  readonly #ports: TransferPorts;
  readonly #sent = new Set<string>();

  constructor(ports: TransferPorts) {
    this.#ports = ports;
  }

  /**
   * Sends what the entries [from, to) name and the peer lacks. One that the peer will not have does
   * not hold up the log: its message is refused when it is opened.
   */
  async sendNamed(job: LogJob, from: number, to: number): Promise<ExchangeOutcome> {
    for (const key of await this.#ports.attachmentsOf(job.log.id, from, to)) {
      const id = `${key.channel} ${key.digest}`;
      if (this.#sent.has(id)) continue;
      const row = await this.#ports.storage.read((tx) => tx.attachments.readAttachment(key));
      if (row?.state !== "complete") continue;
      const reply = await this.#send(job.link, row, job.signal);
      if (reply.kind === "refused" && passingStatuses.includes(reply.status)) {
        return refusedBy(reply);
      }
      if (reply.kind === "complete") {
        if (this.#sent.size >= knownMax) this.#sent.clear();
        this.#sent.add(id);
        continue;
      }
      const code = reply.kind === "refused" ? reply.code : "mirror.bad-answer";
      const { peer } = job.channel;
      this.#ports.log.event("peer.refused-us", { peer, origin: job.log.origin, code });
    }
    return exchangeDone;
  }

  /**
   * Fetches what a message of the peer names, if it is not here.
   *
   * @param bytesTotal - Sealed, as the message says.
   */
  async fetch(
    channel: Channel,
    digest: string,
    bytesTotal: number,
    { link, signal }: Pick<LogJob, "link" | "signal">,
  ): Promise<ExchangeOutcome> {
    const key = { channel: channel.id, digest };
    for (let stalls = 0; stalls < stallsMax; ) {
      const kept = await this.#ports.intake.readKept(key);
      if (kept?.state === "complete") return exchangeDone;
      const first = kept?.bytesReceived ?? 0;
      const range = { first, last: bytesTotal - 1, total: bytesTotal };
      const begun = await this.#ports.intake.begin(channel, digest, range);
      const taken = begun.kind === "receive" ? await this.#take(begun, link, signal) : begun;
      if (taken.kind === "refuse") return refusedAs(taken.code);
      if (taken.kind === "refused") return refusedBy(taken);
      if (taken.kind === "partial" && taken.keptBytes === first) stalls += 1;
      if (taken.kind !== "partial") return exchangeDone;
    }
    return badAnswer;
  }

  async #take(
    place: IntakePlace,
    link: PeerLink,
    signal: AbortSignal,
  ): Promise<IntakeAnswer | LinkRefusal> {
    const reply = await link.readAttachment(place.key, place.range.first, signal);
    if (reply.kind === "refused") return reply;
    return this.#ports.intake.receive(place, untilBroken(reply.value));
  }

  async #send(link: PeerLink, row: AttachmentRow, signal: AbortSignal): Promise<AttachmentReply> {
    const { storage } = this.#ports;
    const { channel, digest, bytesTotal: total } = row;
    const key = { channel, digest };
    let reply = await link.findAttachment(key, signal);
    for (let stalls = 0; reply.kind === "kept" && stalls < stallsMax; ) {
      const first = reply.keptBytes;
      if (first >= total) return reply;
      const body = () => storage.streamAttachment(key, { from: first, to: total });
      reply = await link.putAttachment(key, { first, last: total - 1, total }, body, signal);
      if (reply.kind === "kept" && reply.keptBytes <= first) stalls += 1;
    }
    return reply;
  }
}

/** Ends where the connection broke: what came is kept, and the rest is asked for again. */
async function* untilBroken(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  try {
    yield* chunks;
  } catch (cause) {
    if (!(cause instanceof Fault) || !cause.code.startsWith("peer.")) throw cause;
  }
}
