/**
 * `parley export`: the whole history of a channel as plain files.
 *
 * @module
 */
import { resolve } from "node:path";
import { z } from "zod";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { asTyped } from "../flags.ts";

const texts = bilingual(
  {
    about:
      "Writes both logs of a channel with everything that proves them into a new directory: entries, " +
      "checkpoints, receipts, descriptors, agreements, attachments. The messages stay sealed; with " +
      "--opened the key of each is added, and whoever has the directory reads all of them.",
    directory: "The directory, which must not exist or be empty",
    opened: "Add the keys of all entries",
    peer: "The peer, if there are several",
    done: "Written to {directory}: {entries:entry|entries} in {logs:log|logs}, {receipts:receipt|receipts}, {attachments:attachment|attachments}.",
    sealed: "The messages are sealed. Anybody can check it: parley-check {directory}",
    open: "WHOEVER HAS IT READS EVERYTHING. Anybody can check it: parley-check {directory}",
  },
  {
    about:
      "Записывает оба журнала канала со всем, что их доказывает, в новый каталог: записи, контрольные " +
      "точки, квитанции, дескрипторы, соглашения, вложения. Сообщения остаются запечатанными; с --opened " +
      "добавляются ключи, и прочесть всё сможет любой, у кого есть каталог.",
    directory: "Каталог; его не должно быть, или он пуст",
    opened: "Добавить ключи всех записей",
    peer: "Другая сторона, если их несколько",
    done: "Записано в {directory}: {entries:запись|записи|записей} ({logs:журнал|журнала|журналов}), {receipts:квитанция|квитанции|квитанций}, {attachments:вложение|вложения|вложений}.",
    sealed: "Сообщения запечатаны. Проверить может любой: parley-check {directory}",
    open: "ПРОЧЕСТЬ ВСЁ МОЖЕТ ЛЮБОЙ, У КОГО ЭТО ЕСТЬ. Проверить тоже: parley-check {directory}",
  },
);

/** What `record.export` answers. */
const answerSchema = z.object({
  directory: z.string(),
  opened: z.boolean(),
  channel: z.string(),
  logs: z.int(),
  entries: z.int(),
  receipts: z.int(),
  attachments: z.int(),
});

type Flags = { readonly opened: boolean; readonly peer?: string };

export function exportCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<Flags, [directory: string]>(lang, {
    brief,
    about: text.about,
    example: "parley export ./export-2016\nparley export ./opened-2016 --opened",
    parameters: {
      flags: {
        opened: { kind: "boolean", brief: text.opened, default: false, withNegated: false },
        peer: {
          ...{ kind: "parsed", parse: asTyped, optional: true },
          ...{ brief: text.peer, placeholder: "NAME" },
        },
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.directory, placeholder: "DIR" }],
      },
    },
    run: runExport,
  });
}

async function runExport(context: CliContext, flags: Flags, typed: string): Promise<Outcome> {
  const text = texts[context.lang];
  // The server may run elsewhere.
  const directory = resolve(typed);
  const channel = flags.peer === undefined ? {} : { channel: flags.peer };
  const answer = await context.operate("record.export", {
    ...{ directory, opened: flags.opened },
    ...channel,
  });
  if (!answer.ok) return answer;
  const value = answerSchema.parse(answer.value);
  const lines = [
    fill(text.done, countsOf(value)),
    fill(flags.opened ? text.open : text.sealed, { directory }),
  ];
  return { ok: true, value, text: lines.join("\n") };
}

function countsOf({
  directory,
  logs,
  entries,
  receipts,
  attachments,
}: z.output<typeof answerSchema>) {
  return { directory, logs, entries, receipts, attachments };
}
