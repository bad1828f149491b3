/**
 * Listening, with the reasons for which it fails.
 *
 * @module
 */
import type { Server as HttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { Fault } from "@parley/core/fault";
import type { ListenAddress } from "../config.ts";

/**
 * @returns The port, which the system chose if 0 was asked for.
 * @throws Fault `listen.port-taken`, `listen.denied`, `listen.no-such-address`, `listen.failed`.
 */
export async function listen(server: Server, { host, port }: ListenAddress): Promise<number> {
  const listening = Promise.withResolvers<void>();
  server.once("error", listening.reject);
  server.listen({ host, port }, listening.resolve);
  try {
    await listening.promise;
  } catch (cause) {
    throw listenFault(`${host}:${port}`, cause);
  } finally {
    server.off("error", listening.reject);
  }
  return (server.address() as AddressInfo).port;
}

/** What a connection has begun may end within half a second; then it is cut. */
export async function closeServer(server: HttpServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), 500);
  await closed;
  clearTimeout(cut);
}

function listenFault(address: string, cause: unknown): Fault {
  switch ((cause as NodeJS.ErrnoException).code) {
    case "EADDRINUSE":
      return new Fault("listen.port-taken", address, { cause, retryable: true });
    case "EACCES":
      return new Fault("listen.denied", address, { cause, retryable: false });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return new Fault("listen.no-such-address", address, { cause, retryable: false });
    default:
      return new Fault("listen.failed", address, { cause, retryable: false });
  }
}
