/**
 * Goal: who is not pinned is gone before HTTP is read, on both sides. Method: real sockets on the
 * loopback. "Before HTTP is read" is judged by malformed HTTP: the parser answers a peer's with 400
 * and must not answer a stranger's at all.
 */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { type AddressInfo, connect as connectTcp, type Socket } from "node:net";
import { type ConnectionOptions, connect, createServer as createTlsServer } from "node:tls";
import { request } from "undici";
import { afterEach, expect, test } from "vitest";
import {
  createPeerAgent,
  createPeerServer,
  makeTlsIdentity,
  type PeerServerLimits,
  type TlsIdentity,
  tlsGroup,
} from "./tls.ts";

const seedOf = (byte: number) => new Uint8Array(32).fill(byte);
const moscow = await makeTlsIdentity("moscow.example", seedOf(1));
const washington = await makeTlsIdentity("washington.example", seedOf(2));
const stranger = await makeTlsIdentity("washington.example", seedOf(3));

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function startMoscow(limits: Partial<PeerServerLimits> = {}) {
  const seen = { requests: [] as string[], strangers: [] as string[], parsed: 0 };
  const pins = new Map([[washington.pin, "washington.example"]]);
  const server = createPeerServer({
    identity: moscow,
    peerOf: (pin) => pins.get(pin),
    onRequest: (peer, incoming: IncomingMessage, response) => {
      seen.requests.push(`${peer} ${incoming.url}`);
      response.end("held");
    },
    onStranger: (reason) => seen.strangers.push(reason),
    limits,
  });
  server.on("clientError", (error: NodeJS.ErrnoException, socket: Socket) => {
    if (error.code?.startsWith("HPE_")) seen.parsed += 1;
    socket.end("HTTP/1.1 400 Bad Request\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen, pins };
}

/** Connects, sends `text` at once, and says how it ended and what came back. */
function talk(port: number, options: ConnectionOptions, text: string) {
  return new Promise<{ received: string; error?: string }>((resolve) => {
    let received = "";
    const socket = connect({ host: "127.0.0.1", port, rejectUnauthorized: false, ...options });
    socket.on("secureConnect", () => socket.write(text));
    socket.on("data", (chunk) => {
      received += chunk.toString();
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      resolve({ received, error: error.code ?? error.message });
    });
    socket.on("close", () => resolve({ received }));
  });
}

const credentials = ({ certificatePem, keyPem }: TlsIdentity) => ({
  cert: certificatePem,
  key: keyPem,
});
const goodHttp = "GET /x HTTP/1.1\r\nHost: moscow.example\r\nConnection: close\r\n\r\n";
const badHttp = "this is no HTTP\r\n\r\n";

async function callOf(identity: TlsIdentity, pins: readonly string[], port: number) {
  const agent = createPeerAgent(identity, pins);
  cleanups.push(() => agent.destroy());
  const { body, statusCode } = await request(`https://127.0.0.1:${port}/y`, { dispatcher: agent });
  return `${statusCode} ${await body.text()}`;
}

test("makes the same certificate from the same key", async () => {
  expect(await makeTlsIdentity("moscow.example", seedOf(1))).toEqual(moscow);
  expect(stranger.pin).not.toBe(washington.pin);
  expect(moscow.pin).toMatch(/^[A-Za-z0-9_-]{43}$/);
});

test("a pinned peer is served, under its name, over one connection", async () => {
  const { port, seen } = await startMoscow();
  expect(await callOf(washington, [stranger.pin, moscow.pin], port)).toBe("200 held");
  expect(seen).toEqual({ requests: ["washington.example /y"], strangers: [], parsed: 0 });
  const { received } = await talk(port, credentials(washington), badHttp);
  expect([received.slice(0, 12), seen.parsed]).toEqual(["HTTP/1.1 400", 1]);
});

test.each([
  ["no certificate", {}, "no-certificate"],
  ["a certificate that is not pinned", credentials(stranger), "not-pinned"],
] as const)("a stranger with %s is gone before HTTP is read", async (_, options, reason) => {
  const { port, seen } = await startMoscow();
  for (const text of [goodHttp, badHttp]) {
    expect((await talk(port, options, text)).received).toBe("");
  }
  expect(seen).toEqual({ requests: [], strangers: [reason, reason], parsed: 0 });
});

test("a certificate of a peer without its key does not pass the handshake", async () => {
  const { port, seen } = await startMoscow();
  const stolen = { cert: washington.certificatePem, key: stranger.keyPem };
  await expect(async () => talk(port, stolen, goodHttp)).rejects.toThrow(/mismatch/);
  expect(seen.requests).toEqual([]);
});

test.each([
  ["TLS 1.2", { minVersion: "TLSv1.2", maxVersion: "TLSv1.2" }],
  ["the group X25519 alone", { ecdhCurve: "X25519" }],
  ["the group P-256", { ecdhCurve: "P-256" }],
  ["the group ML-KEM-768 alone", { ecdhCurve: "MLKEM768" }],
] as const)("[EXC-1] [EXC-2] the listener refuses %s", async (_, options) => {
  const { port, seen } = await startMoscow();
  const { error, received } = await talk(
    port,
    { ...credentials(washington), ...options },
    goodHttp,
  );
  expect([error, received]).toEqual([expect.stringContaining("SSL"), ""]);
  expect(seen).toEqual({ requests: [], strangers: ["handshake-failed"], parsed: 0 });
});

test.each([
  ["TLS 1.2", { maxVersion: "TLSv1.2" }],
  ["the group X25519 alone", { ecdhCurve: "X25519" }],
] as const)(
  "[EXC-1] [EXC-2] the caller refuses a listener that has only %s",
  async (_, options) => {
    const server = createTlsServer({ ...credentials(moscow), ...options });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    await expect(callOf(washington, [moscow.pin], port)).rejects.toThrow(/SSL/);
  },
);

test("a listener whose key is not pinned receives no byte of HTTP", async () => {
  let received = "";
  const server = createTlsServer({ ...credentials(stranger), ecdhCurve: tlsGroup }, (socket) => {
    socket.on("data", (chunk) => {
      received += chunk.toString();
    });
    socket.on("error", () => undefined);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const call = callOf(washington, [moscow.pin], port);
  await expect(call).rejects.toMatchObject({ code: "peer.wrong-pin", retryable: true });
  // The same listener does receive bytes when its key is the pinned one.
  await expect(
    Promise.race([
      callOf(washington, [stranger.pin], port),
      new Promise((_, reject) => setTimeout(() => reject(new Error("no answer")), 300)),
    ]),
  ).rejects.toThrow("no answer");
  expect(received.match(/GET \/y/g)).toHaveLength(1);
});

test("a pin that is withdrawn ends the connections that stand", async () => {
  const { port, seen, pins } = await startMoscow();
  const agent = createPeerAgent(washington, [moscow.pin]);
  cleanups.push(() => agent.destroy());
  const call = () => request(`https://127.0.0.1:${port}/y`, { dispatcher: agent });
  await (await call()).body.text();
  pins.delete(washington.pin);
  await expect(call()).rejects.toThrow();
  await expect(call()).rejects.toThrow();
  expect(seen.requests).toHaveLength(1);
});

test("a stranger that says nothing is gone when the time for the handshake is over", async () => {
  const { port, seen } = await startMoscow({ handshakeMs: 50 });
  const socket = connectTcp(port, "127.0.0.1");
  await once(socket, "close");
  expect(seen.strangers).toEqual(["handshake-failed"]);
});
