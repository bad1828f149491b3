/**
 * What is said with files beside it, and what an operator has the node itself say.
 *
 * Files are named by their paths and read here, where the message is made: between a command and the
 * server goes a line of text, never evidence.
 *
 * @module
 */
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { isAbsolute } from "node:path";
import { parseStrictJson } from "@parley/core/bytes/canonical-json";
import { decodeUtf8, encodeUtf8 } from "@parley/core/bytes/utf8";
import { assert } from "@parley/core/fault";
import { filesMax } from "@parley/core/kind/common-blocks";
import { faultOf, formFault } from "@parley/core/kind/field-fault";
import { form } from "@parley/core/kind/form-sentences";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import { documentCharsMax } from "@parley/core/kind/values";
import { trafficClasses } from "@parley/core/log/origin";
import { blockNames, itemCountMax } from "@parley/core/message/body";
import type { JsonObject } from "@parley/core/message/members";
import { accept, type FieldFault, type Result, refuse } from "@parley/core/result";
import { z } from "zod";
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { actorOf } from "./actor.ts";
import type { AttachedFile } from "./attached-files.ts";
import { storeAttachment } from "./attachments.ts";
import type { Channel } from "./channel.ts";
import { type Said, type SaidBlocks, say } from "./messages.ts";
import {
  itemToSend,
  type OfficeService,
  pickChannel,
  recordOf,
  sendInput,
  sendMessage,
} from "./office-operations.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "./operation.ts";
import { visibleTo } from "./people/roles.ts";
import { clearMarking } from "./post.ts";

/** Octets of a file of items: more than the most items of a usual length. */
export const itemsFileBytesMax = 134_217_728;
export const itemsFileDepthMax = 16;

/** Absolute: the server has another working directory than whoever asks. */
const path = z.string().max(4_096).refine(isAbsolute, form("an absolute path"));
const attached = z.strictObject({
  path,
  mediaType: z.string().max(127),
  name: z.string().max(255).nullable(),
});

/** What `parley import --out` writes. `shown` is for whoever edits it by hand and is not read. */
export const itemsFile = z.strictObject({
  v: z.literal(1),
  source: z.string(),
  items: z.array(itemToSend.extend({ shown: z.string().optional() })).max(itemCountMax),
});

const composeInput = sendInput.omit({ items: true, files: true }).extend({
  itemsPath: path.optional(),
  attach: z.array(attached).max(filesMax).default([]),
});

const nodeKinds = (Object.keys(kinds) as KindName[]).filter((name) => kinds[name].by === "node");
const nodeSayInput = z.strictObject({
  channel: z.string().min(3).max(63).optional(),
  class: z.enum(trafficClasses).default("live"),
  kind: z.enum(nodeKinds as [KindName, ...KindName[]]),
  answers: z
    .string()
    .regex(/^[A-Za-z0-9_-]{22}$/)
    .nullish(),
  blocks: z.partialRecord(z.enum(blockNames), z.record(z.string(), z.json())).default({}),
});

export const sendOperations: Operations<OfficeService> = {
  "message.compose": defineOperation(composeInput, compose),
  "node.say": defineOperation(nodeSayInput, sayAsNode),
};

async function compose(
  service: OfficeService,
  { itemsPath, attach, ...said }: z.output<typeof composeInput>,
  context: OperationContext,
): Promise<OperationResult> {
  if (kinds[said.kind].by === "node") return refuse("entry.wrong-signer", said.kind);
  const channel = pickChannel(service.node, said.channel, visibleTo(actorOf(context)));
  if (!channel.ok) return channel;
  const items = itemsPath === undefined ? undefined : await readItems(itemsPath);
  if (items?.ok === false) return items;
  const files: AttachedFile[] = [];
  for (const one of attach) {
    const stored = await storeFile(service, channel.value, one, context);
    if (!stored.ok) return stored;
    files.push(stored.value);
  }
  const more = {
    ...(items === undefined ? {} : { items: items.value }),
    ...(files.length === 0 ? {} : { files: [...files] }),
  };
  return sendMessage(service, { ...said, ...more }, context);
}

async function readItems(
  file: string,
): Promise<
  LocalResult<
    z.output<typeof itemToSend>[],
    "office.bad-items-file" | "office.file-too-large" | "office.no-file"
  >
> {
  const found = await findFile(file);
  if (!found.ok) return found;
  if (found.value > itemsFileBytesMax) {
    return refuseLocally("office.file-too-large", { file, bytesMax: String(itemsFileBytesMax) });
  }
  const text = decodeUtf8(await readFile(file));
  const limits = { depthMax: itemsFileDepthMax, bytesMax: itemsFileBytesMax };
  const json = text === undefined ? undefined : parseStrictJson(text, limits);
  if (json?.ok !== true) {
    return badItemsFile(file, formFault("", "JSON in UTF-8"));
  }
  const parsed = itemsFile.safeParse(json.value);
  if (!parsed.success) {
    return badItemsFile(file, faultOf(parsed.error, json.value));
  }
  const items = parsed.data.items.map(({ item, disposition }) => ({ item, disposition }));
  return { ok: true, value: items };
}

