/**
 * A real server that its peer attacks with its own good TLS key, and strangers without one, while the
 * same peer speaks honestly beside it. Memory and open descriptors of the server are sampled and
 * bounded, and after each round an honest message must be opened and receipted.
 *
 * Linux: what a process holds is read from /proc.
 *
 * @module
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { kinds } from "@parley/core/kind/kinds";
import { makeTlsIdentity, type TlsIdentity } from "@parley/node/http/peer/tls";
import type { Capital } from "@parley/node/practice/capital";
import { openKeys, openRing } from "@parley/node/service/key-ring";
import { openStorage } from "@parley/node/storage/open-storage";
import { rawConnection } from "../raw-connection.ts";
import { realCapitals } from "../real-capitals.ts";
import { seededRandom } from "../seeded-primitives.ts";

export interface HostileTortureOptions {
  readonly seed: string;
  /** When to stop; asked between rounds, and at least one round is done. */
  isOver(): boolean;
  say(line: string): void;
}

export interface HostileCounts {
  rounds: number;
  connections: number;
  strangers: number;
  answered: number;
  honest: number;
  residentMiBMax: number;
  descriptorsMax: number;
}

/** Attacks of a round, so many at a time. */
const attacksPerRound = 120;
const atOnce = 24;
const attackMsMax = 4_000;
const honestMsMax = 120_000;
/** Above what the server held before the first attack, after its first honest message. */
const residentGrowthMiBMax = 512;
/** A descriptor for each connection that the table of bounds allows, and some for the rest. */
const descriptorsMax = 1_200;
/** What may be left of them when all is over. */
const descriptorsLeftMax = 64;

/** @throws Defect if the server grows, dies, or stops serving its honest peer. */
export async function tortureByPeer(options: HostileTortureOptions): Promise<HostileCounts> {
  const { seed, isOver, say } = options;
  const random = seededRandom(`hostile ${seed}`);
  const counts: HostileCounts = {
    ...{ rounds: 0, connections: 0, strangers: 0, answered: 0, honest: 0 },
    ...{ residentMiBMax: 0, descriptorsMax: 0 },
  };
  await using both = await realCapitals();
  const { washington, moscow } = both;
  const identity = await identityOf(washington);
  const stranger = await makeTlsIdentity("paris.example", random(32));
  await Promise.all([washington.start(), moscow.start()]);
  await speakHonestly(washington, moscow, counts);
  const port = Number(await moscow.port());
  const before = heldBy(moscow);
  do {
    const attacks = Array.from({ length: attacksPerRound }, () => random(1)[0] ?? 0);
    while (attacks.length > 0) {
      const some = attacks.splice(0, atOnce);
      await Promise.all(
        some.map((choice) => attack(port, choice, { identity, stranger, random, counts })),
      );
      watch(moscow, before, counts);
    }
    await speakHonestly(washington, moscow, counts);
    counts.rounds += 1;
    say(`round ${counts.rounds}: ${JSON.stringify(counts)}`);
  } while (!isOver());
  await delay(2_000);
  const { descriptors } = heldBy(moscow);
  const left = descriptors - before.descriptors;
  assert(left <= descriptorsLeftMax, `${left} descriptors are left open`);
  return counts;
}

/** The key that Washington's own server shows: the peer is hostile, not somebody else. */
async function identityOf({ home, passphraseFile, party }: Capital): Promise<TlsIdentity> {
  const passphrase = readFileSync(passphraseFile, "utf8").trimEnd();
  const ring = await openRing(p, { keysPath: `${home}/keys`, name: "node" }, passphrase);
  assert(ring.ok, "the node's own ring");
  const storage = await openStorage(`${home}/parley.db`, "open");
  assert(storage.ok, "a home that was made");
  await using database = storage.value;
  const rows = await database.read((tx) => tx.keys.listKeys({}));
  const keys = openKeys(p, [ring.value], rows);
  assert(keys.ok, "keys that were just sealed");
  return makeTlsIdentity(party, keys.value.tlsSeed);
}

interface Attackers {
  readonly identity: TlsIdentity;
  readonly stranger: TlsIdentity;
  readonly random: (lengthBytes: number) => Uint8Array;
  readonly counts: HostileCounts;
}

