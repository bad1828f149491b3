/**
 * The practice channel: two capitals on one machine, paired by the commands an operator types, replay
 * December 2016.
 *
 * Nothing is remembered between two starts but what the nodes hold: each step looks whether it was
 * done, so that a second start goes on with what is there, and a start that was cut off too.
 *
 * @module
 */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { Fault } from "@parley/core/fault";
import { fill } from "../cli/bilingual.ts";
import type { Language } from "../config.ts";
import { type Answer, type AskServer, Capital, ownProgram } from "./capital.ts";
import { type Checked, checkExports } from "./checked-exports.ts";
import * as words from "./december-2016.ts";
import { prepareChannel } from "./prepare-channel.ts";
import { storyTexts } from "./story-texts.ts";

/** How long anything between the two nodes may take. Milliseconds. */
const waitMsMax = 30_000;
const againMs = 25;

export interface PracticePorts {
  readonly directory: string;
  readonly lang: Language;
  readonly ask: AskServer;
  readonly signal: AbortSignal;
  /** The published list of indicators. */
  readonly indicators: string;
  /** Random words for the passphrases of this channel. */
  passphrase(): string;
  out(line: string): void;
}

export interface PracticeResult {
  readonly homes: Readonly<Record<string, string>>;
  readonly exports: Readonly<Record<string, string>>;
  readonly logs: readonly JsonValue[];
  readonly items: number;
  readonly findings: number;
  readonly seconds: number;
}

/** One message: `waits` until both have it, unless told otherwise. */
interface ToSay {
  readonly kind: string;
  readonly blocks: Answer;
  readonly flags: readonly string[];
  readonly waits?: boolean;
}

type Key = keyof (typeof storyTexts)["en"];

export class Practice {
  readonly washington: Capital;
  readonly moscow: Capital;
  readonly #ports: PracticePorts;

  constructor(ports: PracticePorts) {
    const { directory, ask, signal } = ports;
    this.#ports = ports;
    const options = { directory, ask, signal, program: ownProgram() };
    this.washington = new Capital({ ...options, party: "washington.example" });
    this.moscow = new Capital({ ...options, party: "moscow.example" });
  }

