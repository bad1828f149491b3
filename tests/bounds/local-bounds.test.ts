/**
 * Goal: what one's own people hand over is bounded too, with the codes of the table. Method: files
 * and inputs at the bound and one over, through the command or the operation that reads them.
 */
import { truncateSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuse } from "@parley/core/result";
import { readCsv } from "@parley/node/adapters/csv/read-csv";
import { itemOperations } from "@parley/node/service/item-operations";
import { runOperation } from "@parley/node/service/operation";
import { partyOperations } from "@parley/node/service/party-operations";
import { type Office, officeOf } from "@parley/testkit/office-commands";
import { type PairedNodes, pairedNodes } from "@parley/testkit/paired-nodes";
import { afterAll, beforeAll, expect, test } from "vitest";
import { bounds } from "../../tools/bounds.ts";
import { expectBound, many, nested, type Probe } from "./probe.ts";

let pair: PairedNodes;
let office: Office;
let directory: string;
beforeAll(async () => {
  pair = await pairedNodes();
  office = officeOf(pair.washington);
  directory = await mkdtemp(join(tmpdir(), "parley-bounds-"));
});
afterAll(async () => {
  await pair[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

function fileOf(text: string, bytes = text.length): string {
  const path = join(directory, "given");
  writeFileSync(path, text);
  truncateSync(path, bytes);
  return path;
}

/** What the command says, as a verdict: its sentence is the detail. */
async function say(...words: readonly string[]) {
  const { ok, code, message } = await office.json("send", "note", "--text", "x", ...words);
  return ok === false ? refuse(String(code), String(message)) : { ok: true as const };
}

const run = (operations: object, name: string, input: unknown) => {
  const context = { progress: () => undefined, signal: new AbortController().signal };
  const service = { node: pair.washington.node, ...pair.washington.node };
  return runOperation(operations as never, service as never, { name, input }, context);
};
/** So many levels, and a member that no form has. */
const deep = (levels: number) => JSON.stringify({ deep: nested(levels - 1) });

const probes: Readonly<Record<string, Probe>> = {
  bodyBytesMax: (size) => say("--body", fileOf("{}", size)),
  bodyDepthMax: (levels) => say("--body", fileOf(deep(levels))),
  itemsFileBytesMax: (size) => say("--items", fileOf("{}", size)),
  itemsFileDepthMax: (levels) => say("--items", fileOf(deep(levels))),
  csvColumnsMax: (count) => {
    const record = new TextEncoder().encode(`${many(count, () => "a").join(",")}\n`);
    const source = (async function* () {
      yield record;
    })();
    return readCsv(source, () => ({ ok: true, value: true }));
  },
  chainLengthMax: (count) => run(partyOperations, "peer.import", { chain: many(count, () => "x") }),
  itemsPerPageMax: (rows) =>
    run(itemOperations, "item.list", { jti: "AAAAAAAAAAAAAAAAAAAAAA", rows }),
};

test.each(Object.keys(probes))("the bound %s is where the table says", async (name) => {
  await expectBound(name, probes[name] as Probe);
});

test("a page has 500 rows, whatever is asked for", async () => {
  const everything = { channels: "all", classes: "all", desks: "all" } as const;
  const page = { after: null, rowsMax: 1_000_000 };
  const { node } = pair.washington;
  const { rows } = await node.storage.read((tx) =>
    tx.projections.listMessages({}, everything, page),
  );
  expect(rows.length).toBeLessThanOrEqual(bounds["pageRowsMax"]?.value ?? 0);
});
