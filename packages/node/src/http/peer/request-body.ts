/**
 * The body of a peer's request: read as it comes, within limits, or not at all.
 *
 * Limits count what is left after decompression; a declared length above them is refused before the
 * first octet. Who reads in part leaves the connection to the listener, which reads on for a moment,
 * so that the answer arrives, and then closes it. spec/exchange.md EXC-4, EXC-6.
 *
 * @module
 */
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { accept, type Result, refuse } from "@parley/core/result";

export type BodyRefusal = "exchange.bad-encoding" | "exchange.too-large";

export interface BodyLimits {
  readonly bytesMax: number;
  /** Without an octet for so long, the body has ended. Milliseconds. */
  readonly idleMs: number;
  readonly mayBeGzip: boolean;
}

/**
 * A body as a stream of chunks. It ends where the request ends, where it breaks off, where its
 * compression is broken, and at the limit; `state` says which.
 */
export interface BodyStream {
  readonly chunks: AsyncIterable<Uint8Array>;
  state(): "open" | "whole" | "cut" | "too-large";
}

/** @returns The length that the request declares; `undefined` if it declares none. */
export function declaredLength(request: IncomingMessage): number | undefined {
  const text = request.headers["content-length"];
  return text === undefined ? undefined : Number(text);
}

export function openBody(
  request: IncomingMessage,
  limits: BodyLimits,
): Result<BodyStream, BodyRefusal> {
  const encoding = request.headers["content-encoding"];
  const isGzip = encoding?.toLowerCase() === "gzip";
  if (encoding !== undefined && !(isGzip && limits.mayBeGzip)) {
    return refuse("exchange.bad-encoding", "an encoding that this request may not have");
  }
  if ((declaredLength(request) ?? 0) > limits.bytesMax) {
    return refuse("exchange.too-large", `more than ${limits.bytesMax} octets declared`);
  }
  let state: ReturnType<BodyStream["state"]> = "open";
  const chunks = readChunks(request, { ...limits, isGzip }, (next) => {
    state = next;
  });
  return accept({ chunks, state: () => state });
}

/** @returns The whole body, which has at most `bytesMax` octets; `undefined` if it broke off. */
export async function readWhole(
  request: IncomingMessage,
  limits: BodyLimits,
): Promise<Result<Uint8Array | undefined, BodyRefusal>> {
  const body = openBody(request, limits);
  if (!body.ok) return body;
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.value.chunks) chunks.push(chunk);
  if (body.value.state() === "too-large") {
    return refuse("exchange.too-large", `more than ${limits.bytesMax} octets`);
  }
  return accept(body.value.state() === "whole" ? Buffer.concat(chunks) : undefined);
}

async function* readChunks(
  request: IncomingMessage,
  limits: BodyLimits & { readonly isGzip: boolean },
  setState: (state: "whole" | "cut" | "too-large") => void,
): AsyncGenerator<Uint8Array, void> {
  request.setTimeout(limits.idleMs, () => request.destroy());
  const gunzip = limits.isGzip ? createGunzip() : undefined;
  if (gunzip !== undefined) {
    request.on("error", () => gunzip.destroy());
    request.pipe(gunzip);
  }
  let readBytes = 0;
  try {
    const source: Readable = gunzip ?? request;
    // Leaving early must not destroy the request: the answer goes out by the same connection.
    for await (const chunk of source.iterator({ destroyOnReturn: gunzip !== undefined })) {
      readBytes += chunk.length;
      if (readBytes > limits.bytesMax) {
        setState("too-large");
        return;
      }
      yield chunk;
    }
    setState("whole");
  } catch {
    // The peer, or the network between, ended it: what came whole stands.
    setState("cut");
  } finally {
    request.setTimeout(0);
    if (gunzip !== undefined) {
      request.unpipe(gunzip);
      gunzip.destroy();
    }
  }
}
