/**
 * Goal: whichever of the two servers is killed, at whatever moment, nothing is lost and nothing is
 * doubled. Method: two programs in processes of their own with TLS between them say a whole case; at
 * each step one of them gets signal 9; then both homes are compared, as they are and made anew from
 * their logs.
 */
import { createReadStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { importCsv } from "@parley/node/adapters/csv/import-csv";
import type { Answer, Capital } from "@parley/node/practice/capital";
import * as words from "@parley/node/practice/december-2016";
import { type RealCapitals, realCapitals } from "@parley/testkit/real-capitals";
import { seededRandom } from "@parley/testkit/seeded-primitives";
import { expect, test } from "vitest";

const settleMsMax = 60_000;
/** Between a message and the kill that interrupts what comes of it. */
const laterMsMax = 64;
/** The same at each run: `npm run torture` draws others. */
const seed = "20161229";
const indicators = new URL("../vectors/grizzly-steppe/JAR-16-20296A.csv", import.meta.url);
const amber = { tlp: "AMBER", pap: null, iep: null, flags: [] };

interface Step {
  readonly kind: string;
  readonly by: "washington" | "moscow";
  readonly blocks: Answer;
  /** What it is about: the case, or the message of this kind, which it answers. */
  readonly answers?: string;
  readonly isOpening?: boolean;
}

const story: readonly Step[] = [
  { kind: "inquiry", by: "washington", blocks: words.inquiryBlocks, isOpening: true },
  { kind: "receipt", by: "moscow", blocks: words.receiptBlocks("duty"), answers: "inquiry" },
  {
    kind: "holding-reply",
    by: "moscow",
    blocks: words.holdingBlocks(Math.floor(Date.now() / 1_000) + 86_400),
    answers: "inquiry",
  },
  {
    kind: "not-answerable",
    by: "moscow",
    blocks: words.notAnswerableBlocks(911),
    answers: "inquiry",
  },
  { kind: "correction", by: "washington", blocks: words.correctionBlocks, answers: "inquiry" },
  { kind: "clarification", by: "washington", blocks: words.clarificationBlocks },
  { kind: "answer", by: "moscow", blocks: words.answerBlocks, answers: "inquiry" },
  { kind: "propose-closure", by: "washington", blocks: words.closureBlocks },
  {
    kind: "agree-closure",
    by: "moscow",
    blocks: words.agreementBlocks,
    answers: "propose-closure",
  },
];

/** When the server dies: before the message is said, while it is, right after, or as it crosses. */
const moments = ["before", "during", "after", "crossing"] as const;
type Kill = {
  readonly moment: (typeof moments)[number];
  readonly who: "author" | "peer";
  readonly laterMs: number;
};

/** Every moment on either side at least once, in an order that the seed gives. */
function kills(): readonly Kill[] {
  const random = seededRandom(seed);
  const below = (count: number) => (random(1)[0] ?? 0) % count;
  const all = moments.flatMap((moment) =>
    (["author", "peer"] as const).map((who) => ({ moment, who })),
  );
  const order = all.map((kill) => ({ kill, at: below(256) })).sort((a, b) => a.at - b.at);
  const chosen = order.map(({ kill }) => kill);
  while (chosen.length < story.length) {
    const again = all[below(all.length)];
    if (again !== undefined) chosen.push(again);
  }
  return chosen.map((kill) => ({ ...kill, laterMs: below(laterMsMax) }));
}

/** One case as it is said, with what it needs to be said by a command or by the server. */
class Speaker {
  readonly #both: RealCapitals;
  readonly #items: JsonValue;
  readonly #ids = new Map<string, string>();

  constructor(both: RealCapitals, items: JsonValue) {
    this.#both = both;
    this.#items = items;
  }

  get caseId(): string {
    return this.#ids.get("inquiry") ?? "";
  }

  idOf(kind: string): string | undefined {
    return this.#ids.get(kind);
  }

  know(kind: string, jti: JsonValue | undefined): void {
    this.#ids.set(kind, String(jti));
  }

  /** By the server of its author. */
  async ask(step: Step): Promise<void> {
    const { kind, blocks, answers, by } = step;
    const opening = { ask: "investigate", severity: 4, items: this.#items, marking: amber };
    const said = await this.#both[by].ask("message.send", {
      ...{ kind, blocks },
      ...(step.isOpening ? opening : { case: this.caseId }),
      ...(answers === undefined ? {} : { answers: this.#ids.get(answers) ?? "" }),
    });
    this.know(kind, said["jti"]);
  }

  /** By a command in a process of its own, as where no server is. */
  async command(step: Step): Promise<void> {
    const { kind, blocks, answers, by } = step;
    const [body, items] = ["body.json", "items.json"].map((name) =>
      join(this.#both.directory, name),
    ) as [string, string];
    await writeFile(body, JSON.stringify(blocks));
    await writeFile(items, JSON.stringify({ v: 1, source: "test", items: this.#items }));
    const opening = ["--ask", "investigate", "--severity", "4", "--items", items];
    const flags = step.isOpening
      ? [...opening, "--marking", "AMBER"]
      : ["--case", this.caseId, ...(answers ? ["--answers", this.#ids.get(answers) ?? ""] : [])];
    const said = await this.#both[by].command("send", kind, "--body", body, ...flags);
    this.know(kind, said["jti"]);
  }
}

/** Says one message, and kills one server at the moment that was chosen. It serves again afterwards. */
async function sayAndKill(
  both: RealCapitals,
  speaker: Speaker,
  step: Step,
  kill: Kill,
): Promise<void> {
  const author = both[step.by];
  const peer = author === both.washington ? both.moscow : both.washington;
  const victim = kill.who === "author" ? author : peer;
  if (kill.moment === "before") {
    await strike(victim);
    await (victim === author ? speaker.command(step) : speaker.ask(step));
  } else if (kill.moment === "during") {
    const said = speaker.ask(step).catch(() => undefined);
    await delay(kill.laterMs);
    await strike(victim);
    await said;
  } else {
    await speaker.ask(step);
    if (kill.moment === "crossing") await delay(kill.laterMs);
    await strike(victim);
  }
  await victim.start();
  if (speaker.idOf(step.kind) === undefined) await recover(author, speaker, step);
}

async function strike(victim: Capital): Promise<void> {
  expect(victim.processId, "it serves").toBeDefined();
  await victim.kill();
}

/** Nobody was told whether it was said: whoever looks finds it whole or not at all. */
async function recover(author: Capital, speaker: Speaker, step: Step): Promise<void> {
  const [said, ...more] = (await waitingOf(author))
    .concat(await messagesOf(author))
    .filter((row) => row["author"] === author.party && String(row["kind"]).startsWith(step.kind));
  expect(new Set(more.map(({ jti }) => jti))).toEqual(new Set(more.map(() => said?.["jti"])));
  if (said === undefined) await speaker.ask(step);
  else speaker.know(step.kind, said["jti"]);
}

async function waitingOf(capital: Capital): Promise<readonly Answer[]> {
  return (await capital.ask("outbox.list"))["rows"] as unknown as readonly Answer[];
}

async function messagesOf(capital: Capital): Promise<readonly Answer[]> {
  const classes = ["live", "exercise", "link"];
  const told = await capital.ask("message.list", { classes, rows: 500 });
  return told["rows"] as unknown as readonly Answer[];
}

/** The logs of one home: of whom, which, and how far. */
async function logsOf(capital: Capital) {
  const status = await capital.ask("node.status");
  const rows = status["logs"] as unknown as readonly Answer[];
  const logs = rows.map(
    (log) => `${log["author"]} ${log["class"]}/${log["epoch"]} size ${log["size"]}`,
  );
  const isQuiet = Number(status["waiting"]) + Number(status["unopened"]) === 0;
  return { isQuiet, logs: logs.sort() };
}

/** Until both have all that the other wrote, opened, and receipts for all that they wrote. */
async function settle({ washington, moscow }: RealCapitals): Promise<readonly string[]> {
  const giveUpAt = performance.now() + settleMsMax;
  for (;;) {
    const [ours, theirs] = await Promise.all([logsOf(washington), logsOf(moscow)]);
    const isSame = `${ours.logs}` === `${theirs.logs}`;
    if (isSame && ours.isQuiet && theirs.isQuiet) return ours.logs;
    if (performance.now() > giveUpAt) {
      expect({ ours, theirs }, "settles in time").toEqual({ ours: theirs, theirs: ours });
      throw new Error("not quiet in time");
    }
    await delay(25);
  }
}

/** What a home holds of the case and of every log, without what differs by whose home it is. */
async function heldBy(capital: Capital, caseId: string) {
  const shown = await capital.ask("case.show", { id: caseId });
  const { me: _me, peer: _peer, mySide: _mySide, now: _now, ...view } = shown;
  const rows = await messagesOf(capital);
  const messages = rows.map(
    (row) =>
      `${row["author"]} ${row["class"]}/${row["epoch"]}/${row["index"]} ` +
      `${row["isSettled"] ? "settled" : "new"} ${row["refusedAs"]} ${row["kind"]} ${row["jti"]}`,
  );
  const items = await capital.ask("item.list", { jti: caseId, rows: 1_000 });
  const ofClass = (name: string) => messages.filter((line) => line.includes(` ${name}/`)).sort();
  expect(ofClass("live").length + ofClass("link").length).toBe(messages.length);
  return {
    ...{ view, live: ofClass("live"), link: ofClass("link") },
    ...{ items: items["count"], root: items["root"] },
  };
}

/** What both hold alike, at sizes that did not move while they were asked: nodes test the link by the clock. */
async function heldByBoth(both: RealCapitals, caseId: string) {
  for (const _try of Array(3).keys()) {
    const logs = await settle(both);
    const held = await heldBy(both.washington, caseId);
    const peers = await heldBy(both.moscow, caseId);
    if (`${await settle(both)}` !== `${logs}`) continue;
    expect(peers).toEqual(held);
    return { logs, held };
  }
  throw new Error("the logs moved at each of three looks");
}

test(`${story.length} kills, one at each step, lose and double nothing (seed ${seed})`, async (context) => {
  await using both = await realCapitals();
  const read = await importCsv(createReadStream(indicators), {
    ...{ name: "JAR-16-20296A.csv", lang: "en", collection: "not-stated", use: "none" },
  });
  if (!read.ok) throw new Error(read.refusal.code);
  const items = read.value.items.map((item) => ({ item, disposition: { what: "share" } }));
  const speaker = new Speaker(both, items as unknown as JsonValue);
  await Promise.all([both.washington.start(), both.moscow.start()]);
  const chosen = kills();
  for (const [at, step] of story.entries()) {
    const kill = chosen[at];
    if (kill === undefined) throw new Error("a kill for each step");
    await context.annotate(`${step.kind}: ${kill.who} killed, ${kill.moment}, ${kill.laterMs} ms`);
    await sayAndKill(both, speaker, step, kill);
    await settle(both);
  }

  const { held, logs } = await heldByBoth(both, speaker.caseId);
  expect(held.view["phase"]).toBe("closed");
  expect(held.items).toBe(911);
  // Each of the story once, and as many as the logs have entries.
  const said = story.map(({ kind, by }) => `${both[by].party} ${kind} ${speaker.idOf(kind)}`);
  expect(
    held.live.map((line) => line.replace(/ live\S* \w+ null/, "").replace(".v1", "")).sort(),
  ).toEqual(said.sort());
  const entries = logs.reduce((sum, log) => sum + Number(log.split(" ").at(-1)), 0);
  const messages = [...held.live, ...held.link];
  expect(new Set(messages.map((line) => line.split(" ").at(-1))).size).toBe(entries);
  expect(messages).toHaveLength(entries);

  for (const capital of [both.washington, both.moscow]) {
    await capital.ask("rebuild", { fromLogs: true });
    const rebuilt = await heldBy(capital, speaker.caseId);
    // The hour may have struck since: the link log then has a test more, which settles those before.
    const [linkNow, linkThen] = [rebuilt.link, held.link].map((lines) =>
      lines.map((line) => line.replace(/ (settled|new) /, " ")),
    );
    expect(linkNow).toEqual(expect.arrayContaining(linkThen ?? []));
    expect({ ...rebuilt, link: held.link }).toEqual(held);
  }
}, 600_000);
