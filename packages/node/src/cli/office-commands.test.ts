/**
 * Goal: what an office types is sent, shown and refused as it should be, in words. Method: two
 * parties in a box, the whole command in this process; what crosses is moved by hand.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { kinds } from "@parley/core/kind/kinds";
import { type Office, officeOf } from "@parley/testkit/office-commands";
import { deliver, type PairedNodes, pairedNodes } from "@parley/testkit/paired-nodes";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { copyAttachments } from "../../../../tests/two-node/speak.ts";

const csv = new URL("../../../../tests/vectors/grizzly-steppe/JAR-16-20296A.csv", import.meta.url)
  .pathname;

let pair: PairedNodes;
let west: Office;
let east: Office;

beforeAll(async () => {
  pair = await pairedNodes();
  west = officeOf(pair.washington);
  east = officeOf(pair.moscow);
});
afterAll(async () => pair[Symbol.asyncDispose]());

async function exchange(): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    await copyAttachments(pair.washington, pair.moscow);
    await deliver(pair.washington, pair.moscow);
    await deliver(pair.moscow, pair.washington);
  }
}

/** What either side has refused, and of which kind it was. */
async function refusedKinds(): Promise<readonly unknown[]> {
  const rows = await pair.moscow.node.storage.read((tx) => {
    const everything = { channels: "all", classes: "all", desks: "all" } as const;
    return tx.projections.listMessages({}, everything, { after: null, rowsMax: 500 });
  });
  return rows.rows.filter(({ refusedAs }) => refusedAs !== null);
}

function fileOf(office: Office, name: string, value: unknown): string {
  const path = join(office.directory, name);
  writeFileSync(path, typeof value === "string" ? value : JSON.stringify(value));
  return path;
}

async function inquire(...words: readonly string[]): Promise<string> {
  const body = fileOf(west, "inquiry.json", kinds.inquiry.definition.example.blocks);
  const flags = ["--ask", "identify", "--severity", "4", "--body", body];
  const sent = await west.json("send", "inquiry", ...flags, ...words);
  expect(sent).toMatchObject({ exitCode: 0, class: "live", peer: "moscow.example" });
  expect(sent["place"]).toMatch(/^live\/1\/\d+$/);
  await exchange();
  return String(sent["jti"]);
}

test("a case goes from inquiry to closure by flags alone, each reply taking all from what it answers", async () => {
  const id = await inquire();
  const short = id.slice(0, 8);
  const steps = [
    [east, ["receipt", "--answers", short]],
    [east, ["holding-reply", "--case", short, "--text", "Принято.", "--text-lang", "ru"]],
    [east, ["not-answerable", "--case", short, "--missing", "observed-time:0-910,915"]],
    [west, ["clarification", "--case", short, "--missing", "observed-time", "--text", "July."]],
    [west, ["correction", "--case", short, "--text", "Nineteen hashes were of another function."]],
    [east, ["note", "--case", short, "--text", "Noted."]],
    [east, ["answer", "--case", short, "--outcome", "nothing-found", "--text", "Nothing."]],
    [west, ["propose-closure", "--case", short, "--text", "Done."]],
    [east, ["reject-closure", "--case", short]],
    [west, ["propose-closure", "--case", short, "--grounds", "answered", "--text", "Done now."]],
    [east, ["agree-closure", "--case", short]],
  ] as const;
  for (const [office, words] of steps) {
    const sent = await office.json("send", ...words);
    expect([words[0], sent]).toMatchObject([words[0], { exitCode: 0, case: id, class: "live" }]);
    await exchange();
  }
  const shown = await west.json("case", short);
  expect(shown).toMatchObject({ exitCode: 0, id, phase: "closed" });
  expect((shown["messages"] as readonly { kind: string }[]).map(({ kind }) => kind)).toEqual([
    "inquiry",
    ...steps.map(([, [kind]]) => kind),
  ]);
  expect(await east.json("cases")).toMatchObject({ cases: [] });
  expect(await east.json("cases", "--all")).toMatchObject({ cases: [{ id, phase: "closed" }] });
});

