/**
 * `parley case`: one case, both sides in two lanes, its clocks, and what has no receipt yet.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
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
import { findId, idArgument, listAll, peerFlag } from "../office/asking.ts";
import { officeTexts } from "../office/texts.ts";
import {
  classMark,
  clockWord,
  codeWord,
  kindTitle,
  phaseWord,
  placeOf,
  refusalSentence,
  standingOf,
} from "../office/wording.ts";

/** Characters of one lane: two fit a terminal of 100. */
const laneCharacters = 46;

const texts = bilingual(
  {
    about:
      "Shows what was said in a case: ours on the left, theirs on the right, in the order in which " +
      "both can have known it; and how its clocks stand.",
    head: "CASE {id}",
    ask: "ask: {ask}",
    severity: "severity {severity}",
    crossed: "The last messages crossed: neither side had seen the other's.",
    us: "{party} (us)",
    clocks: "CLOCKS",
    owes: "{clock}: {party}, due {at}: {standing}",
    waiting: "Not receipted yet; in no case until it is:",
    refused: "Refused, and void:",
    legend:
      "v received by the machine   vv by a person   x crossed   id: parley message ID shows the words",
  },
  {
    about:
      "Показывает сказанное в деле: наше слева, другой стороны справа, в порядке, в котором обе стороны " +
      "могли это знать; и состояние сроков.",
    head: "ДЕЛО {id}",
    ask: "просьба: {ask}",
    severity: "опасность {severity}",
    crossed: "Последние сообщения разошлись: ни одна сторона не видела сообщения другой.",
    us: "{party} (мы)",
    clocks: "СРОКИ",
    owes: "{clock}: {party}, до {at}: {standing}",
    waiting: "Ещё не подтверждено и до тех пор не в деле:",
    refused: "Отклонено и недействительно:",
    legend:
      "v получено машиной   vv получено человеком   x разошлось   слова показывает parley message НОМЕР",
  },
);

const side = z.union([z.literal(0), z.literal(1)]);
const clockSchema = z.object({
  ...{ name: z.string(), owedBy: side, startedAt: z.int(), dueAt: z.int() },
  ...{ stoppedAt: z.int().nullable(), endedAt: z.int().nullable() },
  standing: z.enum(["running", "stopped", "ended"]),
  ...{ isOverdue: z.boolean(), left: z.int().nullable() },
});
const messageSchema = z.object({
  ...{ jti: z.string(), kind: z.string(), side, ordinal: z.int() },
  ...{ answers: z.string().nullable(), receivedAt: z.int(), iat: z.int(), phase: z.string() },
  ...{ crossedWith: z.array(z.string()), isSettled: z.boolean() },
});
const caseSchema = z.object({
  ...{ class: z.string(), me: z.string(), peer: z.string(), mySide: side, now: z.int() },
  case: z.object({
    ...{ id: z.string(), initiator: side, phase: z.string(), isCrossed: z.boolean() },
    ...{ severity: z.int().nullable(), ask: z.string().nullable() },
    ...{ clocks: z.array(clockSchema), messages: z.array(messageSchema) },
  }),
});
type ShownCase = z.output<typeof caseSchema>;

const placeRow = z.object({
  ...{ jti: z.string().nullable(), class: z.string(), epoch: z.int(), index: z.int() },
  ...{ kind: z.string().nullable(), case: z.string().nullable(), author: z.string() },
  ...{ iat: z.int().nullable(), refusedAs: z.string().nullable().optional() },
});
type PlaceRow = z.output<typeof placeRow>;

export function caseCommand({ lang, brief }: CommandSetup): Target {
  return defineCommand<{ readonly peer?: string }, [id: string]>(lang, {
    brief,
    about: texts[lang].about,
    example: "parley case dOK5\nparley case dOK5-_5A0Nz4KivB3ik0CQ --json",
    parameters: {
      flags: { peer: peerFlag(lang) },
      positional: { kind: "tuple", parameters: [idArgument(lang)] },
    },
    run: runCase,
  });
}

