/**
 * Health, readiness and metrics, on a listener of their own that an operator's tools ask.
 *
 * It listens where a setting says and nowhere by default; it answers three paths, reads nothing of a
 * request but its line, and says nothing that is secret. It is started before the peers' listener and
 * stopped after it, so that a load balancer sees "stopping" while what has begun is finished.
 *
 * @module
 */
import { createServer, type Server, type ServerResponse } from "node:http";
import type { Storage } from "../../service/storage.ts";

/** Connections at once; bytes of a request's head; milliseconds for a head, and for the storage. */
export const probeConnectionsMax = 64;
const headBytesMax = 8_192;
const headMs = 5_000;
const storageMs = 2_000;

/** Why a node is not ready, in this order; `ready` if nothing keeps it. */
export type Readiness = "ready" | "starting" | "stopping" | "storage" | "rebuilding";

/** How far the server is: set by whoever starts and stops it. */
export interface ServingState {
  stage: "starting" | "serving" | "stopping";
}

/** Whether the node can take and send messages now. The storage must answer within two seconds. */
export async function readReadiness(
  { stage }: ServingState,
  storage: Pick<Storage, "read">,
): Promise<Readiness> {
  if (stage !== "serving") return stage;
  const timeout = Promise.withResolvers<"storage">();
  const timer = setTimeout(() => timeout.resolve("storage"), storageMs);
  try {
    const asked = storage.read((tx) => tx.home.readIsRebuilding());
    const isRebuilding = await Promise.race([asked, timeout.promise]);
    if (isRebuilding === "storage") return "storage";
    return isRebuilding ? "rebuilding" : "ready";
  } catch {
    // Whatever is wrong with it is in the log of the program; here it is away.
    return "storage";
  } finally {
    clearTimeout(timer);
  }
}

export interface ProbeAnswers {
  readiness(): Promise<Readiness>;
  /** In the format of `contentType`. */
  metrics(): Promise<string>;
  readonly contentType: string;
}

/** Makes the listener; it listens when told to. */
export function createProbeServer(answers: ProbeAnswers): Server {
  const server = createServer(
    { maxHeaderSize: headBytesMax, headersTimeout: headMs, requestTimeout: headMs },
    (request, response) => {
      request.resume();
      if (request.method !== "GET" && request.method !== "HEAD") {
        answer(response, 405, "method not allowed");
        return;
      }
      // A failure here is said to whoever asks, and stops nothing else.
      route(answers, request.url ?? "", response).catch(() => answer(response, 503, "storage"));
    },
  );
  server.maxConnections = probeConnectionsMax;
  return server;
}

async function route(answers: ProbeAnswers, url: string, response: ServerResponse): Promise<void> {
  switch (url) {
    case "/healthz":
      return answer(response, 200, "ok");
    case "/readyz": {
      const readiness = await answers.readiness();
      return answer(response, readiness === "ready" ? 200 : 503, readiness);
    }
    case "/metrics": {
      const text = await answers.metrics();
      response.writeHead(200, { "content-type": answers.contentType });
      return void response.end(text);
    }
    default:
      return answer(response, 404, "not found");
  }
}

function answer(response: ServerResponse, status: number, text: string): void {
  if (!response.headersSent) response.writeHead(status, { "content-type": "text/plain" });
  response.end(`${text}\n`);
}