  /** Everything from the first key to the proof. The nodes still serve when it returns. */
  async play(startedAt: number): Promise<PracticeResult> {
    const { directory } = this.#ports;
    const [west, east] = [this.washington, this.moscow];
    await mkdir(directory, { recursive: true, mode: 0o700 });
    this.#say("title", { a: west.party, b: east.party });
    const isNew = await prepareChannel(this.#ports, [west, east], (name, values) =>
      this.#step(name, values),
    );
    if (!isNew) this.#say("resumed", {});
    await this.#serve();
    await this.#testLink();
    const evidence = await this.#importEvidence();
    const caseId = await this.#ask(evidence.items);
    await this.#receive(caseId);
    await this.#cross(caseId, evidence.items);
    await this.#finish(caseId);
    const checked = await this.#prove();
    return {
      homes: { [west.party]: west.home, [east.party]: east.home },
      exports: checked.directories,
      logs: checked.logs,
      items: evidence.items,
      findings: evidence.findings,
      seconds: Math.round((performance.now() - startedAt) / 100) / 10,
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.washington.stop(), this.moscow.stop()]);
  }

  /** What to try while the nodes stay up. */
  async suggest(): Promise<void> {
    const { out } = this.#ports;
    const { home } = this.washington;
    const [first] = rowsOf(await this.washington.ask("case.list"));
    const caseId = String(first?.["id"] ?? "ID").slice(0, 6);
    out(this.#text("stay.title"));
    const lines: readonly (readonly [string, Key])[] = [
      [`npm run -s parley -- queue --home ${this.moscow.home}`, "stay.queue"],
      [`npm run -s parley -- case ${caseId} --home ${home}`, "stay.case"],
      [
        `npm run -s parley -- message ${first?.["id"] ?? "ID"} --home ${this.moscow.home} --lang ru`,
        "stay.message",
      ],
      [`npm run -s parley -- send note --text "…" --home ${home}`, "stay.send"],
      [
        `npm run -s parley -- prove ${first?.["id"] ?? "ID"} --show kind --out first.proof --home ${home}`,
        "stay.prove",
      ],
      ["npm start", "stay.again"],
    ];
    for (const [command, about] of lines) out(`  ${command}\n      ${this.#text(about)}`);
  }

  async #serve(): Promise<void> {
    const both = [this.washington, this.moscow];
    await Promise.all(both.map((capital) => capital.start()));
    const [aPort, bPort] = await Promise.all(both.map((capital) => capital.port()));
    const [a, b] = both.map(({ party }) => party);
    this.#step("serve", { a: a ?? "", b: b ?? "", aPort: aPort ?? "", bPort: bPort ?? "" });
  }

  async #testLink(): Promise<void> {
    for (const capital of [this.washington, this.moscow]) {
      const told = await capital.ask("message.list", { classes: ["link"], kind: "link-test" });
      if (rowsOf(told).some(({ author }) => author === capital.party)) continue;
      await capital.command("send", "link-test");
    }
    await this.#allReceipted();
    this.#step("test");
  }

  async #importEvidence(): Promise<{ readonly items: number; readonly findings: number }> {
    const { directory, indicators } = this.#ports;
    const out = join(directory, "items.json");
    await rm(out, { force: true });
    const hold = ["--hold-back", words.heldBackRows, "--redact", words.redactedRows];
    const read = await this.washington.command("import", indicators, "--out", out, ...hold);
    const { items, findings, heldBack, redacted } = read;
    const found = Array.isArray(findings) ? findings.length : 0;
    const [held, hidden] = [Number(heldBack ?? 0), Number(redacted ?? 0)];
    this.#step("import", { items: Number(items), findings: found, held, redacted: hidden });
    return { items: Number(items), findings: found };
  }

  /** @returns The id of the case. */
  async #ask(items: number): Promise<string> {
    const [known] = rowsOf(await this.washington.ask("case.list"));
    const flags = ["--ask", "investigate", "--severity", "4"];
    const list = ["--items", join(this.#ports.directory, "items.json"), "--marking", "AMBER"];
    const told =
      known === undefined
        ? await this.#tell(this.washington, {
            ...{ kind: "inquiry", blocks: words.inquiryBlocks, flags: [...flags, ...list] },
          })
        : undefined;
    const caseId = String(known?.["id"] ?? told?.["jti"]);
    await this.#allReceipted();
    const shown = await this.washington.ask("message.show", { jti: caseId });
    const at = timeOf(shown["receivedAt"]);
    this.#step("inquiry", { place: placeOf(shown), items, at });
    return caseId;
  }

  async #receive(caseId: string): Promise<void> {
    const flags = ["--answers", caseId];
    const blocks = words.receiptBlocks("дежурный технической службы");
    const received = { kind: "receipt", blocks, flags };
    this.#step("receipt", { place: await this.#once(this.moscow, caseId, received) });
    const nextWordBy = Math.floor(Date.now() / 1_000) + 86_400;
    const holding = { kind: "holding-reply", blocks: words.holdingBlocks(nextWordBy), flags };
    this.#step("holding", { place: await this.#once(this.moscow, caseId, holding) });
  }

  /** One node dies; both sides write; what they wrote crosses. */
  async #cross(caseId: string, items: number): Promise<void> {
    const { washington, moscow } = this;
    const flags = ["--answers", caseId];
    const known = (await this.#kindsOf(moscow, caseId)).get("not-answerable");
    if (known === undefined) {
      const pid = moscow.processId ?? 0;
      await moscow.kill();
      this.#step("kill", { pid });
    }
    const correction = { kind: "correction", blocks: words.correctionBlocks, flags, waits: false };
    const ours = await this.#once(washington, caseId, correction);
    const missing = { kind: "not-answerable", blocks: words.notAnswerableBlocks(items), flags };
    const theirs = known ?? placeOf(await this.#tell(moscow, missing));
    this.#step("crossing", { ours, theirs });
    if (known === undefined) await moscow.start();
    await this.#allReceipted();
    this.#step("restart");
  }

  async #finish(caseId: string): Promise<void> {
    const { washington, moscow } = this;
    const inCase = ["--case", caseId];
    const clarification = {
      kind: "clarification",
      blocks: words.clarificationBlocks,
      flags: inCase,
    };
    const place = await this.#once(washington, caseId, clarification);
    const clarified = await this.#find(washington, caseId, "clarification");
    this.#step("clarification", { place, at: timeOf(clarified?.["receivedAt"]) });
    const flags = ["--answers", caseId];
    const answer = { kind: "answer", blocks: words.answerBlocks, flags };
    this.#step("answer", { place: await this.#once(moscow, caseId, answer) });
    const closure = { kind: "propose-closure", blocks: words.closureBlocks, flags: inCase };
    const ours = await this.#once(washington, caseId, closure);
    const proposal = await this.#find(washington, caseId, "propose-closure");
    const answers = ["--answers", String(proposal?.["jti"])];
    const agreement = { kind: "agree-closure", blocks: words.agreementBlocks, flags: answers };
    this.#step("closure", { ours, theirs: await this.#once(moscow, caseId, agreement) });
  }

  async #prove(): Promise<Checked> {
    const { directory, lang, signal, out } = this.#ports;
    const checked = await checkExports([this.washington, this.moscow], { directory, lang, signal });
    this.#step("export");
    out(this.#text("proof.title"));
    for (const line of checked.lines) out(`  ${line}`);
    return checked;
  }

  /** Says something of a kind in a case, unless this capital has said it before. */
  async #once(capital: Capital, caseId: string, said: ToSay): Promise<string> {
    const known = (await this.#kindsOf(capital, caseId)).get(said.kind);
    if (known !== undefined) return known;
    const told = await this.#tell(capital, said);
    if (said.waits !== false) await this.#allReceipted();
    return placeOf(told);
  }

  async #tell(capital: Capital, { kind, blocks, flags }: ToSay): Promise<Answer> {
    const body = join(this.#ports.directory, `${kind}.json`);
    await writeFile(body, `${JSON.stringify(blocks, null, 2)}\n`);
    return capital.command("send", kind, "--body", body, ...flags);
  }

  /** Place of what `capital` has said in the case, by kind. */
  async #kindsOf(capital: Capital, caseId: string): Promise<ReadonlyMap<string, string>> {
    const rows = await this.#messagesOf(capital, caseId);
    return new Map(rows.map((row) => [String(row["kind"]), placeOf(row)]));
  }

  async #find(capital: Capital, caseId: string, kind: string): Promise<Answer | undefined> {
    const sent = await this.#messagesOf(capital, caseId);
    return sent.find((row) => nameOfKind(row["kind"]) === kind);
  }

  async #messagesOf(capital: Capital, caseId: string): Promise<readonly Answer[]> {
    const told = await capital.ask("message.list", { case: caseId, rows: 500 });
    const sent = rowsOf(told).filter(({ author }) => author === capital.party);
    const waiting = rowsOf(await capital.ask("outbox.list")).filter(
      (row) => row["case"] === caseId,
    );
    return [...sent, ...waiting.map((row) => ({ ...row, kind: nameOfKind(row["kind"]) }))];
  }

  /** Waits until neither has an entry without a receipt, and both have opened everything. */
  async #allReceipted(): Promise<void> {
    const giveUpAt = performance.now() + waitMsMax;
    for (;;) {
      const left = await Promise.all([this.washington, this.moscow].map(unfinished));
      if (left.every((count) => count === 0)) return;
      if (performance.now() > giveUpAt) {
        throw new Fault("practice.no-receipt", `${left} entries wait`, { retryable: true });
      }
      await delay(againMs, undefined, { signal: this.#ports.signal });
    }
  }

  #step(name: string, values: Readonly<Record<string, string | number>> = {}): void {
    this.#say(`${name}.step` as Key, values, "• ");
    const proof = fill(this.#text(`${name}.proof` as Key), values);
    this.#say("proof", { proof });
  }

  #say(key: Key, values: Readonly<Record<string, string | number>>, mark = ""): void {
    this.#ports.out(`${mark}${fill(this.#text(key), values)}`);
  }

  #text(key: Key): string {
    return storyTexts[this.#ports.lang][key];
  }
}

/** Entries of ours without a receipt, and of the peer's that are not opened. */
async function unfinished(capital: Capital): Promise<number> {
  const { waiting, unopened } = await capital.ask("node.status");
  return Number(waiting) + Number(unopened);
}

function rowsOf(answer: Answer): readonly Answer[] {
  return (answer["rows"] ?? []) as readonly Answer[];
}

/** People say `live/1/17`. */
function placeOf(row: Answer): string {
  return `${row["class"]}/${row["epoch"]}/${row["index"]}`;
}

function nameOfKind(kind: JsonValue | undefined): string {
  return String(kind).replace(/\.v[0-9]+$/, "");
}

function timeOf(seconds: JsonValue | undefined): string {
  return new Date(Number(seconds ?? 0) * 1_000).toISOString().replace(".000", "");
}
