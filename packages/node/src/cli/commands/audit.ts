/**
 * `parley audit`: what this party's people did, page by page; as files for an auditor; verified here.
 *
 * @module
 */
import { resolve } from "node:path";
import { buildRouteMap } from "@stricli/core";
import { z } from "zod";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  describe,
  type FrameContext,
  type Outcome,
  type Target,
} from "../command.ts";
import { timeOf } from "../dates.ts";
import { asTyped, wholeNumber } from "../flags.ts";
import { withoutAbsent } from "../office/asking.ts";

const rowsMax = 200;

const texts = bilingual(
  {
    list: "List what was done, newest first",
    export: "Write the whole log as plain files that parley-check verifies",
    verify: "Verify the log as it lies in the database",
    by: "Of this officer alone",
    act: "Of this act alone, as people.add",
    rows: "Entries on a page, 1 to 200",
    after: "Where the page before ended, as it says",
    directory: "A directory that is not there yet",
    none: "There is no such entry.",
    line: "{index}  {at}  {by}  {act}  {what}",
    operator: "(the machine's operator)",
    node: "(the node)",
    total: "{count} entries. The log's keys have the fingerprint {digits}.",
    more: "More: --after '{next}'",
    exported:
      "Written to {directory}: {size} entries under {checkpoints} checkpoints. Give it to whoever is to check it, " +
      'and read them the fingerprint of its keys: {digits}\n    parley-check {directory} --fingerprint "{digits}"',
    verified:
      "The log {origin} is whole: {size} entries, {checkpoints} checkpoints, every hash and signature verified. It does not " +
      "show what was done past it. Keep a checkpoint elsewhere to notice another history: parley audit export.",
  },
  {
    list: "Перечислить сделанное, новое сверху",
    export: "Записать весь журнал обычными файлами для parley-check",
    verify: "Проверить журнал в базе данных",
    by: "Только этого сотрудника",
    act: "Только это действие, например people.add",
    rows: "Записей на странице, от 1 до 200",
    after: "Где кончилась предыдущая страница, как она сообщает",
    directory: "Каталог, которого ещё нет",
    none: "Таких записей нет.",
    line: "{index}  {at}  {by}  {act}  {what}",
    operator: "(оператор машины)",
    node: "(узел)",
    total: "Записей: {count}. Отпечаток ключей журнала: {digits}.",
    more: "Дальше: --after '{next}'",
    exported:
      "Записано в {directory}: записей {size}, контрольных точек {checkpoints}. Передайте проверяющему и прочитайте ему " +
      'отпечаток ключей: {digits}\n    parley-check {directory} --fingerprint "{digits}"',
    verified:
      "Журнал {origin} цел: записей {size}, контрольных точек {checkpoints}, все хеши и подписи проверены. Сделанного в обход " +
      "он не показывает. Чтобы заметить другую историю, храните контрольную точку отдельно: parley audit export.",
  },
);

const entry = z.object({
  ...{ index: z.int(), at: z.int(), act: z.string(), what: z.record(z.string(), z.json()) },
  by: z.object({ kind: z.enum(["officer", "operator", "node"]), name: z.string().nullable() }),
});
const page = z.object({
  ...{ origin: z.string(), fingerprint: z.string(), total: z.int(), next: z.string().nullable() },
  entries: z.array(entry),
});
const whole = z.object({
  ...{ origin: z.string(), size: z.int(), checkpoints: z.int(), fingerprint: z.string() },
});

type Flags = {
  readonly by?: string;
  readonly act?: string;
  readonly after?: string;
  readonly rows: number;
};

export function auditCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  const typed = { kind: "parsed", parse: asTyped, optional: true } as const;
  return buildRouteMap<string, FrameContext>({
    docs: {
      brief,
      fullDescription: describe(lang, {
        brief,
        example: "parley audit\nparley audit export ./audit-2026",
      }),
    },
    defaultCommand: "list",
    routes: {
      list: defineCommand<Flags>(lang, {
        brief: text.list,
        example: "parley audit list --by anna --act message.send",
        parameters: {
          flags: {
            by: { ...typed, brief: text.by, placeholder: "NAME" },
            act: { ...typed, brief: text.act, placeholder: "ACT" },
            after: { ...typed, brief: text.after, placeholder: "PLACE" },
            rows: {
              ...{
                kind: "parsed",
                parse: wholeNumber(1, rowsMax),
                brief: text.rows,
                placeholder: "N",
              },
              default: "50",
            },
          },
        },
        run: list,
      }),
      export: defineCommand<NonNullable<unknown>, [string]>(lang, {
        brief: text.export,
        example: "parley audit export ./audit-2026",
        parameters: {
          positional: {
            kind: "tuple",
            parameters: [{ parse: asTyped, brief: text.directory, placeholder: "DIR" }],
          },
        },
        run: write,
      }),
      verify: defineCommand(lang, {
        ...{ brief: text.verify, example: "parley audit verify", parameters: {}, run: verify },
      }),
    },
  });
}

async function list(context: CliContext, { by, act, after, rows }: Flags): Promise<Outcome> {
  const answer = await context.operate("audit.list", withoutAbsent({ by, act, after, rows }));
  if (!answer.ok) return answer;
  const { entries, total, next, fingerprint } = page.parse(answer.value);
  const text = texts[context.lang];
  const lines = entries.map((one) => {
    const who = one.by.kind === "officer" ? (one.by.name ?? "") : text[one.by.kind];
    const what = Object.entries(one.what).map(
      ([name, value]) => `${name}=${JSON.stringify(value)}`,
    );
    return fill(text.line, {
      index: one.index,
      at: timeOf(one.at),
      by: who,
      act: one.act,
      what: what.join(" "),
    });
  });
  const said = [
    ...(lines.length === 0 ? [text.none] : lines),
    fill(text.total, { count: total, digits: fingerprint }),
    ...(next === null ? [] : [fill(text.more, { next })]),
  ];
  return { ok: true, value: answer.value as Record<string, never>, text: said.join("\n") };
}

async function write(context: CliContext, _: unknown, directory: string): Promise<Outcome> {
  const target = resolve(directory);
  const answer = await context.operate("audit.export", { directory: target });
  if (!answer.ok) return answer;
  const value = whole.parse(answer.value);
  const said = { ...value, directory: target, digits: value.fingerprint };
  return {
    ok: true,
    value: { ...value, directory: target },
    text: fill(texts[context.lang].exported, said),
  };
}

async function verify(context: CliContext): Promise<Outcome> {
  const answer = await context.operate("audit.verify", {});
  if (!answer.ok) return answer;
  const value = whole.parse(answer.value);
  return { ok: true, value, text: fill(texts[context.lang].verified, value) };
}
