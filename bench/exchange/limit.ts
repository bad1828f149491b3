/**
 * The limit: what the primitives of one message cost, and nothing else.
 *
 * Each step is one call of the fastest primitive on this machine with octets of the length that a
 * real message has. In a queue each is measured with the thread pool full, so that all cores work,
 * and what the exchange does once a batch is divided by the largest batch. Alone, each is waited for.
 * No JSON, no base64, no network, no database, no memory of anything.
 *
 * @module
 */
import { hash } from "node:crypto";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { type SignatureAlgorithm, signatureSizes } from "@parley/core/crypto/primitives";
import { sealEntry } from "@parley/core/entry/entry";
import { assert } from "@parley/core/fault";
import { buildItemList } from "@parley/core/item/item-list";
import {
  buildPayload,
  parseStatement,
  type StatementDraft,
  signStatement,
} from "@parley/core/message/statement";
import {
  must,
  sampleDesk,
  sampleDraft,
  sampleOrigin,
  samplePlace,
  sampleSuite,
} from "@parley/testkit/sample-message";
import { paddedSizes } from "../../packages/core/src/entry/plaintext.ts";
import { entriesPerBatchMax } from "../../packages/node/src/service/storage-log.ts";
import type { Body } from "./body.ts";
import type { DurableFile } from "./durable-file.ts";

const p = nodePrimitives;

export interface Step {
  readonly name: string;
  /** Once for each batch of a queue; else once a message. */
  readonly isPerBatch?: boolean;
  /** Runs on the caller's thread, so that only one is on its way. */
  readonly isSync?: boolean;
  run(): unknown;
  /** In a queue, where that is another call. */
  runBatch?(): unknown;
}

/** Milliseconds a message, by step. */
export type LimitFigures = ReadonlyMap<string, number>;

/** Octets of a signed checkpoint without its signatures. */
const checkpointBytes = 180;
const nodeBytes = 65;
const keyWrapInfoBytes = 160;
/** Writes of a whole batch that are timed. */
const batchWrites = 4;

/** @param files - Of the sender and of the receiver, on the disk where nodes would be. */
export async function makeSteps(
  body: Body,
  files: readonly [DurableFile, DurableFile],
): Promise<readonly Step[]> {
  const shape = await shapeOf(body);
  const input = p.random(shape.signingInputBytes);
  const checkpoint = p.random(checkpointBytes);
  const plaintext = p.random(shape.plaintextBytes);
  const key = p.random(32);
  const nonce = p.random(12);
  const none = new Uint8Array(0);
  const sealed = p.sealAead(key, nonce, none, plaintext);
  const wrapped = p.sealAead(key, nonce, none, key);
  const opener = p.opener(p.random(32));
  const encapsulated = await p.encapsulate(opener.publicKey);
  assert(encapsulated !== undefined, "a key that was just made");
  const hashed = shape.hashedBytes.map((length) => p.random(length));
  const info = p.random(keyWrapInfoBytes);
  const keySchedule = () => {
    for (let n = 0; n < 2; n += 1) {
      const prk = p.hkdfExtract("SHA-256", none, info);
      p.hkdfExpand("SHA-256", prk, info, 32);
    }
  };
  // As text: a result of its own as octets costs as much again as a short hash.
  const hashAll = () => {
    for (const octets of hashed) hash("sha256", octets, "base64url");
  };
  const entry = p.random(shape.entryBytes);
  const batch = p.random(shape.entryBytes * entriesPerBatchMax);
  const store = ([name, file]: readonly [string, DurableFile]): Step => ({
    name: `write, fdatasync (${name})`,
    isPerBatch: true,
    run: () => file.write(entry),
    runBatch: () => file.write(batch),
  });
  return [
    ...(await signatureSteps("statement", ["Ed25519", "ML-DSA-65"], input, false)),
    { name: "X-Wing encapsulate", run: () => p.encapsulate(opener.publicKey) },
    { name: "X-Wing decapsulate", run: () => opener.decapsulate(encapsulated.enc) },
    {
      name: "key schedules and key wraps",
      isSync: true,
      run: () => {
        // Sealed: for the peer, for the archive. Opened: by the peer. Each side derives the chunk key.
        for (let n = 0; n < 4; n += 1) keySchedule();
        for (let n = 0; n < 2; n += 1) p.sealAead(key, nonce, none, key);
        p.openAead(key, nonce, none, wrapped);
      },
    },
    { name: "AES-256-GCM seal", isSync: true, run: () => p.sealAead(key, nonce, none, plaintext) },
    { name: "AES-256-GCM open", isSync: true, run: () => p.openAead(key, nonce, none, sealed) },
    { name: "SHA-256 (both)", isSync: true, run: hashAll },
    ...(await signatureSteps("checkpoint", ["Ed25519", "ML-DSA-44"], checkpoint, true)),
    ...(await signatureSteps("cosignature", ["Ed25519", "ML-DSA-44"], checkpoint, true)),
    store(["sender", files[0]]),
    store(["receiver", files[1]]),
  ];
}

