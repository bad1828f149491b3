/**
 * `parley send`: says one thing to the other side.
 *
 * Small kinds need no file: what they must have is taken from the message that they answer, and from
 * `--text`. Larger ones take their blocks from a file, as spec/kinds.md has them.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { parseStrictJson } from "@parley/core/bytes/canonical-json";
import { openingKinds } from "@parley/core/case/case-table";
import { choices } from "@parley/core/kind/choices";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import { refuseLocally } from "../../local-refusal.ts";
import { desks } from "../../service/key-ring.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { parseTime } from "../dates.ts";
import { asTyped, wholeNumber } from "../flags.ts";
import { readGivenFile } from "../given-file.ts";
import { shortBlocks } from "../short-blocks.ts";

const bodyBytesMax = 262_144;
const itemsBytesMax = 268_435_456;

const texts = bilingual(
  {
    about:
      "Says one thing, of one kind. It is checked against its kind, the agreement and the case first; " +
      "what the other side would refuse is not sent. When the command returns, the message is on " +
      "disk in our log and signed; it goes out when the node serves.",
    kind: "What to say: inquiry, receipt, holding-reply, answer, decline, link-test, …",
    peer: "The other party, where there are several",
    class: "live or exercise",
    by: "The desk that says it",
    to: "The desk that it is for",
    case: "The case, by its id",
    answers: "The message that it answers, by its id; its case is taken from it",
    ask: "Of an inquiry: the one thing that is asked",
    severity: "0 to 5, on the common scale",
    replyBy: "A later time for the answer than the agreement gives, such as 2026-12-01T12:00:00Z",
    body: "The blocks of the message, as JSON",
    text: "What a kind with one text says",
    items: "Items, from parley import --out",
    marking: "TLP of the texts that are given by flags, and of the item list",
    sent: "{place} {kind}, id {jti}. It is on disk and signed; the other side's receipt will come.",
    opened: "It opens the case {case}.",
  },
  {
    about:
      "Говорит одно, одного вида. Сообщение сначала сверяется с видом, соглашением и делом; чего другая " +
      "сторона не примет, то не отправляется. Когда команда завершена, сообщение записано в журнал и " +
      "подписано; оно уйдёт, когда узел работает.",
    kind: "Что сказать: inquiry, receipt, holding-reply, answer, decline, link-test, …",
    peer: "Другая сторона, если их несколько",
    class: "live (реальное) или exercise (учение)",
    by: "Служба, которая говорит",
    to: "Служба, которой сказано",
    case: "Дело, по его номеру",
    answers: "Сообщение, на которое отвечают, по номеру; дело берётся из него",
    ask: "Просьба запроса",
    severity: "От 0 до 5 по общей шкале",
    replyBy: "Срок ответа позже, чем в соглашении, например 2026-12-01T12:00:00Z",
    body: "Части сообщения в JSON",
    text: "Что говорится в виде с одним текстом",
    items: "Позиции из parley import --out",
    marking: "TLP текстов, заданных в командной строке, и списка позиций",
    sent: "{place} {kind}, номер {jti}. Записано и подписано; квитанция другой стороны придёт.",
    opened: "Открыто дело {case}.",
  },
);

type Flags = {
  readonly peer?: string;
  readonly class: "live" | "exercise";
  readonly by?: (typeof desks)[number];
  readonly to?: string;
  readonly case?: string;
  readonly answers?: string;
  readonly ask?: (typeof choices.ask)[number];
  readonly severity?: number;
  readonly replyBy?: number;
  readonly body?: string;
  readonly text?: string;
  readonly items?: string;
  readonly marking?: (typeof choices.tlp)[number];
};

export function sendCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  const typed = { kind: "parsed", parse: asTyped, optional: true } as const;
  return defineCommand<Flags, [kind: string]>(lang, {
    brief,
    about: text.about,
    example:
      "parley send inquiry --ask investigate --severity 4 --body inquiry.json --items items.json\n" +
      "parley send receipt --answers dOK5-_5A0Nz4KivB3ik0CQ",
    parameters: {
      flags: {
        peer: { ...typed, brief: text.peer, placeholder: "NAME" },
        class: { kind: "enum", values: ["live", "exercise"], brief: text.class, default: "live" },
        by: { kind: "enum", values: desks, brief: text.by, optional: true },
        to: { ...typed, brief: text.to, placeholder: "DESK" },
        case: { ...typed, brief: text.case, placeholder: "ID" },
        answers: { ...typed, brief: text.answers, placeholder: "ID" },
        ask: { kind: "enum", values: choices.ask, brief: text.ask, optional: true },
        severity: {
          ...{ kind: "parsed", parse: wholeNumber(0, 5), brief: text.severity },
          ...{ placeholder: "N", optional: true },
        },
        replyBy: {
          ...{ kind: "parsed", parse: parseTime, brief: text.replyBy },
          ...{ placeholder: "TIME", optional: true },
        },
        body: { ...typed, brief: text.body, placeholder: "FILE" },
        text: { ...typed, brief: text.text, placeholder: "TEXT" },
        items: { ...typed, brief: text.items, placeholder: "FILE" },
        marking: { kind: "enum", values: choices.tlp, brief: text.marking, optional: true },
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.kind, placeholder: "KIND" }],
      },
    },
    run: runSend,
  });
}

async function runSend(context: CliContext, flags: Flags, kind: string): Promise<Outcome> {
  if (!isKind(kind)) {
    return refuseLocally("cli.no-such-kind", { kind, kinds: Object.keys(kinds).join(", ") });
  }
  if (kind === "link-test") {
    const tested = await context.operate("link.test", withoutAbsent({ channel: flags.peer }));
    return tested.ok ? report(context, kind, tested.value) : tested;
  }
  const about = await readAnswered(context, flags);
  if (!about.ok) return about;
  const blocks = readBlocks(context, kind, flags);
  if (!blocks.ok) return blocks;
  const items = flags.items === undefined ? undefined : readJson(flags.items, itemsBytesMax);
  if (items?.ok === false) return items;
  const list = items?.value as { readonly items?: JsonValue } | undefined;
  const { replyBy, severity, ask } = flags;
  const input = withoutAbsent({
    ...{ channel: flags.peer, kind, ask, severity, replyBy, ...about.value },
    blocks: blocks.value,
    items: list?.items,
    marking: marked(flags),
  });
  const sent = await context.operate("message.send", input);
  return sent.ok ? report(context, kind, sent.value) : sent;
}

function isKind(name: string): name is KindName {
  return Object.hasOwn(kinds, name);
}

/** Class, case and desk follow the message that is answered, unless they are given. */
async function readAnswered(context: CliContext, flags: Flags) {
  const given = { class: flags.class, case: flags.case, by: flags.by, to: flags.to };
  if (flags.answers === undefined) return { ok: true, value: given } as const;
  const shown = await context.operate(
    "message.show",
    withoutAbsent({ channel: flags.peer, jti: flags.answers }),
  );
  if (!shown.ok) return shown;
  const message = shown.value as unknown as {
    readonly class: Flags["class"];
    readonly case: string | null;
    readonly desk: string | null;
    readonly by: string;
  };
  const isDesk = (name: string | null) => desks.find((desk) => desk === name);
  return {
    ok: true,
    value: {
      ...{ answers: flags.answers, class: message.class, case: flags.case ?? message.case },
      by: flags.by ?? isDesk(message.desk),
      to: flags.to ?? isDesk(message.by),
    },
  } as const;
}

