/**
 * `parley keys`: which keys there are and how old, and what persons hand over when the channel cannot
 * carry it.
 *
 * @module
 */

import { descriptorBytesMax } from "@parley/core/party/descriptor";
import { buildRouteMap, type Command } from "@stricli/core";
import { z } from "zod";
import { chainLengthMax } from "../../service/party-operations.ts";
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
import { asTyped } from "../flags.ts";
import { readGivenFile } from "../given-file.ts";
import { changeCommand, retireCommand, revokeCommand } from "./keys-change.ts";
import { handoverCommand } from "./keys-handover.ts";
import { passphraseCommand } from "./keys-passphrase.ts";
import { recoveryCommand } from "./keys-recovery.ts";

const texts = bilingual(
  {
    list: "Show every key with its age, and whose digits are to be read anew",
    "list.line": "{kind}  {purpose}  {algorithm}  {id}  {age}",
    "list.used": "{days:day|days}, since {since}",
    "list.retired": "retired {until}, kept to read and verify what it signed or opened",
    "list.digits":
      "The authority of {peer} has changed since its digits were typed. Have them read aloud anew, in person: parley pair --peer {peer}",
    import: "Take in what a peer has handed over about its keys",
    "import.about":
      "Imports the descriptors and notices that a peer's operator wrote with parley keys handover. Each " +
      "must follow what is held, signed by the authority in force. Nothing that you have receipted can be undone by it.",
    file: "The file that the peer handed over",
    imported: "{party}: descriptor {serial} and its notices are in force.",
    known: "{party}: all of it was held already, up to descriptor {serial}.",
  },
  {
    list: "Показать каждый ключ и его возраст, и чьи цифры надо прочитать заново",
    "list.line": "{kind}  {purpose}  {algorithm}  {id}  {age}",
    "list.used": "{days:день|дня|дней}, с {since}",
    "list.retired": "выведен {until}; хранится, чтобы читать и проверять прежнее",
    "list.digits":
      "Ключ, которым подписывает сторона {peer}, сменился с тех пор, как набраны её цифры. Попросите прочитать их заново, лично: parley pair --peer {peer}",
    import: "Принять то, что другая сторона передала о своих ключах",
    "import.about":
      "Импортирует дескрипторы и уведомления, записанные командой parley keys handover. Каждый документ " +
      "должен следовать за имеющимися и быть подписан действующим ключом стороны. Подтверждённое вами это не отменит.",
    file: "Файл, полученный от другой стороны",
    imported: "{party}: дескриптор {serial} и уведомления к нему действуют.",
    known: "{party}: всё это уже было, до дескриптора {serial} включительно.",
  },
);

/** Octets of a file that is handed over: every descriptor and notice that may stand in it. */
const handedBytesMax = chainLengthMax * descriptorBytesMax * 2;
const secondsPerDay = 86_400;
/** As much of an id as tells keys apart on a screen. */
const idCharsShown = 11;

const listSchema = z.object({
  keys: z.array(
    z.object({
      kind: z.string(),
      purpose: z.string(),
      algorithm: z.string(),
      id: z.string(),
      createdAt: z.int(),
      retiredAt: z.int().nullable(),
    }),
  ),
  peers: z.array(z.object({ peer: z.string(), digits: z.enum(["current", "outdated"]) })),
});

export function keysCommand({ lang, brief }: CommandSetup): Target {
  return buildRouteMap<string, FrameContext>({
    docs: {
      brief,
      fullDescription: describe(lang, {
        brief,
        example:
          "parley keys\nparley keys change technical\nparley keys revoke node log mirror tls",
      }),
    },
    defaultCommand: "list",
    routes: {
      list: listCommand(lang),
      change: changeCommand(lang),
      revoke: revokeCommand(lang),
      retire: retireCommand(lang),
      handover: handoverCommand(lang),
      import: importCommand(lang),
      passphrase: passphraseCommand(lang),
      recovery: recoveryCommand(lang),
    },
  });
}

type Lang = CommandSetup["lang"];

function listCommand(lang: Lang): Command<FrameContext> {
  return defineCommand(lang, {
    brief: texts[lang].list,
    example: "parley keys",
    parameters: {},
    run: listKeys,
  });
}

async function listKeys(context: CliContext): Promise<Outcome> {
  const answer = await context.operate("keys.list", {});
  if (!answer.ok) return answer;
  const { keys, peers } = listSchema.parse(answer.value);
  const text = texts[context.lang];
  const now = context.platform.clock.nowSeconds();
  const rows = keys.map((key) => ({
    ...key,
    ageDays: Math.max(0, Math.floor((now - key.createdAt) / secondsPerDay)),
  }));
  const lines = rows.map(({ kind, purpose, algorithm, id, ageDays, createdAt, retiredAt }) => {
    const age =
      retiredAt === null
        ? fill(text["list.used"], { days: ageDays, since: timeOf(createdAt) })
        : fill(text["list.retired"], { until: timeOf(retiredAt) });
    const [name, what, how] = [kind.padEnd(9), purpose.padEnd(7), algorithm.padEnd(9)];
    const said = { kind: name, purpose: what, algorithm: how, id: id.slice(0, idCharsShown), age };
    return fill(text["list.line"], said);
  });
  for (const { peer, digits } of peers) {
    if (digits === "outdated") lines.push("", fill(text["list.digits"], { peer }));
  }
  return { ok: true, value: { keys: rows, peers }, text: lines.join("\n") };
}

function importCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<NonNullable<unknown>, [file: string]>(lang, {
    brief: text.import,
    about: text["import.about"],
    example: "parley keys import washington.keys",
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.file, placeholder: "FILE" }],
      },
    },
    async run(context, _flags, file) {
      const given = readGivenFile(file, handedBytesMax);
      if (!given.ok) return given;
      const documents = given.value.split("\n").filter((line) => line !== "");
      const answer = await context.operate("keys.import", { documents });
      if (!answer.ok) return answer;
      const schema = z.object({ party: z.string(), serial: z.int(), isNew: z.boolean() });
      const { party, serial, isNew } = schema.parse(answer.value);
      const said = texts[context.lang][isNew ? "imported" : "known"];
      return { ok: true, value: { party, serial, isNew }, text: fill(said, { party, serial }) };
    },
  });
}
