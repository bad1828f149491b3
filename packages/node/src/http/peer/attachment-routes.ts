/**
 * Attachments over HTTPS: uploaded and read in parts, so that either can go on where it broke off.
 * spec/exchange.md §6; RFC 9110 §14.
 *
 * @module
 */
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { toBase64Url } from "@parley/core/bytes/base64";
import { fromHex } from "@parley/core/bytes/hex";
import { Defect, Fault } from "@parley/core/fault";
import { hashBytes } from "@parley/core/log/tree";
import type { Hono } from "hono";
import type { Log } from "../../log.ts";
import type { AttachmentIntake, IntakeAnswer, PartRange } from "../../service/attachment-intake.ts";
import type { Storage } from "../../service/storage.ts";
import type { AttachmentRow } from "../../service/storage-content.ts";
import { emptyAnswer, type PeerContext, type PeerEnv, refuseAs } from "./peer-answer.ts";
import { declaredLength, openBody } from "./request-body.ts";

export interface AttachmentRoutePorts {
  readonly storage: Storage;
  readonly log: Log;
  readonly attachments: AttachmentIntake;
  /** Counts the uploads of each peer. */
  readonly uploads: { begin(c: PeerContext): boolean };
  readonly idleMs: number;
  /** For one whole answer. Milliseconds. */
  readonly answerMs: number;
}

const path = "/parley/v1/attachments/:digest";
const contentRange = /^bytes (0|[1-9][0-9]{0,14})-(0|[1-9][0-9]{0,14})\/([1-9][0-9]{0,14})$/;
const oneRange = /^bytes=([0-9]{0,15})-([0-9]{0,15})$/;

export function addAttachmentRoutes(app: Hono<PeerEnv>, ports: AttachmentRoutePorts): void {
  app.put(path, async (c) => {
    const { incoming, peer } = c.env;
    const digest = digestOf(c);
    const range = partOf(c);
    if (digest === undefined || range === undefined) return refuseAs("exchange.bad-range");
    const channel = ports.attachments.channelFor(peer, c.req.query("channel"));
    if (!channel.ok) return refuseAs(channel.refusal.code);
    if (!ports.uploads.begin(c)) return refuseAs("exchange.too-many");
    const begun = await ports.attachments.begin(channel.value, digest, range);
    if (begun.kind !== "receive") return answerOf(begun);
    const bytesMax = range.last + 1 - range.first;
    const body = openBody(incoming, { bytesMax, idleMs: ports.idleMs, mayBeGzip: false });
    if (!body.ok) return refuseAs(body.refusal.code);
    return answerOf(await ports.attachments.receive(begun, body.value.chunks));
  });
  // Hono answers HEAD with what GET is answered, without the body.
  app.get(path, async (c) => {
    const digest = digestOf(c);
    if (digest === undefined) return refuseAs("exchange.bad-range");
    const channel = ports.attachments.channelFor(c.env.peer, c.req.query("channel"));
    if (!channel.ok) return refuseAs(channel.refusal.code);
    const row = await ports.attachments.readKept({ channel: channel.value.id, digest });
    if (row?.state !== "complete") {
      const kept = { "upload-offset": String(row?.bytesReceived ?? 0) };
      return refuseAs("exchange.no-attachment", c.req.method === "HEAD" ? kept : {});
    }
    if (c.req.method === "HEAD") {
      return emptyAnswer(200, {
        "content-length": String(row.bytesTotal),
        "accept-ranges": "bytes",
      });
    }
    return sendAttachment(c, ports, row);
  });
}

async function sendAttachment(
  c: PeerContext,
  { storage, log, idleMs, answerMs }: AttachmentRoutePorts,
  row: AttachmentRow,
): Promise<Response> {
  const total = row.bytesTotal;
  const range = rangeAsked(c.req.header("range"), total);
  if (range === "outside") return emptyAnswer(416, { "content-range": `bytes */${total}` });
  const { from, to } = range ?? { from: 0, to: total };
  const { outgoing } = c.env;
  outgoing.setTimeout(idleMs, () => outgoing.destroy());
  outgoing.writeHead(range === undefined ? 200 : 206, {
    "content-type": "application/octet-stream",
    "content-length": to - from,
    "accept-ranges": "bytes",
    ...(range && { "content-range": `bytes ${from}-${to - 1}/${total}` }),
  });
  try {
    const parts = Readable.from(storage.streamAttachment(row, { from, to }));
    await pipeline(parts, outgoing, { signal: AbortSignal.timeout(answerMs) });
  } catch (cause) {
    // The connection is closed, which says so. That its reader went away or is too slow is no fault.
    if (cause instanceof Fault) log.event("node.fault", {}, cause);
    if (cause instanceof Defect) log.event("node.defect", {}, cause);
  }
  return RESPONSE_ALREADY_SENT;
}

function answerOf(answer: IntakeAnswer): Response {
  switch (answer.kind) {
    case "stored":
      return emptyAnswer(201);
    case "present":
      return emptyAnswer(200);
    case "partial":
      return emptyAnswer(202, { "upload-offset": String(answer.keptBytes) });
    case "refuse": {
      const { code, keptBytes } = answer;
      return refuseAs(code, keptBytes === undefined ? {} : { "upload-offset": String(keptBytes) });
    }
  }
}

/** @returns The digest as the service names it; `undefined` unless lowercase hexadecimal of 32 octets. */
function digestOf(c: PeerContext): string | undefined {
  const digest = fromHex(c.req.param("digest") ?? "");
  return digest?.length === hashBytes ? toBase64Url(digest) : undefined;
}

/** The part that the request brings, by its headers. */
function partOf(c: PeerContext): PartRange | undefined {
  const length = declaredLength(c.env.incoming);
  const header = c.req.header("content-range");
  if (header === undefined) {
    if (length === undefined || length === 0) return undefined;
    return { first: 0, last: length - 1, total: length };
  }
  const [, firstText, lastText, totalText] = contentRange.exec(header) ?? [];
  const [first, last, total] = [Number(firstText), Number(lastText), Number(totalText)];
  if (totalText === undefined || first > last || last >= total) return undefined;
  return length === undefined || length === last + 1 - first ? { first, last, total } : undefined;
}

/** @returns `undefined` for the whole: no range, or none that we serve (RFC 9110 §14.2 allows that). */
function rangeAsked(
  header: string | undefined,
  total: number,
): { readonly from: number; readonly to: number } | "outside" | undefined {
  const [, firstText = "", lastText = ""] = oneRange.exec(header ?? "") ?? [];
  if (firstText === "" && lastText === "") return undefined;
  if (firstText === "") {
    const count = Math.min(Number(lastText), total);
    return count === 0 ? "outside" : { from: total - count, to: total };
  }
  const from = Number(firstText);
  const to = lastText === "" ? total : Math.min(Number(lastText) + 1, total);
  if (from >= total) return "outside";
  return to > from ? { from, to } : undefined;
}
