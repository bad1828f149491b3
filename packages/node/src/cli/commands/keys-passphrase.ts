/**
 * `parley keys passphrase`: the same keys under another passphrase.
 *
 * The file that holds the ring, or the authority, is sealed anew; no key changes, and a server that
 * runs does not notice. Whoever has the old file and the old passphrase opens it still.
 *
 * @module
 */
import type { Command } from "@stricli/core";
import { resealAuthority, resealRing } from "../../service/key-ring.ts";
import { bilingual, fill } from "../bilingual.ts";
import { type CommandSetup, defineCommand, type FrameContext } from "../command.ts";
import { asTyped } from "../flags.ts";
import { type PassphraseHolder, passphraseHolders } from "../passphrase.ts";

const texts = bilingual(
  {
    brief: "Seal keys under another passphrase; the keys stay the same",
    about:
      "Asks for the present passphrase and twice for the new one, or reads the new one from a file. A " +
      "copy of the old file still opens with the old passphrase: if both may be in other hands, change the keys.",
    holder: "Whose: node, authority, technical, watch or political",
    newFile: "A file with the new passphrase, in place of asking",
    done: "The keys of {holds} are sealed under the new passphrase. Change the file that the server reads, if it reads one.",
  },
  {
    brief: "Запечатать ключи под другой парольной фразой; ключи остаются прежними",
    about:
      "Спрашивает действующую фразу и дважды новую или читает новую из файла. Копия старого файла " +
      "по-прежнему открывается старой фразой: если они могли попасть в чужие руки, смените ключи.",
    holder: "Чьи: node, authority, technical, watch или political",
    newFile: "Файл с новой фразой, чтобы не спрашивать",
    done: "Ключи «{holds}» запечатаны под новой фразой. Если сервер читает фразу из файла, замените её и там.",
  },
);

export function passphraseCommand(lang: CommandSetup["lang"]): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<{ readonly newPassphraseFile?: string }, [holder: PassphraseHolder]>(lang, {
    brief: text.brief,
    about: text.about,
    example: "parley keys passphrase node",
    parameters: {
      flags: {
        newPassphraseFile: {
          kind: "parsed",
          parse: asTyped,
          brief: text.newFile,
          placeholder: "FILE",
          optional: true,
        },
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: holderOf, brief: text.holder, placeholder: "HOLDER" }],
      },
    },
    async run(context, { newPassphraseFile }, holder) {
      const home = context.openHome();
      if (!home.ok) return home;
      const present = await context.passphrase(holder);
      if (!present.ok) return present;
      const next = await context.newPassphrase(holder, newPassphraseFile);
      if (!next.ok) return next;
      const { primitives: p, stretchCost } = context.platform;
      const words = { present: present.value, next: next.value };
      const cost = stretchCost === undefined ? {} : { cost: stretchCost };
      const resealed =
        holder === "authority"
          ? await resealAuthority(p, { path: context.config.authorityKey, ...cost }, words)
          : await resealRing(p, { keysPath: home.value.keys, name: holder, ...cost }, words);
      if (!resealed.ok) return resealed;
      const said = fill(texts[context.lang].done, { holds: holder });
      return { ok: true, value: { holder }, text: said };
    },
  });
}

function holderOf(text: string): PassphraseHolder {
  const found = passphraseHolders.find((each) => each === text);
  if (found === undefined) throw new SyntaxError(passphraseHolders.join(", "));
  return found;
}
