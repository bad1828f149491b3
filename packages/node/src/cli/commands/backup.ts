/**
 * `parley backup`: everything of a node in one file, sealed to its recovery key.
 *
 * @module
 */
import { resolve } from "node:path";
import { refuseLocally } from "../../local-refusal.ts";
import { writeBackup } from "../../service/backup.ts";
import { filesOfHome, rememberBackup } from "../../service/backup-home.ts";
import type { Home } from "../../service/home.ts";
import { openKeys, openRing } from "../../service/key-ring.ts";
import { readRecoveryPublicKey } from "../../service/recovery-key.ts";
import type { StorageImage, StorageImages } from "../../service/storage-move.ts";
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
import { checkNewFile } from "../new-file.ts";

const texts = bilingual(
  {
    about:
      "Writes database, sealed keys, attachments and settings, as they are at one moment, into one file, " +
      "beside a running server or without it. It is sealed to the recovery key that parley init made, " +
      "signed by the node, whose passphrase is asked for, and read again through to its end before the " +
      "command says done. The authority's key, the head store and passphrases are not in it.",
    to: "The file to be written; it must not be there yet",
    done: `Backed up {party} as of {createdAt}: {rows} rows, {bytes} bytes, digest {digest}.
The file was read back and is whole: {to}
Keep it apart from the recovery key that opens it. To try it: parley restore --help`,
  },
  {
    about:
      "Пишет базу, запечатанные ключи, вложения и настройки, какими они были в один момент, в один файл, " +
      "при работающем сервере и без него. Файл запечатан к ключу восстановления, созданному parley init, " +
      "подписан узлом, чья парольная фраза будет спрошена, и до слова «готово» прочитан до конца. " +
      "Ключа органа, хранилища вершин и парольных фраз в нём нет.",
    to: "Файл, который записать; его ещё не должно быть",
    done: `Копия стороны {party} на {createdAt}: строк {rows}, байтов {bytes}, свёртка {digest}.
Файл прочитан обратно и цел: {to}
Храните его отдельно от ключа восстановления. Как проверить: parley restore --help`,
  },
);

export function backupCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<{ readonly to: string }>(lang, {
    brief,
    about: text.about,
    example: "parley backup --to /backup/parley-2026-11-24.backup",
    parameters: {
      flags: { to: { kind: "parsed", parse: asTyped, brief: text.to, placeholder: "FILE" } },
    },
    run: (context, { to }) => backUp(context, resolve(to)),
  });
}

async function backUp(context: CliContext, to: string): Promise<Outcome> {
  const home = context.openHome();
  if (!home.ok) return home;
  const free = checkNewFile(to);
  if (!free.ok) return free;
  const images = await context.platform.images();
  const place = context.config.storage ?? home.value.database;
  const opened = await images.openImage(place);
  if (!opened.ok) return opened;
  await using image = opened.value;
  return await writeImage(context, { home: home.value, to, images, image });
}

interface Order {
  readonly home: Home;
  readonly to: string;
  readonly images: StorageImages;
  readonly image: StorageImage;
}

async function writeImage(context: CliContext, order: Order): Promise<Outcome> {
  const { home, to, images, image } = order;
  const { platform, version, signal, lang } = context;
  const { primitives: p } = platform;
  const recovery = readRecoveryPublicKey(p, home.keys);
  if (!recovery.ok) return recovery;
  const passphrase = await context.passphrase("node");
  if (!passphrase.ok) return passphrase;
  const ring = await openRing(p, { keysPath: home.keys, name: "node" }, passphrase.value);
  if (!ring.ok) return ring;
  const keys = openKeys(p, [ring.value], image.keys);
  if (!keys.ok) return keys;
  const signers = keys.value.messageSigners("node");
  if (signers === undefined) return refuseLocally("keys.damaged", { file: home.keys });
  const createdAt = platform.clock.nowSeconds();
  const { party, schema } = image;
  const manifest = { party, createdAt, version, schema: [...schema], files: filesOfHome(home) };
  const written = await writeBackup({
    ...{ p, target: to, recovery: recovery.value, manifest, image, signers, signal },
    inspect: images.inspectImage,
    progress: (_, done) => context.progress({ what: "rows", done }),
  });
  if (!written.ok) return written;
  const value = { party, to, createdAt, ...written.value };
  rememberBackup(home, value);
  const text = fill(texts[lang].done, { ...value, createdAt: timeOf(createdAt) });
  return { ok: true, value, text };
}
