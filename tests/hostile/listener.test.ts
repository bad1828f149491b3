/**
 * Goal: nothing that a connection does costs more than the table of bounds says, and nothing but a
 * request of one meaning reaches the program. Method: octets of our own over real TLS to a listener
 * with SQLite behind it, with a good key and without; after each attack an honest request is answered.
 */
import { connect } from "node:net";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { makeTlsIdentity } from "@parley/node/http/peer/tls";
import {
  type ExchangeParties,
  type ExchangeParty,
  exchangeParties,
  hashOf,
  moscow as moscowName,
  until,
} from "@parley/testkit/exchange-parties";
import { rawConnection } from "@parley/testkit/raw-connection";
import { afterAll, afterEach, expect, test } from "vitest";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one[Symbol.asyncDispose]();
});
let attackCount = 0;
afterAll(() => console.log(`hostile connections tried: ${attackCount}`));

async function parties(options?: Parameters<typeof exchangeParties>[0]): Promise<ExchangeParties> {
  const made = await exchangeParties(options);
  open.push(made);
  return made;
}

/** An honest peer is answered. */
async function expectServed(party: ExchangeParty): Promise<void> {
  const { status, text } = await party.ask("GET", `log/${hashOf(moscowName)}/checkpoint`);
  expect(`${status} ${text}`).toBe("404 log.unknown-origin\n");
}

const statusesOf = (answer: string) =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3})/gm)].map(([, status]) => Number(status));

/** Sends octets and says the statuses that came until the connection ended. */
async function attack(party: ExchangeParty, octets: string | Uint8Array): Promise<number[]> {
  attackCount += 1;
  using connection = await party.dial();
  connection.write(octets);
  return statusesOf(await connection.readToEnd(5_000));
}

const smuggled = "GET /parley/v1/smuggled HTTP/1.1\r\nhost: x\r\n\r\n";
const post = (headers: readonly string[], body = "") =>
  `POST /parley/v1/add-checkpoint HTTP/1.1\r\nhost: x\r\n${headers.join("\r\n")}\r\n\r\n${body}`;
const get = (target: string, ...headers: readonly string[]) =>
  `GET ${target} HTTP/1.1\r\n${["host: x", "connection: close", ...headers].join("\r\n")}\r\n\r\n`;
const close = "connection: close";

