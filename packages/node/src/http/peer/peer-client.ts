/**
 * The caller's half of spec/exchange.md: requests to a peer, and its answers parsed strictly.
 *
 * The peer may answer anything: what is not exactly an answer is `mirror.bad-answer`.
 *
 * @module
 */
import { fromBase64Url } from "@parley/core/bytes/base64";
import { toHex } from "@parley/core/bytes/hex";
import { u16Max } from "@parley/core/bytes/octets";
import { decodeUtf8 } from "@parley/core/bytes/utf8";
import { assert } from "@parley/core/fault";
import { parseMirrorInfo, parseSizeAnswer } from "@parley/core/log/mirror-messages";
import { noteBytesMax } from "@parley/core/log/note";
import { parseReceiptList, receiptListLengthMax } from "@parley/core/log/receipt-list";
import { type TileId, tilePath } from "@parley/core/log/tiles";
import { hashBytes } from "@parley/core/log/tree";
import type { Agent } from "undici";
import type { PartRange } from "../../service/attachment-intake.ts";
import type { Clock } from "../../service/clock.ts";
import type {
  AttachmentReply,
  BodySource,
  CheckpointReply,
  EntriesReply,
  Found,
  LinkObserver,
  LinkRefusal,
  PeerDialer,
  PeerLink,
} from "../../service/peer-link.ts";
import type { AttachmentKey } from "../../service/storage-content.ts";
import { PeerHttp, type PeerRequest, type PeerResponse } from "./peer-http.ts";
import { createPeerAgent, type TlsIdentity } from "./tls.ts";

/** Size, next entry and a ticket of 65,535 octets in base64. */
export const mirrorInfoBytesMax = 131_072;
export const codeBytesMax = 128;
const receiptListBytesMax = receiptListLengthMax + 4_096;
/** Longer waits are a peer's way to be forgotten. */
export const retryAfterSecondsMax = 86_400;

const codeForm = /^([a-z0-9-]{1,24}\.[a-z0-9-]{1,32})\n$/;

export interface PeerClientLimits {
  readonly connectMs: number;
  /** Until the first octet of an answer, and between two. */
  readonly answerMs: number;
  /** For an exchange that is short by its nature, and for one that may carry half a gigabyte. */
  readonly shortMs: number;
  readonly longMs: number;
}

export interface PeerClientPorts {
  readonly identity: TlsIdentity;
  readonly clock: Clock;
  readonly observer: LinkObserver;
  readonly limits: PeerClientLimits;
}

/** @returns What makes links; each peer has its own connections, kept as long as its pins. */
export function createPeerDialer(ports: PeerClientPorts): PeerDialer {
  const { identity, clock, observer, limits } = ports;
  const { connectMs, answerMs } = limits;
  const open = new Map<string, { readonly key: string; agent: Agent; link: PeerLink }>();
  return {
    linkTo: (target) => {
      const key = JSON.stringify(target);
      const there = open.get(target.peer);
      if (there?.key === key) return there.link;
      // Running requests end on the old connections.
      void there?.agent.close();
      const bounds = { connectMs, headersMs: answerMs, bodyMs: answerMs };
      const agent = createPeerAgent(identity, target.pins, bounds);
      const link = linkOver(new PeerHttp(target, { agent, clock, observer }), limits);
      open.set(target.peer, { key, agent, link });
      return link;
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...open.values()].map(({ agent }) => agent.destroy()));
      open.clear();
    },
  };
}

/** The calls of a link as requests to one peer. */
export function linkOver(
  http: PeerHttp,
  { shortMs, longMs }: Pick<PeerClientLimits, "shortMs" | "longMs">,
): PeerLink {
  const send = (request: Omit<PeerRequest, "totalMs">) =>
    http.send({ ...request, path: `/parley/v1/${request.path}`, totalMs: shortMs });
  const sendLong = (request: Omit<PeerRequest, "totalMs">) =>
    http.send({ ...request, path: `/parley/v1/${request.path}`, totalMs: longMs });
  const get = (path: string, signal: AbortSignal) => send({ method: "GET", path, signal });
  return {
    addCheckpoint: async (body, signal) => {
      const headers = textHeaders;
      const request = { method: "POST", path: "add-checkpoint", headers, body, signal } as const;
      return checkpointReply(await send(request));
    },
    addEntries: async (body: BodySource, signal) => {
      const headers = octetHeaders;
      const request = { method: "POST", path: "add-entries", headers, body, signal } as const;
      return entriesReply(await sendLong(request));
    },
    readReceipts: async ({ side, hash }, from, signal) => {
      const response = await get(`${side}/${hash}/receipts?from=${from}`, signal);
      return foundText(response, receiptListBytesMax, (text) => {
        const list = parseReceiptList(text);
        return list.ok ? list.value : undefined;
      });
    },
    postReceipts: async (body, signal) => {
      const headers = textHeaders;
      const request = { method: "POST", path: "receipts", headers, body, signal } as const;
      return foundText(await send(request), codeBytesMax, sizeOf);
    },
    readCheckpoint: async ({ side, hash }, signal) => {
      const response = await get(`${side}/${hash}/checkpoint`, signal);
      return foundText(response, noteBytesMax, (text) => text);
    },
    postNotice: async (body, signal) => {
      const request = {
        method: "POST",
        path: "notices",
        headers: textHeaders,
        body,
        signal,
      } as const;
      return foundText(await send(request), codeBytesMax, (text) => text === "" || undefined);
    },
    readTile: async ({ side, hash }, tile, signal) => {
      const response = await get(`${side}/${hash}/${tilePath(tile)}`, signal);
      return foundTile(response, tile);
    },
    ...attachmentCalls(send, sendLong),
  };
}

