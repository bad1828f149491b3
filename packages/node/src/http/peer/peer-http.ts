/**
 * One HTTP request to a peer, at the first of its addresses that answers, with a bounded answer.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import type { Dispatcher } from "undici";
import type { Clock } from "../../service/clock.ts";
import type { BodySource, LinkObserver, PeerTarget } from "../../service/peer-link.ts";

export interface PeerRequest {
  readonly method: "GET" | "HEAD" | "POST" | "PUT";
  /** Below the address, with its slash. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | BodySource;
  /** For the whole exchange, in milliseconds. */
  readonly totalMs: number;
  readonly signal: AbortSignal;
}

export interface PeerResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /** @returns `undefined` if the body is longer; then the connection is gone. */
  read(bytesMax: number): Promise<Uint8Array | undefined>;
  /** The body as it comes; leaving it early closes the connection. */
  stream(): AsyncIterable<Uint8Array>;
}

/** Connections to one peer: undici's. A test puts a network of its own in their place. */
export interface RequestAgent {
  request(
    options: Dispatcher.RequestOptions,
  ): Promise<Pick<Dispatcher.ResponseData, "statusCode" | "headers"> & { readonly body: Octets }>;
}

type Octets = AsyncIterable<Uint8Array>;
type AgentAnswer = Awaited<ReturnType<RequestAgent["request"]>>;

/** Codes of what Node and undici report. What is not here is `peer.unreachable`. */
const failureCodes: Readonly<Record<string, string>> = {
  ECONNREFUSED: "peer.connection-refused",
  ECONNRESET: "peer.connection-lost",
  EPIPE: "peer.connection-lost",
  UND_ERR_SOCKET: "peer.connection-lost",
  ENOTFOUND: "peer.no-such-host",
  EAI_AGAIN: "peer.no-such-host",
  ETIMEDOUT: "peer.timeout",
  UND_ERR_CONNECT_TIMEOUT: "peer.timeout",
  UND_ERR_HEADERS_TIMEOUT: "peer.timeout",
  UND_ERR_BODY_TIMEOUT: "peer.timeout",
  UND_ERR_HEADERS_OVERFLOW: "peer.bad-http",
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: "peer.bad-http",
  EPROTO: "peer.tls-failed",
};

export class PeerHttp {
  readonly #target: PeerTarget;
  readonly #agent: RequestAgent;
  readonly #observer: LinkObserver;
  readonly #clock: Clock;
  /** Index of the address that answered last: the others before it were tried. */
  #preferred = 0;

  constructor(
    target: PeerTarget,
    ports: { readonly agent: RequestAgent; readonly observer: LinkObserver; readonly clock: Clock },
  ) {
    this.#target = target;
    this.#agent = ports.agent;
    this.#observer = ports.observer;
    this.#clock = ports.clock;
  }

  /** @throws Fault of the last address tried, if none answered; `peer.no-address` if there is none. */
  async send(request: PeerRequest): Promise<PeerResponse> {
    const { addresses } = this.#target;
    let failure = new Fault("peer.no-address", "the descriptor has none", { retryable: true });
    // The one that answered last, then all in their order.
    const order = [...new Set([this.#preferred, ...addresses.keys()])];
    for (const at of order) {
      const address = addresses[at];
      if (address === undefined) continue;
      try {
        const response = await this.#sendTo(address, request);
        this.#preferred = at;
        return response;
      } catch (cause) {
        failure = this.#judgeFailure(address, cause, request.signal);
      }
    }
    this.#preferred = 0;
    throw failure;
  }

  async #sendTo(address: string, request: PeerRequest): Promise<PeerResponse> {
    const { method, path, headers = {}, body, totalMs } = request;
    const signal = AbortSignal.any([request.signal, AbortSignal.timeout(totalMs)]);
    const url = new URL(`${address}${path}`);
    const response = await this.#agent.request({
      origin: url.origin,
      path: url.pathname + url.search,
      method,
      headers: { ...headers },
      signal,
      ...(body !== undefined && { body: typeof body === "string" ? body : (body() as never) }),
    });
    this.#observer.onAnswer(this.#target.peer, skewOf(response, this.#clock.nowSeconds()));
    return this.#wrap(address, request.signal, response);
  }

  #wrap(address: string, signal: AbortSignal, response: AgentAnswer): PeerResponse {
    const fail = (cause: unknown) => this.#judgeFailure(address, cause, signal);
    async function* stream() {
      try {
        yield* response.body;
      } catch (cause) {
        throw fail(cause);
      }
    }
    return {
      status: response.statusCode,
      header: (name) => {
        const value = response.headers[name];
        return Array.isArray(value) ? value[0] : value;
      },
      read: async (bytesMax) => {
        const chunks: Uint8Array[] = [];
        let readBytes = 0;
        for await (const chunk of stream()) {
          readBytes += chunk.length;
          if (readBytes > bytesMax) return undefined;
          chunks.push(chunk);
        }
        return Buffer.concat(chunks);
      },
      stream,
    };
  }

  /** @returns The fault to throw if nothing else answers. What is not the connection's is thrown. */
  #judgeFailure(address: string, cause: unknown, signal: AbortSignal): Fault {
    signal.throwIfAborted();
    if (cause instanceof Fault && cause.code !== "peer.wrong-pin") throw cause;
    const code = codeOf(cause);
    this.#observer.onAddressFailed(this.#target.peer, address, code, cause);
    return new Fault(code, `no answer from ${address}`, { cause, retryable: true });
  }
}

function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "peer.unreachable";
  if (cause instanceof Fault) return cause.code;
  if (cause.name === "TimeoutError") return "peer.timeout";
  const code = "code" in cause ? String(cause.code) : "";
  if (code.startsWith("HPE_")) return "peer.bad-http";
  if (code.startsWith("ERR_SSL") || code.startsWith("ERR_TLS")) return "peer.tls-failed";
  return failureCodes[code] ?? "peer.unreachable";
}

/** By the `Date` of the answer, which has whole seconds. */
function skewOf({ headers }: AgentAnswer, nowSeconds: number): number | null {
  const date = headers["date"];
  const peerMs = typeof date === "string" ? Date.parse(date) : Number.NaN;
  return Number.isSafeInteger(peerMs) ? Math.floor(peerMs / 1_000) - nowSeconds : null;
}
