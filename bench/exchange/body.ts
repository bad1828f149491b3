/**
 * What is said: an inquiry whose blocks and items have just so many octets in UTF-8.
 *
 * A long one is the longest that a form takes: Russian text in every field, and 44 items.
 *
 * @module
 */
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { assert } from "@parley/core/fault";
import type { ItemToSend } from "@parley/core/item/item-list";
import { inquiry } from "@parley/core/kind/inquiry";
import type { JsonObject } from "@parley/core/message/members";

export interface Body {
  readonly blocks: {
    readonly fact: JsonObject;
    readonly assessment: JsonObject;
    readonly ask: JsonObject;
    readonly legal: JsonObject;
  };
  readonly items: readonly ItemToSend[];
  /** The same as octets, for whoever sends it another way. */
  readonly octets: Uint8Array;
}

/** Characters that each text may have, in the order in which they are filled. */
const roomChars = [4_000, 4_000, 2_000, 600, 600, 600] as const;
/** From this size on there are items. */
const itemsFromBytes = 16_384;
const itemCount = 44;
const letter = "ж";
const letterBytes = 2;

/** @param bytes - From some 1,000 to some 33,000. */
export function makeBody(bytes: number): Body {
  const items = bytes < itemsFromBytes ? [] : Array.from({ length: itemCount }, itemAt);
  let missing = bytes - octetsOf(blocksOf([]), items).length;
  const texts: string[] = [];
  for (const room of roomChars) {
    const count = Math.min(room - 1, Math.floor(missing / letterBytes));
    missing -= count * letterBytes;
    texts.push(letter.repeat(count));
  }
  if (missing === 1) texts[5] = `${texts[5]}.`;
  const blocks = blocksOf(texts);
  const octets = octetsOf(blocks, items);
  assert(octets.length === bytes, "a size that an inquiry can have");
  return { blocks, items, octets };
}

function octetsOf(blocks: Body["blocks"], items: readonly ItemToSend[]): Uint8Array {
  const shown = items.map(({ item }) => item as unknown as JsonValue);
  return encodeUtf8(canonicalJson({ blocks, items: shown }));
}

/** An empty text is refused by the form: each has one letter to begin with. */
function blocksOf([assessment = "", legal = "", ask = "", ...sentences]: readonly string[]) {
  const { blocks } = inquiry.definition.example;
  const marking = { tlp: "AMBER", pap: null, iep: null, flags: [] };
  const text = (filler: string) => ({ lang: "ru", text: `.${filler}` });
  const said = [0, 1, 2].map((n) => text(sentences[n] ?? ""));
  return {
    fact: { ...blocks.fact, sentences: said },
    assessment: {
      ...{ marking, text: text(assessment), likelihood: "likely", confidence: "low" },
      responsibility: "none-stated",
    },
    ask: { marking, text: text(ask) },
    legal: { marking, text: text(legal) },
  };
}

function itemAt(_: unknown, n: number): ItemToSend {
  const item = {
    kind: "ipv4-addr",
    value: `198.51.100.${n}`,
    observed: { at: 1_480_593_600 + n },
    diamond: null,
    grade: "B2",
    collection: "unknown",
    marking: { tlp: "AMBER", pap: null, iep: null, flags: [] },
    use: "none",
  } as const;
  return { item: item as unknown as ItemToSend["item"], disposition: { what: "share" } };
}
