/**
 * The server's side of the control socket. See `control-message.ts`.
 *
 * @module
 */
import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { parseStrictJson } from "@parley/core/bytes/canonical-json";
import { decodeUtf8 } from "@parley/core/bytes/utf8";
import { Fault } from "@parley/core/fault";
import type { Log } from "../../log.ts";
import { diskFault } from "../../service/durable-file.ts";
import type { Home } from "../../service/home.ts";
import {
  type OperationContext,
  type OperationResult,
  type Operations,
  runOperation,
} from "../../service/operation.ts";
import { type ControlLine, controlInputBytesMax, readCaller } from "./control-message.ts";
import { shortenSocketPath } from "./short-path.ts";

export interface ControlServerOptions<Service> {
  readonly operations: Operations<Service>;
  readonly service: Service;
  readonly log: Log;
}

/**
 * Listens on the socket of a home whose lock the caller holds: a socket found there is the rest of a
 * server that was killed.
 *
 * @returns How to stop: operations that run are aborted, and waited for.
 */
export async function startControlServer<Service>(
  home: Home,
  options: ControlServerOptions<Service>,
): Promise<() => Promise<void>> {
  const running = new Set<Promise<void>>();
  const stop = new AbortController();
  const server = createServer((request, response) => {
    const work = answer(request, response, options, stop.signal).finally(() =>
      running.delete(work),
    );
    running.add(work);
  });
  const short = shortenSocketPath(home.controlSocket);
  try {
    rmSync(home.controlSocket, { force: true });
    server.listen(short.path);
    await once(server, "listening");
    chmodSync(home.controlSocket, 0o600);
  } catch (cause) {
    short[Symbol.dispose]();
    throw diskFault(home.controlSocket, cause);
  }
  return async () => {
    const closed = once(server, "close");
    server.close();
    stop.abort();
    await Promise.all(running);
    server.closeAllConnections();
    await closed;
    short[Symbol.dispose]();
  };
}

async function answer<Service>(
  request: IncomingMessage,
  response: ServerResponse,
  { operations, service, log }: ControlServerOptions<Service>,
  stopSignal: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  const gone = new AbortController();
  response.on("close", () => gone.abort());
  response.on("error", () => gone.abort());
  const write = (line: ControlLine) => void response.write(`${JSON.stringify(line)}\n`);
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  const name = /^\/op\/([a-z0-9.-]{1,64})$/.exec(request.url ?? "")?.[1] ?? "";
  const context: OperationContext = {
    caller: readCaller(request.headers),
    progress: (progress) => write({ progress }),
    signal: AbortSignal.any([gone.signal, stopSignal]),
  };
  let outcome: string;
  try {
    const input = await readInput(request);
    const result = input.ok
      ? await runOperation(operations, service, { name, input: input.value }, context)
      : input;
    write(result.ok ? { value: result.value } : { refusal: result.refusal });
    outcome = result.ok ? "done" : result.refusal.code;
  } catch (error) {
    // The command must hear of it; the causes go to our own log, which alone may hold them.
    const fault = error instanceof Fault ? error : undefined;
    log.event(fault ? "node.fault" : "node.defect", {}, error);
    const { code = "node.defect", message = "", retryable = false } = fault ?? {};
    write({ fault: { code, detail: message, retryable } });
    outcome = code;
  }
  response.end();
  const ms = Math.round(performance.now() - startedAt);
  log.event("control.operation", { name: name || "none", ms, outcome });
}

/** Deeper than any input of an operation. */
const inputLimits = { depthMax: 64, bytesMax: controlInputBytesMax };

async function readInput(request: IncomingMessage): Promise<OperationResult> {
  const chunks: Buffer[] = [];
  let byteCount = 0;
  // Read to the end even when it is too long: an answer before it would be lost with the connection.
  for await (const chunk of request) {
    byteCount += chunk.length;
    if (byteCount <= controlInputBytesMax) chunks.push(chunk);
  }
  if (byteCount > controlInputBytesMax) {
    const detail = `more than ${controlInputBytesMax} bytes`;
    return { ok: false, refusal: { code: "control.too-large", detail } };
  }
  const text = decodeUtf8(Buffer.concat(chunks));
  const json = parseStrictJson(text ?? "", inputLimits);
  if (json.ok) return json;
  // Only another program than ours sends what is not JSON.
  return { ok: false, refusal: { code: "control.bad-input", detail: json.refusal.detail } };
}
