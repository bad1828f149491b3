/**
 * What an office asks of its node: say something, see what is due, read cases and messages.
 *
 * @module
 */

import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { caseState } from "@parley/core/case/case-fold";
import { nearestClock, viewCase } from "@parley/core/case/case-view";
import { type ItemField, parseItem, redactableFields } from "@parley/core/item/item";
import type { Disposition, ItemToSend } from "@parley/core/item/item-list";
import { choices } from "@parley/core/kind/choices";
import { attachmentsBlock } from "@parley/core/kind/common-blocks";
import { refuseField, underPath } from "@parley/core/kind/field-fault";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import { blockNames } from "@parley/core/message/body";
import type { JsonObject } from "@parley/core/message/members";
import { isDisowned } from "@parley/core/party/key-positions";
import { accept, type Result, refuse } from "@parley/core/result";
import { z } from "zod";
import { refuseLocally } from "../local-refusal.ts";
import { actorOf } from "./actor.ts";
import { filesOf } from "./attached-files.ts";
import { caseLine } from "./case-line.ts";
import type { Channel } from "./channel.ts";
import { parseKeptMessage, wholeMessage } from "./kept-message.ts";
import { desks } from "./key-ring.ts";
import { type SayPorts, say } from "./messages.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "./operation.ts";
import type { PartyNode } from "./party-node.ts";
import { sayingRoles } from "./people/permissions.ts";
import { holdsRole, isVisible, narrowed, visibleTo } from "./people/roles.ts";
import { rebuild as rebuildNode } from "./rebuild.ts";
import {
  type ClassScope,
  type MessageRow,
  type OpenedRow,
  pageRowsMax,
  type Visibility,
} from "./storage-content.ts";
import type { LogRow } from "./storage-log.ts";

/** What the operations of an office work on. */
export interface OfficeService {
  readonly node: PartyNode;
  /** Where spool files may lie. */
  readonly spoolPath: string;
  /** Whether others use the node meanwhile. */
  readonly isServing: boolean;
}

const messageId = z.string().regex(/^[A-Za-z0-9_-]{22}$/);
const officeClass = z.enum(["live", "exercise"]);
const anyClass = z.enum(["live", "exercise", "link"]);
/** A peer's name or a channel's id; absent where there is only one channel. */
const channelName = z.string().min(3).max(63).optional();
const jsonObject = z.record(z.string(), z.json());
const page = { after: z.string().max(512).nullable().default(null), rows: pageSize() };

export const itemToSend = z.strictObject({
  item: jsonObject,
  disposition: z
    .discriminatedUnion("what", [
      z.strictObject({ what: z.literal("share") }),
      z.strictObject({
        what: z.literal("redact"),
        // A name that is misspelt would show what was to be redacted.
        fields: z.array(z.enum(redactableFields as [ItemField, ...ItemField[]])).min(1),
      }),
      z.strictObject({ what: z.literal("hold-back") }),
    ])
    .default({ what: "share" }),
});

export const sendInput = z.strictObject({
  channel: channelName,
  class: officeClass.default("live"),
  kind: z.enum(Object.keys(kinds) as [KindName, ...KindName[]]),
  by: z.enum(desks).default("technical"),
  to: z.string().max(32).default("technical"),
  case: messageId.nullish(),
  answers: messageId.nullish(),
  ask: z.enum(choices.ask).nullish(),
  severity: z.int().min(0).max(5).nullish(),
  replyBy: z.int().min(0).nullish(),
  blocks: z.partialRecord(z.enum(blockNames), jsonObject),
  items: z.array(itemToSend).max(100_000).optional(),
  files: attachmentsBlock.shape.files.optional(),
  marking: jsonObject.optional(),
});

