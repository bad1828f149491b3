/**
 * What an office says: checked against its kind, the agreement and the case before it is posted.
 *
 * A message that the peer would refuse is refused here first, and nothing is sent. Items are listed,
 * what is held back is stated, and a list that is too long for the entry becomes an attachment.
 *
 * @module
 */
import { mayKind } from "@parley/core/agreement/agreement-rules";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { viewOf } from "@parley/core/case/case-fold";
import type { CaseRefusal } from "@parley/core/case/case-state";
import { caseKinds, openingKinds } from "@parley/core/case/case-table";
import { type BuiltItemList, buildItemList, type ItemToSend } from "@parley/core/item/item-list";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import type { BlockName } from "@parley/core/message/body";
import { bytesOfLines, inlineItemsBytesMax } from "@parley/core/message/item-lines";
import type { JsonObject } from "@parley/core/message/members";
import type { Block } from "@parley/core/message/message";
import { accept, type Result, refuse } from "@parley/core/result";
import { refuseLocally } from "../local-refusal.ts";
import type { AttachedFile } from "./attached-files.ts";
import { storeAttachment } from "./attachments.ts";
import type { Channel } from "./channel.ts";
import { foldContent } from "./class-state.ts";
import type { KeyOwner } from "./key-ring.ts";
import type { PartyNode } from "./party-node.ts";
import {
  clearMarking,
  type Draft,
  type Posted,
  type PostRefusal,
  type PreparedEntry,
} from "./post.ts";
import type { StorageTransaction } from "./storage.ts";

/** Blocks as the form gives them; `attachments` and what items hold back are added here. */
export type SaidBlocks = { readonly [B in BlockName]?: JsonObject };

export interface Said {
  readonly class: Draft["class"];
  readonly kind: KindName;
  readonly by: KeyOwner;
  readonly to: string;
  /** Absent for a kind that opens a case. */
  readonly case?: string | null | undefined;
  readonly answers?: string | null | undefined;
  readonly ask?: string | null | undefined;
  readonly severity?: number | null | undefined;
  readonly replyBy?: number | null | undefined;
  readonly blocks: SaidBlocks;
  readonly items?: readonly ItemToSend[] | undefined;
  /** Stored before, by `storeAttachment`. */
  readonly files?: readonly AttachedFile[] | undefined;
  /** Marking of the attachments block and of the statement of what is held back. */
  readonly marking?: JsonObject | undefined;
}

export type SayRefusal =
  | PostRefusal
  | "agreement.kind-not-for-desk"
  | "attachment.too-large"
  | CaseCode
  | "item.too-large"
  | "item.too-many"
  | "kind.invalid-body"
  | "kind.invalid-control";

type CaseCode = CaseRefusal | "case.too-many" | "case.unknown" | "case.unknown-reference";

/** Where spool files may lie. */
export interface SayPorts {
  readonly node: PartyNode;
  readonly spoolPath: string;
  /** Writes down who says it, in the transaction that appends it. */
  record?(tx: StorageTransaction, what: JsonObject): Promise<void>;
}

/** Says one thing. Resolves when it is durable in our log. */
export async function say(
  ports: SayPorts,
  channel: Channel,
  said: Said,
): Promise<Result<Posted, SayRefusal>> {
  const { post } = ports.node;
  const arrived = await post.expect(channel, said.class);
  let posted: Promise<Posted>;
  try {
    const sealed = await post.turns.take(() => sealSaid(ports, channel, said));
    if (!sealed.ok) return sealed;
    posted = post.append(sealed.value);
  } finally {
    arrived();
  }
  return accept(await posted);
}

async function sealSaid(
  ports: SayPorts,
  channel: Channel,
  said: Said,
): Promise<Result<PreparedEntry, SayRefusal>> {
  const { post } = ports.node;
  const made = await makeDraft(ports, channel, said);
  if (!made.ok) return made;
  const { draft, files } = made.value;
  return post.prepare(channel, draft, {
    within: async (tx, { jti, desk }) => {
      await referToFiles(tx, channel, { draft, files, jti });
      const { kind, class: trafficClass } = said;
      const what = { channel: channel.id, class: trafficClass, kind, jti, desk };
      await ports.record?.(tx, what);
    },
  });
}

/** What would be posted, if its kind, the agreement and the case allow it as this node knows them now. */
export async function makeDraft(
  ports: SayPorts,
  channel: Channel,
  said: Said,
): Promise<Result<{ readonly draft: Draft; readonly files: readonly AttachedFile[] }, SayRefusal>> {
  const { node } = ports;
  if (!mayKind(channel.agreement, said.to, said.kind)) {
    return refuse("agreement.kind-not-for-desk", "the agreement sends this kind elsewhere");
  }
  const legal = await judgeMove(node, channel, said);
  if (!legal.ok) return legal;
  const list = buildItemList(node.primitives, said.items ?? []);
  if (!list.ok) return list;
  const isInline = bytesOfLines(list.value.lines) <= inlineItemsBytesMax;
  const files = await listFiles(ports, channel, said, isInline ? undefined : list.value);
  if (!files.ok) return files;

  const control = controlOf(said);
  const blocks = blocksOf(said, list.value, files.value);
  const content = {
    jti: checkedId,
    control: { ...control, case: control.case === "new" ? checkedId : control.case },
    blocks: withoutHeldBack(blocks),
    items: { count: list.value.head.count, isAttached: !isInline },
  };
  const parsed = kinds[said.kind].parse(content);
  if (!parsed.ok) return parsed;
  const draft = {
    ...{ class: said.class, by: said.by, control, blocks },
    items: { list: list.value, isInline },
  };
  return accept({ draft, files: files.value });
}

