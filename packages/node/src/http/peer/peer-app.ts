/**
 * What a peer may ask over HTTPS: the paths of spec/exchange.md, as calls of the service.
 *
 * Who asks is known from the connection. Nothing here decides about a log or an attachment: the
 * service does. Here are limits, timeouts and the form of answers.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { decodeUtf8 } from "@parley/core/bytes/utf8";
import type { Primitives } from "@parley/core/crypto/primitives";
import { Fault } from "@parley/core/fault";
import { parseSize } from "@parley/core/log/checkpoint";
import { addCheckpointBytesMax, parseAddCheckpoint } from "@parley/core/log/mirror-messages";
import { originHash } from "@parley/core/log/origin";
import { parseReceiptList, receiptListLengthMax } from "@parley/core/log/receipt-list";
import { parseTilePath } from "@parley/core/log/tiles";
import { noticeBytesMax } from "@parley/core/party/channel-notice";
import type { Result } from "@parley/core/result";
import { Hono } from "hono";
import type { Log } from "../../log.ts";
import type { AttachmentIntake } from "../../service/attachment-intake.ts";
import type { ChannelBook } from "../../service/channel.ts";
import type { TakeNoticeRefusal } from "../../service/ended-epochs.ts";
import type { ExchangeQuota } from "../../service/exchange-quota.ts";
import type { Mirror } from "../../service/mirror.ts";
import type { PeerLogs, ReadSide } from "../../service/peer-logs.ts";
import type { ReceiptIntake } from "../../service/receipt-intake.ts";
import type { Storage } from "../../service/storage.ts";
import { addAttachmentRoutes } from "./attachment-routes.ts";
import {
  emptyAnswer,
  mirrorAnswer,
  octetAnswer,
  type PeerContext,
  type PeerEnv,
  refuseAs,
  refuseWith,
  retryAfterSeconds,
  textAnswer,
} from "./peer-answer.ts";
import { openBody, readWhole } from "./request-body.ts";
import { takeUpload, uploadBytesMax } from "./upload-request.ts";

/** A list of receipts in UTF-8: the dashes of its lines have three octets. */
export const receiptListBytesMax = receiptListLengthMax + 4_096;

export interface PeerAppLimits {
  /** Requests of one peer that are answered at the same time. */
  readonly requestsPerPeerMax: number;
  /** Of these, bodies of entries or attachments: each may hold a package in memory. */
  readonly uploadsPerPeerMax: number;
  /** A body without an octet for so long has ended. Milliseconds. */
  readonly bodyIdleMs: number;
  /** An attachment that is read for longer is cut off; its reader goes on by ranges. Milliseconds. */
  readonly answerMs: number;
}

export const peerAppLimits: PeerAppLimits = {
  requestsPerPeerMax: 32,
  uploadsPerPeerMax: 4,
  bodyIdleMs: 60_000,
  answerMs: 3_600_000,
};

export interface PeerAppPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly log: Log;
  readonly book: ChannelBook;
  readonly quota: ExchangeQuota;
  readonly mirror: Mirror;
  readonly logs: PeerLogs;
  readonly receipts: ReceiptIntake;
  readonly attachments: AttachmentIntake;
  /** A peer ends epochs of its logs. */
  takeNotice(peer: string, text: string): Promise<Result<true, TakeNoticeRefusal>>;
  /** A peer reached us: what waits for it may be tried again. */
  onContact(peer: string): void;
}

/** Answers the requests of authenticated peers: `onRequest` of `createPeerServer`. */
export function createPeerListener(
  ports: PeerAppPorts,
  overrides: Partial<PeerAppLimits> = {},
): (peer: string, request: IncomingMessage, response: ServerResponse) => void {
  const limits = { ...peerAppLimits, ...overrides };
  const app = createPeerApp(ports, limits);
  const peers = new WeakMap<IncomingMessage, string>();
  const listen = getRequestListener(
    (request, env) => {
      const { incoming, outgoing } = env as PeerEnv["Bindings"];
      return app.fetch(request, { incoming, outgoing, peer: peers.get(incoming) });
    },
    { overrideGlobalObjects: false },
  );
  return (peer, request, response) => {
    peers.set(request, peer);
    ports.onContact(peer);
    void listen(request, response);
  };
}

