/**
 * `parley restore`: makes a node anew from a backup, or lets a database go on that may not be the last
 * that signed; either way in new epochs.
 *
 * @module
 */
import { resolve } from "node:path";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { sayIfKnown } from "@parley/core/vocabulary/catalogue";
import { refuseLocally } from "../../local-refusal.ts";
import { finishHome, openRestoredHome } from "../../service/home.ts";
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
import { askAuthority, type EpochsOpened, openEpochs } from "../open-epochs.ts";
import { restoreBackup } from "../restore-backup.ts";

const texts = bilingual(
  {
    about:
      "With --from: makes a new home and its database from a backup, in a directory that is not there or " +
      "empty, on SQLite or, with --storage ADDRESS, in an empty PostgreSQL database. With --promoted: after " +
      "a standby was promoted that was not replicated synchronously, after the database was put back from " +
      "another copy, or when the head store is lost or damaged. Both end the epochs of all logs and open " +
      "the next ones, signed by the authority, whose passphrase is asked for; a node from a backup signs " +
      "nothing before. What the peers still hold of the old epochs is taken back when the node serves. To " +
      "try a backup, restore it with --home of an empty directory and do not serve it.",
    from: "The file that parley backup wrote",
    recoveryKey: "The key that opens it, as parley init wrote it",
    promoted: "The database in place goes on, and may not be the last that signed",
    restored: "Restored {party} as of {createdAt} into {home}: {rows} rows, digest {digest}.",
    awaits:
      "It signs nothing yet: it does not know what was signed since. Bring the authority's key and type: " +
      "parley restore --promoted --home {home} --authority-key FILE",
    done: "New epochs are open. Start the server: the peers are told, and what they hold is taken back.",
    channel: "{peer}: {epochs}",
    none: "No channel is open; no epoch was to be opened.",
    kept: "Keep {record} with the authority's key: it says which epochs were opened.",
    moved: "The head store was damaged. It is kept as {movedHeads}, and a new one was made.",
  },
  {
    about:
      "С --from: создаёт новый каталог узла и базу из резервной копии в каталоге, которого нет или который " +
      "пуст; на SQLite или, с --storage АДРЕС, в пустой базе PostgreSQL. С --promoted: после перевода в " +
      "основные резервной базы без синхронной репликации, после возврата базы из иной копии или если " +
      "хранилище вершин утрачено либо повреждено. В обоих случаях завершает эпохи всех журналов и открывает " +
      "следующие за подписью органа, чья парольная фраза будет спрошена; узел из копии до этого не " +
      "подписывает ничего. То, что другие стороны хранят от прежних эпох, возвращается, когда узел " +
      "работает. Чтобы проверить копию, восстановите её с --home в пустой каталог и не запускайте.",
    from: "Файл, записанный parley backup",
    recoveryKey: "Ключ, который её открывает, из parley init",
    promoted: "Продолжает имеющаяся база, и последней подписывала, возможно, не она",
    restored:
      "Восстановлена сторона {party} на {createdAt}, каталог {home}: строк {rows}, свёртка {digest}.",
    awaits:
      "Пока узел ничего не подписывает: он не знает, что подписано позднее. Принесите ключ органа и введите: " +
      "parley restore --promoted --home {home} --authority-key ФАЙЛ",
    done: "Новые эпохи открыты. Запустите сервер: другие стороны будут извещены, их хранимое возвращено.",
    channel: "{peer}: {epochs}",
    none: "Открытых каналов нет; открывать эпохи не пришлось.",
    kept: "Храните {record} вместе с ключом органа: в нём записано, какие эпохи открыты.",
    moved: "Хранилище вершин было повреждено. Оно лежит в {movedHeads}; создано новое.",
  },
);

interface Flags {
  readonly promoted: boolean;
  readonly from?: string;
  readonly recoveryKey?: string;
}

export function restoreCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  const file = { kind: "parsed", parse: asTyped, placeholder: "FILE", optional: true } as const;
  return defineCommand<Flags>(lang, {
    brief,
    about: text.about,
    example:
      "parley restore --from /backup/parley.backup --recovery-key /media/recovery.key --authority-key /media/authority.key\n" +
      "parley restore --promoted --authority-key /media/authority.key",
    parameters: {
      flags: {
        from: { ...file, brief: text.from },
        recoveryKey: { ...file, brief: text.recoveryKey },
        promoted: { kind: "boolean", brief: text.promoted, default: false, withNegated: false },
      },
    },
    async run(context, { promoted, from, recoveryKey }) {
      if (promoted && from === undefined) return goOn(context);
      if (promoted || from === undefined || recoveryKey === undefined) {
        return refuseLocally("restore.not-promoted", {});
      }
      const paths = { from: resolve(from), recoveryKey: resolve(recoveryKey) };
      const restored = await restoreBackup(context, paths);
      if (!restored.ok) return restored;
      const { value, epochs } = restored.value;
      const said = { ...value, createdAt: timeOf(Number(value["createdAt"])) };
      const asText = Object.entries(said).map(([name, one]) => [name, String(one)]);
      const values = Object.fromEntries(asText);
      const first = fill(text.restored, values);
      if (epochs === undefined) {
        return { ok: true, value, text: [first, fill(text.awaits, values)].join("\n") };
      }
      const then = report(context, epochs);
      return {
        ok: true,
        value: { ...value, ...then.value },
        text: [first, ...then.lines].join("\n"),
      };
    },
  });
}

/** The database in place goes on; or the one that a restore without the authority has made. */
async function goOn(context: CliContext): Promise<Outcome> {
  const home = openRestoredHome(context.config.home);
  if (!home.ok) return home;
  const authority = await askAuthority(context);
  if (!authority.ok) return authority;
  const place = context.config.storage ?? home.value.home.database;
  const opened = await openEpochs(context, authority.value, { place, made: [] });
  if (!opened.ok) return opened;
  if (home.value.awaitsEpochs) finishHome(home.value.home);
  const { value, lines } = report(context, opened.value);
  return { ok: true, value, text: lines.join("\n") };
}

function report({ lang }: CliContext, { channels, record, movedHeads }: EpochsOpened) {
  const text = texts[lang];
  const value: Readonly<Record<string, JsonValue>> = {
    ...{ channels, record },
    ...(movedHeads !== undefined && { movedHeads }),
  };
  const moved = movedHeads === undefined ? [] : [fill(text.moved, { movedHeads })];
  if (channels.length === 0) return { value, lines: [text.none, ...moved] };
  const lines = channels.map(({ peer, epochs }) => {
    const named = Object.entries(epochs).map(([of, epoch]) => {
      return `${sayIfKnown(`class.${of}`, lang) ?? of} ${epoch}`;
    });
    return fill(text.channel, { peer, epochs: named.join(", ") });
  });
  return { value, lines: [text.done, ...lines, fill(text.kept, { record }), ...moved] };
}
