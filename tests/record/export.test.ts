/**
 * Goal: what an export shows is what both parties signed, and any octet that is changed shows.
 */
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { verifyExport } from "@parley/core/record/verify-export";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportOf, filesIn, type MemoryExport } from "./exported.ts";
import { type History, makeHistory } from "./history.ts";

let history: History;
let sealed: MemoryExport;
let opened: MemoryExport;
let theirs: MemoryExport;

beforeAll(async () => {
  history = await makeHistory();
  sealed = await exportOf(history.pair.washington, false);
  opened = await exportOf(history.pair.washington, true);
  theirs = await exportOf(history.pair.moscow, true);
});
afterAll(() => history[Symbol.asyncDispose]());

test("x", async () => {
  console.log([...opened].map(([path, octets]) => `${path} ${octets.length}`).join("\n"));
  for (const one of [sealed, opened, theirs]) {
    const v = await verifyExport(p, filesIn(one));
    if (!v.ok) console.log(v.refusal);
    else console.log(JSON.stringify({ i: v.value.index, o: v.value.opened }, null, 1));
  }
});
