/**
 * `parley agreement`: what both parties sign before anything flows.
 *
 * One side proposes and signs; the other signs what it was given, which puts it in force there; the
 * first imports what came back. The authority's key is used here, in the command, and nowhere else.
 *
 * @module
 */
import { agreementBytesMax, signAgreement } from "@parley/core/agreement/agreement";
import type { AgreementPayload } from "@parley/core/agreement/agreement-schema";
import { partyName } from "@parley/core/party/party-name";
import { buildRouteMap, type Command } from "@stricli/core";
import { z } from "zod";
import { writeFileDurably } from "../../service/durable-file.ts";
import { openAuthority } from "../../service/key-ring.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type FrameContext,
  type Outcome,
  type Target,
} from "../command.ts";
import { timeOf } from "../dates.ts";
import { asTyped, wholeNumber } from "../flags.ts";
import { readGivenFile } from "../given-file.ts";
import { checkNewFile } from "../new-file.ts";

const adoptDaysDefault = 30;

const texts = bilingual(
  {
    propose: "Draw up an agreement and sign it first",
    "propose.about":
      "Draws up the next version: the default one, or the one in force, or a draft that was edited. " +
      "With --unsigned it is written readable, to be edited and given back with --draft.",
    sign: "Sign what the other side has signed",
    "sign.about":
      "Reads the other side's proposal, says what it is, signs it with the authority's key and puts it " +
      "in force here. Read it first: parley agreement show FILE.",
    import: "Import an agreement that both sides have signed",
    show: "Show the agreements in force, or a file",
    file: "A signed agreement",
    peer: "The other party",
    out: "Write the result to this file",
    draft: "Start from this edited draft",
    unsigned: "Write the draft without signing it",
    adoptDays: "Days until which it can be signed (default: 30)",
    drafted:
      "Version {version} with {peer} is drafted: {out}. Edit it, then: parley agreement propose --peer {peer} --draft {out} --out FILE",
    proposed:
      "Version {version} with {peer} is signed by this side: {out}. Give it to the other side, to be signed until {until}.",
    signed:
      "Version {version} between {parties} is signed by both and in force here. Give {out} to the other side: parley agreement import FILE",
    imported:
      "Version {version} between {parties} is signed by both and in force here. Channel: {channel}",
    shown:
      "Version {version} between {parties}, signed by {signedBy}, adoption until {until}, digest {digest}",
    none: "No agreement is in force. Begin: parley agreement propose --peer NAME --out FILE",
    nobody: "nobody",
  },
  {
    propose: "Составить соглашение и подписать его первым",
    "propose.about":
      "Составляет следующую версию: типовую, или действующую, или отредактированный черновик. " +
      "С --unsigned пишет её в читаемом виде, чтобы отредактировать и вернуть через --draft.",
    sign: "Подписать то, что подписала другая сторона",
    "sign.about":
      "Читает предложение другой стороны, говорит, что это, подписывает его ключом стороны и вводит в " +
      "действие здесь. Сначала прочитайте его: parley agreement show ФАЙЛ.",
    import: "Импортировать соглашение, подписанное обеими сторонами",
    show: "Показать действующие соглашения или файл",
    file: "Подписанное соглашение",
    peer: "Другая сторона",
    out: "Записать результат в этот файл",
    draft: "Начать с этого отредактированного черновика",
    unsigned: "Записать черновик, не подписывая",
    adoptDays: "Сколько дней его можно подписать (по умолчанию 30)",
    drafted:
      "Версия {version} со стороной {peer} составлена: {out}. Отредактируйте, затем: parley agreement propose --peer {peer} --draft {out} --out ФАЙЛ",
    proposed:
      "Версия {version} со стороной {peer} подписана этой стороной: {out}. Передайте её другой стороне; подписать можно до {until}.",
    signed:
      "Версия {version} между {parties} подписана обеими сторонами и действует здесь. Передайте {out} другой стороне: parley agreement import ФАЙЛ",
    imported:
      "Версия {version} между {parties} подписана обеими сторонами и действует здесь. Канал: {channel}",
    shown:
      "Версия {version} между {parties}, подписали {signedBy}, принять до {until}, дайджест {digest}",
    none: "Действующих соглашений нет. Начните: parley agreement propose --peer ИМЯ --out ФАЙЛ",
    nobody: "никто",
  },
);