/** One answer each, and nothing of what was hidden behind. */
const shapes: readonly (readonly [name: string, octets: string, statuses: readonly number[]])[] = [
  [
    "a length and chunks",
    post(["content-length: 4", "transfer-encoding: chunked"], `0\r\n\r\n${smuggled}`),
    [400],
  ],
  [
    "chunks and a length",
    post(["transfer-encoding: chunked", "content-length: 4"], `0\r\n\r\n${smuggled}`),
    [400],
  ],
  [
    "two lengths",
    post(["content-length: 0", `content-length: ${smuggled.length}`], smuggled),
    [400],
  ],
  ["two lengths in one", post(["content-length: 0, 40"], smuggled), [400]],
  ["a length with a sign", post(["content-length: +0"], smuggled), [400]],
  ["a length below zero", post(["content-length: -1"], smuggled), [400]],
  ["a length of hexadecimal digits", post(["content-length: 0x10"], smuggled), [400]],
  ["a length beyond 64 bits", post([`content-length: ${"9".repeat(40)}`], smuggled), [400]],
  ["an encoding that is not the last", post(["transfer-encoding: chunked, gzip"], smuggled), [400]],
  ["an encoding with a space before its colon", post(["transfer-encoding : chunked"]), [400]],
  ["an unknown transfer encoding", post(["transfer-encoding: xchunked"], smuggled), [400]],
  ["a folded header", post(["x: a\r\n b", "content-length: 0"], smuggled), [400]],
  ["a header that begins with a space", post([" x: a"], smuggled), [400]],
  ["lines that end in a line feed alone", "GET /parley/v1/x HTTP/1.1\nhost: x\n\n", [400]],
  ["a line feed alone in a header", post(["x: a\ncontent-length: 0"], smuggled), [400]],
  ["a carriage return alone", post(["x: a\rb: c"], smuggled), [400]],
  ["a zero octet in a header", post(["x: a\0b"], smuggled), [400]],
  ["a header without a colon", post(["nothing"], smuggled), [400]],
  ["a header without a name", post([": a"], smuggled), [400]],
  ["no host", `GET /parley/v1/x HTTP/1.1\r\n${close}\r\n\r\n`, [400]],
  // Nothing here reads the host: who is meant is said by the key of the connection.
  ["two hosts", get("/parley/v1/x", "host: y"), [404]],
  ["HTTP 0.9", "GET /parley/v1/x\r\n\r\n", [400]],
  ["another version of HTTP", "GET /parley/v1/x HTTP/3.0\r\nhost: x\r\n\r\n", [400]],
  ["the beginning of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", [400]],
  ["no method", "/parley/v1/x HTTP/1.1\r\nhost: x\r\n\r\n", [400]],
  ["an unknown method", "STEAL /parley/v1/x HTTP/1.1\r\nhost: x\r\n\r\n", [400]],
  ["a tunnel", "CONNECT moscow.example:443 HTTP/1.1\r\nhost: x\r\n\r\n", []],
  ["TLS within TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", [400]],
  ["a chunk whose size is none", post(["transfer-encoding: chunked"], "zz\r\n\r\n"), [400]],
  ["a chunk beyond 64 bits", post(["transfer-encoding: chunked"], `${"f".repeat(20)}\r\nx`), [400]],
  [
    "a chunk that is longer than it says",
    post(["transfer-encoding: chunked"], `1\r\nabc\r\n0\r\n\r\n${smuggled}`),
    [400],
  ],
  ["an absolute target", get("https://moscow.example/parley/v1/x"), [404]],
  ["a target of another scheme", get("file:///etc/passwd"), [400]],
  ["a target with dots", get("/parley/v1/../../etc/passwd"), [404]],
  ["a target with encoded dots", get("/parley/v1/%2e%2e/%2e%2e/etc/passwd"), [404]],
  ["a target with half an escape", get("/parley/v1/mirror/%zz/checkpoint"), [404]],
  ["a target with an escaped zero", get("/parley/v1/mirror/%00/checkpoint"), [404]],
  ["a target with a double slash", get("//parley/v1/x"), [404]],
  ["a tile path with dots", get(`/parley/v1/log/${"0".repeat(64)}/tile/../checkpoint`), [404]],
  ["an upgrade", get("/parley/v1/x", "upgrade: websocket", "connection: upgrade"), [404]],
  ["a trace", "TRACE /parley/v1/x HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n", [404]],
  ["another expectation", post(["expect: a miracle", "content-length: 0", close]), [417]],
  ["a compressed body", post(["content-encoding: br", "content-length: 1", close], "x"), [415]],
  ["a body compressed twice", post(["content-encoding: gzip, gzip", close], ""), [415]],
  [
    "a compressed checkpoint",
    post(["content-encoding: gzip", "content-length: 1", close], "x"),
    [415],
  ],
];

test("a request that two readers could read differently is read by nobody", async () => {
  const { washington } = await parties({ server: { keepAliveMs: 500, checkMs: 100 } });
  const found: unknown[] = [];
  for (const [name, octets] of shapes) found.push([name, await attack(washington, octets)]);
  expect(found).toEqual(shapes.map(([name, , statuses]) => [name, statuses]));
  await expectServed(washington);
});

test("a header beyond the bound is answered 431, whatever it is made of", async () => {
  const { washington } = await parties({ server: { keepAliveMs: 500 } });
  const sized = (size: number) => {
    const head = `GET /parley/v1/x HTTP/1.1\r\nhost: x\r\n${close}\r\nx: `;
    return `${head}${"a".repeat(size - head.length - 4)}\r\n\r\n`;
  };
  expect(await attack(washington, sized(16_000))).toEqual([404]);
  expect(await attack(washington, sized(16_384 + 200))).toEqual([431]);
  expect(await attack(washington, get("/x", ...Array(5_000).fill("a: b")))).toEqual([431]);
  expect(await attack(washington, get(`/${"x".repeat(20_000)}`))).toEqual([431]);
  const trailers = `0\r\n${"a: b\r\n".repeat(5_000)}\r\n`;
  expect(await attack(washington, post(["transfer-encoding: chunked"], trailers))).toEqual([431]);
  const extension = `1;${"x".repeat(40_000)}\r\na\r\n0\r\n\r\n`;
  expect(await attack(washington, post(["transfer-encoding: chunked"], extension))).toEqual([413]);
  await expectServed(washington);
});