async function runCase(
  context: CliContext,
  { peer }: { readonly peer?: string },
  typed: string,
): Promise<Outcome> {
  const found = await findId(context, "case", { id: typed, peer });
  if (!found.ok) return found;
  const { id, channel } = found.value;
  const answer = await context.operate("case.show", { channel, id });
  if (!answer.ok) return answer;
  const shown = caseSchema.parse(answer.value);
  const listed = await listAll(context, "message.list", {
    ...{ channel, case: id, classes: [shown.class] },
  });
  if (!listed.ok) return listed;
  const places = z.array(placeRow).parse(listed.value);
  const outbox = await context.operate("outbox.list", { channel });
  if (!outbox.ok) return outbox;
  const { rows } = z.object({ rows: z.array(placeRow) }).parse(outbox.value);
  const waiting = rows.filter((row) => row.case === id);
  const refused = places.filter((row) => row.refusedAs != null);
  const messages = shown.case.messages.map((message) => {
    const at = places.find((row) => row.jti === message.jti);
    return { ...message, place: at === undefined ? null : placeOf(at), ...ticksOf(shown, message) };
  });
  const value = {
    ...{ channel, peer: shown.peer, class: shown.class, me: shown.me, mySide: shown.mySide },
    ...{ now: shown.now, ...shown.case, messages, waiting, refused },
  };
  return {
    ok: true,
    value: value as unknown as Readonly<Record<string, JsonValue>>,
    text: textOf(context.lang, shown, { messages, waiting, refused }),
  };
}

type Line = ShownCase["case"]["messages"][number] & Ticks & { readonly place: string | null };
interface Ticks {
  /** When a person of the other side said to have it; null if none did. */
  readonly personAt: number | null;
}

function ticksOf(
  { case: { messages } }: ShownCase,
  { jti, side: author }: { jti: string; side: 0 | 1 },
) {
  const person = messages.find(
    ({ kind, answers, side: by }) => kind === "receipt" && answers === jti && by !== author,
  );
  return { personAt: person?.receivedAt ?? null };
}

function textOf(
  lang: Language,
  shown: ShownCase,
  rows: {
    readonly messages: readonly Line[];
    readonly waiting: readonly PlaceRow[];
    readonly refused: readonly PlaceRow[];
  },
): string {
  const text = texts[lang];
  const { me, peer, mySide, case: one } = shown;
  const parties = mySide === 0 ? [me, peer] : [peer, me];
  const head = [
    fill(text.head, { id: one.id }),
    classMark(lang, shown.class),
    phaseWord(lang, one.phase),
    one.severity === null ? "" : fill(text.severity, { severity: one.severity }),
    one.ask === null ? "" : fill(text.ask, { ask: codeWord(lang, "ask", one.ask) }),
  ];
  const clocks = one.clocks.map((clock) => {
    const standing = standingOf(lang, clock);
    const values = { clock: clockWord(lang, clock.name), at: timeOf(clock.dueAt), standing };
    return `  ${fill(text.owes, { ...values, party: parties[clock.owedBy] ?? "" })}`;
  });
  const unplaced = (title: string, found: readonly PlaceRow[]) =>
    found.length === 0 ? [] : ["", title, ...found.map((row) => `  ${placeLine(lang, row)}`)];
  return [
    head.filter((word) => word !== "").join("  "),
    "",
    `${fill(text.us, { party: me }).padEnd(laneCharacters)}| ${peer}`,
    ...rows.messages.flatMap((row) => lanes(lang, row, row.side === mySide)),
    ...(one.isCrossed ? ["", text.crossed] : []),
    ...unplaced(text.waiting, rows.waiting),
    ...unplaced(text.refused, rows.refused),
    ...(clocks.length === 0 ? [] : ["", text.clocks, ...clocks]),
    "",
    text.legend,
  ].join("\n");
}

/** Time, kind and ticks, and below them the place and the id, in the lane of their author. */
function lanes(lang: Language, row: Line, isOurs: boolean): readonly string[] {
  const ticks = `${row.personAt === null ? "v" : "vv"}${row.crossedWith.length > 0 ? " x" : ""}`;
  const lines = [
    `${timeOf(row.iat).replace(" UTC", "")}  ${kindTitle(lang, row.kind)}  ${ticks}`,
    `  ${row.place ?? ""}  ${row.jti}`,
  ];
  return lines.map((line) =>
    isOurs ? `${line.padEnd(laneCharacters)}|` : `${" ".repeat(laneCharacters)}| ${line}`,
  );
}

function placeLine(lang: Language, row: PlaceRow): string {
  const { refusedAs } = row;
  const why = refusedAs == null ? "" : `${refusedAs}. ${refusalSentence(lang, refusedAs)}`;
  const words = [
    placeOf(row),
    kindTitle(lang, row.kind ?? officeTexts[lang].whole),
    row.author,
    row.jti ?? "",
    why,
  ];
  return words.join("  ").trimEnd();
}
