/**
 * `parley pair`: the other side's descriptor, and the digits by which a person confirms it.
 *
 * @module
 */
import { descriptorBytesMax } from "@parley/core/party/descriptor";
import { z } from "zod";
import { chainLengthMax } from "../../service/party-operations.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { timeOf } from "../dates.ts";
import { asTyped } from "../flags.ts";
import { readGivenFile } from "../given-file.ts";

const texts = bilingual(
  {
    about:
      "Imports the file that the other side gave you, first or newer, and confirms it by the thirty " +
      "digits that the other side reads aloud. Nothing flows before both sides have confirmed. " +
      "Without a file and without --peer, shows all peers.",
    file: "The descriptor that the other side gave you",
    digits: "The thirty digits as you heard them; asked for in a terminal if absent",
    peer: "The peer to be confirmed, if its file was imported before",
    ask: "Thirty digits as {peer} reads them aloud (empty: later): ",
    none: "No peer has been imported. Ask for their file, then: parley pair FILE",
    imported: "{party}: descriptor {serial} is imported, valid until {until}.",
    known: "{party}: descriptor {serial} was imported before, valid until {until}.",
    confirmed: "{party} is confirmed. Next, the agreement: parley agreement propose --peer {party}",
    awaiting:
      "{party} is not confirmed yet; nothing flows. Have the digits read aloud, in person: parley pair --peer {party}",
    line: "{party}  descriptor {serial}, valid until {until}: {state}",
    "state.confirmed": "confirmed",
    "state.awaiting-digits": "not confirmed",
  },
  {
    about:
      "Импортирует файл, полученный от другой стороны, первый или более новый, и подтверждает его " +
      "тридцатью цифрами, которые другая сторона читает вслух. Пока обе стороны не подтвердили, обмена " +
      "нет. Без файла и без --peer показывает всех собеседников.",
    file: "Дескриптор, полученный от другой стороны",
    digits: "Тридцать цифр, как вы их услышали; если не даны, будут спрошены в терминале",
    peer: "Собеседник, которого подтвердить, если файл импортирован раньше",
    ask: "Тридцать цифр, которые читает {peer} (пусто — позже): ",
    none: "Ни один собеседник не импортирован. Запросите файл, затем: parley pair ФАЙЛ",
    imported: "{party}: дескриптор {serial} импортирован, действует до {until}.",
    known: "{party}: дескриптор {serial} импортирован раньше, действует до {until}.",
    confirmed: "{party}: подтверждено. Дальше соглашение: parley agreement propose --peer {party}",
    awaiting:
      "{party}: пока не подтверждено; обмена нет. Попросите прочитать цифры вслух, лично: parley pair --peer {party}",
    line: "{party}  дескриптор {serial}, действует до {until}: {state}",
    "state.confirmed": "подтверждено",
    "state.awaiting-digits": "не подтверждено",
  },
);

const peerSchema = z.object({
  party: z.string(),
  serial: z.int(),
  digest: z.string(),
  validUntil: z.int(),
  addresses: z.array(z.string()),
  state: z.enum(["confirmed", "awaiting-digits"]),
  confirmedAt: z.int().nullable(),
});
type Peer = z.output<typeof peerSchema>;

type Flags = { readonly digits?: string; readonly peer?: string };

export function pairCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<Flags, [file?: string]>(lang, {
    brief,
    about: text.about,
    example:
      'parley pair moscow.descriptor\nparley pair --peer moscow.example --digits "31415 92653 58979 32384 62643 38327"',
    parameters: {
      flags: {
        digits: {
          kind: "parsed",
          parse: asTyped,
          brief: text.digits,
          placeholder: "DIGITS",
          optional: true,
        },
        peer: {
          kind: "parsed",
          parse: asTyped,
          brief: text.peer,
          placeholder: "NAME",
          optional: true,
        },
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.file, placeholder: "FILE", optional: true }],
      },
    },
    run: runPair,
  });
}

async function runPair(context: CliContext, flags: Flags, file?: string): Promise<Outcome> {
  const lines: string[] = [];
  let name = flags.peer;
  if (file !== undefined) {
    const imported = await importFile(context, file, lines);
    if (!imported.ok) return imported;
    if (imported.value.state === "confirmed" && flags.digits === undefined) {
      return { ok: true, value: imported.value, text: lines.join("\n") };
    }
    name = imported.value.party;
  }
  if (name === undefined) return listPeers(context);
  const confirmed = await confirm(context, name, flags.digits);
  if (confirmed === undefined) return notYet(context, name, lines);
  if (!confirmed.ok) return confirmed;
  lines.push(fill(texts[context.lang].confirmed, { party: name }));
  return { ok: true, value: peerSchema.parse(confirmed.value), text: lines.join("\n") };
}

async function importFile(context: CliContext, file: string, lines: string[]) {
  const given = readGivenFile(file, chainLengthMax * (descriptorBytesMax + 1));
  if (!given.ok) return given;
  const chain = given.value.split("\n").filter((line) => line !== "");
  const answer = await context.operate("peer.import", { chain });
  if (!answer.ok) return answer;
  const peer = peerSchema.extend({ isNew: z.boolean() }).parse(answer.value);
  const text = texts[context.lang];
  lines.push(sayPeer(peer.isNew ? text.imported : text.known, peer));
  return { ok: true, value: peer } as const;
}

/** @returns `undefined` if nobody has typed digits. */
async function confirm(context: CliContext, peer: string, given: string | undefined) {
  const { io, lang } = context;
  const asked =
    given === undefined && io.isInteractive
      ? await io.ask(fill(texts[lang].ask, { peer }), { isSecret: false })
      : given;
  if (asked === undefined || asked.trim() === "") return undefined;
  return context.operate("peer.confirm", { peer, digits: asked });
}

async function notYet(context: CliContext, name: string, lines: string[]): Promise<Outcome> {
  const answer = await context.operate("peer.list", {});
  if (!answer.ok) return answer;
  const peer = peersOf(answer.value).find(({ party }) => party === name);
  if (peer === undefined) {
    const detail = name.slice(0, 63);
    return { ok: false, refusal: { code: "pair.unknown-peer", detail, params: { peer: name } } };
  }
  const { awaiting } = texts[context.lang];
  if (peer.state === "awaiting-digits") lines.push(fill(awaiting, { party: name }));
  else lines.push(lineOf(context, peer));
  return { ok: true, value: peer, text: lines.join("\n") };
}

async function listPeers(context: CliContext): Promise<Outcome> {
  const answer = await context.operate("peer.list", {});
  if (!answer.ok) return answer;
  const peers = peersOf(answer.value);
  const lines = peers.map((peer) => lineOf(context, peer));
  const text = lines.length === 0 ? texts[context.lang].none : lines.join("\n");
  return { ok: true, value: { peers }, text };
}

function lineOf({ lang }: CliContext, peer: Peer): string {
  return sayPeer(texts[lang].line, peer, { state: texts[lang][`state.${peer.state}`] });
}

function sayPeer(sentence: string, { party, serial, validUntil }: Peer, more = {}): string {
  return fill(sentence, { party, serial, until: timeOf(validUntil), ...more });
}

function peersOf(value: unknown): readonly Peer[] {
  return z.object({ peers: z.array(peerSchema) }).parse(value).peers;
}
