/**
 * The attachments of an opened message, read from an export: each must open under the key that the
 * message gives, and an item list must be the list that the body commits to.
 *
 * Memory holds one part of a file. Spec: spec/record.md §5; spec/entry.md, "Attachments".
 *
 * @module
 */
import { decodeUtf8 } from "../bytes/utf8.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { type AttachmentOpener, createAttachmentOpener } from "../entry/attachment.ts";
import { parseItem } from "../item/item.ts";
import { type Attachments, attachmentsBlock, fileBytesMax } from "../kind/common-blocks.ts";
import {
  createItemListReader,
  type ItemListReader,
  itemLineBytesMax,
} from "../message/item-lines.ts";
import { heldBackOf, type Message } from "../message/message.ts";
import type { ExportFiles } from "./export-files.ts";
import { attachmentPath } from "./export-index.ts";

/** `absent`: not in the export, as when its time of retention had passed. */
export type AttachmentCounts = {
  readonly opened: number;
  readonly unopened: number;
  readonly absent: number;
};

type AttachedFile = Attachments["files"][number];

/** The files that a message names; none if it has no such block, or one that its kind refuses. */
function filesOf(message: Message): readonly AttachedFile[] {
  const block = message.blocks.find(({ name }) => name === "attachments");
  const parsed = attachmentsBlock.safeParse(block?.value);
  return parsed.success ? parsed.data.files : [];
}

export async function openAttachments(
  p: Primitives,
  files: ExportFiles,
  held: ReadonlySet<string>,
  message: Message,
): Promise<AttachmentCounts> {
  const counts = { opened: 0, unopened: 0, absent: 0 };
  for (const file of filesOf(message)) {
    if (!held.has(file.digest)) counts.absent += 1;
    else if (await opens(p, files, file, message)) counts.opened += 1;
    else counts.unopened += 1;
  }
  return counts;
}

async function opens(
  p: Primitives,
  files: ExportFiles,
  file: AttachedFile,
  message: Message,
): Promise<boolean> {
  const opener = createAttachmentOpener(p, file, fileBytesMax);
  if (!opener.ok) return false;
  const list = file.role === "items" ? createListChecker(p, message) : undefined;
  for await (const sealed of files.stream(attachmentPath(file.digest))) {
    if (!push(opener.value, sealed, list)) return false;
  }
  const end = opener.value.end();
  if (!end.ok) return false;
  return list === undefined || (list.push(end.value) && list.end());
}

function push(opener: AttachmentOpener, sealed: Uint8Array, list: ListChecker | undefined) {
  const part = opener.push(sealed);
  return part.ok && (list === undefined || list.push(part.value));
}

/** Both say whether all is well so far. */
interface ListChecker {
  push(part: Uint8Array): boolean;
  end(): boolean;
}

/** Every line ends, so that what follows the last one is nothing. */
function createListChecker(p: Primitives, { blocks, items }: Message): ListChecker {
  const reader = createItemListReader(p, items, heldBackOf(blocks, items) ?? []);
  let rest = "";
  return {
    push: (part) => {
      const text = decodeUtf8(part);
      if (text === undefined) return false;
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      return rest.length <= itemLineBytesMax && lines.every((line) => readsLine(reader, line));
    },
    end: () => rest === "" && reader.end().ok,
  };
}

function readsLine(reader: ItemListReader, line: string): boolean {
  const read = reader.push(line);
  return read.ok && (read.value.item === null || parseItem(read.value.item).ok);
}
