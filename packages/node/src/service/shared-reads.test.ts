/** Goal: who asks at the same moment shares a read, and everybody gets his own answer or his own fault. */
import { expect, test } from "vitest";
import { GatheredReads } from "./shared-reads.ts";

/** Reads that end when they are told to. */
function told(countMax: number) {
  const reads: { readonly ids: readonly string[]; readonly end: PromiseWithResolvers<void> }[] = [];
  const gathered = new GatheredReads<string>(countMax, async (ids) => {
    const end = Promise.withResolvers<void>();
    reads.push({ ids, end });
    await end.promise;
    return new Map(ids.filter((id) => id !== "unknown").map((id) => [id, `of ${id}`]));
  });
  return { gathered, reads };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("what is asked while one read runs is the next one, each id once and no more than fit", async () => {
  const { gathered, reads } = told(2);
  const first = [gathered.ask("a"), gathered.ask("a"), gathered.ask("unknown")];
  await turn();
  const later = ["b", "c", "d"].map((id) => gathered.ask(id));
  await turn();
  expect(reads.map(({ ids }) => ids)).toEqual([["a", "unknown"]]);
  for (let at = 0; at < 3; at += 1) {
    reads[at]?.end.resolve();
    await turn();
  }
  expect(reads.map(({ ids }) => ids)).toEqual([["a", "unknown"], ["b", "c"], ["d"]]);
  expect(await Promise.all(first)).toEqual(["of a", "of a", undefined]);
  expect(await Promise.all(later)).toEqual(["of b", "of c", "of d"]);
});

test("a read that fails fails for those who asked for it, and the next one goes on", async () => {
  const { gathered, reads } = told(1);
  const [failing, going] = [gathered.ask("a"), gathered.ask("b")];
  const outcome = expect(failing).rejects.toThrow("storage.io");
  await turn();
  reads[0]?.end.reject(new Error("storage.io"));
  await outcome;
  await turn();
  reads[1]?.end.resolve();
  expect(await going).toBe("of b");
});
