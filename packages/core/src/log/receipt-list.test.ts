/**
 * Goal: both parties read the same time for the same entry, in whatever order receipts arrived.
 * Method: histories as a mirror makes them, shuffled; lists spoiled as a hostile peer would.
 */
import { fc, test } from "@fast-check/vitest";
import { expect } from "vitest";
import { concatBytes, encodeU64 } from "../bytes/octets.ts";
import { formatSignatureLine } from "./note.ts";
import {
  formatReceiptList,
  nextReceiptTime,
  parseReceiptList,
  placeReceipt,
  type Receipt,
  receiptsPerListMax,
  receiptTimeOf,
} from "./receipt-list.ts";

const origin = "washington.example/moscow.example/0123456789abcdef/live/1";

/** Lines of the right shape; their signatures are nobody's, which the list does not look at. */
function receiptAt(size: number, time: number): Receipt {
  const lines = [64, 2420].map((length, at) =>
    formatSignatureLine({
      name: "moscow.example/mirror",
      keyId: new Uint8Array(4).fill(at),
      signature: concatBytes(encodeU64(time), new Uint8Array(length).fill(size % 256)),
    }),
  );
  return { size, time, lines: lines.join("") };
}

const history: fc.Arbitrary<Receipt[]> = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat({ max: 3 })), { maxLength: 12 })
  .map((steps) => {
    let [size, time] = [0, 1_481_299_200];
    return steps.map(([more, later]) => {
      size += more;
      time += later;
      return receiptAt(size, time);
    });
  });

function place(receipts: readonly Receipt[], arriving: readonly Receipt[]): readonly Receipt[] {
  let placed = receipts;
  for (const receipt of arriving) {
    const result = placeReceipt(placed, receipt);
    if (!result.ok) expect.fail(result.refusal.code);
    placed = result.value;
  }
  return placed;
}

test.prop([history])("[LOG-17] reads the list that was written", (receipts) => {
  const list = { origin, receipts };
  expect(parseReceiptList(formatReceiptList(list))).toEqual({ ok: true, value: list });
});

const two = formatReceiptList({ origin, receipts: [receiptAt(3, 100), receiptAt(9, 100)] });
const spoils: Record<string, [(text: string) => string, string]> = {
  "without its last newline": [(text) => text.slice(0, -1), "log.bad-receipt"],
  "with a newline too many": [(text) => `${text}\n`, "log.bad-receipt"],
  "with another header": [(text) => text.replace("@v1", "@v2"), "log.bad-receipt"],
  "with an origin of two words": [
    (text) => text.replace("washington", "washing ton"),
    "log.bad-receipt",
  ],
  "with a size that is none": [
    (text) => text.replace("receipt 3", "receipt 03"),
    "log.bad-receipt",
  ],
  "with size 0": [(text) => text.replace("receipt 3", "receipt 0"), "log.bad-receipt"],
  "with another time than the lines": [(text) => text.replace("3 100", "3 101"), "log.bad-receipt"],
  "with one line": [(text) => text.replace(/— .*\n/, ""), "log.bad-receipt"],
  "with its lines turned round": [
    (text) => text.replace(/(— .*\n)(— .*\n)/, "$2$1"),
    "log.bad-receipt",
  ],
  "with lines of two names": [
    (text) => text.replace("moscow.example/mirror", "x"),
    "log.bad-receipt",
  ],
  "with a size twice": [(text) => text.replace("receipt 9", "receipt 3"), "log.receipt-order"],
  "with a size that falls": [(text) => text.replace("receipt 9", "receipt 2"), "log.receipt-order"],
};
for (const [name, [spoil, code]] of Object.entries(spoils)) {
  test(`[LOG-17] refuses a list ${name}`, () => {
    expect(parseReceiptList(spoil(two))).toMatchObject({ ok: false, refusal: { code } });
  });
}

test("[LOG-18] refuses a list whose time falls", () => {
  const text = formatReceiptList({ origin, receipts: [receiptAt(3, 101), receiptAt(9, 100)] });
  expect(parseReceiptList(text)).toMatchObject({ refusal: { code: "log.receipt-order" } });
});

test("[LOG-17] takes 256 receipts and no more", () => {
  const all = Array.from({ length: receiptsPerListMax + 1 }, (_, at) => receiptAt(at + 1, 100));
  const fits = { origin, receipts: all.slice(1) };
  expect(parseReceiptList(formatReceiptList(fits)).ok).toBe(true);
  expect(parseReceiptList(formatReceiptList({ origin, receipts: all })).ok).toBe(false);
});

test.prop([
  fc.array(fc.constantFrom(...two.split(/(?<=\n)/), "\n", "receipt 4 100\n"), { maxLength: 12 }),
])("[LOG-17] never reads a list it would not write", (rows) => {
  const read = parseReceiptList(rows.join(""));
  if (read.ok) expect(formatReceiptList(read.value)).toBe(rows.join(""));
});

test.prop([history, fc.infiniteStream(fc.nat())])(
  "[LOG-18] ends with the same receipts in whatever order they arrive",
  (receipts, random) => {
    const shuffled = receipts
      .map((receipt) => ({ receipt, rank: random.next().value ?? 0 }))
      .toSorted((a, b) => a.rank - b.rank)
      .map(({ receipt }) => receipt);
    expect(place([], shuffled)).toEqual(receipts);
    expect(place(receipts, shuffled)).toEqual(receipts);
  },
);

test("[LOG-18] refuses a second receipt of a size and a time out of place", () => {
  const receipts = [receiptAt(3, 100), receiptAt(9, 110)];
  const codeOf = (receipt: Receipt) => {
    const result = placeReceipt(receipts, receipt);
    return result.ok ? "placed" : result.refusal.code;
  };
  expect(codeOf(receiptAt(3, 101))).toBe("log.receipt-conflict");
  expect(codeOf({ ...receiptAt(3, 100), lines: receiptAt(4, 100).lines })).toBe(
    "log.receipt-conflict",
  );
  expect(codeOf(receiptAt(5, 99))).toBe("log.receipt-order");
  expect(codeOf(receiptAt(5, 111))).toBe("log.receipt-order");
  expect(codeOf(receiptAt(10, 109))).toBe("log.receipt-order");
  expect(codeOf(receiptAt(1, 101))).toBe("log.receipt-order");
  expect(codeOf(receiptAt(5, 110))).toBe("placed");
  expect(codeOf(receiptAt(1, 1))).toBe("placed");
});

test.prop([history, fc.nat({ max: 110 })])(
  "[LOG-19] takes the first receipt whose size is above the entry's index",
  (receipts, index) => {
    const first = receipts.find(({ size }) => size > index);
    expect(receiptTimeOf(receipts, index)).toBe(first?.time);
  },
);

test("[EXC-23] keeps the last receipt's time while the clock is behind it", () => {
  expect(nextReceiptTime(receiptAt(3, 100), 99)).toBe(100);
  expect(nextReceiptTime(receiptAt(3, 100), 101)).toBe(101);
  expect(nextReceiptTime(undefined, 101)).toBe(101);
});
