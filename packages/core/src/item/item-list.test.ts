import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import { noblePrimitives } from "../crypto/crypto-noble.ts";
import { itemCountMax } from "../message/body.ts";
import { createItemListReader, itemLineBytesMax, openItemLines } from "../message/item-lines.ts";
import { type Item, parseItem, redactableFields, type ShownItem } from "./item.ts";
import {
  buildItemList,
  type Disposition,
  type ItemToSend,
  proveItem,
  revealField,
  verifyItem,
} from "./item-list.ts";

let counter = 0;
/** Salts that differ are all that matters here. */
const p = noblePrimitives((length) => {
  counter += 1;
  return Uint8Array.from({ length }, (_, index) => (counter >> (8 * (index % 4))) & 0xff);
});

const clear = { tlp: "CLEAR", pap: null, iep: null, flags: [] } as const;
function itemOf(n: number): Item {
  return {
    kind: "ipv4-addr",
    value: `10.0.${n >> 8}.${n & 0xff}`,
    observed: n % 2 === 0 ? "unknown" : { at: 1_468_244_527 + n },
    diamond: null,
    grade: "F6",
    collection: "unknown",
    marking: { ...clear, flags: [] },
    use: "none",
    ...(n % 3 === 0 ? { role: "C2" } : {}),
  };
}

const anyDisposition: fc.Arbitrary<Disposition> = fc.oneof(
  fc.constant({ what: "share" } as const),
  fc.constant({ what: "hold-back" } as const),
  fc.subarray(redactableFields.filter((name) => name !== "hash")).map((fields) => ({
    what: "redact" as const,
    fields,
  })),
);
const anyList = fc
  .array(anyDisposition, { maxLength: 20 })
  .map((all) => all.map((disposition, n): ItemToSend => ({ item: itemOf(n), disposition })));

function built(items: readonly ItemToSend[]) {
  const list = buildItemList(p, items);
  if (!list.ok) throw new Error(list.refusal.detail);
  return list.value;
}

function heldBackOf({ heldBackItems, redactedItems }: ReturnType<typeof built>) {
  return [
    { what: "items", block: null, items: heldBackItems },
    { what: "item-fields", block: null, items: redactedItems },
  ] as const;
}

test.prop([anyList])("[ITM-6] what is built is what the peer reads", (items) => {
  const list = built(items);
  const read = openItemLines(p, list.lines, list.head, heldBackOf(list));
  if (!read.ok) throw new Error(read.refusal.detail);
  expect(read.value).toHaveLength(items.length);
  expect(read.value).toEqual(list.shown);
  for (const [index, { item }] of read.value.entries()) {
    const sent = items[index];
    if (sent?.disposition.what === "hold-back") expect(item).toBeNull();
    else expect(item !== null && parseItem(item).ok).toBe(true);
    if (sent?.disposition.what === "share") expect(item).toEqual(sent.item);
  }
});

test.prop([anyList])("[ITM-6] what is not said to be missing is missed", (items) => {
  const list = built(items);
  const reader = createItemListReader(p, list.head, []);
  const verdicts = list.lines.map((line) => (reader.push(line).ok ? "read" : "refused"));
  const first = list.secrets[0]?.index ?? list.lines.length;
  expect(verdicts.indexOf("refused")).toBe(first === list.lines.length ? -1 : first);
});

test.prop([anyList])("[ITM-7] the author can open later all that was not shown", (items) => {
  const list = built(items);
  const secrets = new Map(list.secrets.map((secret) => [secret.index, secret]));
  for (const [index, { item, disposition }] of items.entries()) {
    const secret = secrets.get(index);
    if (secret === undefined) {
      expect(disposition.what === "hold-back").toBe(false);
      continue;
    }
    const reader = createItemListReader(p, { ...list.head }, []);
    expect(reader).toBeDefined();
    const opened = openItemLines(p, [secret.line], singleHead(secret.line), [
      { what: "item-fields", block: null, items: [[0, 1]] },
    ]);
    if (!opened.ok) throw new Error(opened.refusal.detail);
    let shown = opened.value[0]?.item as unknown as ShownItem;
    for (const { field, disclosure } of secret.fields) {
      const revealed = revealField(p, shown, field as keyof Item, disclosure);
      if (!revealed.ok) throw new Error(revealed.refusal.detail);
      shown = revealed.value;
    }
    expect(shown).toEqual(item);
  }
});