function badItemsFile(file: string, fault: FieldFault) {
  const { refusal } = refuseLocally("office.bad-items-file", { file });
  return { ok: false, refusal: { ...refusal, fault } } as const;
}

async function storeFile(
  { node, spoolPath }: OfficeService,
  channel: Channel,
  { path: file, mediaType, name }: z.output<typeof attached>,
  context: OperationContext,
): Promise<Result<AttachedFile, string>> {
  const found = await findFile(file);
  if (!found.ok) return found;
  if (found.value > channel.attachmentBytesMax) {
    return refuseLocally("attachment.too-large", { file });
  }
  const { primitives: p, storage, clock } = node;
  const parts = counted(file, found.value, context);
  const stored = await storeAttachment({ p, storage, clock, spoolPath }, channel, parts);
  if (!stored.ok) return refuseLocally("attachment.too-large", { file });
  return accept({ role: "file", mediaType, name, ...stored.value });
}

async function* counted(
  file: string,
  total: number,
  { progress, signal }: OperationContext,
): AsyncGenerator<Uint8Array> {
  let done = 0;
  for await (const part of createReadStream(file, { signal })) {
    done += (part as Uint8Array).length;
    progress({ what: "bytes", done, total });
    yield part as Uint8Array;
  }
}

/** @returns Its size in octets, if it is a file. */
async function findFile(file: string): Promise<LocalResult<number, "office.no-file">> {
  try {
    const found = await stat(file);
    if (found.isFile()) return { ok: true, value: found.size };
    return refuseLocally("office.no-file", { file, cause: "EISDIR" });
  } catch (cause) {
    const system = (cause as NodeJS.ErrnoException).code ?? "unknown";
    return refuseLocally("office.no-file", { file, cause: system });
  }
}

/** What the node key signs: the operator is not an office, and says nothing about a case. */
async function sayAsNode(
  { node, spoolPath }: OfficeService,
  { channel: name, ...said }: z.output<typeof nodeSayInput>,
  context: OperationContext,
): Promise<OperationResult> {
  const channel = pickChannel(node, name, visibleTo(actorOf(context)));
  if (!channel.ok) return channel;
  const { kind, blocks } = said;
  const classes: readonly string[] = kinds[kind].classes;
  if (!classes.includes(said.class)) return refuse("entry.wrong-class", `${kind}, ${said.class}`);
  const own = Object.keys(blocks).length === 0 ? usualNotice(channel.value, kind) : { blocks };
  const sent = own ?? (await newestDescriptor({ node, spoolPath }, channel.value));
  if ("ok" in sent) return sent;
  const about = { ...said, ...sent, blocks: sent.blocks as SaidBlocks, by: "node", to: "node" };
  const ports = { node, spoolPath, ...recordOf(context) };
  const posted = await say(ports, channel.value, about as Said);
  return posted.ok ? accept({ peer: channel.value.peer, ...posted.value }) : posted;
}

type NodeWords = { readonly blocks: SaidBlocks; readonly files?: readonly AttachedFile[] };

/** What goes without saying; `undefined` of a change of keys, which brings our newest descriptor. */
function usualNotice({ agreement }: Channel, kind: KindName): NodeWords | undefined {
  if (kind === "key-change") return undefined;
  if (kind !== "link-answer") return { blocks: {} };
  const [text] = agreement.linkTests.texts;
  assert(text !== undefined, "an agreement has at least one text");
  return { blocks: noticeOf({ textId: text.id }) };
}

async function newestDescriptor(
  { node, spoolPath }: Pick<OfficeService, "node" | "spoolPath">,
  channel: Channel,
): Promise<NodeWords | Extract<OperationResult, { readonly ok: false }>> {
  const { primitives: p, storage, clock } = node;
  const chain = await storage.read((tx) => tx.parties.listDescriptors(node.party));
  const descriptor = chain.at(-1)?.jws ?? "";
  if (descriptor.length <= documentCharsMax) {
    return { blocks: noticeOf({ descriptor, channelNotice: null }) };
  }
  const ports = { p, storage, clock, spoolPath };
  const stored = await storeAttachment(ports, channel, [encodeUtf8(descriptor)]);
  if (!stored.ok) return stored;
  const { digest } = stored.value;
  return {
    blocks: noticeOf({ descriptor: { attachment: digest }, channelNotice: null }),
    files: [{ role: "file", mediaType: "application/jose+json", name: null, ...stored.value }],
  };
}

function noticeOf(fields: JsonObject): SaidBlocks {
  return { notice: { marking: clearMarking, ...fields } };
}
