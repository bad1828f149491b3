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
import { ringNames } from "../service/key-ring.ts";
import { isShortPassphrase, passphraseCharactersMin } from "../service/secret-box.ts";
import { fill } from "./bilingual.ts";
import type { Io } from "./io.ts";
import { frameTexts } from "./texts.ts";

const passphraseBytesMax = 4_096;

/** What a passphrase opens. */
export const passphraseHolders = [...ringNames, "authority"] as const;
export type PassphraseHolder = (typeof passphraseHolders)[number];
export type PassphraseRefusal =
  | "cli.cancelled"
  | "keys.missing"
  | "keys.no-passphrase"
  | "keys.passphrase-mismatch"
  | "keys.short-passphrase";

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
  /**
   * One that replaces the present one: from a file of its own, else typed twice. A setting names the
   * file of the present one only, which serves here where nobody can type.
   */
  newPassphrase(
    holder: PassphraseHolder,
    file: string | undefined,
  ): Promise<LocalResult<string, PassphraseRefusal>>;
}

export function createPassphraseSource(config: Config, lang: Language, io: Io): PassphraseSource {
  const texts = frameTexts[lang];
  const fileOf = (holder: PassphraseHolder) => config[ownFile[holder]] ?? config.passphraseFile;
  async function typed(
    holder: PassphraseHolder,
    isNew: boolean,
  ): Promise<LocalResult<string, PassphraseRefusal>> {
    if (!io.isInteractive) {
      const flag = nameIn("flag", ownFile[holder]);
      return refuseLocally("keys.no-passphrase", { holds: holder, flag });
    }
    const question = texts[isNew ? "passphrase.new" : "passphrase.ask"];
    const first = await io.ask(fill(question, { holds: holder }), { isSecret: true });
    // The end of the input: Ctrl-C, which a hidden question reads as a key, or Ctrl-D.
    if (first === undefined) return refuseLocally("cli.cancelled", {});
    // Said before it is typed again, and before the next one is asked for.
    if (isNew && isShortPassphrase(first)) {
      const charactersMin = String(passphraseCharactersMin);
      return refuseLocally("keys.short-passphrase", { holds: holder, charactersMin });
    }
    if (isNew && (await io.ask(texts["passphrase.again"], { isSecret: true })) !== first) {
      return refuseLocally("keys.passphrase-mismatch", {});
    }
    return { ok: true, value: first };
  }
  return {
    async passphrase(holder, isNew = false) {
      const file = fileOf(holder);
      return typeof file === "string" ? readPassphrase(holder, file, isNew) : typed(holder, isNew);
    },
    async newPassphrase(holder, given) {
      const file = given ?? (io.isInteractive ? undefined : fileOf(holder));
      return typeof file === "string" ? readPassphrase(holder, file, true) : typed(holder, true);
    },
  };
}

function readPassphrase(
  holder: PassphraseHolder,
  file: string,
  isNew: boolean,
): LocalResult<string, PassphraseRefusal> {
  const text = readFileIfThere(file, passphraseBytesMax);
  if (text === undefined) return refuseLocally("keys.missing", { file });
  // Editors end a file with a line feed that nobody typed as part of the passphrase.
  const value = text.replace(/\r?\n$/, "");
  if (isNew && isShortPassphrase(value)) {
    const charactersMin = String(passphraseCharactersMin);
    return refuseLocally("keys.short-passphrase", { holds: holder, charactersMin });
  }
  return { ok: true, value };
}
