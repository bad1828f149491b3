/**
 * Receipts of a mirror, one for each size it cosigned, and the list in which they travel.
 *
 * The receipt of entry i is the first whose size is above i; its time starts the clock. A receipt
 * holds no root: who has the log computes it, and who has not must not believe the receipt.
 * spec/log.md §7.
 *
 * @module
 */
import { decodeU64 } from "../bytes/octets.ts";
import { signatureSizes } from "../crypto/primitives.ts";
import { accept, type Result, refuse } from "../result.ts";
import { parseSize } from "./checkpoint.ts";
import { formatSignatureLine, isKeyName, parseSignatureLines } from "./note.ts";

/** Receipts in one list; a longer history is read list by list. */
export const receiptsPerListMax = 256;

/** One list, in UTF-16 code units: a receipt has some 3.4 KB, and 300 of name. */
export const receiptListLengthMax = receiptsPerListMax * 4_096;

export type Receipt = {
  /** Leaves that the mirror holds, from 1. */
  readonly size: number;
  /** POSIX seconds, from 1: what both lines state. */
  readonly time: number;
  /** The mirror's Ed25519 line and its ML-DSA-44 line, as `log/cosignature.ts` makes them. */
  readonly lines: string;
};

export type ReceiptList = { readonly origin: string; readonly receipts: readonly Receipt[] };

export type ReceiptListRefusal = "log.bad-receipt" | "log.receipt-order";
export type PlaceRefusal = "log.receipt-conflict" | "log.receipt-order";

const header = "parley/receipts@v1";
const receiptForm = /^receipt ([0-9]+) ([1-9][0-9]{0,15})$/;
const timeBytes = 8;
const lineBytes = [
  timeBytes + signatureSizes.Ed25519.signatureBytes,
  timeBytes + signatureSizes["ML-DSA-44"].signatureBytes,
] as const;

/** Two lines, then each receipt after an empty line, so that a list grows at its end. */
export function formatReceiptList(list: ReceiptList): string {
  return `${header}\n${list.origin}\n${list.receipts.map(formatReceipt).join("")}`;
}

/**
 * Parses a list. No signature is verified, but each line states the receipt's time.
 *
 * @returns `log.bad-receipt` if the text is not what {@link formatReceiptList} writes or exceeds a
 *   limit; `log.receipt-order` unless sizes rise and times do not fall.
 */
export function parseReceiptList(text: string): Result<ReceiptList, ReceiptListRefusal> {
  if (text.length > receiptListLengthMax || !text.endsWith("\n")) {
    return refuse("log.bad-receipt", "longer than a list may be, or cut off");
  }
  const [first, origin = "", ...rows] = text.slice(0, -1).split("\n");
  if (first !== header || !isKeyName(origin))
    return refuse("log.bad-receipt", "not a receipt list");
  if (rows.length % 4 !== 0 || rows.length / 4 > receiptsPerListMax) {
    return refuse("log.bad-receipt", "not whole receipts, or too many");
  }
  const receipts: Receipt[] = [];
  for (let row = 0; row < rows.length; row += 4) {
    const receipt = parseReceipt(rows.slice(row, row + 4));
    if (receipt === undefined) return refuse("log.bad-receipt", `receipt ${receipts.length}`);
    if (!maySucceed(receipts.at(-1), receipt)) {
      return refuse("log.receipt-order", `receipt ${receipts.length}`);
    }
    receipts.push(receipt);
  }
  return accept({ origin, receipts });
}

/**
 * Puts a verified receipt in its place, in whatever order receipts arrive.
 *
 * @param receipts - In order; those next to the new one suffice.
 * @returns The receipts with it; the same ones if it is there already; `log.receipt-conflict` if the
 *   mirror signed this size otherwise; `log.receipt-order` if its time is not between its neighbours'.
 */
export function placeReceipt(
  receipts: readonly Receipt[],
  receipt: Receipt,
): Result<readonly Receipt[], PlaceRefusal> {
  const at = countUpTo(receipts, receipt.size - 1);
  const next = receipts[at];
  if (next?.size === receipt.size) {
    const isSame = next.time === receipt.time && next.lines === receipt.lines;
    return isSame ? accept(receipts) : refuse("log.receipt-conflict", "two receipts of one size");
  }
  const isInOrder =
    maySucceed(receipts[at - 1], receipt) && (next === undefined || maySucceed(receipt, next));
  if (!isInOrder) return refuse("log.receipt-order", "the time is not between its neighbours'");
  return accept(receipts.toSpliced(at, 0, receipt));
}

/** When the mirror received entry `index`; `undefined` while no receipt reaches it. */
export function receiptTimeOf(receipts: readonly Receipt[], index: number): number | undefined {
  return receipts[countUpTo(receipts, index)]?.time;
}

/**
 * The time that a mirror puts on its next receipt: never before its last, whatever the clock shows.
 *
 * @param nowSeconds - POSIX seconds of the mirror's clock.
 */
export function nextReceiptTime(last: Receipt | undefined, nowSeconds: number): number {
  return Math.max(last?.time ?? 1, nowSeconds);
}

function formatReceipt(receipt: Receipt): string {
  return `\nreceipt ${receipt.size} ${receipt.time}\n${receipt.lines}`;
}

function parseReceipt(rows: readonly string[]): Receipt | undefined {
  const [empty, head = "", ...signatureRows] = rows;
  const [, sizeText = "", timeText = ""] = receiptForm.exec(head) ?? [];
  const size = parseSize(sizeText);
  const time = Number(timeText);
  const lines = signatureRows.map((row) => `${row}\n`).join("");
  if (empty !== "" || !size || !Number.isSafeInteger(time)) return undefined;
  const signatures = parseSignatureLines(lines);
  if (!signatures.ok) return undefined;
  const [own] = signatures.value;
  for (const [at, { name, signature }] of signatures.value.entries()) {
    if (name !== own?.name || signature.length !== lineBytes[at]) return undefined;
    if (decodeU64(signature) !== time) return undefined;
  }
  return signatures.value.map(formatSignatureLine).join("") === lines
    ? { size, time, lines }
    : undefined;
}

function maySucceed(before: Receipt | undefined, after: Receipt): boolean {
  return before === undefined || (after.size > before.size && after.time >= before.time);
}

/** How many receipts have at most this size. */
function countUpTo(receipts: readonly Receipt[], size: number): number {
  let [low, high] = [0, receipts.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((receipts[middle]?.size ?? 0) <= size) low = middle + 1;
    else high = middle;
  }
  return low;
}
