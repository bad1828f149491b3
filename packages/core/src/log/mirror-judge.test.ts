/**
 * Goal: a mirror answers as C2SP says, stays on one history, and knows a fork when it is shown one.
 * Method: a log of 20 entries and a second history of it, signed by the same keys; each row of the
 * tables of spec/exchange.md; then whole exchanges with arbitrary sizes and uploads cut short.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { refusalCodes } from "../refusal-codes.ts";
import { formatCheckpoint, type LogSigners, signCheckpoint } from "./checkpoint.ts";
import { judgeFork } from "./fork.ts";
import {
  type CheckpointVerdict,
  cosignatureAnswer,
  judgeAddCheckpoint,
  judgeAddEntries,
  judgeUploadEnd,
  type MirrorState,
  overlapEntriesMax,
  refuseRequest,
  verifyPackage,
} from "./mirror-judge.ts";
import {
  type AddCheckpoint,
  formatAddCheckpoint,
  packageCount,
  packageInterval,
  parseAddCheckpoint,
} from "./mirror-messages.ts";
import { proveConsistency, proveSubtreeConsistency } from "./proofs.ts";
import {
  appendLeaves,
  emptyRange,
  emptyRoot,
  leafHash,
  type NodeReader,
  rootOfLeaves,
} from "./tree.ts";

const origin = "washington.example/moscow.example/0123456789abcdef/live/1";
const signersOf = (seed: number): LogSigners => ({
  ed25519: p.signer("Ed25519", new Uint8Array(32).fill(seed)),
  mlDsa44: p.signer("ML-DSA-44", new Uint8Array(32).fill(seed + 1)),
});
const signers = signersOf(1);
const logKeys = { ed25519: signers.ed25519.publicKey, mlDsa44: signers.mlDsa44.publicKey };

/** A history of the log; two of them agree on the first 5 entries. */
function historyOf(tail: number, count: number) {
  const entries = Array.from({ length: count }, (_, at) =>
    Uint8Array.of(at % 256, at < 5 ? 0 : tail),
  );
  const leaves = entries.map((entry) => leafHash(p, entry));
  const stored = new Map(
    appendLeaves(p, emptyRange, leaves).nodes.map(({ level, index, hash }) => [
      `${level}/${index}`,
      hash,
    ]),
  );
  const read: NodeReader = async (ids) =>
    ids.map(({ level, index }) => stored.get(`${level}/${index}`) as Uint8Array);
  const at = (size: number) => ({ origin, size, root: rootOfLeaves(p, leaves.slice(0, size)) });
  return { entries, leaves, read, at };
}
const [one, other] = [historyOf(1, 700), historyOf(2, 20)];

interface Ask {
  readonly old: number;
  readonly size: number;
  readonly of?: typeof one;
  readonly by?: LogSigners;
  readonly proof?: readonly Uint8Array[];
}

async function requestOf({
  old,
  size,
  of = one,
  by = signers,
  proof,
}: Ask): Promise<AddCheckpoint> {
  const text = await signCheckpoint(p, { checkpoint: of.at(size), time: 100 }, by);
  const built = proof ?? (old < size ? await proveConsistency(p, of.read, old, size) : []);
  const body = formatAddCheckpoint({ old, proof: built, text });
  const request = parseAddCheckpoint(encodeUtf8(body));
  if (!request.ok) expect.fail(request.refusal.detail);
  return request.value;
}

const stateAt = (size: number | undefined, more: Partial<MirrorState> = {}): MirrorState => ({
  origin,
  logKeys,
  pending: size === undefined ? [] : [one.at(size)],
  mirrorCheckpoint: undefined,
  nextEntry: 0,
  ...more,
});

function summary(verdict: CheckpointVerdict): string {
  const { kind, answer } = verdict;
  return `${kind} ${answer.status} ${JSON.stringify(answer.body)}`;
}

async function judge(state: MirrorState | undefined, ask: Ask): Promise<string> {
  return summary(await judgeAddCheckpoint(p, state, await requestOf(ask)));
}

