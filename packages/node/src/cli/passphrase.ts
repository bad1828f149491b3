/**
 * Where passphrases come from: a file that a setting names, else a person at the terminal.
 *
 * Never a flag or a variable of the environment: both can be read by other programs.
 *
 * @module
 */
import { type Config, type ConfigKey, type Language, nameIn } from "../config.ts";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { readFileIfThere } from "../service/durable-file.ts";
import type { RingName } from "../service/key-ring.ts";
import { fill } from "./bilingual.ts";
import type { Io } from "./io.ts";
import { frameTexts } from "./texts.ts";

const passphraseBytesMax = 4_096;

/** What a passphrase opens. */
export type PassphraseHolder = RingName | "authority";
export type PassphraseRefusal =
  | "cli.cancelled"
  | "keys.missing"
  | "keys.no-passphrase"
  | "keys.passphrase-mismatch";

const ownFile: Readonly<Record<PassphraseHolder, ConfigKey>> = {
  node: "passphraseFile",
  authority: "authorityPassphraseFile",
  technical: "technicalPassphraseFile",
  watch: "watchPassphraseFile",
  political: "politicalPassphraseFile",
};

export interface PassphraseSource {
  /** @param isNew - Asked twice, when it is typed. */
  passphrase(
    holder: PassphraseHolder,
    isNew?: boolean,
  ): Promise<LocalResult<string, PassphraseRefusal>>;
}

export function createPassphraseSource(config: Config, lang: Language, io: Io): PassphraseSource {
  const texts = frameTexts[lang];
  return {
    async passphrase(holder, isNew = false) {
      const file = config[ownFile[holder]] ?? config.passphraseFile;
      if (typeof file === "string") {
        const text = readFileIfThere(file, passphraseBytesMax);
        if (text === undefined) return refuseLocally("keys.missing", { file });
        // Editors end a file with a line feed that nobody typed as part of the passphrase.
        return { ok: true, value: text.replace(/\r?\n$/, "") };
      }
      if (!io.isInteractive) {
        const flag = nameIn("flag", ownFile[holder]);
        return refuseLocally("keys.no-passphrase", { holds: holder, flag });
      }
      const question = fill(texts["passphrase.ask"], { holds: holder });
      const typed = await io.ask(question, { isSecret: true });
      // The end of the input: Ctrl-C, which a hidden question reads as a key, or Ctrl-D.
      if (typed === undefined) return refuseLocally("cli.cancelled", {});
      if (isNew && (await io.ask(texts["passphrase.again"], { isSecret: true })) !== typed) {
        return refuseLocally("keys.passphrase-mismatch", {});
      }
      return { ok: true, value: typed };
    },
  };
}
