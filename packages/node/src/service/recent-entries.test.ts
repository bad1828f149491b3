/**
 * Goal: what was written lately is found whole or not at all, and memory is bounded. Method: more
 * entries than are remembered, asked for across every edge.
 */
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { messageOfDraft } from "@parley/core/message/message";
import { buildPayload } from "@parley/core/message/statement";
import { must, sampleDraft } from "@parley/testkit/sample-message";
import { expect, test } from "vitest";
import { RecentEntries } from "./recent-entries.ts";

const draft = sampleDraft(p, []);
const { handling: _, ...blocks } = draft.blocks;
const plain = { ...draft, blocks };
const message = messageOfDraft(p, plain, must(buildPayload(p, plain)), { hash: "", itemLines: [] });

function noted(count: number): RecentEntries {
  const recent = new RecentEntries();
  for (let index = 0; index < count; index += 1) {
    recent.note(1, { index, desk: "technical", opened: { message, isKnownKind: true } });
  }
  return recent;
}

const indices = (recent: RecentEntries, from: number, count: number) =>
  recent.list(1, from, count)?.map(({ index }) => index);

test("a range is found whole, or not at all", () => {
  const recent = noted(3);
  expect(indices(recent, 1, 2)).toEqual([1, 2]);
  expect(indices(recent, 1, 3)).toBeUndefined();
  expect(recent.list(2, 0, 1)).toBeUndefined();
  recent.forget(1, 0, 2);
  expect(indices(recent, 1, 2)).toBeUndefined();
  expect(indices(recent, 2, 1)).toEqual([2]);
});

test("2,048 entries of a log are remembered, the latest ones, without what they show", () => {
  const recent = noted(2_050);
  expect(indices(recent, 1, 1)).toBeUndefined();
  expect(recent.list(1, 2, 2_048)).toHaveLength(2_048);
  expect(recent.list(1, 2_049, 1)?.[0]?.opened.message.blocks).toEqual([]);
  expect(message.blocks.length).toBeGreaterThan(0);
});
