/**
 * One HTTP request as a listener gets it and answers it, without a socket: what `IncomingMessage` and
 * `ServerResponse` are to the routes of a peer.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable, Writable } from "node:stream";
import type { createPeerApp } from "@parley/node/http/peer/peer-app";

export interface WireRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Uint8Array[];
  /** The connection is cut behind the body as far as it is given. */
  readonly isCut: boolean;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** The request as a stream that ends, or breaks off. */
class IncomingBody extends Readable {
  readonly headers: Readonly<Record<string, string>>;
  readonly #chunks: readonly Uint8Array[];
  readonly #isCut: boolean;
  #at = 0;

  constructor({ headers, body, isCut }: WireRequest) {
    super();
    this.headers = headers;
    this.#chunks = body;
    this.#isCut = isCut;
    // Whoever reads hears of the cut; whoever does not must not end the process.
    this.on("error", () => undefined);
  }

  override _read(): void {
    const chunk = this.#chunks[this.#at];
    this.#at += 1;
    if (chunk !== undefined) this.push(chunk);
    else if (this.#isCut) this.destroy(new Error("cut"));
    else this.push(null);
  }

  setTimeout(): this {
    return this;
  }
}

/** What a route writes by itself, as those of attachments do. */
class OutgoingBody extends Writable {
  head: { readonly status: number; readonly headers: Record<string, unknown> } | undefined;
  readonly chunks: Uint8Array[] = [];

  writeHead(status: number, headers: Record<string, unknown>): this {
    this.head = { status, headers };
    return this;
  }

  setTimeout(): this {
    return this;
  }

  override _write(chunk: Uint8Array, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
}

/** Has the routes of a node answer a request of `peer`. */
export async function answerRequest(
  app: ReturnType<typeof createPeerApp>,
  peer: string,
  request: WireRequest,
): Promise<WireAnswer> {
  const incoming = new IncomingBody(request);
  const outgoing = new OutgoingBody();
  const { method, path, headers } = request;
  const asked = new Request(`https://peer.invalid${path}`, { method, headers });
  const response = await app.fetch(asked, {
    ...{ peer, incoming: incoming as unknown as IncomingMessage },
    outgoing: outgoing as unknown as ServerResponse,
  });
  const written = outgoing.head;
  const body =
    written === undefined
      ? new Uint8Array(await response.arrayBuffer())
      : Buffer.concat(outgoing.chunks);
  outgoing.destroy();
  outgoing.emit("close");
  const status = written?.status ?? response.status;
  const said = Object.entries(written?.headers ?? Object.fromEntries(response.headers));
  return { status, body, headers: Object.fromEntries(said.map(([k, v]) => [k, String(v)])) };
}
