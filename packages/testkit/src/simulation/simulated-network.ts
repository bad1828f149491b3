/**
 * The network between two simulated nodes: requests are lost, delayed, doubled, overtaken, cut in the
 * middle of their body, or their answers are; either direction may be parted for a while.
 *
 * Whoever asks is known, as by mutual TLS. Each message that is carried is shown to a watcher.
 *
 * @module
 */
import type { RequestAgent } from "@parley/node/http/peer/peer-http";
import type { WireAnswer, WireRequest } from "./simulated-request.ts";
import type { SimulatedTime } from "./simulated-time.ts";

/** Uniform in [0, 1), from the seed. */
export type Random = () => number;

/** Chances of each mishap for one request, 0 to 1; the rest arrives. */
export interface Weather {
  readonly lost: number;
  readonly cut: number;
  readonly answerLost: number;
  readonly answerCut: number;
  readonly doubled: number;
  /** Longest delay of one way, in milliseconds; some messages take ten times as long. */
  readonly delayMsMax: number;
}

export const fairWeather: Weather = {
  ...{ lost: 0, cut: 0, answerLost: 0, answerCut: 0, doubled: 0, delayMsMax: 40 },
};

export type Mishap = "lost" | "cut" | "answer-lost" | "answer-cut" | "doubled" | "parted" | "down";

export interface Endpoint {
  answer(peer: string, request: WireRequest): Promise<WireAnswer>;
  /** The instant at which the peer's clock stands, for the date of the answer. */
  nowSeconds(): number;
}

export interface NetworkWatcher {
  onRequest(from: string, to: string, request: WireRequest): void;
  onAnswer(from: string, to: string, request: WireRequest, answer: WireAnswer): void;
  onMishap(mishap: Mishap): void;
}

/** How long a caller waits for an answer that does not come. Milliseconds. */
const answerMs = 60_000;
const slowChance = 0.05;
const slowTimes = 10;
/** A doubled request comes again within this. Milliseconds. */
const againMsMax = 120_000;

export class SimulatedNetwork {
  weather = fairWeather;
  readonly #time: SimulatedTime;
  readonly #random: Random;
  readonly #watcher: NetworkWatcher;
  readonly #endpoints = new Map<string, Endpoint>();
  readonly #parted = new Set<string>();

  constructor(time: SimulatedTime, random: Random, watcher: NetworkWatcher) {
    this.#time = time;
    this.#random = random;
    this.#watcher = watcher;
  }

  /** `undefined`: nobody listens there. */
  listen(party: string, endpoint: Endpoint | undefined): void {
    if (endpoint === undefined) this.#endpoints.delete(party);
    else this.#endpoints.set(party, endpoint);
  }

  /** Nothing gets from one to the other any more; the other direction is not concerned. */
  part(from: string, to: string): void {
    this.#parted.add(`${from} ${to}`);
  }

  heal(): void {
    this.#parted.clear();
  }