/** What `agreement.draft` answers. The payload was made and checked by the service. */
const draftSchema = z.object({ version: z.int(), payload: z.custom<AgreementPayload>() });
/** What `agreement.read` and `agreement.import` answer. */
const readSchema = z.object({
  version: z.int(),
  digest: z.string(),
  parties: z.array(z.string()),
  signedBy: z.array(partyName),
  adoptBy: z.int(),
  agreement: z.string(),
  payload: z.custom<AgreementPayload>(),
});
const listSchema = z.object({
  channels: z.array(
    z.object({ channel: z.string(), versions: z.array(z.object({ agreement: z.string() })) }),
  ),
});

export function agreementCommand({ lang, brief }: CommandSetup): Target {
  return buildRouteMap<string, FrameContext>({
    docs: { brief },
    routes: {
      propose: proposeCommand(lang),
      sign: signCommand(lang),
      import: importCommand(lang),
      show: showCommand(lang),
    },
  });
}

type Lang = CommandSetup["lang"];

const optionalText = (brief: string, placeholder: string) =>
  ({ kind: "parsed", parse: asTyped, brief, placeholder, optional: true }) as const;
const neededText = (brief: string, placeholder: string) =>
  ({ kind: "parsed", parse: asTyped, brief, placeholder }) as const;
const neededFile = (lang: Lang) =>
  ({
    kind: "tuple",
    parameters: [{ parse: asTyped, brief: texts[lang].file, placeholder: "FILE" }],
  }) as const;

type ProposeFlags = {
  readonly peer: string;
  readonly out: string;
  readonly draft?: string;
  readonly unsigned: boolean;
  readonly adoptDays?: number;
};

function proposeCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<ProposeFlags>(lang, {
    brief: text.propose,
    about: text["propose.about"],
    example: "parley agreement propose --peer moscow.example --out proposal.agreement",
    parameters: {
      flags: {
        peer: neededText(text.peer, "NAME"),
        out: neededText(text.out, "FILE"),
        draft: optionalText(text.draft, "FILE"),
        unsigned: { kind: "boolean", brief: text.unsigned, default: false, withNegated: false },
        adoptDays: {
          kind: "parsed",
          parse: wholeNumber(1, 366),
          brief: text.adoptDays,
          placeholder: "DAYS",
          optional: true,
        },
      },
    },
    run: propose,
  });
}

async function propose(context: CliContext, flags: ProposeFlags): Promise<Outcome> {
  const { peer, out, adoptDays = adoptDaysDefault } = flags;
  const free = checkNewFile(out);
  if (!free.ok) return free;
  const edited =
    flags.draft === undefined ? undefined : readGivenFile(flags.draft, agreementBytesMax);
  if (edited?.ok === false) return edited;
  const draft = edited === undefined ? {} : { draft: edited.value };
  const answer = await context.operate("agreement.draft", { peer, adoptDays, ...draft });
  if (!answer.ok) return answer;
  const { version, payload } = draftSchema.parse(answer.value);
  const text = texts[context.lang];
  if (flags.unsigned) {
    writeFileDurably(out, `${JSON.stringify(payload, null, 2)}\n`);
    return {
      ok: true,
      value: { peer, version, out, isSigned: false },
      text: fill(text.drafted, { peer, version, out }),
    };
  }
  const signed = await signAs(context, payload);
  if (!signed.ok) return signed;
  writeFileDurably(out, `${signed.value}\n`);
  const until = timeOf(payload.adoptBy);
  return {
    ok: true,
    value: { peer, version, out, isSigned: true, adoptBy: payload.adoptBy },
    text: fill(text.proposed, { peer, version, out, until }),
  };
}

function signCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<{ readonly out: string }, [file: string]>(lang, {
    brief: text.sign,
    about: text["sign.about"],
    example: "parley agreement sign proposal.agreement --out signed.agreement",
    parameters: { flags: { out: neededText(text.out, "FILE") }, positional: neededFile(lang) },
    async run(context, { out }, file) {
      const free = checkNewFile(out);
      if (!free.ok) return free;
      const given = await readAgreementFile(context, file);
      if (!given.ok) return given;
      const { payload, signedBy, agreement } = given.value;
      const { digest } = given.value;
      const signed = await signAs(context, { payload, signedBy, text: agreement, digest });
      if (!signed.ok) return signed;
      const answer = await context.operate("agreement.import", { agreement: signed.value });
      if (!answer.ok) return answer;
      writeFileDurably(out, `${signed.value}\n`);
      return inForce(text.signed, answer.value, { out });
    },
  });
}

function importCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<NonNullable<unknown>, [file: string]>(lang, {
    brief: text.import,
    example: "parley agreement import signed.agreement",
    parameters: { positional: neededFile(lang) },
    async run(context, _flags, file) {
      const given = readGivenFile(file, agreementBytesMax);
      if (!given.ok) return given;
      const agreement = given.value.trimEnd();
      const answer = await context.operate("agreement.import", { agreement });
      return answer.ok ? inForce(text.imported, answer.value, {}) : answer;
    },
  });
}

function inForce(
  sentence: string,
  value: unknown,
  more: Readonly<Record<string, string>>,
): Outcome {
  const schema = readSchema.omit({ payload: true, agreement: true });
  const said = schema.extend({ peer: z.string(), channel: z.string() }).parse(value);
  const parties = said.parties.join(", ");
  return {
    ok: true,
    value: { ...said, ...more },
    text: fill(sentence, { ...said, ...more, parties, signedBy: "" }),
  };
}

function showCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<{ readonly peer?: string }, [file?: string]>(lang, {
    brief: text.show,
    example: "parley agreement show\nparley agreement show proposal.agreement",
    parameters: {
      flags: { peer: optionalText(text.peer, "NAME") },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.file, placeholder: "FILE", optional: true }],
      },
    },
    run: (context, flags, file) =>
      file === undefined ? showStored(context, flags.peer) : showFile(context, file),
  });
}

async function showFile(context: CliContext, file: string): Promise<Outcome> {
  const given = await readAgreementFile(context, file);
  if (!given.ok) return given;
  const { payload, agreement: _, ...said } = given.value;
  const document = JSON.parse(JSON.stringify(payload));
  const text = `${sayVersion(context, said)}\n\n${JSON.stringify(payload, null, 2)}`;
  return { ok: true, value: { ...said, payload: document }, text };
}

async function showStored(context: CliContext, peer: string | undefined): Promise<Outcome> {
  const answer = await context.operate("agreement.list", peer === undefined ? {} : { peer });
  if (!answer.ok) return answer;
  const { channels } = listSchema.parse(answer.value);
  const shown: { readonly channel: string; readonly versions: readonly Said[] }[] = [];
  for (const { channel, versions } of channels) {
    const said: Said[] = [];
    for (const { agreement } of versions) {
      const read = await context.operate("agreement.read", { agreement });
      if (!read.ok) return read;
      const { payload: _, agreement: __, ...version } = readSchema.parse(read.value);
      said.push(version);
    }
    shown.push({ channel, versions: said });
  }
  const lines = shown.flatMap(({ channel, versions }) => [
    channel,
    ...versions.map((version) => `  ${sayVersion(context, version)}`),
  ]);
  const text = lines.length === 0 ? texts[context.lang].none : lines.join("\n");
  return { ok: true, value: { channels: shown }, text };
}

type Said = Omit<z.output<typeof readSchema>, "payload" | "agreement">;

function sayVersion({ lang }: CliContext, { version, parties, signedBy, adoptBy, digest }: Said) {
  return fill(texts[lang].shown, {
    version,
    digest,
    parties: parties.join(", "),
    signedBy: signedBy.join(", ") || texts[lang].nobody,
    until: timeOf(adoptBy),
  });
}

async function readAgreementFile(context: CliContext, file: string) {
  const given = readGivenFile(file, agreementBytesMax);
  if (!given.ok) return given;
  const agreement = given.value.trimEnd();
  const answer = await context.operate("agreement.read", { agreement });
  if (!answer.ok) return answer;
  return { ok: true, value: readSchema.parse(answer.value) } as const;
}

/** Signs with the authority's key, which its passphrase opens here. */
async function signAs(context: CliContext, document: Parameters<typeof signAgreement>[0]) {
  const home = context.openHome();
  if (!home.ok) return home;
  const passphrase = await context.passphrase("authority");
  if (!passphrase.ok) return passphrase;
  const { primitives, clock } = context.platform;
  const authority = await openAuthority(primitives, context.config.authorityKey, passphrase.value);
  if (!authority.ok) return authority;
  const party = partyName.parse(home.value.party);
  return signAgreement(document, { party, signers: authority.value, now: clock.nowSeconds() });
}
