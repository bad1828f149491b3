/**
 * Looks at what two nodes say to each other, and keeps what was signed.
 *
 * @module
 */
import { decodeUtf8 } from "@parley/core/bytes/utf8";
import { parseSignedCheckpoint } from "@parley/core/log/checkpoint";
import { createUploadDecoder, parseAddCheckpoint } from "@parley/core/log/mirror-messages";
import { parseReceiptList } from "@parley/core/log/receipt-list";
import type { ShownHistory } from "../checks/shown-history.ts";
import type { WireAnswer, WireRequest } from "./simulated-request.ts";

/** What a request shows before it is answered: a checkpoint, or receipts. */
export function watchRequest(shown: ShownHistory, request: WireRequest): void {
  if (request.isCut) return;
  const body = Buffer.concat(request.body);
  if (request.path.endsWith("/add-checkpoint")) {
    const parsed = parseAddCheckpoint(body);
    if (parsed.ok) shown.seeCheckpoint(parsed.value.parsed.checkpoint);
  }
  if (request.path.endsWith("/receipts")) watchReceipts(shown, body);
}

export function watchAnswer(
  shown: ShownHistory,
  request: WireRequest,
  { status, body }: WireAnswer,
): void {
  if (status !== 200) return;
  if (request.path.endsWith("/checkpoint")) {
    const parsed = parseSignedCheckpoint(decodeUtf8(body) ?? "");
    if (parsed.ok) shown.seeCheckpoint(parsed.value.checkpoint);
  }
  if (request.path.includes("/receipts?")) watchReceipts(shown, body);
  if (!request.path.endsWith("/add-entries")) return;
  const decoded = createUploadDecoder().push(Buffer.concat(request.body));
  const [first] = decoded.ok ? decoded.value : [];
  if (first?.kind !== "header") return;
  shown.seeReceipt(first.header.origin, first.header.end, decodeUtf8(body) ?? "");
}

function watchReceipts(shown: ShownHistory, body: Uint8Array): void {
  const list = parseReceiptList(decodeUtf8(body) ?? "");
  if (!list.ok) return;
  for (const { size, lines } of list.value.receipts) {
    shown.seeReceipt(list.value.origin, size, lines);
  }
}