  agent(from: string, to: string): RequestAgent {
    return {
      request: async ({ path, method, headers, body, signal }) => {
        const request: WireRequest = {
          ...{ path, method, isCut: false, body: await readBody(body) },
          headers: Object.fromEntries(
            Object.entries((headers ?? {}) as Record<string, unknown>).map(([name, value]) => [
              name.toLowerCase(),
              String(value),
            ]),
          ),
        };
        const ended = signal as AbortSignal | undefined;
        ended?.throwIfAborted();
        const aborted = Promise.withResolvers<never>();
        const abort = () => aborted.reject(ended?.reason);
        ended?.addEventListener("abort", abort, { once: true });
        aborted.promise.catch(() => undefined);
        try {
          return await Promise.race([this.#carry(from, to, request), aborted.promise]);
        } finally {
          ended?.removeEventListener("abort", abort);
        }
      },
    };
  }

  /** One request of a party that need not be a node: what it says may be anything. */
  async carry(from: string, to: string, request: WireRequest): Promise<WireAnswer | undefined> {
    const endpoint = this.#endpoints.get(to);
    await this.#delay();
    this.#watcher.onRequest(from, to, request);
    return endpoint?.answer(from, request);
  }

  async #carry(from: string, to: string, request: WireRequest) {
    const { weather } = this;
    if (this.#isParted(from, to) || this.#happens(weather.lost, "lost")) {
      await this.#time.sleep(answerMs);
      throw systemError("UND_ERR_HEADERS_TIMEOUT");
    }
    await this.#delay();
    const endpoint = this.#endpoints.get(to);
    if (endpoint === undefined) {
      this.#watcher.onMishap("down");
      throw systemError("ECONNREFUSED");
    }
    if (request.body.length > 0 && this.#happens(weather.cut, "cut")) {
      const part = { ...request, body: cutBody(request.body, this.#random()), isCut: true };
      await this.#serve(endpoint, from, to, part).catch(() => undefined);
      throw systemError("ECONNRESET");
    }
    if (this.#happens(weather.doubled, "doubled")) {
      this.#time.after(this.#random() * againMsMax, () => {
        const now = this.#endpoints.get(to);
        if (now !== undefined) this.#serve(now, from, to, request).catch(() => undefined);
      });
    }
    const answer = await this.#serve(endpoint, from, to, request);
    await this.#delay();
    if (this.#isParted(to, from) || this.#happens(weather.answerLost, "answer-lost")) {
      await this.#time.sleep(answerMs);
      throw systemError("UND_ERR_HEADERS_TIMEOUT");
    }
    const isCut = answer.body.length > 0 && this.#happens(weather.answerCut, "answer-cut");
    const keptBytes = isCut ? Math.floor(this.#random() * answer.body.length) : undefined;
    return {
      statusCode: answer.status,
      headers: answer.headers,
      body: request.method === "HEAD" ? bodyOf(new Uint8Array()) : bodyOf(answer.body, keptBytes),
    };
  }

  async #serve(
    endpoint: Endpoint,
    from: string,
    to: string,
    request: WireRequest,
  ): Promise<WireAnswer> {
    this.#watcher.onRequest(from, to, request);
    const answer = await endpoint.answer(from, request);
    if (this.#endpoints.get(to) !== endpoint) throw systemError("ECONNRESET");
    this.#watcher.onAnswer(to, from, request, answer);
    const date = new Date(endpoint.nowSeconds() * 1_000).toUTCString();
    return { ...answer, headers: { date, ...answer.headers } };
  }

  #isParted(from: string, to: string): boolean {
    if (!this.#parted.has(`${from} ${to}`)) return false;
    this.#watcher.onMishap("parted");
    return true;
  }

  #happens(chance: number, mishap: Mishap): boolean {
    if (chance === 0 || this.#random() >= chance) return false;
    this.#watcher.onMishap(mishap);
    return true;
  }

  #delay(): Promise<void> {
    const times = this.#random() < slowChance ? slowTimes : 1;
    return this.#time.sleep(this.#random() * this.weather.delayMsMax * times);
  }
}

async function readBody(body: unknown): Promise<readonly Uint8Array[]> {
  if (body === undefined || body === null) return [];
  if (typeof body === "string") return [Buffer.from(body)];
  const chunks: Uint8Array[] = [];
  for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return chunks;
}

function cutBody(chunks: readonly Uint8Array[], part: number): readonly Uint8Array[] {
  const whole = Buffer.concat(chunks);
  return [whole.subarray(0, Math.floor(whole.length * part))];
}

async function* bodyOf(bytes: Uint8Array, keptBytes?: number): AsyncGenerator<Uint8Array, void> {
  if (bytes.length > 0) yield bytes.subarray(0, keptBytes ?? bytes.length);
  if (keptBytes !== undefined) throw systemError("ECONNRESET");
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