test("a header that never ends, and a body that never ends, are given up", async () => {
  const { washington } = await parties({
    server: { headersMs: 300, requestMs: 600, checkMs: 100 },
    limits: { bodyIdleMs: 5_000 },
  });
  /** An octet now and then, so that no idle time passes. */
  const drip = async (head: string, octet: string) => {
    attackCount += 1;
    const connection = await washington.dial();
    connection.write(head);
    const timer = setInterval(() => connection.write(octet), 50);
    const answer = await connection.readToEnd(5_000);
    clearInterval(timer);
    expect(connection.socket.closed).toBe(true);
    return statusesOf(answer);
  };
  expect(await drip("GET /parley/v1/x HTTP/1.1\r\nhost: x\r\n", "x")).toEqual([408]);
  expect(await drip("", "G")).not.toEqual([200]);
  const body = await drip(post(["content-length: 5000"]), "x");
  expect([[], [408], [400]]).toContainEqual(body);
  const chunks = await drip(post(["transfer-encoding: chunked"]), "1\r\nx\r\n");
  expect([[], [408], [400]]).toContainEqual(chunks);
  await expectServed(washington);
});

test("a connection that asks nothing is closed", async () => {
  const { washington } = await parties({
    server: { headersMs: 300, keepAliveMs: 300, checkMs: 100 },
  });
  attackCount += 2;
  using silent = await washington.dial();
  await silent.readToEnd(5_000);
  expect(silent.socket.closed).toBe(true);
  using idle = await washington.dial();
  idle.write("GET /parley/v1/x HTTP/1.1\r\nhost: x\r\n\r\n");
  expect(statusesOf(await idle.readToEnd(5_000))).toEqual([404]);
  expect(idle.socket.closed).toBe(true);
  await expectServed(washington);
});

test("connections beyond the bound are closed, and the next one after them is served", async () => {
  const { washington, moscow } = await parties({ server: { connectionsMax: 20 } });
  const sockets = Array.from({ length: 500 }, () => connect(moscow.port, "127.0.0.1"));
  attackCount += sockets.length;
  let closed = 0;
  for (const socket of sockets) {
    socket.on("error", () => {});
    socket.on("close", () => {
      closed += 1;
    });
  }
  await until(() => closed >= 480);
  expect(closed).toBe(480);
  for (const socket of sockets) socket.destroy();
  await until(async () => {
    const asked = washington.ask("GET", "x").then(
      ({ status }) => status === 404,
      () => false,
    );
    return asked;
  });
});

test("a peer that pipelines a thousand requests has as many answers, and no more at a time than it may", async () => {
  const { washington } = await parties();
  attackCount += 1;
  using connection = await washington.dial();
  const one = `GET /parley/v1/log/${hashOf(moscowName)}/checkpoint HTTP/1.1\r\nhost: x\r\n\r\n`;
  connection.write(one.repeat(1_000));
  await until(() => statusesOf(connection.received()).length === 1_000);
  expect(new Set(statusesOf(connection.received()))).toEqual(new Set([404, 429]));
  await expectServed(washington);
});

test("a stranger gets nothing past the handshake, and no octet of an answer", async () => {
  const { washington, moscow } = await parties();
  const stranger = await makeTlsIdentity("paris.example", new Uint8Array(32).fill(9));
  for (const identity of [undefined, stranger]) {
    attackCount += 1;
    using connection = await rawConnection(moscow.port, identity);
    connection.write(smuggled);
    expect(await connection.readToEnd(5_000)).toBe("");
    expect(connection.socket.closed).toBe(true);
  }
  expect(moscow.strangers).toEqual(["no-certificate", "not-pinned"]);
  // In plain, a handshake that is none, and one that is cut off.
  for (const octets of [smuggled, "\x16\x03\x01\xff\xff", "\0".repeat(1_000)]) {
    attackCount += 1;
    const socket = connect(moscow.port, "127.0.0.1");
    socket.on("error", () => {});
    let answer = "";
    socket.setEncoding("latin1").on("data", (text: string) => {
      answer += text;
    });
    socket.write(encodeUtf8(octets));
    socket.end();
    await until(() => socket.closed);
    expect(answer).not.toContain("HTTP");
  }
  await expectServed(washington);
});
