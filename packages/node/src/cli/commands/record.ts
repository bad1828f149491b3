/**
 * `parley record`: what the record says without content: counts, receipts, checkpoints.
 *
 * @module
 */
import { type TrafficClass, trafficClasses } from "@parley/core/log/origin";
import { sayIfKnown } from "@parley/core/vocabulary/catalogue";
import { z } from "zod";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { timeOf } from "../dates.ts";
import { asTyped, wholeNumber } from "../flags.ts";

const texts = bilingual(
  {
    about:
      "counts: how many entries each side sent and has receipts for, how many of each kind, and which " +
      "cases were answered. receipts: when the other side signed that it holds how much of a log. " +
      "checkpoints: when a log stated its size and root. None of it shows content.",
    what: "counts, receipts or checkpoints; counts if absent",
    class: "The class of the log",
    author: "Whose log, if not ours",
    epoch: "The epoch of the log; 1 if absent",
    from: "From which size on; 256 are shown at most",
    peer: "The peer, if there are several",
    log: "{author} {class}/{epoch}: {size} entries, {receipted} with a receipt{times}",
    times: " ({from} to {to})",
    kinds: "{class}, {party}: {kinds}",
    refused: "{class}, {party}, refused: {codes}",
    cases: "{class}: answered {answered}, not answered {unanswered} ({phases})",
    receipt: "{size} entries received at {time}",
    checkpoint: "{size} entries stated at {time}, root {root}",
    none: "There is nothing of it yet.",
  },
  {
    about:
      "counts: сколько записей отправила каждая сторона и на сколько есть квитанции, сколько каких " +
      "видов и на какие дела отвечено. receipts: когда другая сторона подписала, что хранит столько-то " +
      "записей журнала. checkpoints: когда журнал объявил свой размер и корень. Содержания не видно.",
    what: "counts (счёт; если не указано), receipts (квитанции) или checkpoints (контрольные точки)",
    class: "Класс журнала",
    author: "Чей журнал, если не наш",
    epoch: "Эпоха журнала; без указания 1",
    from: "Начиная с какого размера; показывается не более 256",
    peer: "Другая сторона, если их несколько",
    log: "{author} {class}/{epoch}: записей {size}, с квитанцией {receipted}{times}",
    times: " (с {from} по {to})",
    kinds: "{class}, {party}: {kinds}",
    refused: "{class}, {party}, отклонено: {codes}",
    cases: "{class}: с ответом {answered}, без ответа {unanswered} ({phases})",
    receipt: "записей получено: {size}, {time}",
    checkpoint: "записей объявлено: {size}, {time}, корень {root}",
    none: "Пока ничего нет.",
  },
);

const counts = z.record(z.string(), z.int());
const countsSchema = z.object({
  channel: z.string(),
  peer: z.string(),
  logs: z.array(
    z.object({
      author: z.string(),
      class: z.enum(trafficClasses),
      epoch: z.int(),
      origin: z.string(),
      size: z.int(),
      opened: z.int(),
      receipted: z.int(),
      firstReceiptAt: z.int().nullable(),
      lastReceiptAt: z.int().nullable(),
    }),
  ),
  classes: z.array(
    z.object({
      class: z.enum(trafficClasses),
      parties: z.array(
        z.object({ party: z.string(), folded: z.int(), kinds: counts, refused: counts }),
      ),
      phases: counts,
      answered: z.int(),
      unanswered: z.int(),
    }),
  ),
});
type Counts = z.output<typeof countsSchema>;

const receiptsSchema = z.object({
  origin: z.string(),
  receipts: z.array(z.object({ size: z.int(), time: z.int(), lines: z.string() })),
});
const checkpointsSchema = z.object({
  origin: z.string(),
  checkpoints: z.array(
    z.object({ size: z.int(), root: z.string(), time: z.int(), note: z.string() }),
  ),
});

const questions = ["counts", "receipts", "checkpoints"] as const;
type Question = (typeof questions)[number];

type Flags = {
  readonly class: TrafficClass;
  readonly author?: string;
  readonly epoch?: number;
  readonly fromSize?: number;
  readonly peer?: string;
};

