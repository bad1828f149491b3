/**
 * `parley migrate-storage`: carries a node from SQLite to PostgreSQL, or back.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { refuseLocally } from "../../local-refusal.ts";
import { isPostgresAddress, publicPlace } from "../../postgres-address.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { asTyped } from "../flags.ts";

const texts = bilingual(
  {
    about:
      "Copies everything of this node to another database, in one transaction, and keeps it only if " +
      "both then have the same digest. The database that it came from is left as it was. The node " +
      "must not serve meanwhile. A password may come from PGPASSWORD or ~/.pgpass.",
    to: "The address of an empty PostgreSQL database, or home: SQLite in the home directory",
    headsTo: "Carry the head store over too: an address, or the path of a file",
    done: `Carried over: {rows:row|rows}, digest {digest}.

Do now:
  1. In parley.json of this home: {settings}
  2. parley serve
  3. Keep {from} until you have seen the node work, and then delete it. Never serve it again.`,
    heads: "{heads:head|heads} carried over to {headsTo}.",
    set: '"storage": the address you gave',
    unset: 'take "storage" out',
    setHeads: '; "headStore": the place you gave',
  },
  {
    about:
      "Копирует всё содержимое узла в другую базу одной транзакцией и сохраняет копию, только если " +
      "свёртки обеих баз совпали. Прежняя база остаётся как была. Узел в это время не должен " +
      "работать. Пароль можно задать через PGPASSWORD или ~/.pgpass.",
    to: "Адрес пустой базы PostgreSQL или home: SQLite в каталоге узла",
    headsTo: "Перенести и хранилище вершин: адрес или путь к файлу",
    done: `Перенесено: {rows:строка|строки|строк}, свёртка {digest}.

Сделайте сейчас:
  1. В parley.json этого каталога: {settings}
  2. parley serve
  3. Храните {from}, пока не убедитесь, что узел работает, затем удалите. Больше не запускайте.`,
    heads: "Перенесено: {heads:вершина|вершины|вершин}, куда: {headsTo}.",
    set: '"storage": указанный адрес',
    unset: 'уберите "storage"',
    setHeads: '; "headStore": указанное место',
  },
);

interface Flags {
  readonly to: string;
  readonly headsTo?: string;
}

export function migrateStorageCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<Flags>(lang, {
    brief,
    about: text.about,
    example:
      "parley migrate-storage --to postgres://parley@db.example/parley " +
      "--heads-to postgres://parley@other.example/parley_heads\nparley migrate-storage --to home",
    parameters: {
      flags: {
        to: { kind: "parsed", parse: asTyped, brief: text.to, placeholder: "PLACE" },
        headsTo: {
          kind: "parsed",
          parse: asTyped,
          brief: text.headsTo,
          placeholder: "PLACE",
          optional: true,
        },
      },
    },
    run: migrate,
  });
}

async function migrate(context: CliContext, { to, headsTo }: Flags): Promise<Outcome> {
  const { config, platform, signal } = context;
  if (to !== "home" && !isPostgresAddress(to)) {
    return refuseLocally("storage.bad-place", { found: publicPlace(to) });
  }
  return context.locked(async (home): Promise<Outcome> => {
    const from = config.storage ?? home.database;
    const target = to === "home" ? home.database : to;
    const progress = (done: number) => context.progress({ what: "rows", done });
    const moved = await platform.migrateStorage({ from, to: target, progress, signal });
    if (!moved.ok) return moved;
    const heads =
      headsTo === undefined
        ? undefined
        : await platform.migrateHeads({ from: config.headStore, to: headsTo }, target);
    if (heads !== undefined && !heads.ok) {
      // The copy would be taken for a node's that may go on.
      await platform.undoCreate(target);
      return heads;
    }
    const said: Record<string, JsonValue> = {
      ...{ ...moved.value, from: publicPlace(from), to: publicPlace(target) },
      ...(heads && { ...heads.value, headsTo: publicPlace(headsTo ?? "") }),
    };
    return { ok: true, value: said, text: report(context, said, to === "home") };
  });
}

function report(
  { lang }: CliContext,
  said: Readonly<Record<string, JsonValue>>,
  isHome: boolean,
): string {
  const text = texts[lang];
  const values = Object.fromEntries(
    Object.entries(said).map(([name, value]) => [name, String(value)]),
  );
  const hasHeads = said["headsTo"] !== undefined;
  const settings = `${isHome ? text.unset : text.set}${hasHeads ? text.setHeads : ""}`;
  const lines = [fill(text.done, { ...values, settings })];
  return [...(hasHeads ? [fill(text.heads, values)] : []), ...lines].join("\n");
}