/** The same without a socket: whoever calls it says which peer asks. */
export function createPeerApp(ports: PeerAppPorts, limits: PeerAppLimits): Hono<PeerEnv> {
  const app = new Hono<PeerEnv>({ strict: true });
  const requests = new Running(limits.requestsPerPeerMax);
  const uploads = new Running(limits.uploadsPerPeerMax);
  app.use(async (c, next) => {
    if (!requests.begin(c)) return refuseAs("exchange.too-many");
    return next();
  });
  const bodyOf = { idleMs: limits.bodyIdleMs, mayBeGzip: false };

  app.post("/parley/v1/add-checkpoint", async (c) => {
    const { incoming, peer } = c.env;
    if (isUsedUp(ports, peer)) return refuseAs("exchange.too-many");
    const body = await readWhole(incoming, { ...bodyOf, bytesMax: addCheckpointBytesMax });
    if (!body.ok) return refuseAs(body.refusal.code);
    const request = body.value && parseAddCheckpoint(body.value);
    if (!request?.ok) return refuseAs("mirror.bad-request");
    return mirrorAnswer(await ports.mirror.addCheckpoint(peer, request.value));
  });
  app.post("/parley/v1/add-entries", async (c) => {
    if (isUsedUp(ports, c.env.peer) || !uploads.begin(c)) return refuseAs("exchange.too-many");
    const { incoming, peer } = c.env;
    const body = openBody(incoming, { ...bodyOf, bytesMax: uploadBytesMax, mayBeGzip: true });
    if (!body.ok) return refuseAs(body.refusal.code);
    return mirrorAnswer(await takeUpload(ports.mirror, peer, body.value));
  });
  app.post("/parley/v1/receipts", async (c) => {
    const body = await readWhole(c.env.incoming, { ...bodyOf, bytesMax: receiptListBytesMax });
    if (!body.ok) return refuseAs(body.refusal.code);
    return takeReceipts(ports, c.env.peer, body.value);
  });
  app.post("/parley/v1/notices", async (c) => {
    const body = await readWhole(c.env.incoming, { ...bodyOf, bytesMax: noticeBytesMax });
    if (!body.ok) return refuseAs(body.refusal.code);
    const text = body.value && decodeUtf8(body.value);
    const taken = await ports.takeNotice(c.env.peer, text ?? "");
    return taken.ok ? textAnswer("") : refuseAs(taken.refusal.code);
  });
  for (const side of ["mirror", "log"] as const) addReadRoutes(app, ports, side);
  const { bodyIdleMs: idleMs, answerMs } = limits;
  addAttachmentRoutes(app, { ...ports, uploads, idleMs, answerMs });

  for (const path of [
    ...["add-checkpoint", "add-entries", "receipts", "notices", "attachments/:digest"],
  ]) {
    app.all(`/parley/v1/${path}`, () => emptyAnswer(405));
  }
  app.notFound(() => emptyAnswer(404));
  app.onError((error) => {
    const isFault = error instanceof Fault;
    ports.log.event(isFault ? "node.fault" : "node.defect", {}, error);
    if (!isFault) return emptyAnswer(500);
    return emptyAnswer(503, { "retry-after": String(retryAfterSeconds) });
  });
  return app;
}

/** How many requests of each peer run. */
export class Running {
  readonly #countMax: number;
  readonly #counts = new Map<string, number>();

  constructor(countMax: number) {
    this.#countMax = countMax;
  }

  /** @returns False, and nothing begun, if as many as may run do. */
  begin({ env: { peer, outgoing } }: PeerContext): boolean {
    const count = this.#counts.get(peer) ?? 0;
    if (count >= this.#countMax) return false;
    this.#counts.set(peer, count + 1);
    outgoing.once("close", () => {
      const left = (this.#counts.get(peer) ?? 1) - 1;
      if (left > 0) this.#counts.set(peer, left);
      else this.#counts.delete(peer);
    });
    return true;
  }
}

/** Whether the peer's hour is used up in every channel: then no body is worth reading. */
function isUsedUp({ book, quota }: PeerAppPorts, peer: string): boolean {
  const channels = book.byPeer(peer);
  return channels.length > 0 && channels.every((channel) => quota.waitSeconds(channel) > 0);
}

async function takeReceipts(
  ports: PeerAppPorts,
  peer: string,
  body: Uint8Array | undefined,
): Promise<Response> {
  const list = parseReceiptList((body && decodeUtf8(body)) ?? "");
  if (!list.ok) return refuseAs(list.refusal.code);
  const { origin, receipts } = list.value;
  const found = await ports.logs.findLog(peer, "log", originHash(ports.p, origin));
  if (!found.ok) return refuseAs(found.refusal.code);
  const { channel, row } = found.value;
  const placed = await ports.receipts.place(channel, row, receipts);
  if (placed.ok) return textAnswer(`${placed.value}\n`, "text/x.tlog.size");
  const { code } = placed.refusal;
  // The list was well-formed: what is bad is the size.
  return code === "log.bad-receipt" ? refuseWith(422, code) : refuseAs(code);
}

function addReadRoutes(app: Hono<PeerEnv>, { logs }: PeerAppPorts, side: ReadSide): void {
  const base = `/parley/v1/${side}/:log`;
  const find = (c: PeerContext) => logs.findLog(c.env.peer, side, c.req.param("log") ?? "");
  app.get(`${base}/checkpoint`, async (c) => {
    const found = await find(c);
    if (!found.ok) return refuseAs(found.refusal.code);
    const note = await logs.readCheckpoint(found.value);
    return note === undefined ? refuseAs("log.unknown-origin") : textAnswer(note);
  });
  app.get(`${base}/tile/*`, async (c) => {
    const found = await find(c);
    if (!found.ok) return refuseAs(found.refusal.code);
    const prefix = base.replace(":log", c.req.param("log") ?? "");
    const id = parseTilePath(c.req.path.slice(prefix.length + 1));
    if (!id.ok) return refuseAs(id.refusal.code);
    const tile = await logs.readTile(found.value, id.value);
    return tile === undefined ? refuseAs("exchange.no-tile") : octetAnswer(tile);
  });
  const paths = [`${base}/checkpoint`, `${base}/tile/*`, `${base}/receipts`];
  app.get(`${base}/receipts`, async (c) => {
    const found = await find(c);
    if (!found.ok) return refuseAs(found.refusal.code);
    const from = parseSize(c.req.query("from") ?? "");
    if (from === undefined) return refuseAs("exchange.bad-query");
    return textAnswer(await logs.readReceipts(found.value, from));
  });
  for (const path of paths) app.all(path, () => emptyAnswer(405));
}
