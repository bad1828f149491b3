/**
 * The files that a message names: what its `attachments` block says, once its kind has judged it.
 *
 * @module
 */

import { type Attachments, attachmentsBlock } from "@parley/core/kind/common-blocks";
import type { Message } from "@parley/core/message/message";

export type AttachedFile = Attachments["files"][number];

/** @returns None for a message without such a block, or of an unknown kind whose block is not one. */
export function filesOf(message: Pick<Message, "blocks">): readonly AttachedFile[] {
  const block = message.blocks.find(({ name }) => name === "attachments");
  if (block === undefined) return [];
  const parsed = attachmentsBlock.safeParse(block.value);
  return parsed.success ? parsed.data.files : [];
}