function readBlocks(context: CliContext, kind: KindName, flags: Flags) {
  if (flags.body !== undefined) return readJson(flags.body, bodyBytesMax);
  const { lang, platform } = context;
  const now = platform.clock.nowSeconds();
  const tlp = flags.marking ?? "AMBER";
  const short = shortBlocks(kind, { lang, text: flags.text, tlp, now });
  if (short !== undefined) return { ok: true, value: short as JsonValue } as const;
  return refuseLocally("cli.no-body", { kind });
}

function readJson(file: string, bytesMax: number) {
  const given = readGivenFile(file, bytesMax);
  if (!given.ok) return given;
  const json = parseStrictJson(given.value, { depthMax: 24, bytesMax });
  return json.ok ? json : refuseLocally("cli.not-json", { file });
}

function marked({ marking }: Flags) {
  return marking === undefined ? undefined : { tlp: marking, pap: null, iep: null, flags: [] };
}

function report({ lang }: CliContext, kind: KindName, sent: JsonValue): Outcome {
  const value = sent as Readonly<Record<string, JsonValue>>;
  const { jti, class: trafficClass, epoch, index } = value;
  const place = `${trafficClass}/${epoch}/${index}`;
  const text = texts[lang];
  const lines = [fill(text.sent, { place, kind, jti: String(jti) })];
  if (openingKinds.has(kind)) lines.push(fill(text.opened, { case: String(value["case"]) }));
  return { ok: true, value, text: lines.join("\n") };
}

/** JSON has no `undefined`. */
function withoutAbsent(values: Readonly<Record<string, unknown>>): JsonValue {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as JsonValue;
}