type Send = (request: Omit<PeerRequest, "totalMs">) => Promise<PeerResponse>;

function attachmentCalls(
  send: Send,
  sendLong: Send,
): Pick<PeerLink, "findAttachment" | "putAttachment" | "readAttachment"> {
  return {
    findAttachment: async (key, signal) => {
      const response = await send({ method: "HEAD", path: attachmentPath(key), signal });
      return attachmentReply(response);
    },
    putAttachment: async (key, range, body, signal) => {
      const headers = { ...octetHeaders, ...rangeHeaders(range) };
      const request = { path: attachmentPath(key), headers, body, signal };
      return attachmentReply(await sendLong({ ...request, method: "PUT" }));
    },
    readAttachment: async (key, from, signal) => {
      const headers = { range: `bytes=${from}-` };
      const request = { path: attachmentPath(key), headers, signal };
      const response = await sendLong({ ...request, method: "GET" });
      if (response.status !== 200 && response.status !== 206) return refusalOf(response);
      const begins = response.header("content-range")?.startsWith(`bytes ${from}-`);
      const fits = response.status === 206 ? begins === true : from === 0;
      if (fits) return { kind: "found", value: response.stream() };
      await response.read(0);
      return bad(response.status);
    },
  };
}

const textHeaders = { "content-type": "text/plain; charset=utf-8" };
const octetHeaders = { "content-type": "application/octet-stream" };

function attachmentPath({ channel, digest }: AttachmentKey): string {
  const octets = fromBase64Url(digest);
  assert(octets?.length === hashBytes, "a digest is SHA-256 in base64url");
  return `attachments/${toHex(octets)}?channel=${encodeURIComponent(channel)}`;
}

function rangeHeaders({ first, last, total }: PartRange): Readonly<Record<string, string>> {
  return {
    "content-length": String(last + 1 - first),
    "content-range": `bytes ${first}-${last}/${total}`,
  };
}

async function checkpointReply(response: PeerResponse): Promise<CheckpointReply> {
  if (response.status === 200) {
    // A witness may say more here; a mirror need not.
    await response.read(noteBytesMax);
    return { kind: "accepted" };
  }
  if (response.status !== 409) return refusalOf(response);
  const found = await foundText(response, codeBytesMax, sizeOf);
  return found.kind === "found" ? { kind: "other-size", size: found.value } : found;
}

async function entriesReply(response: PeerResponse): Promise<EntriesReply> {
  const { status } = response;
  if (status === 200) {
    const found = await foundText(response, noteBytesMax, (text) => text);
    return found.kind === "found" ? { kind: "cosigned", lines: found.value } : found;
  }
  if (status !== 202 && status !== 409) return refusalOf(response);
  const found = await foundText(response, mirrorInfoBytesMax, (text) => {
    const info = parseMirrorInfo(text);
    return info.ok ? info.value : undefined;
  });
  if (found.kind !== "found") return found;
  return { kind: status === 202 ? "kept" : "conflict", info: found.value };
}

async function attachmentReply(response: PeerResponse): Promise<AttachmentReply> {
  const { status } = response;
  if (status === 200 || status === 201) {
    await response.read(codeBytesMax);
    return { kind: "complete" };
  }
  const offset = response.header("upload-offset");
  const keptBytes = /^(0|[1-9][0-9]{0,14})$/.test(offset ?? "") ? Number(offset) : undefined;
  const mayHaveOffset = status === 202 || status === 404 || status === 409;
  if (keptBytes === undefined || !mayHaveOffset) return refusalOf(response);
  await response.read(codeBytesMax);
  return { kind: "kept", keptBytes };
}

async function foundTile(response: PeerResponse, tile: TileId): Promise<Found<Uint8Array>> {
  if (response.status !== 200) return refusalOf(response);
  const bytesMax = tile.width * (tile.kind === "hashes" ? hashBytes : 2 + u16Max);
  const bytes = await response.read(bytesMax);
  const isWhole = tile.kind === "entries" || bytes?.length === bytesMax;
  return bytes !== undefined && isWhole ? { kind: "found", value: bytes } : bad(response.status);
}

/** An answer of 200, 202 or 409 whose body is text of a form; any other is the refusal that it is. */
async function foundText<T>(
  response: PeerResponse,
  bytesMax: number,
  parse: (text: string) => T | undefined,
): Promise<Found<T>> {
  if (response.status !== 200 && response.status !== 202 && response.status !== 409) {
    return refusalOf(response);
  }
  const bytes = await response.read(bytesMax);
  const text = bytes && decodeUtf8(bytes);
  const value = text === undefined ? undefined : parse(text);
  if (value !== undefined) return { kind: "found", value };
  const [, code] = codeForm.exec(text ?? "") ?? [];
  return code === undefined ? bad(response.status) : refused(response, code);
}

async function refusalOf(response: PeerResponse): Promise<LinkRefusal> {
  const bytes = await response.read(codeBytesMax);
  const [, code] = codeForm.exec((bytes && decodeUtf8(bytes)) ?? "") ?? [];
  return refused(response, code ?? `http.${response.status}`);
}

function refused(response: PeerResponse, code: string): LinkRefusal {
  const seconds = response.header("retry-after");
  const isNumber = /^[0-9]{1,6}$/.test(seconds ?? "");
  const retryAfterMs = isNumber ? Math.min(Number(seconds), retryAfterSecondsMax) * 1_000 : null;
  return { kind: "refused", status: response.status, code, retryAfterMs };
}

function bad(status: number): LinkRefusal {
  return { kind: "refused", status, code: "mirror.bad-answer", retryAfterMs: null };
}

function sizeOf(text: string): number | undefined {
  const size = parseSizeAnswer(text);
  return size.ok ? size.value : undefined;
}
