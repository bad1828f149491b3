/**
 * `parley init`: makes the home of a node, all keys of a party, and its first descriptor.
 *
 * @module
 */
import { existsSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fingerprint } from "@parley/core/party/fingerprint";
import { parsePartyName } from "@parley/core/party/party-name";
import { type RefusalParams, refuseLocally } from "../../local-refusal.ts";
import { publicPlace } from "../../postgres-address.ts";
import { finishHome, type Home, openHome, prepareHome } from "../../service/home.ts";
import {
  createAuthority,
  createRing,
  desks,
  type RingKey,
  type RingName,
} from "../../service/key-ring.ts";
import { createParty } from "../../service/own-party.ts";
import { createRecoveryKey } from "../../service/recovery-key.ts";
import { stretchCost } from "../../service/secret-box.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Refused,
  type Target,
} from "../command.ts";
import { asTyped } from "../flags.ts";
import type { PassphraseHolder } from "../passphrase.ts";
import { type ProfileFlags, profileFlags, profileOf } from "./profile-flags.ts";

const texts = bilingual(
  {
    about:
      "Makes the home directory, the database, all keys of the party and its first descriptor. " +
      "Each passphrase is asked for twice, or read from the file that a setting names.",
    party: "The name of the party, 3 to 63 of a-z, 0-9, dot and hyphen; it never changes",
    practice: "For practice: nothing of this home can become real",
    done: `The home of {party} is made: {home}

Your fingerprint, to be read aloud to the other side, in person:
    {fingerprint}

Do now:
  1. Move {authorityKey} to a medium that you keep offline. It signs descriptors and
     agreements; the node does not need it. Make a copy.
  2. Move {recoveryKey} to another safe place, offline, and print or copy it. It
     alone opens your backups, so it must not lie where they do; without it they open for nobody.
  3. Keep {headStore} outside the backups of the home directory.
  4. Give your descriptor to the other side: parley descriptor --out FILE
  5. Import theirs: parley pair FILE
  6. Make a first backup, and see it restored: parley backup --to FILE`,
    recoveryKey: "Where to write the key that opens backups (default: recovery.key in the home)",
  },
  {
    about:
      "Создаёт каталог узла, базу данных, все ключи стороны и её первый дескриптор. " +
      "Каждая парольная фраза спрашивается дважды или читается из файла, названного в параметре.",
    party: "Имя стороны, от 3 до 63 знаков из a-z, 0-9, точки и дефиса; оно не меняется никогда",
    practice: "Для учений: ничто из этого каталога не может стать настоящим",
    done: `Каталог узла стороны {party} создан: {home}

Ваш отпечаток; прочитайте его вслух другой стороне, лично:
    {fingerprint}

Сделайте сейчас:
  1. Перенесите {authorityKey} на носитель, который хранится отдельно. Им подписываются
     дескрипторы и соглашения; узлу он не нужен. Сделайте копию.
  2. Перенесите {recoveryKey} в другое надёжное место, отдельно от сети, и сделайте оттиск
     или копию. Только он открывает резервные копии: он не должен лежать там же, где они;
     без него их не откроет никто.
  3. Держите {headStore} вне резервных копий каталога узла.
  4. Передайте свой дескриптор другой стороне: parley descriptor --out ФАЙЛ
  5. Импортируйте её дескриптор: parley pair ФАЙЛ
  6. Сделайте первую копию и проверьте восстановление: parley backup --to ФАЙЛ`,
    recoveryKey: "Куда записать ключ, открывающий копии (иначе recovery.key в каталоге узла)",
  },
);

const ringNames: readonly RingName[] = ["node", ...desks];

type Flags = ProfileFlags & {
  readonly party: string;
  readonly practice: boolean;
  readonly recoveryKey?: string;
};

export function initCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<Flags>(lang, {
    brief,
    about: text.about,
    example: "parley init --party washington.example --address https://washington.example:7650",
    parameters: {
      flags: {
        party: { kind: "parsed", parse: asTyped, brief: text.party, placeholder: "NAME" },
        practice: { kind: "boolean", brief: text.practice, default: false, withNegated: false },
        recoveryKey: {
          kind: "parsed",
          parse: asTyped,
          brief: text.recoveryKey,
          placeholder: "FILE",
          optional: true,
        },
        ...profileFlags(lang),
      },
    },
    run: initialise,
  });
}