export function recordCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  const typed = { kind: "parsed", parse: asTyped, optional: true } as const;
  return defineCommand<Flags, [what?: Question]>(lang, {
    brief,
    about: text.about,
    example: "parley record counts\nparley record receipts --class live --json",
    parameters: {
      flags: {
        class: { kind: "enum", values: trafficClasses, brief: text.class, default: "live" },
        author: { ...typed, brief: text.author, placeholder: "NAME" },
        epoch: {
          ...{ kind: "parsed", parse: wholeNumber(1, 999_999), optional: true },
          ...{ brief: text.epoch, placeholder: "N" },
        },
        fromSize: {
          ...{ kind: "parsed", parse: wholeNumber(0, 999_999_999_999), optional: true },
          ...{ brief: text.from, placeholder: "SIZE" },
        },
        peer: { ...typed, brief: text.peer, placeholder: "NAME" },
      },
      positional: {
        kind: "tuple",
        parameters: [
          {
            ...{ parse: parseQuestion, brief: text.what, optional: true },
            placeholder: questions.join("|"),
          },
        ],
      },
    },
    run: runRecord,
  });
}

async function runRecord(
  context: CliContext,
  flags: Flags,
  what: Question = "counts",
): Promise<Outcome> {
  const channel = flags.peer === undefined ? {} : { channel: flags.peer };
  if (what === "counts") {
    const answer = await context.operate("record.counts", channel);
    if (!answer.ok) return answer;
    const value = countsSchema.parse(answer.value);
    return { ok: true, value, text: countLines(context, value).join("\n") };
  }
  const { author, epoch = 1, fromSize = 0 } = flags;
  const log = { ...channel, class: flags.class, epoch, fromSize };
  const input = author === undefined ? log : { ...log, author };
  const answer = await context.operate(`record.${what}`, input);
  if (!answer.ok) return answer;
  const text = texts[context.lang];
  if (what === "receipts") {
    const value = receiptsSchema.parse(answer.value);
    const lines = value.receipts.map(({ size, time }) =>
      fill(text.receipt, { size, time: timeOf(time) }),
    );
    return { ok: true, value, text: lines.join("\n") || text.none };
  }
  const value = checkpointsSchema.parse(answer.value);
  const lines = value.checkpoints.map(({ size, time, root }) =>
    fill(text.checkpoint, { size, time: timeOf(time), root }),
  );
  return { ok: true, value, text: lines.join("\n") || text.none };
}

function countLines({ lang }: CliContext, { logs, classes }: Counts): string[] {
  const text = texts[lang];
  const used = logs.filter(({ size }) => size > 0);
  if (used.length === 0) return [text.none];
  const logLines = used.map((log) => {
    const { firstReceiptAt: from, lastReceiptAt: to, author, epoch, size, receipted } = log;
    const times =
      from === null || to === null ? "" : fill(text.times, { from: timeOf(from), to: timeOf(to) });
    return fill(text.log, { author, class: log.class, epoch, size, receipted, times });
  });
  const classLines = classes.flatMap((one) => {
    const about = { class: one.class };
    const { answered, unanswered } = one;
    const parties = one.parties.flatMap(({ party, kinds, refused }) => [
      ...lineOf(text.kinds, { ...about, party }, "kinds", listOf(lang, "kind", kinds)),
      ...lineOf(text.refused, { ...about, party }, "codes", listOf(lang, "refusal", refused)),
    ]);
    const phases = listOf(lang, "phase", one.phases);
    const cases = lineOf(text.cases, { ...about, answered, unanswered }, "phases", phases);
    return [...cases, ...parties];
  });
  return [...logLines, ...classLines];
}

/** Nothing for an empty list. */
function lineOf(
  sentence: string,
  values: Readonly<Record<string, string | number>>,
  name: string,
  list: string,
): string[] {
  return list === "" ? [] : [fill(sentence, { ...values, [name]: list })];
}

/** Codes stay codes: they are what one looks up. */
function listOf(
  lang: CliContext["lang"],
  area: "kind" | "phase" | "refusal",
  named: Readonly<Record<string, number>>,
): string {
  const wordOf = (name: string): string => {
    if (area === "refusal") return name;
    const key = area === "kind" ? `kind.${name}.title` : `phase.${name}`;
    return sayIfKnown(key, lang) ?? name;
  };
  const words = Object.entries(named).map(([name, count]) => `${wordOf(name)} ${count}`);
  return words.join(", ");
}

function parseQuestion(typed: string): Question {
  const question = questions.find((one) => one === typed);
  if (question === undefined) throw new SyntaxError(questions.join(", "));
  return question;
}