export const officeOperations: Operations<OfficeService> = {
  "message.send": defineOperation(sendInput, sendMessage),
  "message.show": defineOperation(
    z.strictObject({ channel: channelName, jti: messageId }),
    showMessage,
  ),
  "message.list": defineOperation(
    z.strictObject({
      channel: channelName,
      classes: z.array(anyClass).default(["live", "exercise"]),
      case: messageId.optional(),
      kind: z.string().max(64).optional(),
      ...page,
    }),
    listMessages,
  ),
  "case.list": defineOperation(
    z.strictObject({
      channel: channelName,
      class: officeClass.default("live"),
      open: z.boolean().optional(),
      ...page,
    }),
    listCases,
  ),
  "case.show": defineOperation(z.strictObject({ channel: channelName, id: messageId }), showCase),
  "outbox.list": defineOperation(z.strictObject({ channel: channelName }), listOutbox),
  rebuild: defineOperation(z.strictObject({ fromLogs: z.boolean().default(false) }), rebuild),
};

const everything: Visibility = { channels: "all", classes: "all", desks: "all" };

/** The channels that may be seen at all. */
export function visibleChannels(node: PartyNode, { channels }: Visibility): readonly Channel[] {
  const all = node.channels.channels();
  return channels === "all" ? all : all.filter(({ id }) => channels.includes(id));
}

/** The one channel meant, of those that may be seen; or `channel.unknown`, `channel.ambiguous`. */
export function pickChannel(
  node: PartyNode,
  name: string | undefined,
  visible: Visibility = everything,
): Result<Channel, "channel.unknown" | "channel.ambiguous"> {
  const all = visibleChannels(node, visible);
  const meant =
    name === undefined ? all : all.filter(({ id, peer }) => id === name || peer === name);
  const [channel, ...others] = meant;
  if (channel === undefined) return refuse("channel.unknown", "no such channel is open");
  if (others.length > 0) return refuse("channel.ambiguous", "several channels: name one by its id");
  return accept(channel);
}

/** Says what an office says; items and files are in the input. */
export async function sendMessage(
  { node, spoolPath }: OfficeService,
  input: z.output<typeof sendInput>,
  context: Pick<OperationContext, "actor" | "record">,
): Promise<OperationResult> {
  const actor = actorOf(context);
  const visible = visibleTo(actor);
  const channel = pickChannel(node, input.channel, visible);
  if (!channel.ok) return channel;
  const place = { channel: channel.value.id, class: input.class, desk: input.by };
  const mayHere = actor.kind === "operator" || holdsRole(actor.roles, sayingRoles, input.by);
  if (!mayHere || !isVisible(visible, place)) {
    return refuseLocally("people.not-allowed", { roles: sayingRoles.join(", ") });
  }
  const items: ItemToSend[] = [];
  for (const [index, { item, disposition }] of (input.items ?? []).entries()) {
    const parsed = parseItem(item as JsonValue);
    if (!parsed.ok) {
      const { code, detail, fault } = parsed.refusal;
      if (fault !== undefined) return refuseField(code, underPath(fault, `items.${index}`));
      return refuse(code, `item ${index}: ${detail}`);
    }
    items.push({
      item: parsed.value as ItemToSend["item"],
      disposition: disposition as Disposition,
    });
  }
  const { kind, by, to, ask, severity, replyBy, files, marking } = input;
  const posted = await say({ node, spoolPath, ...recordOf(context) }, channel.value, {
    ...{ class: input.class, kind, by, to, case: input.case, answers: input.answers },
    ...{ ask, severity, replyBy, files, items },
    blocks: input.blocks as { readonly [name: string]: JsonObject },
    marking: marking as JsonObject | undefined,
  });
  if (!posted.ok) return posted;
  return accept({ peer: channel.value.peer, ...posted.value });
}

