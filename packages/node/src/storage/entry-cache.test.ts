/**
 * Goal: memory is bounded, and a range is found whole or not at all. Method: more octets than are
 * kept, asked for across the edge.
 */
import { expect, test } from "vitest";
import { EntryCache } from "./entry-cache.ts";

const mebibyte = 1_048_576;
const entriesOf = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => ({
    index: from + n,
    bytes: new Uint8Array(mebibyte),
    leafHash: Uint8Array.of(from + n),
  }));

test("the last 32 MiB are kept, and a range is found whole or not at all", () => {
  const cache = new EntryCache();
  cache.put(1, entriesOf(0, 32));
  expect(cache.list(1, 0, 32)?.map(({ index }) => index)).toEqual([...Array(32).keys()]);
  cache.put(1, entriesOf(31, 33));
  expect(cache.list(1, 0, 2)).toBeUndefined();
  expect(cache.list(1, 1, 32)).toHaveLength(32);
  expect(cache.list(1, 1, 33)).toBeUndefined();
  cache.put(2, entriesOf(0, 40));
  expect(cache.list(1, 32, 1)).toBeUndefined();
  expect(cache.list(2, 8, 32)).toHaveLength(32);
});
