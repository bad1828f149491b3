/**
 * `parley descriptor`: our own descriptor, shown, written to a file, or renewed.
 *
 * @module
 */

import { assert } from "@parley/core/fault";
import type { Descriptor } from "@parley/core/party/descriptor";
import { parseDescriptor } from "@parley/core/party/descriptor";
import { z } from "zod";
import { writeFileDurably } from "../../service/durable-file.ts";
import { openAuthority } from "../../service/key-ring.ts";
import { renewDescriptor } from "../../service/own-party.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { timeOf } from "../dates.ts";
import { asTyped, wholeNumber } from "../flags.ts";
import { checkNewFile } from "../new-file.ts";
import { type ProfileFlags, profileFlags, profileOf } from "./profile-flags.ts";

const texts = bilingual(
  {
    about:
      "Shows who this party says it is, with the digits to be read aloud. With --out, writes the file " +
      "to be given to the other side. With --renew, signs the next one with the authority's key.",
    out: "Write the descriptor to this file, for the other side",
    since: "Write all from this serial on, for a peer that missed some",
    renew: "Sign the next descriptor: other addresses or contacts, a later end",
    shown: `{party}, descriptor {serial}, valid until {until}
Addresses: {addresses}

Your fingerprint, to be read aloud to the other side, in person:
    {fingerprint}`,
    none: "none",
    written: "Written to {out}. Give it to the other side; the digits only by word of mouth.",
    renewed: "Renewed. Give it to every peer: parley descriptor --out FILE",
  },
  {
    about:
      "Показывает, кем себя называет сторона, и цифры для чтения вслух. С --out пишет файл для другой " +
      "стороны. С --renew подписывает следующий дескриптор ключом, которым подписывает сторона.",
    out: "Записать дескриптор в этот файл, для другой стороны",
    since: "Записать всё начиная с этого номера, для стороны, которая пропустила часть",
    renew: "Подписать следующий дескриптор: другие адреса или контакты, более поздний срок",
    shown: `{party}, дескриптор {serial}, действует до {until}
Адреса: {addresses}

Ваш отпечаток; прочитайте его вслух другой стороне, лично:
    {fingerprint}`,
    none: "нет",
    written: "Записано в {out}. Передайте файл другой стороне; цифры — только устно.",
    renewed: "Обновлено. Передайте каждому собеседнику: parley descriptor --out ФАЙЛ",
  },
);

/** What `descriptor.own` answers. */
const ownSchema = z.object({
  party: z.string(),
  serial: z.int(),
  digest: z.string(),
  validUntil: z.int(),
  addresses: z.array(z.string()),
  fingerprint: z.string(),
  chain: z.array(z.string()).min(1),
});

type Flags = ProfileFlags & {
  readonly out?: string;
  readonly since?: number;
  readonly renew: boolean;
};

export function descriptorCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<Flags>(lang, {
    brief,
    about: text.about,
    example:
      "parley descriptor --out washington.descriptor\nparley descriptor --renew --valid-days 365",
    parameters: {
      flags: {
        out: {
          kind: "parsed",
          parse: asTyped,
          brief: text.out,
          placeholder: "FILE",
          optional: true,
        },
        since: {
          kind: "parsed",
          parse: wholeNumber(1, 999_999),
          brief: text.since,
          placeholder: "SERIAL",
          optional: true,
        },
        renew: { kind: "boolean", brief: text.renew, default: false, withNegated: false },
        ...profileFlags(lang),
      },
    },
    run: runDescriptor,
  });
}

async function runDescriptor(context: CliContext, flags: Flags): Promise<Outcome> {
  const text = texts[context.lang];
  const free = flags.out === undefined ? undefined : checkNewFile(flags.out);
  if (free?.ok === false) return free;
  if (flags.renew) {
    const renewed = await renew(context, flags);
    if (!renewed.ok) return renewed;
  }
  const since = flags.since === undefined ? {} : { since: flags.since };
  const answer = await context.operate("descriptor.own", since);
  if (!answer.ok) return answer;
  const { chain, ...own } = ownSchema.parse(answer.value);
  const lines = [
    fill(text.shown, {
      ...own,
      until: timeOf(own.validUntil),
      addresses: own.addresses.join(", ") || text.none,
    }),
  ];
  if (flags.renew) lines.push(text.renewed);
  if (flags.out === undefined) return { ok: true, value: own, text: lines.join("\n\n") };
  writeFileDurably(flags.out, chain.map((line) => `${line}\n`).join(""));
  lines.push(fill(text.written, { out: flags.out }));
  return { ok: true, value: { ...own, out: flags.out }, text: lines.join("\n\n") };
}

async function renew(context: CliContext, flags: Flags): Promise<Outcome> {
  const { primitives: p, clock } = context.platform;
  const answer = await context.operate("descriptor.own", {});
  if (!answer.ok) return answer;
  const before = await newestOf(context, ownSchema.parse(answer.value).chain);
  const passphrase = await context.passphrase("authority");
  if (!passphrase.ok) return passphrase;
  const authority = await openAuthority(p, context.config.authorityKey, passphrase.value);
  if (!authority.ok) return authority;
  const profile = profileOf(flags, context.lang, before.payload);
  const signing = { authority: authority.value, now: clock.nowSeconds() };
  const renewed = await renewDescriptor(p, before, profile, signing);
  if (!renewed.ok) return renewed;
  const published = await context.operate("descriptor.publish", {
    descriptor: renewed.value.text,
  });
  return published.ok ? { ok: true, value: {}, text: "" } : published;
}

async function newestOf(context: CliContext, chain: readonly string[]): Promise<Descriptor> {
  const parsed = await parseDescriptor(context.platform.primitives, chain.at(-1) ?? "");
  assert(parsed.ok, "our own descriptor was verified when it was stored");
  return parsed.value;
}
