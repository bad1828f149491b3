/**
 * A TLS connection to a peers' listener on the loopback that sends octets as they are given: what no
 * HTTP client would send.
 *
 * @module
 */
import { once } from "node:events";
import { connect, type TLSSocket } from "node:tls";
import { type TlsIdentity, tlsGroup } from "@parley/node/http/peer/tls";

export interface RawConnection extends Disposable {
  readonly socket: TLSSocket;
  write(octets: string | Uint8Array): void;
  /** What came so far, octet by octet. */
  received(): string;
  /** @returns Everything that came until the other side closed; at most `ms`, then what came. */
  readToEnd(ms?: number): Promise<string>;
}

/** @param identity - Absent: a stranger without a certificate. */
export async function rawConnection(
  port: number,
  identity: TlsIdentity | undefined,
): Promise<RawConnection> {
  const socket = connect({
    ...{ host: "127.0.0.1", port, rejectUnauthorized: false },
    ...{ minVersion: "TLSv1.3", ecdhCurve: tlsGroup },
    ...(identity && { cert: identity.certificatePem, key: identity.keyPem }),
  });
  let received = "";
  socket.setEncoding("latin1");
  socket.on("data", (text: string) => {
    received += text;
  });
  socket.on("error", () => {
    // Whether it was closed or reset is the same to whoever asks.
  });
  await Promise.race([once(socket, "secureConnect"), once(socket, "close")]);
  return {
    socket,
    write: (octets) => {
      if (socket.writable) socket.write(octets);
    },
    received: () => received,
    readToEnd: async (ms = 10_000) => {
      if (socket.closed) return received;
      const timer = AbortSignal.timeout(ms);
      await once(socket, "close", { signal: timer }).catch(() => undefined);
      return received;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