test("after an answer nothing is owed, and after a proposal of closure a word on it is", async () => {
  const id = await inquire();
  const dueOf = async (office: Office) => {
    const { cases } = await office.json("cases");
    return (cases as readonly { id: string; dueClock: string | null }[]).find(
      (row) => row.id === id,
    );
  };
  expect(await dueOf(west)).toMatchObject({ dueClock: "receipt", owedBy: "moscow.example" });
  await east.json("send", "answer", "--case", id, "--text", "Done.");
  await exchange();
  expect(await dueOf(west)).toMatchObject({ phase: "answered", dueClock: null, owedBy: null });
  const lineOf = ({ out }: { out: string }) => out.split("\n").find((row) => row.includes(id));
  expect(lineOf(await west.type("cases"))).not.toContain("owe");
  await west.json("send", "propose-closure", "--case", id, "--text", "Done.");
  await exchange();
  expect(await dueOf(west)).toMatchObject({ dueClock: "closure", owedBy: "moscow.example" });
  for (const command of ["cases", "queue"]) {
    expect(lineOf(await west.type(command))).toContain("they owe: word on closure, ");
    const russian = lineOf(await east.type(command, "--lang", "ru"));
    expect(russian).toContain("долг наш: ответ о закрытии, осталось ");
  }
});

test("decline is one flag, and closes nothing", async () => {
  const id = await inquire();
  const sent = await east.json("send", "decline", "--case", id, "--reason", "not-ours");
  expect(sent).toMatchObject({ exitCode: 0, case: id });
  await exchange();
  expect(await west.json("case", id)).toMatchObject({ phase: "declined" });
});

test("what the node says is sent by the same command, and signed by the node", async () => {
  const tested = await west.json("send", "link-test");
  expect(tested).toMatchObject({ exitCode: 0, class: "link", case: null });
  await exchange();
  const answered = await east.json("send", "link-answer", "--answers", String(tested["jti"]));
  expect(answered).toMatchObject({ exitCode: 0, class: "link" });
  const outage = {
    notice: { subject: "outage", cause: "planned", from: 1, until: null, text: null },
  };
  const body = fileOf(west, "outage.json", outage);
  expect(await west.json("send", "service-note", "--body", body)).toMatchObject({ class: "live" });
  expect(await west.json("send", "key-change")).toMatchObject({ exitCode: 0 });
  await exchange();
  expect(await east.json("message", String(tested["jti"]))).toMatchObject({ by: "node" });
  expect(await refusedKinds()).toEqual([]);
});

test("every kind has an example that the command prints, and is one that it knows how to send", async () => {
  for (const kind of Object.keys(kinds)) {
    const shown = await west.json("send", kind, "--example");
    expect([kind, shown["blocks"]]).toEqual([
      kind,
      kinds[kind as keyof typeof kinds].definition.example.blocks,
    ]);
  }
});

