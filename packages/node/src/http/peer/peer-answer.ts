/**
 * What every route of the peers' listener shares: who asks, and the form of answers.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { MirrorAnswer } from "@parley/core/log/mirror-judge";
import { type RefusalCode, refusalCodes } from "@parley/core/refusal-codes";
import type { Context } from "hono";

export type PeerEnv = {
  readonly Bindings: {
    readonly incoming: IncomingMessage;
    readonly outgoing: ServerResponse;
    /** The party whose key the connection has. */
    readonly peer: string;
  };
};

export type PeerContext = Context<PeerEnv>;

/** When to come back after 429 or 503 if nothing better is known. Seconds. */
export const retryAfterSeconds = 5;

const octets = "application/octet-stream";
const text = "text/plain; charset=utf-8";

/** A refusal: its status and its code on one line. EXC-5. */
export function refuseAs(code: RefusalCode, headers: Readonly<Record<string, string>> = {}) {
  const { status } = refusalCodes[code];
  return refuseWith(status, code, headers);
}

/** A refusal that in this place has another status than its own. */
export function refuseWith(
  status: number,
  code: RefusalCode,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const retry = status === 429 ? { "retry-after": String(retryAfterSeconds) } : {};
  return new Response(`${code}\n`, {
    status,
    headers: { "content-type": text, ...retry, ...headers },
  });
}

export function emptyAnswer(
  status: number,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(null, { status, headers });
}

export function textAnswer(body: string, contentType: string = text): Response {
  return new Response(body, { headers: { "content-type": contentType } });
}

export function octetAnswer(body: Uint8Array): Response {
  return new Response(body as Uint8Array<ArrayBuffer>, { headers: { "content-type": octets } });
}

export function mirrorAnswer({ status, contentType, body }: MirrorAnswer): Response {
  const retry = status === 429 ? { "retry-after": String(retryAfterSeconds) } : {};
  return new Response(body, { status, headers: { "content-type": contentType, ...retry } });
}
