/**
 * `parley restore`: lets a database go on that may not be the last that signed.
 *
 * @module
 */
import { sayIfKnown } from "@parley/core/vocabulary/catalogue";
import { z } from "zod";
import { refuseLocally } from "../../local-refusal.ts";
import { openAuthority } from "../../service/key-ring.ts";
import { type OpenedEpochs, openNewEpochs } from "../../service/new-epochs.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";

const texts = bilingual(
  {
    about:
      "After the database was put back from a copy, after a standby was promoted that was not replicated " +
      "synchronously, or when the head store is lost: ends the epochs of all logs and opens the next ones, " +
      "signed by the authority, whose passphrase is asked for. What the peers still hold of the old ones is " +
      "taken back when the node serves. A standby that was replicated synchronously has lost nothing and needs none of it.",
    promoted: "The database in place goes on, and may not be the last that signed",
    done: "New epochs are open. Start the server: the peers are told, and what they hold is taken back.",
    channel: "{peer}: {epochs}",
    none: "No channel is open; nothing was to be done.",
    kept: "Keep {record} with the authority's key: it says which epochs were opened.",
  },
  {
    about:
      "После возврата базы из копии, после перевода в основные резервной базы без синхронной репликации " +
      "или при утрате хранилища вершин: завершает эпохи всех журналов и открывает следующие за подписью " +
      "органа, чья парольная фраза будет спрошена. То, что другие стороны хранят от прежних эпох, " +
      "возвращается, когда узел работает. Резервная база с синхронной репликацией ничего не потеряла и в этом не нуждается.",
    promoted: "Продолжает имеющаяся база, и последней подписывала, возможно, не она",
    done: "Новые эпохи открыты. Запустите сервер: другие стороны будут извещены, их хранимое возвращено.",
    channel: "{peer}: {epochs}",
    none: "Открытых каналов нет; делать было нечего.",
    kept: "Храните {record} вместе с ключом органа: в нём записано, какие эпохи открыты.",
  },
);

const openedSchema = z.object({
  channels: z.array(
    z.object({
      ...{ peer: z.string(), channel: z.string() },
      epochs: z.record(z.string(), z.int()),
    }),
  ),
});

export function restoreCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<{ readonly promoted: boolean }>(lang, {
    brief,
    about: text.about,
    example: "parley restore --promoted --authority-key /media/authority.key",
    parameters: {
      flags: {
        promoted: { kind: "boolean", brief: text.promoted, default: false, withNegated: false },
      },
    },
    run: runRestore,
  });
}

async function runRestore(
  context: CliContext,
  { promoted }: { readonly promoted: boolean },
): Promise<Outcome> {
  const { config, platform, lang } = context;
  if (!promoted) return refuseLocally("restore.not-promoted", {});
  const home = context.openHome();
  if (!home.ok) return home;
  const passphrase = await context.passphrase("authority");
  if (!passphrase.ok) return passphrase;
  const { primitives: p, clock } = platform;
  const authority = await openAuthority(p, config.authorityKey, passphrase.value);
  if (!authority.ok) return authority;
  const place = config.storage ?? home.value.database;
  // An empty head store lets nothing be signed that was signed before: the logs are read until then.
  const made = await platform.createHeadStore(config.headStore, place);
  if (!made.ok && made.refusal.code !== "head-store.exists") return made;
  const recordPath = `${config.authorityKey}.notices`;
  const answer = await context.alone({
    desks: [],
    run: async ({ node: { storage, headStore } }) => {
      const ports = { p, storage, headStore, authority: authority.value };
      const opened = await openNewEpochs({ ...ports, recordPath, now: clock.nowSeconds() });
      return opened.ok ? { ok: true, value: { channels: opened.value.map(asJson) } } : opened;
    },
  });
  if (!answer.ok) return answer;
  const { channels } = openedSchema.parse(answer.value);
  const text = texts[lang];
  if (channels.length === 0) return { ok: true, value: { channels }, text: text.none };
  const lines = channels.map(({ peer, epochs }) => {
    const named = Object.entries(epochs).map(([of, epoch]) => {
      return `${sayIfKnown(`class.${of}`, lang) ?? of} ${epoch}`;
    });
    return fill(text.channel, { peer, epochs: named.join(", ") });
  });
  const kept = fill(text.kept, { record: recordPath });
  const value = { channels, record: recordPath };
  return { ok: true, value, text: [text.done, ...lines, kept].join("\n") };
}

function asJson({ peer, channel, epochs }: OpenedEpochs) {
  return { peer, channel, epochs: { ...epochs } };
}