/** A message keeps the files that it names. */
export async function referToFiles(
  tx: StorageTransaction,
  channel: Channel,
  named: {
    readonly draft: Pick<Draft, "class" | "by">;
    readonly files: readonly AttachedFile[];
    readonly jti: string;
  },
): Promise<void> {
  const { draft, files, jti } = named;
  for (const { digest } of files) {
    const scope = { channel: channel.id, class: draft.class, desk: draft.by };
    await tx.attachments.insertReference({ ...scope, digest, jti });
  }
}

/** In place of the id that the payload will get, where only the form of a message is judged. */
const checkedId = "AAAAAAAAAAAAAAAAAAAAAA";

function controlOf(said: Said): Draft["control"] {
  const { kind, answers, ask, severity, replyBy, to } = said;
  const clock = severity == null ? null : { severity, replyBy: replyBy ?? null };
  return {
    kind: kinds[kind].value,
    case: openingKinds.has(kind) ? "new" : (said.case ?? null),
    answers: answers ?? null,
    ask: ask ?? null,
    clock,
    to,
  };
}

/** Whether the case allows the move, and the message what it refers to, as this node knows it now. */
export async function judgeMove(
  node: PartyNode,
  channel: Channel,
  said: Said,
): Promise<Result<true, CaseCode>> {
  const { kind, case: caseId } = said;
  const isMove = caseId != null && !openingKinds.has(kind);
  const state = isMove
    ? await node.folds.stateWithCase(channel, said.class, caseId)
    : await node.folds.state(channel, said.class);
  const { fold } = state;
  if (isMove && caseKinds.has(kind)) {
    const record = fold.case(caseId);
    const view = record && viewOf(record, channel.mySide, Number.POSITIVE_INFINITY);
    if (view == null) return refuseLocally("case.unknown", { id: caseId });
  }
  const control = controlOf(said);
  const iat = node.clock.nowSeconds();
  const seen = { epoch: 1, size: 0, root: "" };
  const message = {
    head: { jti: checkedId, iat, seen, agreement: channel.agreementVersion },
    control: { ...control, case: control.case === "new" ? checkedId : control.case },
    blocks: Object.entries(said.blocks).map(([name, value]) => ({ name, value })) as Block[],
  };
  const draft = foldContent(state, channel.mySide, { message, isKnownKind: true });
  const code = fold.refusalOf(channel.mySide, draft, iat);
  if (code !== null) return refuse(code as CaseCode, kind);
  const isOpening = openingKinds.has(kind);
  const lease = node.sharing.leaseOf(channel.id);
  if (isOpening && !(await node.openCases.mayOpen(channel.id, lease))) {
    return refuse("case.too-many", kind);
  }
  return accept(true);
}

/** The files of the message; the item list among them where it does not fit the entry. */
async function listFiles(
  { node, spoolPath }: SayPorts,
  channel: Channel,
  said: Said,
  list: BuiltItemList | undefined,
): Promise<Result<readonly AttachedFile[], "attachment.too-large">> {
  const files = said.files ?? [];
  if (list === undefined) return accept(files);
  const { primitives: p, storage, clock } = node;
  const lines = list.lines.values().map((line) => encodeUtf8(`${line}\n`));
  const stored = await storeAttachment({ p, storage, clock, spoolPath }, channel, lines);
  if (!stored.ok) return stored;
  const itemList = { role: "items", mediaType: itemListType, name: null } as const;
  return accept([{ ...itemList, ...stored.value }, ...files]);
}

/** One item line a line: spec/message.md, "Item list". */
const itemListType = "text/plain";

function blocksOf(
  said: Said,
  list: BuiltItemList,
  files: readonly AttachedFile[],
): Draft["blocks"] {
  const marking = said.marking ?? clearMarking;
  const heldBack = [
    { what: "items", items: list.heldBackItems },
    { what: "item-fields", items: list.redactedItems },
  ].filter(({ items }) => items.length > 0);
  const stated = said.blocks.handling;
  const before = (stated?.["heldBack"] ?? []) as readonly JsonValue[];
  const added = heldBack.map(({ what, items }) => ({
    ...{ what, items, block: null, class: "not-stated", grade: null },
  }));
  const handling = { marking, ...stated, heldBack: [...before, ...added] } as unknown as JsonObject;
  return {
    ...said.blocks,
    ...(stated !== undefined || added.length > 0 ? { handling } : {}),
    ...(files.length > 0 ? { attachments: { marking, files } as unknown as JsonObject } : {}),
  };
}

/** A kind judges what the peer will see: a block that is held back is not shown. */
function withoutHeldBack(blocks: Draft["blocks"]): {
  readonly [B in BlockName]?: JsonObject | null;
} {
  const heldBack = (blocks.handling?.["heldBack"] ?? []) as readonly {
    what: string;
    block: string;
  }[];
  const held = new Set(heldBack.filter(({ what }) => what === "block").map(({ block }) => block));
  return Object.fromEntries(
    Object.entries(blocks).map(([name, value]) => [name, held.has(name) ? null : value]),
  );
}
