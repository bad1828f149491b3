/**
 * `parley message`: one message, all of it, in the reader's language.
 *
 * @module
 */

import type { KindName } from "@parley/core/kind/kinds";
import { kindNameOf, kindOf } from "@parley/core/kind/kinds";
import { escapeLine } from "@parley/core/legible/visible-text";
import { nodeName } from "@parley/core/party/party-name";
import { say, sayIfKnown } from "@parley/core/vocabulary/catalogue";
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
import { wholeNumber } from "../flags.ts";
import { type Found, findId, idArgument, peerFlag } from "../office/asking.ts";
import { showBlock } from "../office/show-block.ts";
import { type ItemRow, itemRow, showItems } from "../office/show-items.ts";
import { officeTexts } from "../office/texts.ts";
import { classMark, codeWord, kindTitle, placeOf, refusalSentence } from "../office/wording.ts";

const itemsShownDefault = 100;
const itemsPerPage = 1_000;
const itemsMax = 100_000;

const texts = bilingual(
  {
    about:
      "Shows a message whole: its words in their author's language, everything else in yours. " +
      "Values of items are defanged; what cannot be seen is written out. With --json values are as " +
      "they are.",
    items: "How many items are shown (default: 100)",
    allItems: "Show every item",
  },
  {
    about:
      "Показывает сообщение целиком: слова — на языке автора, всё остальное — на вашем. Значения " +
      "позиций обезврежены; невидимое выписано. С --json значения как есть.",
    items: "Сколько позиций показать (по умолчанию 100)",
    allItems: "Показать все позиции",
  },
);

const shownMessage = z.object({
  ...{ author: z.string(), class: z.string(), epoch: z.int(), index: z.int(), jti: z.string() },
  ...{ kind: z.string(), desk: z.string().nullable(), case: z.string().nullable() },
  ...{ iat: z.int(), by: z.string(), isKnownKind: z.boolean() },
  ...{ receivedAt: z.int().nullable(), refusedAs: z.string().nullable() },
  isDisowned: z.boolean(),
  message: z.object({
    head: z.object({ iss: z.string(), aud: z.string() }).loose(),
    control: z.object({
      ...{ kind: z.string(), case: z.string().nullable(), answers: z.string().nullable() },
      ...{ ask: z.string().nullable(), to: z.string() },
      clock: z.object({ severity: z.int(), replyBy: z.int().nullable() }).nullable(),
    }),
    blocks: z.array(
      z.object({ name: z.string(), value: z.record(z.string(), z.json()).nullable() }).loose(),
    ),
    items: z.object({ count: z.int(), root: z.string() }),
  }),
  files: z.array(z.json()),
});
type ShownMessage = z.output<typeof shownMessage>;

type Flags = { readonly peer?: string; readonly items?: number; readonly allItems: boolean };

export function messageCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<Flags, [id: string]>(lang, {
    brief,
    about: text.about,
    example: "parley message dOK5-_5A0Nz4KivB3ik0CQ\nparley message dOK5 --all-items --lang ru",
    parameters: {
      flags: {
        peer: peerFlag(lang),
        items: {
          ...{ kind: "parsed", parse: wholeNumber(0, itemsMax), brief: text.items },
          ...{ placeholder: "N", optional: true },
        },
        allItems: { kind: "boolean", brief: text.allItems, default: false, withNegated: false },
      },
      positional: { kind: "tuple", parameters: [idArgument(lang)] },
    },
    run: runMessage,
  });
}

async function runMessage(context: CliContext, flags: Flags, typed: string): Promise<Outcome> {
  const found = await findId(context, "message", { id: typed, peer: flags.peer });
  if (!found.ok) return found;
  const { channel, id: jti } = found.value;
  const answer = await context.operate("message.show", { channel, jti });
  if (!answer.ok) return answer;
  const shown = shownMessage.parse(answer.value);
  const most = flags.allItems ? itemsMax : (flags.items ?? itemsShownDefault);
  const { count } = shown.message.items;
  const items = await readItems(context, found.value, Math.min(most, count));
  if (!items.ok) return items;
  const place = placeOf(shown);
  const verdict = shown.refusedAs ?? "accepted";
  return {
    ok: true,
    value: JSON.parse(JSON.stringify({ ...shown, place, channel, verdict, items: items.value })),
    text: textOf(context.lang, shown, items.value),
  };
}

async function readItems(context: CliContext, { id: jti, channel }: Found, most: number) {
  const rows: ItemRow[] = [];
  while (rows.length < most) {
    const page = { from: rows.length, rows: Math.min(itemsPerPage, most - rows.length) };
    const answer = await context.operate("item.list", { channel, jti, ...page });
    if (!answer.ok) return answer;
    const read = z.object({ rows: z.array(itemRow), next: z.int().nullable() }).parse(answer.value);
    rows.push(...read.rows);
    if (read.next === null) break;
  }
  return { ok: true, value: rows } as const;
}

function textOf(lang: Language, shown: ShownMessage, items: readonly ItemRow[]): string {
  const { message, kind, isKnownKind } = shown;
  const known = isKnownKind && kindOf(kind) !== undefined ? kindNameOf(kind) : undefined;
  const title = [classMark(lang, shown.class), placeOf(shown), kindTitle(lang, kind)];
  const isOfDesk = shown.by !== nodeName;
  return [
    title.filter((word) => word !== "").join("  "),
    ...(known === undefined ? [`${say("line.unknown-kind", lang)}`] : []),
    ...headOf(lang, shown).map(([label, value]) => `  ${label.padEnd(14)} ${value}`),
    ...message.blocks.map((block) => `\n${showBlock(lang, known as KindName | undefined, block)}`),
    ...(message.items.count > 0 ? [`\n${showItems(lang, items, message.items.count)}`] : []),
    ...(isOfDesk ? [`\n${say("line.no-admission", lang)}`] : []),
  ].join("\n");
}

function headOf(lang: Language, shown: ShownMessage): readonly (readonly [string, string])[] {
  const texts = officeTexts[lang];
  const { head, control } = shown.message;
  const { clock, ask, answers } = control;
  const label = (name: string) => sayIfKnown(`control.${name}`, lang) ?? name;
  const desk = (name: string) => (name === nodeName ? texts.node : escapeLine(name));
  const refused = shown.refusedAs;
  const verdict =
    refused === null
      ? texts.accepted
      : `${fill(texts.refused, { code: refused })} ${refusalSentence(lang, refused)}`.trim();
  const received =
    shown.receivedAt === null
      ? texts["received.not"]
      : fill(texts["received.at"], { at: timeOf(shown.receivedAt) });
  const optional = (name: string, value: string | number | null | undefined) =>
    value == null ? [] : [[label(name), String(value)] as const];
  return [
    [texts.from, `${head.iss}, ${desk(shown.by)}`],
    [texts.to, `${head.aud}, ${desk(control.to)}`],
    [texts.written, timeOf(shown.iat)],
    [texts.received, received],
    [texts.verdict, verdict],
    ...(shown.isDisowned
      ? [[texts.disowned, fill(texts["disowned.by"], { iss: head.iss })] as const]
      : []),
    [texts.id_, shown.jti],
    ...optional("case", control.case),
    ...optional("answers", answers),
    ...optional("ask", ask === null ? null : codeWord(lang, "ask", ask)),
    ...optional("severity", clock?.severity),
    ...optional("replyBy", clock?.replyBy == null ? null : timeOf(clock.replyBy)),
  ];
}