async function showMessage(
  { node }: OfficeService,
  input: { readonly channel?: string | undefined; readonly jti: string },
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const channel = pickChannel(node, input.channel, visible);
  if (!channel.ok) return channel;
  const { id } = channel.value;
  const row = await node.storage.read((tx) =>
    tx.opened.readOpenedByJti({ channel: id, jti: input.jti }),
  );
  if (row?.message == null || !isVisible(visible, row)) {
    return refuseLocally("message.unknown", { id: input.jti });
  }
  const log = await node.storage.read((tx) => tx.logs.readLog(row.logId));
  const receipt = await node.storage.read((tx) => tx.receipts.readReceiptOf(row.logId, row.index));
  const opened = parseKeptMessage(row.message);
  const { me, ownKeys, peerKeys } = channel.value;
  const said = row.author === me ? ownKeys : peerKeys;
  return accept({
    ...placeOf(row, log),
    isDisowned: isDisowned(said, log?.origin ?? "", row.index),
    by: opened.by,
    isKnownKind: opened.isKnownKind,
    receivedAt: receipt?.time ?? null,
    refusedAs: await refusedAs(node, channel.value, row),
    message: wholeMessage(opened) as unknown as JsonValue,
    files: filesOf(opened.message) as unknown as JsonValue,
  });
}

async function refusedAs(
  node: PartyNode,
  channel: Channel,
  row: OpenedRow,
): Promise<string | null> {
  await node.folds.state(channel, row.class);
  const listed = await node.storage.read((tx) => tx.projections.readMessage(row.logId, row.index));
  return listed?.refusedAs ?? null;
}

function placeOf(row: OpenedRow, log: LogRow | undefined) {
  const { author, class: trafficClass, index, jti, kind, desk, iat } = row;
  return {
    ...{ author, class: trafficClass, epoch: log?.epoch ?? 1, index, jti, kind, desk, iat },
    case: row.case,
  };
}

async function listMessages(
  { node }: OfficeService,
  input: {
    readonly channel?: string | undefined;
    readonly classes: readonly z.output<typeof anyClass>[];
    readonly case?: string | undefined;
    readonly kind?: string | undefined;
    readonly after: string | null;
    readonly rows: number;
  },
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const channel = pickChannel(node, input.channel, visible);
  if (!channel.ok) return channel;
  for (const trafficClass of input.classes) await node.folds.state(channel.value, trafficClass);
  const filter = {
    ...(input.case === undefined ? {} : { case: input.case }),
    ...(input.kind === undefined ? {} : { kind: input.kind }),
  };
  const visibility = narrowed(visible, everyDesk(channel.value, input.classes));
  const request = { after: input.after, rowsMax: input.rows };
  const found = await node.storage.read((tx) =>
    tx.projections.listMessages(filter, visibility, request),
  );
  const rows = found.rows.map((row) => messageLine(row));
  return accept({ rows, total: found.total, next: found.next });
}

function messageLine(row: MessageRow): JsonObject {
  const { logId: _, channel: __, foldedAs: ___, ...line } = row;
  return line;
}

async function listCases(
  { node }: OfficeService,
  input: {
    readonly channel?: string | undefined;
    readonly class: z.output<typeof officeClass>;
    readonly open?: boolean | undefined;
    readonly after: string | null;
    readonly rows: number;
  },
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const channel = pickChannel(node, input.channel, visible);
  if (!channel.ok) return channel;
  await node.folds.state(channel.value, input.class);
  const filter = {
    order: "due" as const,
    ...(input.open === undefined ? {} : { isOpen: input.open }),
  };
  const visibility = narrowed(visible, everyDesk(channel.value, [input.class]));
  const request = { after: input.after, rowsMax: input.rows };
  const found = await node.storage.read((tx) =>
    tx.projections.listCases(filter, visibility, request),
  );
  return accept({ rows: found.rows.map(caseLine), total: found.total, next: found.next });
}

