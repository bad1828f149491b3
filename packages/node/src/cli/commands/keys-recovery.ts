/**
 * `parley keys recovery`: a new key that opens backups.
 *
 * @module
 */
import { resolve } from "node:path";
import { assert } from "@parley/core/fault";
import { parseDescriptor } from "@parley/core/party/descriptor";
import { fingerprint } from "@parley/core/party/fingerprint";
import type { Command } from "@stricli/core";
import { createRecoveryKey } from "../../service/recovery-key.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type FrameContext,
  type Outcome,
} from "../command.ts";
import { asTyped } from "../flags.ts";
import { checkNewFile } from "../new-file.ts";

const texts = bilingual(
  {
    brief: "Make a new key that opens backups",
    about:
      "For a home without one, or when the file of the present one is lost or was seen by others. Backups " +
      "from now on are sealed to the new key; older ones open with the older key only.",
    out: "The file to be written; it must not be there yet",
    done: `Backups are sealed to the new key from now on. It lies in {out}.

Move it to a safe place, offline, apart from the backups, and print or copy it: without it they open
for nobody. Keep older recovery keys as long as the backups that they open. Then: parley backup --to FILE`,
  },
  {
    brief: "Создать новый ключ, открывающий резервные копии",
    about:
      "Если у узла его нет, если файл утрачен или побывал в чужих руках. Новые копии запечатываются к " +
      "новому ключу; прежние открывает только прежний.",
    out: "Файл, который записать; его ещё не должно быть",
    done: `Отныне копии запечатываются к новому ключу. Он лежит в {out}.

Перенесите его в надёжное место, отдельно от сети и от копий, и сделайте оттиск или копию: без него их
не откроет никто. Прежние ключи храните, пока нужны прежние копии. Затем: parley backup --to ФАЙЛ`,
  },
);

export function recoveryCommand(lang: CommandSetup["lang"]): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<{ readonly out: string }>(lang, {
    brief: text.brief,
    about: text.about,
    example: "parley keys recovery --out /media/recovery.key",
    parameters: {
      flags: { out: { kind: "parsed", parse: asTyped, brief: text.out, placeholder: "FILE" } },
    },
    run: (context, { out }) => makeKey(context, resolve(out)),
  });
}

async function makeKey({ config, platform, lang, ...context }: CliContext, out: string) {
  const home = context.openHome();
  if (!home.ok) return home;
  const free = checkNewFile(out);
  if (!free.ok) return free;
  const images = await platform.images();
  const image = await images.openImage(config.storage ?? home.value.database);
  if (!image.ok) return image;
  await using opened = image.value;
  const { primitives: p } = platform;
  const descriptor = await parseDescriptor(p, opened.descriptor);
  assert(descriptor.ok, "a descriptor of our own was read before it was stored");
  const files = { keysPath: home.value.keys, secretPath: out };
  const { party } = opened;
  const whose = { party, fingerprint: fingerprint(p, descriptor.value) };
  const made = createRecoveryKey(p, files, whose);
  if (!made.ok) return made;
  const outcome: Outcome = {
    ok: true,
    value: { party, out },
    text: fill(texts[lang].done, { out }),
  };
  return outcome;
}