test("[EXC-8] does not know a log of another origin", async () => {
  const expected = 'refuse 404 "log.unknown-origin\\n"';
  expect(await judge(undefined, { old: 0, size: 7 })).toBe(expected);
  expect(await judge({ ...stateAt(5), origin: "x" }, { old: 5, size: 7 })).toBe(expected);
});

test("[EXC-9] refuses a checkpoint that the log did not sign twice", async () => {
  const foreign = await judge(stateAt(5), { old: 5, size: 7, by: signersOf(3) });
  expect(foreign).toBe('refuse 403 "log.wrong-signers\\n"');
  const request = await requestOf({ old: 5, size: 7 });
  const changed = { ...request.parsed, checkpoint: one.at(8) };
  const verdict = await judgeAddCheckpoint(p, stateAt(5), { ...request, parsed: changed });
  expect(summary(verdict)).toBe('refuse 403 "log.bad-signature\\n"');
});

test("[EXC-10] answers each relation of the sizes as C2SP does", async () => {
  const rows: [number | undefined, Ask, string][] = [
    [undefined, { old: 0, size: 7 }, 'store 200 ""'],
    [undefined, { old: 0, size: 0 }, 'store 200 ""'],
    [undefined, { old: 5, size: 7 }, 'refuse 409 "0\\n"'],
    [0, { old: 0, size: 0 }, 'known 200 ""'],
    [0, { old: 0, size: 7 }, 'store 200 ""'],
    [5, { old: 5, size: 7 }, 'store 200 ""'],
    [5, { old: 5, size: 5 }, 'known 200 ""'],
    [5, { old: 0, size: 7 }, 'refuse 409 "5\\n"'],
    [5, { old: 4, size: 7 }, 'refuse 409 "5\\n"'],
    [9, { old: 5, size: 7 }, 'refuse 409 "9\\n"'],
    [9, { old: 9, size: 7 }, 'refuse 400 "mirror.bad-request\\n"'],
  ];
  for (const [pending, ask, expected] of rows) {
    expect(await judge(stateAt(pending), ask), JSON.stringify([pending, ask])).toBe(expected);
  }
});

test("[EXC-11] refuses a proof that does not lead from the one root to the other", async () => {
  const hash = emptyRoot(p);
  const expected = 'refuse 422 "log.bad-proof\\n"';
  expect(await judge(stateAt(undefined), { old: 0, size: 7, proof: [hash] })).toBe(expected);
  expect(await judge(stateAt(0), { old: 0, size: 7, proof: [hash] })).toBe(expected);
  expect(await judge(stateAt(5), { old: 5, size: 7, proof: [] })).toBe(expected);
  expect(await judge(stateAt(5), { old: 5, size: 7, proof: [hash, hash, hash] })).toBe(expected);
  expect(await judge(stateAt(5), { old: 5, size: 5, proof: [hash] })).toBe(expected);
  const empty = { ...one, at: (size: number) => ({ origin, size, root: new Uint8Array(32) }) };
  expect(await judge(stateAt(undefined), { old: 0, size: 0, of: empty })).toBe(expected);
});

test("[EXC-12] knows a fork from a broken proof, and keeps what proves it", async () => {
  const same = await judgeAddCheckpoint(
    p,
    stateAt(9),
    await requestOf({ old: 9, size: 9, of: other }),
  );
  expect(summary(same)).toBe('refuse 422 "log.fork\\n"');
  const larger = await judgeAddCheckpoint(
    p,
    stateAt(9),
    await requestOf({ old: 9, size: 12, of: other }),
  );
  expect(summary(larger)).toBe('refuse 422 "log.fork\\n"');
  for (const verdict of [same, larger]) {
    if (verdict.kind !== "refuse" || verdict.signed === undefined) expect.fail("no evidence");
    const held = { checkpoint: one.at(9), text: "", time: 1 };
    const judged = judgeFork(p, held, verdict.signed, verdict.prefix);
    expect(judged).toEqual({ ok: true, value: "fork" });
  }
  const broken = await judge(stateAt(8), { old: 8, size: 12, of: other });
  expect(broken).toBe('refuse 422 "log.bad-proof\\n"');
});

