/**
 * A history of two parties to export: a case with evidence, something refused, something in flight.
 *
 * Washington holds back a block and an item, and its list of items is too long for an entry.
 *
 * @module
 */

import { encodeUtf8 } from "@parley/core/bytes/utf8";
import type { ItemToSend } from "@parley/core/item/item-list";
import { inquiry } from "@parley/core/kind/inquiry";
import type { JsonObject } from "@parley/core/message/members";
import {
  deliver,
  type PairedNodes,
  type PairedParty,
  pairedNodes,
} from "@parley/testkit/paired-nodes";
import { storeAttachment } from "../../packages/node/src/service/attachments.ts";
import { clearMarking, type Posted } from "../../packages/node/src/service/post.ts";
import { ask, copyAttachments, tell } from "../two-node/speak.ts";

export interface History extends AsyncDisposable {
  readonly pair: PairedNodes;
  /** Both of Washington. */
  readonly answered: Posted;
  readonly unanswered: Posted;
  /** Of Moscow. */
  readonly answer: Posted;
}

const minute = 60;

/**
 * Washington's live log: inquiry, note (refused), inquiry, note without a receipt at home. Moscow's:
 * receipt, answer, refusal, note, receipt of the second inquiry, a note that nobody fetched.
 */
export async function makeHistory(): Promise<History> {
  const pair = await pairedNodes();
  const { washington, moscow, clock } = pair;
  const answered = await ask(washington, { blocks: withHeldBackBlock(), items: items() });
  await exchangeAll(pair);
  const about = { case: answered.jti, answers: answered.jti };
  await tell(moscow, { kind: "receipt", ...about });
  clock.now += minute;
  const answer = await tell(moscow, { kind: "answer", ...about, files: [await file(moscow)] });
  await exchangeAll(pair);
  clock.now += minute;
  await tell(washington, { kind: "note", case: answered.jti, files: [await file(washington)] });
  // Moscow opens it without its attachment, and refuses it.
  await deliver(washington, moscow);
  await exchangeAll(pair);
  const unanswered = await ask(washington);
  clock.now += minute;
  await exchangeAll(pair);
  clock.now += 40 * minute;
  await tell(moscow, { kind: "note", case: answered.jti });
  await tell(moscow, { kind: "receipt", case: unanswered.jti, answers: unanswered.jti });
  clock.now += 20 * minute;
  await exchangeAll(pair);
  clock.now += 60 * minute;
  await tell(washington, { kind: "note", case: answered.jti });
  await tell(moscow, { kind: "note", case: answered.jti });
  await deliver(washington, moscow, { receipt: false });
  const dispose = () => pair[Symbol.asyncDispose]();
  return { pair, answered, unanswered, answer, [Symbol.asyncDispose]: dispose };
}

/** All that both wrote, with what is attached, and the receipts of all. */
export async function exchangeAll({ washington, moscow }: PairedNodes): Promise<void> {
  for (let round = 0; round < 2; round += 1) {
    for (const [from, to] of [
      [washington, moscow],
      [moscow, washington],
    ] as const) {
      await copyAttachments(from, to);
      await deliver(from, to);
    }
  }
}

async function file({ node, channel, directory }: PairedParty) {
  const { primitives: p, storage, clock } = node;
  const content = [encodeUtf8("time,address\n"), new Uint8Array(40_000).fill(0x31)];
  const stored = await storeAttachment(
    { p, storage, clock, spoolPath: directory },
    channel,
    content,
  );
  if (!stored.ok) throw new Error(stored.refusal.code);
  return { role: "file", mediaType: "text/csv", name: "answer.csv", ...stored.value } as const;
}

function withHeldBackBlock() {
  const { blocks } = inquiry.definition.example;
  const held = { what: "block", block: "assessment", items: [], class: "not-stated", grade: null };
  return { ...blocks, handling: { marking: clearMarking, heldBack: [held] } as JsonObject };
}

function items(): readonly ItemToSend[] {
  return Array.from({ length: 60 }, (_, at) => ({
    item: {
      ...{ kind: "ipv4-addr", value: `198.51.100.${at}`, observed: "unknown", diamond: null },
      ...{ grade: "F6", collection: "not-stated", marking: clearMarking, use: "none" },
      text: { lang: "en", text: "Seen in command traffic by a sensor of ours, and by no other." },
    } as unknown as ItemToSend["item"],
    disposition: at === 7 ? { what: "hold-back" } : { what: "share" },
  }));
}
