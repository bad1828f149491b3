/**
 * What is said of the parties and of their agreement, below every proof.
 *
 * @module
 */

import { newestAgreement } from "@parley/core/agreement/agreement-chain";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import type { Fingerprint } from "@parley/core/party/fingerprint";
import type { ChannelKeys } from "@parley/core/record/channel-texts";
import type { Language } from "@parley/core/vocabulary/words";
import { tell } from "./texts.ts";

/** By party, its fingerprints, and whether one of them was given by whoever asks. */
export type Compared = ReadonlyMap<
  string,
  { readonly digits: readonly Fingerprint[]; readonly isCompared: boolean }
>;

/** UTF-16 code units of the agreement's words on a receipt: two lines of a terminal. */
const cosignatureLengthMax = 400;

export function limitLines(lang: Language, keys: ChannelKeys, compared: Compared): string[] {
  const fingers = [...compared].map(([party, { digits, isCompared }]) =>
    tell(lang, isCompared ? "finger.compared" : "finger.not", {
      party,
      digits: digits.join(" / "),
    }),
  );
  const said = newestAgreement(keys.agreements).payload.cosignature[lang];
  const text =
    said.length > cosignatureLengthMax ? `${said.slice(0, cosignatureLengthMax)}…` : said;
  return [...fingers, tell(lang, "cosignature", { text }), tell(lang, "not-proven")];
}

export function partiesJson(compared: Compared): JsonValue {
  return [...compared].map(([name, { digits, isCompared }]) => {
    return { name, fingerprints: digits, isCompared };
  });
}
