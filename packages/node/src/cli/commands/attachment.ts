/**
 * `parley attachment`: the files of a message, listed, and written where a person wants them.
 *
 * What comes from the other side stays inert: the name it bears is made harmless, nothing is written
 * over, nothing becomes executable, and nothing appears unless its digest is right.
 *
 * @module
 */
import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { escapeLine } from "@parley/core/legible/visible-text";
import { buildRouteMap, type Command } from "@stricli/core";
import { z } from "zod";
import type { Language } from "../../config.ts";
import { refuseLocally } from "../../local-refusal.ts";
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
import { asTyped } from "../flags.ts";
import { findId, idArgument, peerFlag, withoutAbsent } from "../office/asking.ts";
import { codeWord } from "../office/wording.ts";

const nameCharactersMax = 100;

const texts = bilingual(
  {
    list: "List the files of a message",
    get: "Write a file of a message, whole and verified",
    "get.about":
      "Decrypts an attachment into a file. Nothing is written over, nothing becomes executable, and the " +
      "file appears only when all of it is there and its digest is right. It comes from the other " +
      "side: open it only where it can do no harm.",
    digest: "The digest, or how it begins; needed where the message has several files",
    out: "The file or directory to write to (default: here, under its own name made harmless)",
    none: "The message has no attachments.",
    line: "{digest}  {role}  {bytes} bytes sealed  {mediaType}  {name}",
    written: "Written: {path}, {bytes} bytes ({mediaType}).",
  },
  {
    list: "Перечислить файлы сообщения",
    get: "Записать файл сообщения, целиком и проверенным",
    "get.about":
      "Расшифровывает приложение в файл. Ничего не перезаписывается, ничто не становится исполняемым, и " +
      "файл появляется, лишь когда он здесь целиком и дайджест верен. Он получен от другой стороны: " +
      "открывайте его только там, где он не навредит.",
    digest: "Дайджест или его начало; нужен, если файлов несколько",
    out: "Файл или каталог, куда записать (по умолчанию сюда, под обезвреженным именем)",
    none: "Приложений у сообщения нет.",
    line: "{digest}  {role}  в зашифрованном виде байт: {bytes}  {mediaType}  {name}",
    written: "Записано: {path}, байт: {bytes} ({mediaType}).",
  },
);

const fileRow = z.object({
  ...{ role: z.string(), digest: z.string(), bytes: z.int(), mediaType: z.string() },
  name: z.string().nullable(),
});
type FileRow = z.output<typeof fileRow>;

const writtenSchema = z.object({
  ...{ path: z.string(), digest: z.string(), bytes: z.int(), mediaType: z.string() },
});

const example = "parley attachment list dOK5\nparley attachment get dOK5 --out sample.bin";

export function attachmentCommand({ lang, brief }: CommandSetup): Target {
  return buildRouteMap<string, FrameContext>({
    docs: { brief, fullDescription: describe(lang, { brief, example }) },
    routes: { list: listCommand(lang), get: getCommand(lang) },
  });
}

function listCommand(lang: Language): Command<FrameContext> {
  return defineCommand<{ readonly peer?: string }, [id: string]>(lang, {
    brief: texts[lang].list,
    example: "parley attachment list dOK5",
    parameters: {
      flags: { peer: peerFlag(lang) },
      positional: { kind: "tuple", parameters: [idArgument(lang)] },
    },
    async run(context, { peer }, id) {
      const read = await readFiles(context, { id, peer });
      if (!read.ok) return read;
      const { files, jti } = read.value;
      const lines = files.map((file) => lineOf(lang, file));
      const text = lines.length === 0 ? texts[lang].none : lines.join("\n");
      return { ok: true, value: { jti, files }, text };
    },
  });
}

type GetFlags = { readonly peer?: string; readonly out?: string };

function getCommand(lang: Language): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<GetFlags, [id: string, digest?: string]>(lang, {
    brief: text.get,
    about: text["get.about"],
    example: "parley attachment get dOK5 --out sample.bin\nparley attachment get dOK5 Fv3k --out .",
    parameters: {
      flags: {
        peer: peerFlag(lang),
        out: {
          kind: "parsed",
          parse: asTyped,
          brief: text.out,
          placeholder: "FILE",
          optional: true,
        },
      },
      positional: {
        kind: "tuple",
        parameters: [
          idArgument(lang),
          { parse: asTyped, brief: text.digest, placeholder: "DIGEST", optional: true },
        ],
      },
    },
    run: runGet,
  });
}

async function runGet(
  context: CliContext,
  { peer, out }: GetFlags,
  id: string,
  digest?: string,
): Promise<Outcome> {
  const read = await readFiles(context, { id, peer });
  if (!read.ok) return read;
  const { files, jti, channel } = read.value;
  const meant = files.filter((file) => digest === undefined || file.digest.startsWith(digest));
  const [file, ...others] = meant;
  if (file === undefined) return refuseLocally("office.no-attachment", { id: jti });
  if (others.length > 0) {
    const values = { id: digest ?? jti, count: String(meant.length) };
    return refuseLocally("office.ambiguous-id", values);
  }
  const path = pathFor(out, file);
  const input = { channel, jti, digest: file.digest, path };
  const answer = await context.operate("attachment.read", input);
  if (!answer.ok) return answer;
  const written = writtenSchema.parse(answer.value);
  return { ok: true, value: { jti, ...written }, text: fill(texts[context.lang].written, written) };
}

async function readFiles(
  context: CliContext,
  typed: { readonly id: string; readonly peer: string | undefined },
) {
  const found = await findId(context, "message", typed);
  if (!found.ok) return found;
  const { id: jti, channel } = found.value;
  const answer = await context.operate("message.show", withoutAbsent({ channel, jti }));
  if (!answer.ok) return answer;
  const { files } = z.object({ files: z.array(fileRow) }).parse(answer.value);
  return { ok: true, value: { jti, channel, files } } as const;
}

function pathFor(out: string | undefined, file: FileRow): string {
  if (out === undefined) return resolve(safeName(file));
  return isDirectory(out) ? resolve(join(out, safeName(file))) : resolve(out);
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** The other side chose the name: letters, digits and `._-` stay, and it begins with none of the last. */
export function safeName({ name, digest }: Pick<FileRow, "name" | "digest">): string {
  const kept = (name ?? "").replace(/[^\p{L}\p{N}._-]/gu, "_").replace(/^[._-]+/, "");
  if (kept === "") return `${digest.slice(0, 16)}.bin`;
  return [...kept].slice(0, nameCharactersMax).join("");
}

function lineOf(lang: Language, { role, name, ...file }: FileRow): string {
  const values = { ...file, role: codeWord(lang, "fileRole", role), name: escapeLine(name ?? "") };
  return fill(texts[lang].line, values).trimEnd();
}
