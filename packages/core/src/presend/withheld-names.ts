/**
 * What a draft holds back, as names that its other texts must not have.
 *
 * @module
 */
import type { ItemToSend } from "../item/item-list.ts";
import { heldBackBlockTexts, type TextDraft } from "./draft-texts.ts";
import { wordsOf } from "./letters.ts";
import type { ListedName } from "./name-index.ts";
import type { PresendCode } from "./presend-finding.ts";

/** A single word that is shorter and has no digit could be anything. */
const wordCharsMin = 8;
const nameCharsMin = 4;
/** Of a long text the beginning is looked for. */
const withheldCharsMax = 512;

/**
 * Values of items and texts of blocks that are held back; texts and comments of items, unless an item
 * that is shown has the same, which then tells nothing.
 */
export function withheldNames(draft: TextDraft): readonly ListedName<PresendCode>[] {
  const isHidden = (said: ItemToSend, field: "value" | "text" | "comment") =>
    said.disposition.what === "hold-back" ||
    (said.disposition.what === "redact" && said.disposition.fields.includes(field));
  const fields = ["text", "comment"] as const;
  const shown = new Set(
    draft.items.flatMap((said) =>
      fields.map((field) => (isHidden(said, field) ? undefined : said.item[field]?.text)),
    ),
  );
  const ofItems = draft.items.flatMap((said) => [
    ...(isHidden(said, "value") ? [said.item.value] : []),
    ...fields.flatMap((field) => {
      const text = isHidden(said, field) ? said.item[field]?.text : undefined;
      return shown.has(text) ? [] : [text];
    }),
  ]);
  const ofBlocks = heldBackBlockTexts(draft).map(({ text }) => text);
  return [...ofItems, ...ofBlocks].flatMap((text) => {
    const name = text?.slice(0, withheldCharsMax);
    return name != null && isTelling(name) ? [{ name, code: "names-withheld" as const }] : [];
  });
}

function isTelling(name: string): boolean {
  const words = wordsOf(name, { count: 0 });
  const [only] = words;
  const charCount = words.reduce((sum, { text }) => sum + text.length, 0);
  if (only === undefined || charCount < nameCharsMin) return false;
  return words.length > 1 || /\p{N}/u.test(only.text) || only.text.length >= wordCharsMin;
}
