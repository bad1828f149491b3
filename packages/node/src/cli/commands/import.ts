/**
 * `parley import`: a file of indicators becomes items with findings; nothing is sent.
 *
 * @module
 */
import { createReadStream, existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import { defang } from "@parley/core/item/defang";
import { type Item, type ItemField, redactableFields } from "@parley/core/item/item";
import type { Disposition } from "@parley/core/item/item-list";
import { lintReport } from "@parley/core/item/lint-report";
import { type Choice, choices } from "@parley/core/kind/choices";
import { lang as languageSchema } from "@parley/core/kind/values";
import { refuseLocally } from "../../local-refusal.ts";
import { diskFault, writeFileDurably } from "../../service/durable-file.ts";
import { bilingual, fill, printable } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { asTyped } from "../flags.ts";
import { type FieldRows, fieldRowsFlag, rowsFlag } from "../row-ranges.ts";

/** Items shown at the end of a report. */
const shownMax = 5;

const texts = bilingual(
  {
    about:
      "Reads CSV with the columns of JAR-16-20296A, prints what is wrong with it so that the report " +
      "could be sent back to its author, and writes an items file for parley send --items. Nothing " +
      "is sent. What each item gives away can also be edited in that file.",
    out: "Where the items are written",
    holdBack: "Rows whose items the peer gets as hashes alone, such as 1-20,33",
    redact:
      "A field of some rows that the peer gets as a hash, such as comment:1-20; may be repeated",
    sourceLang: "The language of its texts (default: en)",
    collection: "How all of it was come by (default: not-stated)",
    use: "What the other side may do with it (default: none)",
    file: "The file to read",
    done: "{count:item|items}: {shared} shared, {redacted} redacted, {heldBack} held back.",
    written: "Written to {out}. Nothing was sent.",
    first: "The first of them, defanged:",
  },
  {
    about:
      "Читает CSV со столбцами JAR-16-20296A, печатает замечания так, чтобы их можно было отправить " +
      "автору, и пишет файл позиций для parley send --items. Ничего не отправляется. Что именно " +
      "передаётся по каждой позиции, можно изменить и в этом файле.",
    out: "Куда записать позиции",
    holdBack: "Строки, чьи позиции другая сторона получит только хэшем, например 1-20,33",
    redact:
      "Поле некоторых строк, которое передаётся только хэшем, например comment:1-20; можно повторять",
    sourceLang: "Язык его текстов (по умолчанию en)",
    collection: "Как всё это получено (по умолчанию not-stated)",
    use: "Что другая сторона может с этим делать (по умолчанию none)",
    file: "Какой файл прочитать",
    done: "{count:позиция|позиции|позиций}; передаётся: {shared}, скрыто частично: {redacted}, не передаётся: {heldBack}.",
    written: "Записано в {out}. Ничего не отправлено.",
    first: "Первые из них, обезвреженные:",
  },
);

type Flags = {
  readonly out?: string;
  readonly holdBack?: ReadonlySet<number>;
  readonly redact?: readonly FieldRows[];
  readonly sourceLang?: string;
  readonly collection?: Choice<"collection">;
  readonly use?: Choice<"use">;
};

export function importCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  const optional = { kind: "parsed", optional: true } as const;
  return defineCommand<Flags, [file: string]>(lang, {
    brief,
    about: text.about,
    example:
      "parley import JAR-16-20296A.csv --out items.json --hold-back 1-20 --redact comment:30-40",
    parameters: {
      flags: {
        out: { ...optional, parse: asTyped, brief: text.out, placeholder: "FILE" },
        holdBack: { ...optional, parse: rowsFlag, brief: text.holdBack, placeholder: "ROWS" },
        redact: {
          ...{ ...optional, parse: fieldRowsFlag, brief: text.redact },
          ...{ placeholder: "FIELD:ROWS", variadic: true },
        },
        sourceLang: {
          ...{ ...optional, parse: languageTag },
          ...{ brief: text.sourceLang, placeholder: "TAG" },
        },
        collection: {
          ...{ kind: "enum", values: choices.collection, optional: true },
          brief: text.collection,
        },
        use: { kind: "enum", values: choices.use, brief: text.use, optional: true },
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.file, placeholder: "FILE" }],
      },
    },
    run: runImport,
  });
}