test("the queue says what is due and by whom, and what has no receipt and why", async () => {
  const id = await inquire();
  const said = await west.json("send", "note", "--case", id, "--text", "One word more.");
  const queue = await west.json("queue");
  expect(queue).toMatchObject({ exitCode: 0, waitingCount: 1, isServing: false });
  expect(queue["waiting"]).toMatchObject([{ jti: said["jti"], kind: "note.v1" }]);
  const text = (await west.type("queue")).out;
  expect(text).toMatch(/they owe: person's receipt, 30 min left/);
  expect(text).toContain("no server is running here");
  pair.clock.now += 7_200;
  expect((await east.type("queue", "--lang", "ru")).out).toContain(
    "долг наш: подтверждение дежурного, просрочено на 1 ч 30 мин",
  );
  await exchange();
  expect(await west.json("queue")).toMatchObject({ waitingCount: 0 });
});

test("a case is shown in two lanes, with what crossed, ticks and clocks", async () => {
  const id = await inquire();
  await east.json("send", "receipt", "--answers", id);
  await west.json("send", "correction", "--answers", id, "--text", "A misprint.");
  await exchange();
  const shown = await west.json("case", id);
  expect(shown["messages"]).toMatchObject([
    { kind: "inquiry", personAt: pair.clock.now, crossedWith: [] },
    { crossedWith: [expect.any(String)] },
    { crossedWith: [expect.any(String)] },
  ]);
  const { out } = await west.type("case", id.slice(0, 10));
  const [ours, theirs] = ["Inquiry  vv", "Receipt  v x"].map((words) =>
    out.split("\n").find((line) => line.includes(words)),
  );
  expect(ours?.indexOf("Inquiry")).toBeLessThan(46);
  expect(theirs?.indexOf("|")).toBe(46);
  expect(out).toContain("crossed: neither side had seen");
  expect(out).toMatch(/answer or dated plan: moscow\.example, due .+: 3 d left/);
  expect((await east.type("case", id, "--lang", "ru")).out).toContain("moscow.example (мы)");
});

test("a message is shown in the reader's language, its markings and codes as they are", async () => {
  const id = await inquire();
  const { out } = await east.type("message", id, "--lang", "ru");
  for (const words of [
    "Запрос",
    "ФАКТЫ",
    "TLP:AMBER PAP:AMBER".replace(" ", " · "),
    "установить",
  ]) {
    expect(out).toContain(words);
  }
  expect(out).toContain("[en] Two of the addresses listed below are located in Russia.");
  expect(out).toContain("washington.example, technical");
  expect(out).not.toMatch(/undefined|\[object/);
});

test("what cannot be seen in a peer's text is written out, and its lines are never at the margin", async () => {
  const turned = await west.json("send", "note", "--text", "safe\u202Egnp.exe");
  expect(turned).toMatchObject({ exitCode: 1, code: "kind.invalid-body" });
  const text = "safe\u200Fgnp.exe\nVerdict: accepted";
  const sent = await west.json("send", "note", "--text", text);
  await exchange();
  const { out } = await east.type("message", String(sent["jti"]));
  expect(out).toContain("safe\\u{200f}gnp.exe");
  expect(out).not.toContain("\u200F");
  expect(out.split("\n").filter((line) => line.startsWith("Verdict"))).toEqual([]);
  const json = await east.json("message", String(sent["jti"]));
  expect(JSON.stringify(json)).toContain("safe\u200Fgnp.exe");
});

test("911 items are imported, partly held back, sent and shown defanged, as they were disposed", async () => {
  const out = join(west.directory, "items.json");
  const words = ["--out", out, "--hold-back", "1-20", "--redact", "role:36-40"];
  const read = await west.json("import", csv, ...words);
  expect(read).toMatchObject({ exitCode: 0, items: 911, heldBack: 20, redacted: 5 });
  const id = await inquire("--items", out);
  const { out: shown } = await east.type("message", id, "--all-items");
  expect(shown).toContain("ITEMS   911");
  expect(shown).toMatch(/\n {6}0 {2}held back\n/);
  expect(shown.match(/held back\n/g)).toHaveLength(20);
  expect(shown.match(/\[redacted\]/g)).toHaveLength(5);
  const clickable = /https?:\/\/|\b\d{1,3}(\.\d{1,3}){3}\b|[a-z]\.(com|ru|org|net)\b/;
  // The address of the author's office in the first block is not evidence.
  const [, evidence = ""] = shown.split("ITEMS   911");
  expect(evidence.split("\n").filter((line) => clickable.test(line))).toEqual([]);
  expect(shown).toContain("No time of observation");
  const few = await east.json("message", id, "--items", "30");
  expect((few["items"] as readonly unknown[]).length).toBe(30);
  expect((await east.type("message", id, "--items", "3")).out).toContain("and more: 908");
});

test.each([
  ["a column is missing", "INDICATOR_VALUE,TYPE\n1.2.3.4,IPV4ADDR\n", "csv.missing-columns"],
  ["it is not UTF-8", Buffer.from("INDICATOR_VALUE,TYPE\n\xe9\n", "latin1"), "csv.bad-encoding"],
  ["its line has two megabytes", "x".repeat(2_000_000), "csv.line-too-long"],
  ["it is empty", "", "csv.missing-columns"],
])("a file is refused and no items are written where %s", async (_, content, code) => {
  const file = join(west.directory, "bad.csv");
  writeFileSync(file, content);
  const out = join(west.directory, "bad.json");
  for (const lang of ["en", "ru"]) {
    const read = await west.json("import", file, "--out", out, "--lang", lang);
    expect(read).toMatchObject({ exitCode: 1, code });
    expect(String(read["next"])).not.toContain("spec/refusals.md");
  }
  expect(existsSync(out)).toBe(false);
});

test("a source in another language is said to be so, and one that is not there is told", async () => {
  const out = join(west.directory, "ru.json");
  const words = ["--source-lang", "ru", "--collection", "partner", "--use", "none"];
  await west.json("import", csv, "--out", out, ...words);
  const { items } = JSON.parse(readFileSync(out, "utf8"));
  expect(items[300]).toMatchObject({ item: { collection: "partner", text: { lang: "ru" } } });
  const again = await west.json("import", csv, "--out", out);
  expect(again).toMatchObject({ exitCode: 1, code: "cli.file-exists" });
  const nothing = await west.json("import", "/no/file.csv");
  expect(nothing).toMatchObject({ exitCode: 1, code: "cli.no-such-file" });
  expect(await west.json("import", csv, "--source-lang", "Russian")).toMatchObject({ exitCode: 2 });
});

test("an attachment arrives whole, inert, and over nothing", async () => {
  const content = Buffer.alloc(3_000_000, "evidence ");
  const file = join(west.directory, ".evil name.txt");
  writeFileSync(file, content);
  const sent = await west.json("send", "note", "--text", "A sample.", "--attach", file);
  const jti = String(sent["jti"]);
  await pair.moscow.node.storage.write(async () => undefined);
  const listed = await west.json("attachment", "list", jti);
  expect(listed["files"]).toMatchObject([{ mediaType: "text/plain", name: "evil name.txt" }]);
  const got = await west.json("attachment", "get", jti, "--out", west.directory);
  expect(got).toMatchObject({ exitCode: 0, bytes: content.length });
  const path = String(got["path"]);
  expect(path).toBe(join(west.directory, "evil_name.txt"));
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const again = await west.json("attachment", "get", jti, "--out", path);
  expect(again).toMatchObject({ exitCode: 1, code: "office.file-exists" });
  const nowhere = join(west.directory, "no", "where.bin");
  const lost = await west.json("attachment", "get", jti, "--out", nowhere);
  expect(lost).toMatchObject({ code: "office.no-directory" });
  // The other side has the message and not the file.
  await deliver(pair.washington, pair.moscow);
  const elsewhere = join(east.directory, "sample.txt");
  const missing = await east.json("attachment", "get", jti, "--out", elsewhere);
  expect(missing["exitCode"]).toBe(1);
  expect(existsSync(elsewhere)).toBe(false);
});

test("an attachment that was changed on disk leaves no file", async () => {
  const file = fileOf(west, "sample.bin", "x".repeat(100_000));
  const sent = await west.json("send", "note", "--text", "Another.", "--attach", file);
  const stream = pair.washington.node.storage.streamAttachment;
  const spy = vi
    .spyOn(pair.washington.node.storage, "streamAttachment")
    .mockImplementation(async function* (key, range) {
      for await (const part of stream.call(pair.washington.node.storage, key, range)) {
        yield part.with(part.length - 1, (part.at(-1) ?? 0) ^ 1);
      }
    });
  const out = join(west.directory, "changed.bin");
  const got = await west.json("attachment", "get", String(sent["jti"]), "--out", out);
  spy.mockRestore();
  expect(got["code"]).toMatch(/^attachment\.(wrong-digest|unreadable)$/);
  expect(existsSync(out)).toBe(false);
});

test("rebuild makes the same again", async () => {
  const id = await inquire();
  const before = await west.json("case", id);
  const rebuilt = await west.json("rebuild", "--from-logs");
  expect(rebuilt).toMatchObject({ exitCode: 0, fromLogs: true });
  const { now: _, ...after } = await west.json("case", id);
  expect(before).toMatchObject(after);
});

test("a kind that there is not is a wrong word, and the nearest is named", async () => {
  const said = await west.json("send", "inquirry");
  expect(said).toMatchObject({ exitCode: 2, code: "cli.no-such-kind" });
  expect(said["message"]).toContain("The nearest is inquiry.");
});

test.each([
  ["an unknown case", ["case", "AAAAAAAA"], "case.unknown"],
  ["an id that is none", ["message", "!"], "message.unknown"],
  ["an unknown message", ["message", "AAAAAAAAAAAAAAAAAAAAAA"], "message.unknown"],
  ["a reply to no case", ["send", "answer", "--case", "AAAAA", "--text", "x"], "case.unknown"],
  ["a peer without channel", ["queue", "--peer", "paris.example"], "channel.unknown"],
  [
    "a device that never ends",
    ["send", "note", "--text", "x", "--attach", "/dev/zero"],
    "office.no-file",
  ],
  ["blocks that never end", ["send", "note", "--body", "/dev/zero"], "cli.file-too-large"],
  ["an inquiry without its blocks", ["send", "inquiry", "--ask", "block"], "cli.no-body"],
  [
    "a desk that there is not",
    ["send", "note", "--text", "x", "--to", "kitchen"],
    "agreement.kind-not-for-desk",
  ],
  ["a text that is too long", ["send", "note", "--text", "x".repeat(4_001)], "kind.invalid-body"],
  ["a reason that no list has", ["send", "note", "--text", ""], "kind.invalid-body"],
  [
    "a file that is not there",
    ["send", "note", "--text", "x", "--attach", "/no/file"],
    "office.no-file",
  ],
  [
    "items that are not there",
    ["send", "note", "--text", "x", "--items", "/no/file"],
    "office.no-file",
  ],
  ["an attachment of nothing", ["attachment", "list", "AAAA"], "message.unknown"],
])(
  "%s is refused with its code and three sentences, and nothing is sent",
  async (_, words, code) => {
    const sizeOf = async () =>
      (await pair.washington.node.listLogs(pair.washington.channel)).map(({ size }) => size);
    const before = await sizeOf();
    for (const lang of ["en", "ru"]) {
      const said = await west.json(...words, "--lang", lang);
      expect(said).toMatchObject({ exitCode: 1, ok: false, code });
      expect(said["message"]).not.toContain("code");
      expect(String(said["message"]).length + String(said["next"]).length).toBeGreaterThan(40);
    }
    expect(await sizeOf()).toEqual(before);
  },
);

test("an illegal move, a missing field and a locked desk are told with what to do", async () => {
  const id = await inquire();
  const illegal = await west.json("send", "agree-closure", "--answers", id);
  expect(illegal).toMatchObject({ exitCode: 1, code: "case.move-not-allowed" });
  const wrongSide = await west.json("send", "decline", "--case", id);
  expect(wrongSide).toMatchObject({ exitCode: 1, code: "case.wrong-role" });
  const blocks: Record<string, object> = { ...kinds.inquiry.definition.example.blocks };
  blocks["fact"] = { ...blocks["fact"], sentences: undefined };
  const body = fileOf(west, "lacking.json", blocks);
  const flags = ["--ask", "block", "--severity", "1", "--body", body];
  const lacking = await west.json("send", "inquiry", ...flags);
  expect(lacking).toMatchObject({ code: "kind.invalid-body" });
  expect(lacking["message"]).toContain("fact.sentences");
  const locked = vi.spyOn(pair.washington.node.keys, "messageSigners").mockReturnValue(undefined);
  const said = await west.json("send", "note", "--text", "x", "--by", "political");
  locked.mockRestore();
  expect(said).toMatchObject({ exitCode: 1, code: "desk.locked" });
  expect(said["next"]).toContain("--political-passphrase-file");
});

test("an id is found by how it begins, and told apart from others that begin alike", async () => {
  const first = await inquire();
  expect(await west.json("message", first.slice(0, 6))).toMatchObject({ exitCode: 0, jti: first });
  const twin = `${first.slice(0, 21)}${first.endsWith("A") ? "Q" : "A"}`;
  const random = vi.spyOn(pair.washington.channel, "makeJti").mockReturnValue(twin);
  const said = await west.json("send", "note", "--text", "x");
  random.mockRestore();
  expect(said).toMatchObject({ jti: twin });
  const many = await west.json("message", first.slice(0, 6));
  expect(many).toMatchObject({ exitCode: 1, code: "office.ambiguous-id" });
  expect(await west.json("message", first)).toMatchObject({ exitCode: 0, jti: first });
  expect(await west.json("case", first.slice(0, 6))).toMatchObject({ exitCode: 0, id: first });
});

test("a misspelt field of the items file shows nothing that was to be redacted", async () => {
  const out = join(west.directory, "misspelt.json");
  await west.json("import", csv, "--out", out);
  const file = JSON.parse(readFileSync(out, "utf8"));
  file.items[0].disposition = { what: "redact", fields: ["vaule"] };
  writeFileSync(out, JSON.stringify(file));
  const said = await west.json("send", "note", "--text", "x", "--items", out);
  expect(said).toMatchObject({ exitCode: 1, code: "office.bad-items-file" });
  expect(said["message"]).toContain("items.0.disposition");
});
