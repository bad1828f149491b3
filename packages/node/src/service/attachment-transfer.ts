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
import type { LogRow } from "./storage-log.ts";

/** Requests for one attachment that get it no further. */
const stallsMax = 3;

/** A peer that gives less than this is left; what came is kept, and the next attempt goes on. */
export const fetchBytesPerSecondMin = 16_384;
/** On top of that, for connections and for a peer that is busy. Milliseconds. */
export const fetchGraceMs = 600_000;

/** Longest time for one attachment, over all requests for it. Milliseconds. */
export function fetchMsMax(bytesTotal: number): number {
  return fetchGraceMs + Math.ceil(bytesTotal / fetchBytesPerSecondMin) * 1_000;
}

/** Attachments known to be with the peer; beyond it they are asked for again. */
const knownMax = 10_000;

/** Answers that another time may be different: the others would keep the log from going on. */
const passingStatuses: readonly number[] = [429, 500, 502, 503, 504];

export interface TransferPorts {
  readonly storage: Storage;
  readonly log: Log;
  readonly intake: AttachmentIntake;
  /** The attachments that the entries [from, to) of an own log name. */
  attachmentsOf(log: LogRow, from: number, to: number): Promise<readonly AttachmentKey[]>;
  /** Absent: {@link fetchMsMax}. */
  readonly fetchMsMax?: (bytesTotal: number) => number;
}

interface WantedAttachment extends Pick<LogJob, "channel" | "link" | "signal"> {
  readonly digest: string;
  readonly bytesTotal: number;
  readonly deadline: AbortSignal;
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
    for (const key of await this.#ports.attachmentsOf(job.log, from, to)) {
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
   * Fetches what a message of the peer names, if it is not here. A peer that gives a little now and
   * then is left when the time is over, and so holds up its own messages only, and not for ever.
   *
   * @param bytesTotal - Sealed, as the message says.
   * @returns `peer.too-slow` if the time was over.
   */
  async fetch(
    channel: Channel,
    digest: string,
    bytesTotal: number,
    { link, signal }: Pick<LogJob, "link" | "signal">,
  ): Promise<ExchangeOutcome> {
    const deadline = AbortSignal.timeout((this.#ports.fetchMsMax ?? fetchMsMax)(bytesTotal));
    const wanted = { channel, digest, bytesTotal, link, signal, deadline };
    for (let stalls = 0; stalls < stallsMax; ) {
      const ended = await this.#fetchPart(wanted);
      if (typeof ended !== "string") return ended;
      if (ended === "stalled") stalls += 1;
    }
    return badAnswer;
  }

  /** @returns The outcome if there is no more to ask for; else whether the peer gave anything. */
  async #fetchPart(wanted: WantedAttachment): Promise<ExchangeOutcome | "moved" | "stalled"> {
    const { channel, digest, bytesTotal } = wanted;
    const kept = await this.#ports.intake.readKept({ channel: channel.id, digest });
    if (kept?.state === "complete") return exchangeDone;
    const first = kept?.bytesReceived ?? 0;
    const range = { first, last: bytesTotal - 1, total: bytesTotal };
    const begun = await this.#ports.intake.begin(channel, digest, range);
    const taken = begun.kind === "receive" ? await this.#take(begun, wanted) : begun;
    if (taken === "too-late") return refusedAs("peer.too-slow");
    if (taken.kind === "refuse") return refusedAs(taken.code);
    if (taken.kind === "refused") return refusedBy(taken);
    if (taken.kind !== "partial") return exchangeDone;
    return taken.keptBytes === first ? "stalled" : "moved";
  }

  async #take(
    place: IntakePlace,
    { link, signal, deadline }: WantedAttachment,
  ): Promise<IntakeAnswer | LinkRefusal | "too-late"> {
    const within = AbortSignal.any([signal, deadline]);
    try {
      const reply = await link.readAttachment(place.key, place.range.first, within);
      if (reply.kind === "refused") return reply;
      const taken = await this.#ports.intake.receive(place, untilBroken(reply.value, deadline));
      return taken.kind === "partial" && deadline.aborted ? "too-late" : taken;
    } catch (cause) {
      if (signal.aborted || !deadline.aborted) throw cause;
      return "too-late";
    }
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

/** Ends where the connection broke, or time was over: what came is kept, the rest asked for again. */
async function* untilBroken(
  chunks: AsyncIterable<Uint8Array>,
  deadline: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* chunks;
  } catch (cause) {
    if (deadline.aborted) return;
    if (!(cause instanceof Fault) || !cause.code.startsWith("peer.")) throw cause;
  }
}