async function showCase(
  { node }: OfficeService,
  input: { readonly channel?: string | undefined; readonly id: string },
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const channel = pickChannel(node, input.channel, visible);
  if (!channel.ok) return channel;
  const now = node.clock.nowSeconds();
  for (const trafficClass of ["live", "exercise"] as const) {
    const { fold } = await node.folds.stateWithCase(channel.value, trafficClass, input.id);
    const record = fold.case(input.id);
    const scope = { channel: channel.value.id, class: trafficClass };
    if (record === undefined || !(await mayReadCase(node, scope, { id: input.id, visible })))
      continue;
    const view = viewCase(fold, record, now);
    if (view === null) return refuseLocally("case.unknown", { id: input.id });
    const due = nearestClock(view);
    const { mySide, me, peer } = channel.value;
    return accept({
      ...{ class: trafficClass, me, peer, mySide, now, phase: caseState(record)?.phase ?? null },
      nearest: due === null ? null : due.name,
      case: view as unknown as JsonValue,
    });
  }
  return refuseLocally("case.unknown", { id: input.id });
}

/** A case that is not projected yet has no receipt, and is of nobody's desk. */
async function mayReadCase(
  { storage }: PartyNode,
  scope: ClassScope,
  { id, visible }: { readonly id: string; readonly visible: Visibility },
): Promise<boolean> {
  if (visible.desks === "all" && visible.channels === "all" && visible.classes === "all")
    return true;
  return (await storage.read((tx) => tx.projections.readCase(scope, id, visible))) !== undefined;
}

/** Our own entries that the peer has not receipted, oldest first. */
async function listOutbox(
  { node }: OfficeService,
  input: { readonly channel?: string | undefined },
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const channel = pickChannel(node, input.channel, visible);
  if (!channel.ok) return channel;
  const logs = (await node.listLogs(channel.value)).filter(({ direction }) => direction === "own");
  const rows: JsonObject[] = [];
  for (const log of logs) {
    const opened = await node.storage.read((tx) =>
      tx.opened.listOpened(log.id, log.receiptedSize, 256),
    );
    const shown = opened.filter((row) => isVisible(visible, row));
    for (const row of shown) rows.push(placeOf(row, log) as JsonObject);
  }
  const waiting = logs.reduce((sum, log) => sum + log.size - log.receiptedSize, 0);
  // How many there are of other desks is theirs to know.
  const seesAll = visible.desks === "all" && visible.classes === "all";
  return accept({ rows, total: seesAll ? waiting : rows.length });
}

/** Drops what is made of the logs and makes it again. */
async function rebuild(
  { node, isServing }: OfficeService,
  { fromLogs }: { readonly fromLogs: boolean },
  context: Parameters<Operations<OfficeService>[string]["run"]>[2],
): Promise<OperationResult> {
  await rebuildNode(node, fromLogs, {
    progress: (done, total) => context.progress({ what: "entries", done, total }),
    // A node that goes on serving must not go on with half of what it had opened.
    signal: fromLogs && isServing ? new AbortController().signal : context.signal,
  });
  const counts: JsonObject[] = [];
  for (const channel of node.channels.channels()) {
    for (const trafficClass of channel.agreement.classes) {
      const { fold } = await node.folds.state(channel, trafficClass);
      const entries = fold.foldedCount(0) + fold.foldedCount(1);
      const page = { after: null, rowsMax: 1 };
      const visibility = everyDesk(channel, [trafficClass]);
      const { total } = await node.storage.read((tx) =>
        tx.projections.listCases({ order: "last" }, visibility, page),
      );
      counts.push({ peer: channel.peer, class: trafficClass, entries, cases: total });
    }
  }
  return accept({ fromLogs, folds: counts });
}

/** For {@link say}: what is said has its entry in the same transaction. */
export function recordOf({ record }: Pick<OperationContext, "record">): Pick<SayPorts, "record"> {
  return record === undefined ? {} : { record };
}

function everyDesk(channel: Channel, classes: Visibility["classes"]): Visibility {
  return { channels: [channel.id], classes, desks: "all" };
}

function pageSize() {
  return z.int().min(1).max(pageRowsMax).default(100);
}
