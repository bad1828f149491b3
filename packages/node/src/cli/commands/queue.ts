/**
 * `parley queue`: what is due, nearest first, and what we have said that has no receipt yet.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { escapeLine } from "@parley/core/legible/visible-text";
import { sayIfKnown } from "@parley/core/vocabulary/catalogue";
import { z } from "zod";
import type { Language } from "../../config.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { timeOf } from "../dates.ts";
import { listChannels, peerFlag } from "../office/asking.ts";
import { classMark, kindTitle, phaseWord, placeOf } from "../office/wording.ts";
import { byDue, type CaseRow, dueWords, readCases } from "./cases.ts";

/** How many of the outbox are listed; the rest is counted. */
const waitingShownMax = 20;

const texts = bilingual(
  {
    about:
      "Shows who owes what, nearest first; then what we have said that the other side " +
      "has not receipted, and why.",
    due: "DUE",
    "due.none": "  Nothing is due.",
    outbox: "NOT RECEIPTED YET   {count}",
    "outbox.none": "NOT RECEIPTED YET\n  Nothing: the other side holds all that we said.",
    more: "  and more: {count}",
    "why.not-serving":
      "{peer}: no server is running here; nothing goes out. Start it: parley serve",
    "why.never": "{peer}: the other side has not answered since the server was started.",
    "why.answered": "{peer}: the other side last answered at {at}.",
    problem: "  {about}: {code} (since {at}) {words}",
    clock: "{peer}: the two clocks differ by {seconds} s. Compare both with a third.",
  },
  {
    about:
      "Показывает, за кем какой долг, ближайшие сроки сверху; затем сказанное нами, чего другая сторона ещё " +
      "не подтвердила, и почему.",
    due: "СРОКИ",
    "due.none": "  Сроков нет.",
    outbox: "ЕЩЁ НЕ ПОДТВЕРЖДЕНО   {count}",
    "outbox.none": "ЕЩЁ НЕ ПОДТВЕРЖДЕНО\n  Ничего: всё сказанное нами у другой стороны есть.",
    more: "  и ещё: {count}",
    "why.not-serving": "{peer}: сервер здесь не запущен, ничего не уходит. Запустите: parley serve",
    "why.never": "{peer}: с запуска сервера другая сторона не отвечала.",
    "why.answered": "{peer}: другая сторона отвечала последний раз {at}.",
    problem: "  {about}: {code} (с {at}) {words}",
    clock: "{peer}: часы сторон расходятся на {seconds} с. Сверьте оба с третьими.",
  },
);

const waitingRow = z.object({
  ...{ class: z.string(), epoch: z.int(), index: z.int(), iat: z.int().nullable() },
  ...{ jti: z.string().nullable(), kind: z.string().nullable(), case: z.string().nullable() },
});
type Waiting = z.output<typeof waitingRow> & { readonly peer: string };

const linkSchema = z.object({
  peer: z.string(),
  lastAnswerAt: z.int().nullable(),
  skewSeconds: z.int().nullable(),
  isClockOff: z.boolean(),
  problems: z.array(z.object({ about: z.string(), code: z.string(), at: z.int() })),
});
const statusSchema = z.object({ isServing: z.boolean(), links: z.array(linkSchema) });
type Status = z.output<typeof statusSchema>;

type Flags = { readonly peer?: string };

export function queueCommand({ lang, brief }: CommandSetup): Target {
  return defineCommand<Flags>(lang, {
    brief,
    about: texts[lang].about,
    example: "parley queue\nparley queue --peer moscow.example",
    parameters: { flags: { peer: peerFlag(lang) } },
    run: runQueue,
  });
}

