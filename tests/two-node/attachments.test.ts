/**
 * Goal: a message stands with everything that it names, or not at all. Method: an inquiry whose list of
 * items is too long for its entry; its attachment is left behind, sent in part, sent whole, or not
 * the list, nor of the length, that the message says.
 */
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { assert } from "@parley/core/fault";
import { buildItemList } from "@parley/core/item/item-list";
import { kinds } from "@parley/core/kind/kinds";
import { openDisclosure } from "@parley/core/message/disclosure";
import { type PairedNodes, type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { must } from "@parley/testkit/sample-message";
import { expect, test } from "vitest";
import { type AttachedFile, filesOf } from "../../packages/node/src/service/attached-files.ts";
import { storeAttachment } from "../../packages/node/src/service/attachments.ts";
import { parseKeptMessage } from "../../packages/node/src/service/kept-message.ts";
import { clearMarking } from "../../packages/node/src/service/post.ts";
import { ask, copyAttachments, exchange, manyItems as items, viewOf } from "./speak.ts";

/** What became of the first entry of Washington, on both sides alike. */
async function expectRefused(pair: PairedNodes, refused: readonly (readonly [number, string])[]) {
  await exchange(pair);
  const view = await viewOf(pair.washington);
  expect(await viewOf(pair.moscow)).toEqual(view);
  expect(view.sides[1]?.refused).toEqual(refused);
  return view;
}

async function filesAt({ node, channel }: PairedParty, jti: string) {
  const query = { channel: channel.id, jti };
  const row = await node.storage.read((tx) => tx.opened.readOpenedByJti(query));
  return row?.message == null ? [] : filesOf(parseKeptMessage(row.message).message);
}

async function store({ node, channel, directory }: PairedParty, lines: readonly string[]) {
  const { primitives: p, storage, clock } = node;
  const ports = { p, storage, clock, spoolPath: directory };
  const content = lines.map((line) => encodeUtf8(`${line}\n`));
  return must(await storeAttachment(ports, channel, content));
}

test("[ENT-27] a list whose attachment did not come is refused, and stands when it is sent anew", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  const first = await ask(washington, { items });
  expect(await filesAt(washington, first.jti)).toMatchObject([{ role: "items" }]);
  const refused = [[0, "attachment.missing"]] as const;
  expect((await expectRefused(pair, refused)).cases).toEqual([]);
  await copyAttachments(washington, moscow);
  expect((await expectRefused(pair, refused)).cases).toEqual([]);
  const second = await ask(washington, { items });
  await copyAttachments(washington, moscow);
  const { cases } = await expectRefused(pair, refused);
  expect(cases.map(({ id }) => id)).toEqual([second.jti]);
});

test("[ENT-27] an attachment of which a part came is missing", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  const { jti } = await ask(washington, { items });
  const [file] = await filesAt(washington, jti);
  assert(file !== undefined, "a list beside the entry");
  const key = { channel: moscow.channel.id, digest: file.digest };
  const about = { author: washington.channel.me, bytesTotal: file.bytes, firstSeenAt: 0 };
  const part = await washington.node.storage.read((tx) =>
    tx.attachments.readAttachmentPart(key, 0),
  );
  await moscow.node.storage.write(async (tx) => {
    await tx.attachments.createAttachment({ ...key, ...about });
    await tx.attachments.appendAttachment(key, 0, part.subarray(0, -1));
  });
  await expectRefused(pair, [[0, "attachment.missing"]]);
});

test("[ENT-27] an attachment of another length than the message says is refused", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  const stored = await store(washington, ["time,address"]);
  const about = { role: "file", mediaType: "text/csv", name: null } as const;
  for (const bytes of [stored.bytes, stored.bytes + 1, stored.bytes - 1]) {
    await ask(washington, { files: [{ ...about, ...stored, bytes }] });
  }
  await copyAttachments(washington, moscow);
  const { cases } = await expectRefused(pair, [
    [1, "attachment.truncated"],
    [2, "attachment.truncated"],
  ]);
  expect(cases).toHaveLength(1);
});

test("[MSG-9] the items of a list that came whole read back one by one", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  const { jti } = await ask(washington, { items });
  await copyAttachments(washington, moscow);
  await expectRefused(pair, []);
  const [file] = await filesAt(moscow, jti);
  assert(file !== undefined, "a list beside the entry");
  const read: unknown[] = [];
  for await (const line of moscow.node.openingDesk.readItemLines(moscow.channel, file)) {
    read.push(must(openDisclosure(moscow.node.primitives, must(line))).value);
  }
  expect(read).toEqual(items.map(({ item }) => item));
});

test.each<[string, string, (lines: readonly string[]) => readonly string[]]>([
  ["as it was committed to", "accepted", (lines) => lines],
  ["with two lines exchanged", "message.bad-items", ([a = "", b = "", ...rest]) => [b, a, ...rest]],
  ["with a line missing", "message.bad-items", (lines) => lines.slice(1)],
  ["with a line more", "message.bad-items", (lines) => [...lines, lines[0] ?? ""]],
  ["with a line that is none", "message.bad-item", (lines) => lines.with(0, "none")],
])("[MSG-9] a list that travels %s is judged: %s", async (_, code, change) => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  const built = must(buildItemList(washington.node.primitives, items));
  const list: AttachedFile = {
    ...{ role: "items", mediaType: "text/plain", name: null },
    ...(await store(washington, change(built.lines))),
  };
  const { blocks } = kinds.inquiry.definition.example;
  const posted = await washington.node.post.send(washington.channel, {
    ...{ class: "live", by: "technical", items: { list: built, isInline: false } },
    control: {
      ...{ kind: "inquiry.v1", case: "new", answers: null, ask: "investigate", to: "technical" },
      clock: { severity: 3, replyBy: null },
    },
    blocks: { ...blocks, attachments: { marking: clearMarking, files: [list] } },
  });
  expect(posted.ok).toBe(true);
  await copyAttachments(washington, moscow);
  await expectRefused(pair, code === "accepted" ? [] : [[0, code]]);
});