async function runImport(context: CliContext, flags: Flags, file: string): Promise<Outcome> {
  const { lang } = context;
  const unknown = flags.redact?.find(({ field }) => !isRedactable(field));
  if (unknown !== undefined) {
    const fields = redactableFields.join(", ");
    return refuseLocally("cli.no-such-field", { field: unknown.field, fields });
  }
  if (flags.out !== undefined && existsSync(flags.out)) {
    return refuseLocally("cli.file-exists", { file: flags.out });
  }
  const name = basename(file);
  const read = await readSource(context, flags, file);
  if (!read.ok) return read;
  const { items, findings, rowCount } = read.value;
  const toSend = items.map((item, index) => ({
    item,
    disposition: dispose(flags, item, index + 1),
  }));
  const count = (what: Disposition["what"]) =>
    toSend.filter(({ disposition }) => disposition.what === what).length;
  const counts = {
    ...{ count: items.length, shared: count("share") },
    ...{ redacted: count("redact"), heldBack: count("hold-back") },
  };
  if (flags.out !== undefined) {
    const listed = toSend.map((each) => ({ ...each, shown: showItem(each.item) }));
    writeFileDurably(flags.out, `${JSON.stringify({ v: 1, source: name, items: listed })}\n`);
  }
  const text = texts[lang];
  const shown = items.slice(0, shownMax).map((item) => `  ${item.kind}  ${showItem(item)}`);
  const lines = [
    lintReport({ sourceName: name, rowCount, findings }, lang),
    text.first,
    ...shown,
    fill(text.done, counts),
    ...(flags.out === undefined ? [] : [fill(text.written, { out: flags.out })]),
  ];
  const { count: itemCount, ...parts } = counts;
  const said = findings.map(({ code, field, count: times, rows }) => {
    return { code, field, count: times, rows: [...rows] };
  });
  const value = { items: itemCount, ...parts, findings: said, out: flags.out ?? null };
  return { ok: true, value, text: lines.join("\n") };
}

async function readSource(context: CliContext, flags: Flags, file: string) {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isDirectory() !== false) {
    const cause = found === undefined ? "ENOENT" : "EISDIR";
    return refuseLocally("cli.no-such-file", { file, cause });
  }
  const { sourceLang = "en", collection = "not-stated", use = "none" } = flags;
  const settings = { name: basename(file), lang: sourceLang, collection, use };
  return context.platform.importCsv(readParts(context, file, found.size), settings);
}

function languageTag(text: string): string {
  const parsed = languageSchema.safeParse(text);
  if (!parsed.success) throw new SyntaxError("BCP 47: en, ru, pt-BR");
  return parsed.data;
}

function isRedactable(field: string): boolean {
  return redactableFields.some((name) => name === field);
}

/** What an item lacks cannot be redacted: it is shared as it is. */
function dispose({ holdBack, redact = [] }: Flags, item: Item, row: number): Disposition {
  if (holdBack?.has(row)) return { what: "hold-back" };
  const named = redact.filter(({ rows }) => rows.has(row)).map(({ field }) => field as ItemField);
  const fields = named.filter((field) => item[field] !== undefined);
  return fields.length === 0 ? { what: "share" } : { what: "redact", fields };
}

function showItem({ value, kind }: Item): string {
  return value === null ? "—" : printable(defang(value, kind));
}

async function* readParts(
  { progress, signal }: CliContext,
  file: string,
  total: number,
): AsyncGenerator<Uint8Array> {
  try {
    let done = 0;
    for await (const part of createReadStream(file, { signal })) {
      done += (part as Uint8Array).length;
      progress({ what: "bytes", done, total });
      yield part as Uint8Array;
    }
  } catch (cause) {
    const isOfDisk = (cause as NodeJS.ErrnoException).syscall !== undefined;
    throw isOfDisk ? diskFault(file, cause) : cause;
  }
}
