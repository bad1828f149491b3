/**
 * `parley cases`: what is open with every peer, what is due first on top.
 *
 * @module
 */
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
import { type ChannelRow, listAll, listChannels, peerFlag } from "../office/asking.ts";
import { officeTexts } from "../office/texts.ts";
import { classMark, clockWord, phaseWord, spanOf } from "../office/wording.ts";

const texts = bilingual(
  {
    about:
      "Lists cases, what is due first on top, then what moved last. An id may be given to other " +
      "commands by its first characters.",
    all: "Closed cases too",
    class: "live or exercise",
    severity: "severity {severity}",
    none: "No case is open.",
    "none.all": "There is no case yet. The first message of one: parley send inquiry --help",
    last: "last word {at}",
    total: "{count:case|cases}",
  },
  {
    about:
      "Перечисляет дела: сверху то, чей срок ближе, затем то, где сказано последним. Другим командам " +
      "номер можно дать первыми знаками.",
    all: "И закрытые дела",
    class: "live (реальное) или exercise (учение)",
    severity: "опасность {severity}",
    none: "Открытых дел нет.",
    "none.all": "Дел ещё нет. Первое сообщение дела: parley send inquiry --help",
    last: "последнее слово {at}",
    total: "{count:дело|дела|дел}",
  },
);

export const caseRow = z.object({
  ...{ id: z.string(), class: z.string(), phase: z.string(), isOpen: z.boolean() },
  ...{ severity: z.int().nullable(), dueAt: z.int().nullable(), owedBy: z.string().nullable() },
  dueClock: z.string().nullable(),
  ...{ lastAt: z.int(), desks: z.array(z.string()) },
});
export type CaseRow = z.output<typeof caseRow>;

type Flags = {
  readonly peer?: string;
  readonly all: boolean;
  readonly class?: "live" | "exercise";
};

export function casesCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<Flags>(lang, {
    brief,
    about: text.about,
    example: "parley cases\nparley cases --all --class exercise",
    parameters: {
      flags: {
        peer: peerFlag(lang),
        all: { kind: "boolean", brief: text.all, default: false, withNegated: false },
        class: { kind: "enum", values: ["live", "exercise"], brief: text.class, optional: true },
      },
    },
    run: runCases,
  });
}

async function runCases(context: CliContext, flags: Flags): Promise<Outcome> {
  const channels = await listChannels(context, flags.peer);
  if (!channels.ok) return channels;
  const listed: (CaseRow & { readonly peer: string })[] = [];
  for (const channel of channels.value) {
    const rows = await readCases(context, channel, flags);
    if (!rows.ok) return rows;
    listed.push(...rows.value.map((row) => ({ ...row, peer: channel.peer })));
  }
  const cases = listed.toSorted(byDue);
  const now = context.platform.clock.nowSeconds();
  const { lang } = context;
  const text = texts[lang];
  const lines = cases.map((row) => lineOf(lang, row, now));
  const empty = flags.all ? text["none.all"] : text.none;
  return {
    ok: true,
    value: { cases, total: cases.length },
    text:
      cases.length === 0 ? empty : [...lines, fill(text.total, { count: cases.length })].join("\n"),
  };
}

/** Cases of one channel: of one class, or of both; open ones alone unless `all`. */
export async function readCases(
  context: CliContext,
  channel: ChannelRow,
  { all, class: only }: Pick<Flags, "all" | "class">,
) {
  const classes = (["live", "exercise"] as const).filter(
    (each) => (only === undefined || only === each) && channel.classes.includes(each),
  );
  const cases: CaseRow[] = [];
  for (const trafficClass of classes) {
    const input = { channel: channel.id, class: trafficClass, ...(all ? {} : { open: true }) };
    const rows = await listAll(context, "case.list", input);
    if (!rows.ok) return rows;
    cases.push(...z.array(caseRow).parse(rows.value));
  }
  return { ok: true, value: cases } as const;
}

/** What is due first, then what moved last. */
export function byDue(a: CaseRow, b: CaseRow): number {
  const due = (row: CaseRow) => row.dueAt ?? Number.POSITIVE_INFINITY;
  return due(a) === due(b) ? b.lastAt - a.lastAt : due(a) - due(b);
}

/** Who owes what is due first, what that is, and how its clock stands. */
export function dueWords(
  lang: Language,
  row: Pick<CaseRow, "dueAt" | "owedBy" | "dueClock"> & { readonly peer: string },
  now: number,
): string {
  if (row.dueAt === null || row.dueClock === null) return "";
  const words = officeTexts[lang];
  const left = row.dueAt - now;
  const span = fill(left < 0 ? words.overdue : words.left, { span: spanOf(lang, left) });
  const who = row.owedBy === row.peer ? words.theirs : words.ours;
  return `${who}: ${clockWord(lang, row.dueClock)}, ${span}`;
}

function lineOf(lang: Language, row: CaseRow & { readonly peer: string }, now: number): string {
  const { severity } = row;
  const text = texts[lang];
  return [
    row.id,
    classMark(lang, row.class),
    row.peer,
    phaseWord(lang, row.phase),
    severity === null ? "" : fill(text.severity, { severity }),
    dueWords(lang, row, now),
    fill(text.last, { at: timeOf(row.lastAt) }),
  ]
    .filter((word) => word !== "")
    .join("  ");
}