async function initialise(context: CliContext, flags: Flags): Promise<Outcome> {
  const { config } = context;
  const name = parsePartyName(flags.party);
  if (!name.ok) return name;
  // Before a person has typed eleven passphrases for nothing.
  const there = openHome(config.home);
  if (there.ok) return refuseLocally("home.taken", { home: config.home, party: there.value.party });
  const wasThere = existsSync(config.home);
  const passphrases = await askAll(context);
  if (!passphrases.ok) return passphrases;
  const recoveryKey = resolve(flags.recoveryKey ?? join(config.home, "recovery.key"));
  const outside = [config.authorityKey, recoveryKey].filter((path) => !existsSync(path));
  const home = prepareHome(config.home, name.value);
  if (!home.ok) return home;
  /** Database and head store. */
  const made: string[] = [];
  let isDone = false;
  try {
    const parts = { home: home.value, flags, recoveryKey, ask: passphrases.value, made };
    const outcome = await fillHome(context, parts);
    isDone = outcome.ok;
    return outcome;
  } finally {
    // Half a home is none: what was made is taken away, and the next try finds an empty directory.
    if (!isDone) {
      for (const place of made) await context.platform.undoCreate(place);
      removeAll([...readdirSync(config.home).map((name) => join(config.home, name)), ...outside]);
      if (!wasThere) removeAll([config.home]);
    }
  }
}

function removeAll(paths: readonly string[]): void {
  for (const path of paths) rmSync(path, { recursive: true, force: true });
}

interface NewHome {
  readonly home: Home;
  readonly flags: Flags;
  readonly recoveryKey: string;
  readonly ask: Passphrases;
  /** Filled with where a database and a head store were made. */
  readonly made: string[];
}

type Passphrases = ReadonlyMap<PassphraseHolder, string>;

/** All at first, so that a person answers once and nothing is made before. */
async function askAll(
  context: CliContext,
): Promise<{ readonly ok: true; readonly value: Passphrases } | Refused> {
  const passphrases = new Map<PassphraseHolder, string>();
  for (const holder of ["authority", ...ringNames] as const) {
    const passphrase = await context.passphrase(holder, true);
    if (!passphrase.ok) return passphrase;
    passphrases.set(holder, passphrase.value);
  }
  return { ok: true, value: passphrases };
}

async function fillHome(
  context: CliContext,
  { home, flags, recoveryKey, ask, made: places }: NewHome,
): Promise<Outcome> {
  const { config, lang, platform } = context;
  const { primitives: p } = platform;
  const cost = platform.stretchCost ?? stretchCost;
  const authorityFile = { path: config.authorityKey, cost };
  const [authority, ...made] = await Promise.all([
    createAuthority(p, authorityFile, ask.get("authority") ?? ""),
    ...ringNames.map((name) =>
      createRing(p, { keysPath: home.keys, name, cost }, ask.get(name) ?? ""),
    ),
  ]);
  if (!authority.ok) return authority;
  const rings: RingKey[] = [];
  for (const ring of made) {
    if (!ring.ok) return ring;
    rings.push(ring.value);
  }
  const place = config.storage ?? home.database;
  const storage = await platform.createStorage(place);
  if (!storage.ok) return storage;
  places.push(place);
  await using database = storage.value;
  const party = {
    name: home.party,
    profile: profileOf(flags, lang),
    isPractice: flags.practice,
    authority: authority.value,
    rings,
    pinOf: (seed: Uint8Array) => platform.tlsPinOf(home.party, seed),
  };
  const created = await createParty(p, database, party, platform.clock.nowSeconds());
  if (!created.ok) return created;
  const headStore = await platform.createHeadStore(config.headStore, place);
  if (!headStore.ok) return headStore;
  places.push(config.headStore);
  const whose = { party: home.party, fingerprint: fingerprint(p, created.value) };
  const files = { keysPath: home.keys, secretPath: recoveryKey };
  const recovery = createRecoveryKey(p, files, whose);
  if (!recovery.ok) return recovery;
  finishHome(home);
  return { ok: true, ...report(context, { ...whose, recoveryKey }) };
}

function report({ config, lang }: CliContext, said: RefusalParams) {
  const { home, authorityKey } = config;
  const value = { ...said, home, authorityKey, headStore: publicPlace(config.headStore) };
  return { value, text: fill(texts[lang].done, value) };
}
