/**
 * Goal: what is damaged of one channel closes that channel and no other. Method: rows altered behind
 * the node's back, then read anew as after a restart.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { type PairedParty, pairedNodes, testNow } from "@parley/testkit/paired-nodes";
import { sampleDescriptor } from "@parley/testkit/sample-party";
import { expect, test } from "vitest";

function alter({ directory }: PairedParty, sql: string, ...values: readonly string[]): void {
  const database = new DatabaseSync(join(directory, "parley.db"));
  try {
    expect(database.prepare(sql).run(...values).changes).toBeGreaterThan(0);
  } finally {
    database.close();
  }
}

const damageOf = ({ node }: PairedParty) =>
  node.channels.damaged().map(({ peer, cause }) => [peer, cause.code]);

test("a damaged descriptor of one peer leaves the channels of the others open", async () => {
  await using pair = await pairedNodes();
  const { washington } = pair;
  const party = "paris.example";
  const { digest, text: jws, payload } = await sampleDescriptor(p, party);
  await washington.node.storage.write(async ({ parties }) => {
    const { serial } = payload;
    await parties.insertDescriptor({ party, serial, digest, jws, storedAt: 1 });
    await parties.writePeer({ party, importedAt: 1, typedDigits: "1", confirmedAt: testNow });
  });
  await washington.node.partiesChanged();
  expect(damageOf(washington)).toEqual([]);
  alter(washington, "update descriptor set jws = 'x' where party = ?", party);
  const { node } = await washington.reopen();
  expect(node.channels.channels().map(({ peer }) => peer)).toEqual(["moscow.example"]);
  expect(node.channels.damaged().map(({ peer }) => peer)).toEqual([party]);
});

test.each([
  ["a descriptor", "update descriptor set jws = jws || ' ' where party = ?", "moscow.example"],
  ["the agreement", "update agreement set jws = replace(jws, 'A', 'B') where version = ?", "1"],
])("damage of %s closes the channel, and the node goes on", async (_, sql, value) => {
  await using pair = await pairedNodes();
  alter(pair.washington, sql, value);
  await pair.washington.node.partiesChanged();
  expect(pair.washington.node.channels.channels()).toEqual([]);
  expect(damageOf(pair.washington)).toEqual([["moscow.example", "storage.damaged"]]);
});

test("without descriptors of its own a node does not go on", async () => {
  await using pair = await pairedNodes();
  const own = pair.washington.node.party;
  alter(pair.washington, "update descriptor set jws = 'x' where party = ?", own);
  await expect(pair.washington.node.partiesChanged()).rejects.toMatchObject({
    code: "storage.damaged",
  });
});
