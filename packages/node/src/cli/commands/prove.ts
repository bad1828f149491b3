/**
 * `parley prove`: the proof of one entry for an outsider, as one file.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { type TrafficClass, trafficClasses } from "@parley/core/log/origin";
import { z } from "zod";
import { refuseLocally } from "../../local-refusal.ts";
import { writeFileDurably } from "../../service/durable-file.ts";
import { type ShownPart, shownParts } from "../../service/prove.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { parseTime, timeOf } from "../dates.ts";
import { asTyped } from "../flags.ts";

const texts = bilingual(
  {
    about:
      "Writes a file with which anybody can check, with parley-check alone, that an entry was sent and " +
      "received, and when. What it says stays sealed but for the parts that --show names. With " +
      "--silent-until it also proves that the other side had not answered by then; that shows how many " +
      "entries it wrote since, and which of ours they answer.",
    entry: "The entry: class/epoch/index, such as live/1/17, or the id of its message",
    author: "Whose log, if not ours",
    show: "Parts to be shown, with a comma between: {parts}",
    silentUntil: "A time, such as 2016-12-31T23:59:59Z",
    out: "The file to be written",
    peer: "The peer, if there are several",
    done: "{out} proves entry {index} of {origin}: received at {time} at the latest.",
    shown: "Shown of it: {parts}.",
    sealed: "Nothing of what it says is shown.",
    check: "Anybody can check it: parley-check {out}",
  },
  {
    about:
      "Записывает файл, по которому любой с помощью одной лишь parley-check проверит, что запись " +
      "отправлена и получена, и когда. Содержание остаётся запечатанным, кроме частей, названных в " +
      "--show. С --silent-until доказывается и то, что другая сторона к этому времени не ответила; при " +
      "этом видно, сколько записей она с тех пор сделала и на какие из наших они отвечают.",
    entry: "Запись: класс/эпоха/номер, например live/1/17, или номер её сообщения",
    author: "Чей журнал, если не наш",
    show: "Части, которые показать, через запятую: {parts}",
    silentUntil: "Время, например 2016-12-31T23:59:59Z",
    out: "Файл, который записать",
    peer: "Другая сторона, если их несколько",
    done: "{out} доказывает запись {index} журнала {origin}: получена не позднее {time}.",
    shown: "Из неё показано: {parts}.",
    sealed: "Из содержания ничего не показано.",
    check: "Проверить может любой: parley-check {out}",
  },
);

/** What `record.prove` answers. */
const answerSchema = z.object({
  text: z.string(),
  origin: z.string(),
  index: z.int(),
  receivedAt: z.int(),
});

type Flags = {
  readonly out: string;
  readonly show?: readonly ShownPart[];
  readonly silentUntil?: number;
  readonly author?: string;
  readonly peer?: string;
};

export function proveCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  const typed = { kind: "parsed", parse: asTyped, optional: true } as const;
  return defineCommand<Flags, [entry: string]>(lang, {
    brief,
    about: text.about,
    example:
      "parley prove live/1/17 --out received.proof\n" +
      "parley prove live/1/17 --show kind,ask --silent-until 2017-01-31T00:00:00Z --out silence.proof",
    parameters: {
      flags: {
        out: { kind: "parsed", parse: asTyped, brief: text.out, placeholder: "FILE" },
        show: {
          ...{ kind: "parsed", parse: parseParts, optional: true, placeholder: "PARTS" },
          brief: fill(text.show, { parts: shownParts.join(", ") }),
        },
        silentUntil: {
          ...{ kind: "parsed", parse: parseTime, optional: true },
          ...{ brief: text.silentUntil, placeholder: "TIME" },
        },
        author: { ...typed, brief: text.author, placeholder: "NAME" },
        peer: { ...typed, brief: text.peer, placeholder: "NAME" },
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.entry, placeholder: "ENTRY" }],
      },
    },
    run: runProve,
  });
}

async function runProve(context: CliContext, flags: Flags, typed: string): Promise<Outcome> {
  const text = texts[context.lang];
  const { out, show = [], silentUntil = null, author, peer } = flags;
  const entry = parseEntryName(typed, author);
  if (entry === undefined) return refuseLocally("record.unknown-entry", { entry: typed });
  const channel = peer === undefined ? {} : { channel: peer };
  const answer = await context.operate("record.prove", { ...channel, entry, show, silentUntil });
  if (!answer.ok) return answer;
  if (existsSync(out)) return refuseLocally("cli.file-exists", { file: out });
  const { text: proof, ...value } = answerSchema.parse(answer.value);
  writeFileDurably(out, proof);
  const { origin, index, receivedAt } = value;
  const parts = show.join(", ");
  const lines = [
    fill(text.done, { out, index, origin, time: timeOf(receivedAt) }),
    show.length === 0 ? text.sealed : fill(text.shown, { parts }),
    fill(text.check, { out }),
  ];
  return {
    ok: true,
    value: { out, ...value, shown: [...show], silentUntil },
    text: lines.join("\n"),
  };
}

/** `live/1/17`, or an id. */
function parseEntryName(typed: string, author: string | undefined) {
  if (/^[A-Za-z0-9_-]{22}$/.test(typed)) return { jti: typed };
  const [, name, epoch, index] = /^([a-z]+)\/(\d{1,6})\/(\d{1,13})$/.exec(typed) ?? [];
  const trafficClass: TrafficClass | undefined = trafficClasses.find((one) => one === name);
  if (trafficClass === undefined) return undefined;
  const place = { class: trafficClass, epoch: Number(epoch), index: Number(index) };
  return author === undefined ? place : { ...place, author };
}

function parseParts(typed: string): readonly ShownPart[] {
  return typed.split(",").map((name) => {
    const part = shownParts.find((one) => one === name.trim());
    if (part === undefined) throw new SyntaxError(shownParts.join(", "));
    return part;
  });
}