test("[EXC-12] hands out the signed checkpoint it refuses for its size, to be compared", async () => {
  const verdict = await judgeAddCheckpoint(
    p,
    stateAt(12),
    await requestOf({ old: 5, size: 9, of: other }),
  );
  expect(verdict).toMatchObject({ code: "mirror.other-size", signed: { checkpoint: other.at(9) } });
});

const headerOf = (start: number, end: number) => ({
  origin,
  start,
  end,
  ticket: new Uint8Array(0),
});

function judgeHeader(state: MirrorState | undefined, start: number, end: number): string {
  const verdict = judgeAddEntries(state, headerOf(start, end));
  if (verdict.kind === "read") return `read ${verdict.checkpoint.size}`;
  return `${verdict.answer.status} ${JSON.stringify(verdict.answer.body)}`;
}

test("[EXC-16] takes no upload for a log it does not know or has no checkpoint of", () => {
  expect(judgeHeader(undefined, 0, 600)).toBe('404 "log.unknown-origin\\n"');
  expect(judgeHeader(stateAt(undefined), 0, 600)).toBe('422 "mirror.no-checkpoint\\n"');
});

test("[EXC-17] says where it stands if an upload does not fit", () => {
  const held = stateAt(600, {
    pending: [one.at(300), one.at(500), one.at(600)],
    mirrorCheckpoint: one.at(400),
    nextEntry: 450,
  });
  const rows: [MirrorState, [number, number], string][] = [
    [held, [450, 550], '409 "600\\n450\\n\\n"'],
    [held, [300, 300], '409 "600\\n450\\n\\n"'],
    [held, [451, 600], '409 "600\\n450\\n\\n"'],
    [held, [451, 500], '409 "500\\n450\\n\\n"'],
    [held, [450 - overlapEntriesMax - 1, 500], '409 "500\\n450\\n\\n"'],
    [held, [450 - overlapEntriesMax, 500], "read 500"],
    [held, [450, 500], "read 500"],
    [held, [450, 600], "read 600"],
    [held, [400, 400], "read 400"],
    [stateAt(600), [0, 600], "read 600"],
  ];
  for (const [state, [start, end], expected] of rows) {
    expect(judgeHeader(state, start, end), `[${start}, ${end})`).toBe(expected);
  }
});

async function packageOf(interval: ReturnType<typeof packageInterval>, end: number) {
  const subtree = { start: interval.subtreeStart, end: interval.end };
  return {
    interval,
    entries: one.entries.slice(interval.start, interval.end),
    proof: await proveSubtreeConsistency(p, one.read, subtree, end),
  };
}

test("[EXC-18] takes a package of the log, and no other", async () => {
  const interval = packageInterval(300, 700, 0);
  const upload = await packageOf(interval, 700);
  const held = one.leaves.slice(interval.subtreeStart, interval.start);
  const verdict = verifyPackage(p, one.at(700), held, upload);
  expect(verdict).toEqual({ ok: true, value: one.leaves.slice(300, 512) });
  const entries = upload.entries.toSpliced(7, 1, Uint8Array.of(0));
  const spoiled = [
    { ...upload, entries },
    { ...upload, proof: upload.proof.slice(1) },
    { ...upload, entries: upload.entries.toReversed() },
  ];
  for (const each of spoiled) {
    expect(verifyPackage(p, one.at(700), held, each)).toMatchObject({
      refusal: { code: "log.bad-proof" },
    });
  }
  expect(verifyPackage(p, one.at(699), held, upload).ok).toBe(false);
  expect(refuseRequest("log.bad-proof").answer.status).toBe(422);
});