async function attack(port: number, choice: number, with_: Attackers): Promise<void> {
  const { identity, stranger, random, counts } = with_;
  const octets = octetsOf(choice, random);
  const isStranger = choice % 6 === 0;
  counts.connections += 1;
  using connection = await rawConnection(port, isStranger ? stranger : identity);
  for (const part of octets) {
    connection.write(part);
    await delay(1);
  }
  // Half of them hang up in the middle, the others wait for what comes.
  if (choice % 2 === 0) await delay(50);
  else await connection.readToEnd(attackMsMax);
  const answer = connection.received();
  if (answer !== "") counts.answered += 1;
  if (!isStranger) return;
  counts.strangers += 1;
  assert(answer === "", "a stranger got an octet");
}

function octetsOf(
  choice: number,
  random: (lengthBytes: number) => Uint8Array,
): (string | Uint8Array)[] {
  const head = (method: string, path: string, ...headers: readonly string[]) =>
    `${[`${method} /parley/v1/${path} HTTP/1.1`, "host: x", ...headers].join("\r\n")}\r\n\r\n`;
  const digest = Buffer.from(random(32)).toString("hex");
  switch (choice % 10) {
    case 0:
      return [random(2_000)];
    case 1:
      return [`${head("GET", "x")}`.repeat(200)];
    case 2:
      return [head("POST", "add-entries", "content-length: 500000"), random(60_000)];
    case 3:
      return [
        head("POST", "add-checkpoint", "transfer-encoding: chunked"),
        "1\r\na\r\n".repeat(500),
      ];
    case 4: {
      const bomb = gzipSync(new Uint8Array(8_000_000));
      const headers = ["content-encoding: gzip", `content-length: ${bomb.length}`];
      return [head("POST", "add-entries", ...headers), bomb];
    }
    case 5: {
      const range = "content-range: bytes 0-199999/200000";
      return [
        head("PUT", `attachments/${digest}`, range, "content-length: 200000"),
        random(70_000),
      ];
    }
    case 6:
      return ["GET /parley/v1/x HTTP/1.1\r\n", ..."x: y\r\n".repeat(30).split("")];
    case 7:
      return [
        head("POST", "receipts", "content-length: 4", "transfer-encoding: chunked"),
        "0\r\n\r\n",
      ];
    case 8:
      return [
        head("GET", `mirror/${digest}/receipts?from=${choice}`),
        head("HEAD", `attachments/${digest}`),
      ];
    default:
      return [`GET /${"x".repeat(30_000)} HTTP/1.1\r\n\r\n`];
  }
}

/** Something is said, opened and receipted. */
async function speakHonestly(from: Capital, to: Capital, counts: HostileCounts): Promise<void> {
  await from.ask("message.send", {
    ...{ kind: "inquiry", ask: "investigate", severity: 4 },
    blocks: kinds.inquiry.definition.example.blocks as JsonValue,
  });
  const giveUpAt = performance.now() + honestMsMax;
  for (;;) {
    const [ours, theirs] = [await from.ask("node.status"), await to.ask("node.status")];
    if (Number(ours["waiting"]) + Number(theirs["unopened"]) === 0) break;
    assert(performance.now() < giveUpAt, "an honest message does not go through");
    await delay(200);
  }
  counts.honest += 1;
}

interface Held {
  readonly residentMiB: number;
  readonly descriptors: number;
}

function heldBy({ processId }: Capital): Held {
  assert(processId !== undefined, "the server runs");
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  const [, kib = "0"] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  const descriptors = readdirSync(`/proc/${processId}/fd`).length;
  return { residentMiB: Math.round(Number(kib) / 1_024), descriptors };
}

function watch(capital: Capital, before: Held, counts: HostileCounts): void {
  const { residentMiB, descriptors } = heldBy(capital);
  counts.residentMiBMax = Math.max(counts.residentMiBMax, residentMiB);
  counts.descriptorsMax = Math.max(counts.descriptorsMax, descriptors);
  const grown = residentMiB - before.residentMiB;
  assert(grown <= residentGrowthMiBMax, `memory grew by ${grown} MiB`);
  assert(descriptors <= descriptorsMax, `${descriptors} descriptors are open`);
}