/**
 * Each step `count` times with as many on their way as the thread pool takes.
 *
 * @returns What passed on the clock, and the processor time of all steps together: the sum of what
 *   they cost one core, however many there are and whoever else uses them.
 */
export async function measureQueue(
  steps: readonly Step[],
  count: number,
): Promise<{ readonly figures: LimitFigures; readonly cpuMs: number }> {
  const figures = new Map<string, number>();
  let cpuMs = 0;
  for (const step of steps) {
    const times = step.runBatch ? batchWrites : count;
    const messages = times * (step.isPerBatch ? entriesPerBatchMax : 1);
    const startedAt = performance.now();
    const used = process.cpuUsage();
    await repeat(step, times);
    figures.set(step.name, (performance.now() - startedAt) / messages);
    const { user, system } = process.cpuUsage(used);
    cpuMs += (user + system) / 1_000 / messages;
  }
  return { figures, cpuMs };
}

async function repeat(step: Step, times: number): Promise<void> {
  const { run, runBatch, isSync } = step;
  if (isSync) for (let n = 0; n < times; n += 1) run();
  else if (runBatch) for (let n = 0; n < times; n += 1) await runBatch();
  else await Promise.all(Array.from({ length: times }, run));
}

/** Each step `count` times, one after the other. */
export async function measureAlone(steps: readonly Step[], count: number): Promise<LimitFigures> {
  const figures = new Map<string, number>();
  for (const step of steps) {
    const startedAt = performance.now();
    for (let n = 0; n < count; n += 1) await step.run();
    figures.set(step.name, (performance.now() - startedAt) / count);
  }
  return figures;
}

export function sumOf(figures: LimitFigures): number {
  return figures.values().reduce((sum, ms) => sum + ms, 0);
}

async function signatureSteps(
  what: string,
  algorithms: readonly SignatureAlgorithm[],
  octets: Uint8Array,
  isPerBatch: boolean,
): Promise<readonly Step[]> {
  const steps: Step[] = [];
  for (const algorithm of algorithms) {
    const signer = p.signer(algorithm, p.random(32));
    const signature = await signer.sign(octets);
    assert(signature.length === signatureSizes[algorithm].signatureBytes, "as long as it must be");
    const verify = () => p.verify(algorithm, signer.publicKey, octets, signature);
    steps.push(
      { name: `${algorithm} sign, ${what}`, isPerBatch, run: () => signer.sign(octets) },
      { name: `${algorithm} verify, ${what}`, isPerBatch, run: verify },
    );
  }
  return steps;
}

/** Lengths in a real message with this body. */
async function shapeOf(body: Body) {
  const author = sampleDesk(p, samplePlace.iss, "technical");
  const reader = sampleDesk(p, samplePlace.aud, "technical");
  const list = must(buildItemList(p, body.items));
  const draft: StatementDraft = {
    ...sampleDraft(p, []),
    blocks: body.blocks,
    items: list.head,
  };
  const frozen = must(buildPayload(p, draft));
  const statementLine = await signStatement(frozen.payloadText, "live", author.signers);
  const { jws } = must(parseStatement(statementLine));
  const { disclosures } = frozen;
  const content = { statementLine, disclosures, itemLines: list.lines };
  const sealing = {
    ...{ origin: sampleOrigin, suite: sampleSuite, archiveKey: author.archiveKey },
    peerOpeningKey: reader.opener.publicKey,
  };
  const { bytes: entry } = must(await sealEntry(p, content, sealing));
  const lines = encodeUtf8([statementLine, ...disclosures, ...list.lines, ""].join("\n")).length;
  const plaintextBytes = paddedSizes.find((size) => size >= lines);
  assert(plaintextBytes !== undefined, "what was sealed fits");
  const items = list.lines.flatMap(({ length }) => [length, nodeBytes]);
  const digests = disclosures.map(({ length }) => length);
  // Sender and receiver: what is disclosed, the items' tree, the statement, the entry, its node.
  const oneSide = [...digests, ...items, statementLine.length, entry.length, nodeBytes];
  return {
    signingInputBytes: jws.signatures[0]?.signingInput.length ?? 0,
    plaintextBytes,
    entryBytes: entry.length,
    hashedBytes: [...oneSide, ...oneSide, frozen.payloadText.length],
  };
}