test("[EXC-19] answers an upload that is not whole by what of it was saved", () => {
  const state = stateAt(700, { nextEntry: 256 });
  expect(judgeUploadEnd(state, headerOf(0, 700), 1)).toMatchObject({
    kind: "continue",
    answer: { status: 202, contentType: "text/x.tlog.mirror-info", body: "700\n256\n\n" },
  });
  expect(judgeUploadEnd(stateAt(700), headerOf(0, 700), 0)).toMatchObject({
    answer: { status: 400, body: "mirror.bad-request\n" },
  });
});

test("[EXC-20] commits a whole upload, unless the mirror has gone on meanwhile", () => {
  const whole = stateAt(700, { nextEntry: 700 });
  expect(judgeUploadEnd(whole, headerOf(0, 700), 3)).toEqual({
    kind: "commit",
    checkpoint: one.at(700),
  });
  const again = { ...whole, mirrorCheckpoint: one.at(700) };
  expect(judgeUploadEnd(again, headerOf(700, 700), 0)).toMatchObject({ kind: "commit" });
  const ahead = { ...whole, pending: [one.at(600), one.at(700)], mirrorCheckpoint: one.at(700) };
  expect(judgeUploadEnd(ahead, headerOf(0, 600), 3)).toMatchObject({
    answer: { status: 409, body: "700\n700\n\n" },
  });
  expect(cosignatureAnswer("— x y\n")).toMatchObject({ status: 200, body: "— x y\n" });
});

const sizes = fc
  .array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 5 })
  .map((all) => [...new Set(all)].toSorted((a, b) => a - b));

/** One request of at most `packagesMax` packages; the state and the leaves after it. */
async function uploadOnce(
  state: MirrorState,
  leaves: Uint8Array[],
  end: number,
  packagesMax: number,
) {
  const header = headerOf(state.nextEntry, end);
  const verdict = judgeAddEntries(state, header);
  if (verdict.kind === "refuse") expect.fail(verdict.code);
  const count = Math.min(packagesMax, packageCount(header.start, end));
  for (let at = 0; at < count; at++) {
    const interval = packageInterval(header.start, end, at);
    const held = leaves.slice(interval.subtreeStart, interval.start);
    const saved = verifyPackage(p, verdict.checkpoint, held, await packageOf(interval, end));
    if (!saved.ok) expect.fail(saved.refusal.code);
    leaves.push(...saved.value);
  }
  const after = { ...state, nextEntry: leaves.length };
  return { state: after, ended: judgeUploadEnd(after, header, count) };
}

test.prop([sizes, fc.integer({ min: 1, max: 3 })], { numRuns: 30 })(
  "[EXC-20] ends with all of a log that is sent in any steps",
  async (steps, packagesMax) => {
    let state = stateAt(undefined);
    const leaves: Uint8Array[] = [];
    for (const end of steps) {
      const old = state.pending.at(-1)?.size ?? 0;
      const added = await judgeAddCheckpoint(p, state, await requestOf({ old, size: end }));
      expect(added.kind).toBe("store");
      state = { ...state, pending: [...state.pending, one.at(end)] };
      let outcome = "continue";
      for (let round = 0; outcome === "continue" && round < 9; round++) {
        const uploaded = await uploadOnce(state, leaves, end, packagesMax);
        outcome = uploaded.ended.kind;
        state = uploaded.state;
      }
      expect(outcome).toBe("commit");
      state = { ...state, mirrorCheckpoint: one.at(end) };
      expect(leaves).toEqual(one.leaves.slice(0, end));
    }
  },
);

test("[EXC-5] answers a refusal with its code on one line", () => {
  for (const code of ["log.unknown-origin", "log.fork", "mirror.bad-request"] as const) {
    const { status } = refusalCodes[code];
    const contentType = "text/plain; charset=utf-8";
    expect(refuseRequest(code).answer).toEqual({ status, contentType, body: `${code}\n` });
  }
});

test("formats of the two histories agree below the fork only", () => {
  expect(formatCheckpoint(one.at(5))).toBe(formatCheckpoint(other.at(5)));
  expect(formatCheckpoint(one.at(6))).not.toBe(formatCheckpoint(other.at(6)));
});
