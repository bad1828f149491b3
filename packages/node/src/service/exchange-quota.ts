/**
 * What a peer may still upload in this hour: entries and octets, as the agreement grants them.
 *
 * Counted in memory, minute by minute: after a restart the hour begins anew. That gives a peer nothing
 * to aim at, for nothing that it sends restarts a node; a row written for each request would cost every
 * honest one a durable write. Processes on one database count each for itself, so that the peer has at most as many times the
 * quota as there are processes. spec/exchange.md EXC-4.
 *
 * @module
 */
import type { Channel } from "./channel.ts";
import type { Clock } from "./clock.ts";

const minuteSeconds = 60;
const windowMinutes = 60;

export interface Usage {
  readonly entries: number;
  readonly bytes: number;
}

interface Minute extends Usage {
  readonly minute: number;
}

export class ExchangeQuota {
  readonly #clock: Clock;
  readonly #minutes = new Map<string, Minute[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  count(channel: Channel, { entries, bytes }: Usage): void {
    const minutes = this.#recent(channel);
    const minute = this.#minute();
    const last = minutes.at(-1);
    const isSame = last?.minute === minute;
    const sum = {
      minute,
      entries: entries + (isSame ? last.entries : 0),
      bytes: bytes + (isSame ? last.bytes : 0),
    };
    this.#minutes.set(channel.id, [...(isSame ? minutes.slice(0, -1) : minutes), sum]);
  }

  /** @returns 0 while something is left; else the seconds after which there may be again, from 1. */
  waitSeconds(channel: Channel): number {
    const minutes = this.#recent(channel);
    let entries = minutes.reduce((sum, minute) => sum + minute.entries, 0);
    let bytes = minutes.reduce((sum, minute) => sum + minute.bytes, 0);
    const hasRoom = () => entries < channel.entriesPerHourMax && bytes < channel.bytesPerHourMax;
    if (hasRoom()) return 0;
    for (const minute of minutes) {
      entries -= minute.entries;
      bytes -= minute.bytes;
      if (!hasRoom()) continue;
      const freeAt = (minute.minute + windowMinutes) * minuteSeconds;
      return Math.max(1, freeAt - this.#clock.nowSeconds());
    }
    return windowMinutes * minuteSeconds;
  }

  #recent(channel: Channel): readonly Minute[] {
    const from = this.#minute() - windowMinutes;
    return (this.#minutes.get(channel.id) ?? []).filter(({ minute }) => minute > from);
  }

  #minute(): number {
    return Math.floor(this.#clock.nowSeconds() / minuteSeconds);
  }
}
