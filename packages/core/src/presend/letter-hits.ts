/**
 * Characters that nobody sees, and letters that are taken for those of another script.
 *
 * @module
 */
import type { TextHit } from "./address-tokens.ts";
import { isCyrillicLanguage, isMixed, isUnseen, readsAsLatin, type Word } from "./letters.ts";
import type { Steps } from "./presend-finding.ts";

/** Each run of them once. */
export function unseenHits(text: string, steps: Steps): readonly TextHit[] {
  const hits: { code: "invisible-character"; from: number; to: number }[] = [];
  let at = 0;
  for (const character of text) {
    steps.count += 1;
    const to = at + character.length;
    if (isUnseen(character)) {
      const last = hits.at(-1);
      if (last?.to === at) last.to = to;
      else hits.push({ code: "invisible-character", from: at, to });
    }
    at = to;
  }
  return hits;
}

/** @param lang - Of the text; null if none is stated. */
export function mixedHits(
  words: readonly Word[],
  lang: string | null,
  steps: Steps,
): readonly TextHit[] {
  const isLatin = lang !== null && !isCyrillicLanguage(lang);
  return words.flatMap(({ text, from, to }) => {
    steps.count += text.length;
    const isTaken = isMixed(text) || (isLatin && readsAsLatin(text));
    return isTaken ? [{ code: "mixed-script" as const, from, to }] : [];
  });
}
