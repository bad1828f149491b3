/**
 * Goal: origin, epoch and fork mean the same to both parties. Method: round trips, spoiled origins,
 * and two histories of one log, both signed.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import type { SignedCheckpoint } from "./checkpoint.ts";
import { closingOf, nextEpoch } from "./epoch.ts";
import { judgeFork } from "./fork.ts";
import {
  channelHexOf,
  epochMax,
  formatOrigin,
  type LogOrigin,
  originHash,
  parseOrigin,
  trafficClasses,
} from "./origin.ts";
import { proveConsistency } from "./proofs.ts";
import { appendLeaves, emptyRange, leafHash, type NodeReader, rootOf } from "./tree.ts";

const party = fc.stringMatching(/^[a-z0-9.-]{3,63}$/);
const anyOrigin: fc.Arbitrary<LogOrigin> = fc
  .record({
    author: party,
    peer: party,
    channelHex: fc.stringMatching(/^[0-9a-f]{16}$/),
    class: fc.constantFrom(...trafficClasses),
    epoch: fc.integer({ min: 1, max: epochMax }),
  })
  .filter(({ author, peer }) => author !== peer);

test.prop([anyOrigin])("[LOG-1] reads the origin that was written", (origin) => {
  expect(parseOrigin(formatOrigin(origin))).toEqual({ ok: true, value: origin });
});

const text = "washington.example/moscow.example/0123456789abcdef/live/1";

test("[LOG-1] refuses every other origin", () => {
  const spoiled = [
    text.replace("/1", "/0"),
    text.replace("/1", "/01"),
    text.replace("/1", "/1000000"),
    `${text}/`,
    `/${text}`,
    text.replace("live", "Live"),
    text.replace("live", "test"),
    text.replace("abcdef", "ABCDEF"),
    text.replace("abcdef", "abcde"),
    text.replace("washington", "wa shington"),
    `${text}\n`,
    text.replace("moscow", "washington"),
    "",
    text.replace("washington.example", "ab"),
  ];
  for (const each of spoiled) {
    expect(parseOrigin(each), each).toMatchObject({ refusal: { code: "log.bad-origin" } });
  }
});

test("[LOG-1] names a log in URLs by the hash of its origin", () => {
  expect(originHash(p, text)).toMatch(/^[0-9a-f]{64}$/);
  expect(originHash(p, text)).not.toBe(originHash(p, text.replace("/1", "/2")));
  expect(channelHexOf(new Uint8Array(32).fill(0xab))).toBe("abababababababab");
});

const parsed = parseOrigin(text);
if (!parsed.ok) expect.fail("the example is an origin");
const epoch = parsed.value;

/** Two histories that agree on their first 5 leaves. */
function historyOf(tail: number, count: number) {
  const leaves = Array.from({ length: count }, (_, at) =>
    leafHash(p, Uint8Array.of(at, at < 5 ? 0 : tail)),
  );
  const { nodes } = appendLeaves(p, emptyRange, leaves);
  const stored = new Map(nodes.map((node) => [`${node.level}/${node.index}`, node.hash]));
  const read: NodeReader = async (ids) =>
    ids.map(({ level, index }) => stored.get(`${level}/${index}`) as Uint8Array);
  const at = (size: number, origin = text): SignedCheckpoint => {
    const root = rootOf(p, appendLeaves(p, emptyRange, leaves.slice(0, size)).range);
    return { checkpoint: { origin, size, root }, text: "", time: 1 };
  };
  return { read, at };
}
const [one, other] = [historyOf(1, 20), historyOf(2, 20)];

test("[LOG-23] opens the next epoch under the same names, to the last", () => {
  const next = nextEpoch(epoch);
  expect(next.ok && formatOrigin(next.value)).toBe(text.replace("/1", "/2"));
  const last = nextEpoch({ ...epoch, epoch: epochMax });
  expect(last).toMatchObject({ ok: false, refusal: { code: "log.last-epoch" } });
});

test("[LOG-24] closes an epoch at the size that the peer proves, or at 0 without a proof", () => {
  for (const size of [7, 9, 12]) {
    expect(closingOf(epoch, 7, { size, proof: one.at(size) })).toEqual({ ok: true, value: size });
  }
  expect(closingOf(epoch, 0, { size: 0, proof: null })).toEqual({ ok: true, value: 0 });
});

test("[LOG-24] takes no size without the author's checkpoint of that size and epoch", () => {
  const spoiled = [
    { size: 12, proof: one.at(11) },
    { size: 12, proof: one.at(12, text.replace("/1", "/2")) },
    { size: 12, proof: null },
    // The peer has receipted 9.
    { size: 7, proof: one.at(7) },
    { size: 0, proof: null },
  ];
  for (const answered of spoiled) {
    const closing = closingOf(epoch, 9, answered);
    expect(closing).toMatchObject({ ok: false, refusal: { code: "log.unproven-closing" } });
  }
});

const verdictOf = (
  ...args: Parameters<typeof judgeFork> extends [unknown, ...infer R] ? R : never
) => {
  const verdict = judgeFork(p, ...args);
  return verdict.ok ? verdict.value : verdict.refusal.code;
};

test("[LOG-25] calls two roots of one size a fork", () => {
  expect(verdictOf(one.at(9), other.at(9))).toBe("fork");
  expect(verdictOf(one.at(5), other.at(5))).toBe("consistent");
  expect(verdictOf(one.at(9), other.at(9, text.replace("/1", "/2")))).toBe("log.other-log");
});

test.prop([fc.integer({ min: 1, max: 19 }), fc.integer({ min: 1, max: 20 })])(
  "[LOG-25] calls two sizes a fork if the larger tree holds something else below the smaller",
  async (small, more) => {
    const large = Math.min(20, small + more);
    const proof = await proveConsistency(p, other.read, small, large);
    const prefix = { root: other.at(small).checkpoint.root, proof };
    const expected = small <= 5 ? "consistent" : "fork";
    expect(verdictOf(one.at(small), other.at(large), prefix)).toBe(expected);
    expect(verdictOf(other.at(large), one.at(small), prefix)).toBe(expected);
  },
);

test("[LOG-26] takes a proof that fails for no evidence", async () => {
  const proof = await proveConsistency(p, one.read, 9, 20);
  const prefix = { root: one.at(9).checkpoint.root, proof };
  expect(verdictOf(one.at(9), other.at(20), prefix)).toBe("log.bad-proof");
  expect(verdictOf(one.at(9), other.at(20))).toBe("log.bad-proof");
});