async function runQueue(context: CliContext, { peer }: Flags): Promise<Outcome> {
  const channels = await listChannels(context, peer);
  if (!channels.ok) return channels;
  const due: (CaseRow & { readonly peer: string })[] = [];
  const waiting: Waiting[] = [];
  let waitingCount = 0;
  for (const channel of channels.value) {
    const rows = await readCases(context, channel, { all: false });
    if (!rows.ok) return rows;
    const running = rows.value.filter(({ dueAt }) => dueAt !== null);
    due.push(...running.map((row) => ({ ...row, peer: channel.peer })));
    const outbox = await context.operate("outbox.list", { channel: channel.id });
    if (!outbox.ok) return outbox;
    const said = z.object({ rows: z.array(waitingRow), total: z.int() }).parse(outbox.value);
    waiting.push(...said.rows.map((row) => ({ ...row, peer: channel.peer })));
    waitingCount += said.total;
  }
  const answer = await context.operate("node.status", {});
  if (!answer.ok) return answer;
  const status = statusSchema.parse(answer.value);
  const links = status.links.filter((link) => channels.value.some((one) => one.peer === link.peer));
  const peers = [...new Set(channels.value.map((one) => one.peer))];
  const shown = { isServing: status.isServing, links };
  const queue = { due: due.toSorted(byDue), waiting, waitingCount };
  return {
    ok: true,
    value: { ...queue, isServing: status.isServing, links } as Readonly<Record<string, JsonValue>>,
    text: textOf(context, queue, shown, peers),
  };
}

function textOf(
  { lang, platform }: CliContext,
  queue: {
    readonly due: readonly (CaseRow & { readonly peer: string })[];
    readonly waiting: readonly Waiting[];
    readonly waitingCount: number;
  },
  status: Status,
  peers: readonly string[],
): string {
  const text = texts[lang];
  const now = platform.clock.nowSeconds();
  const due = queue.due.map((row) =>
    ["", dueWords(lang, row, now), phaseWord(lang, row.phase), row.peer, row.id]
      .concat(classMark(lang, row.class))
      .join("  ")
      .trimEnd(),
  );
  const { waiting, waitingCount } = queue;
  const listed = waiting.slice(0, waitingShownMax).map((row) => waitingLine(lang, row));
  const more = waitingCount - listed.length;
  const outbox =
    waitingCount === 0
      ? [text["outbox.none"]]
      : [
          fill(text.outbox, { count: waitingCount }),
          ...listed,
          ...(more > 0 ? [fill(text.more, { count: more })] : []),
          ...whyLines(lang, status, [...new Set(waiting.map(({ peer }) => peer))]),
        ];
  const clocks = status.links.filter(({ isClockOff, peer }) => isClockOff && peers.includes(peer));
  return [
    text.due,
    ...(due.length === 0 ? [text["due.none"]] : due),
    "",
    ...outbox,
    ...clocks.map(({ peer, skewSeconds }) => fill(text.clock, { peer, seconds: skewSeconds ?? 0 })),
  ].join("\n");
}

function waitingLine(lang: Language, row: Waiting): string {
  return [
    "",
    placeOf(row),
    kindTitle(lang, row.kind ?? "?"),
    row.iat === null ? "" : timeOf(row.iat),
    row.peer,
    row.jti ?? "",
    classMark(lang, row.class),
  ]
    .join("  ")
    .trimEnd();
}

/** Why a receipt is awaited, as far as this node knows. */
function whyLines(lang: Language, status: Status, peers: readonly string[]): readonly string[] {
  const text = texts[lang];
  return peers.flatMap((peer) => {
    if (!status.isServing) return [fill(text["why.not-serving"], { peer })];
    const link = status.links.find((one) => one.peer === peer);
    const at = link?.lastAnswerAt ?? null;
    const answered =
      at === null
        ? fill(text["why.never"], { peer })
        : fill(text["why.answered"], { peer, at: timeOf(at) });
    const problems = (link?.problems ?? []).map(({ about, code, at: since }) => {
      const words = sayIfKnown(`refusal.${code}`, lang) ?? "";
      const values = { about: escapeLine(about), code: escapeLine(code), at: timeOf(since), words };
      return fill(text.problem, values).trimEnd();
    });
    return [answered, ...problems];
  });
}