function singleHead(line: string) {
  return {
    count: 1,
    root: toBase64Url(p.sha256(Uint8Array.from([0, ...new TextEncoder().encode(line)]))),
  };
}

test("the lists that are drawn share, redact and hold back", () => {
  const lists = fc.sample(anyList, { seed: 1, numRuns: 50 }).flat();
  const whats = new Set(lists.map(({ disposition }) => disposition.what));
  expect([...whats].sort()).toEqual(["hold-back", "redact", "share"]);
});

test.prop([anyList, fc.nat(), fc.nat()])(
  "[ITM-8] one item is shown alone, at its own place and nowhere else",
  async (items, at, elsewhere) => {
    fc.pre(items.length > 1);
    const { lines, head } = built(items);
    const index = at % lines.length;
    const line = lines[index] ?? "";
    const proof = await proveItem(p, lines, index);
    const shown = verifyItem(p, { line, index, head, proof });
    expect(shown.ok && shown.value === null).toBe(line.startsWith("#"));
    const other = elsewhere % lines.length;
    if (other === index) return;
    const refused = [
      { line, index: other, head, proof },
      { line: lines[other] ?? "", index, head, proof },
      { line, index, head: { ...head, count: head.count + 1 }, proof: [...proof].slice(1) },
      { line: "", index, head, proof },
      { line: "#", index, head, proof },
    ].map((claim) => verifyItem(p, claim));
    expect(refused.map(({ ok }) => ok)).toEqual(Array(5).fill(false));
  },
);

test("[ITM-7] a field cannot be opened to another value, nor at another place", () => {
  const redact = { what: "redact", fields: ["value", "observed"] } as const;
  const { lines, secrets } = built([{ item: itemOf(1), disposition: redact }]);
  const read = openItemLines(p, lines, singleHead(lines[0] ?? ""), [
    { what: "item-fields", block: null, items: [[0, 1]] },
  ]);
  const shown = (read.ok ? read.value[0]?.item : null) as unknown as ShownItem;
  const [value, observed] = secrets[0]?.fields ?? [];
  expect(revealField(p, shown, "value", value?.disclosure ?? "").ok).toBe(true);
  const wrong = [observed?.disclosure ?? "", "", "AA", built([]).head.root];
  for (const text of wrong) {
    expect(revealField(p, shown, "value", text)).toMatchObject({
      refusal: { code: "item.not-there" },
    });
  }
  expect(revealField(p, shown, "grade", value?.disclosure ?? "")).toMatchObject({
    refusal: { code: "item.not-there" },
  });
});

test("does not redact the field that an item does not have", () => {
  const redact = { what: "redact", fields: ["comment"] } as const;
  const { redactedItems, secrets } = built([{ item: itemOf(1), disposition: redact }]);
  expect([redactedItems, secrets]).toEqual([[], []]);
});

test("[ITM-3] refuses more items than a message may have, and one that fills more than its line", () => {
  const share = { item: itemOf(0), disposition: { what: "share" } } as const;
  expect(buildItemList(p, Array(itemCountMax + 1).fill(share))).toMatchObject({
    refusal: { code: "item.too-many" },
  });
  const text = { lang: "ru", text: "я".repeat(4_000) };
  const long = { ...itemOf(0), text, value: "a".repeat(8_000) };
  expect(itemLineBytesMax).toBe(16_384);
  expect(buildItemList(p, [share, { ...share, item: long }])).toMatchObject({
    refusal: { code: "item.too-large", detail: "item 1 takes more than 16384 octets" },
  });
});

test("an empty list has the root of the empty tree", () => {
  expect(built([]).head).toEqual({ count: 0, root: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU" });
});
