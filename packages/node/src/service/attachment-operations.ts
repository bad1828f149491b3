/**
 * A file of a message, written to where a person wants it: whole and as its digest says, or not at all.
 *
 * It stays inert: never executable, never over another file, and under a name that the person chose.
 *
 * @module
 */
import { randomUUID } from "node:crypto";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname, isAbsolute, join } from "node:path";
import { form } from "@parley/core/kind/form-sentences";
import type { RefusalCode } from "@parley/core/refusal-codes";
import { accept, type Result } from "@parley/core/result";
import { z } from "zod";
import { refuseLocally } from "../local-refusal.ts";
import { actorOf } from "./actor.ts";
import { type AttachedFile, filesOf } from "./attached-files.ts";
import type { Channel } from "./channel.ts";
import { diskFault } from "./durable-file.ts";
import { parseKeptMessage } from "./kept-message.ts";
import { type OfficeService, pickChannel } from "./office-operations.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "./operation.ts";
import type { PartyNode } from "./party-node.ts";
import { isVisible, visibleTo } from "./people/roles.ts";

const readInput = z.strictObject({
  channel: z.string().min(3).max(63).optional(),
  jti: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
  /** The whole digest, or how it begins; absent where the message has one file. */
  digest: z.string().min(4).max(43).optional(),
  /** Absolute: the server has another working directory than whoever asks. */
  path: z.string().max(4_096).refine(isAbsolute, form("an absolute path")),
});

export const attachmentOperations: Operations<OfficeService> = {
  "attachment.read": defineOperation(readInput, readToPath),
};

async function readToPath(
  { node }: OfficeService,
  { channel: name, jti, digest = "", path }: z.output<typeof readInput>,
  context: OperationContext,
): Promise<OperationResult> {
  const visible = visibleTo(actorOf(context));
  const channel = pickChannel(node, name, visible);
  if (!channel.ok) return channel;
  const query = { channel: channel.value.id, jti };
  const row = await node.storage.read((tx) => tx.opened.readOpenedByJti(query));
  if (row?.message == null || !isVisible(visible, row)) {
    return refuseLocally("message.unknown", { id: jti });
  }
  const all = filesOf(parseKeptMessage(row.message).message);
  const meant = all.filter((file) => file.digest.startsWith(digest));
  const [file, ...others] = meant;
  if (file === undefined) return refuseLocally("office.no-attachment", { id: jti, digest });
  if (others.length > 0) {
    return refuseLocally("office.ambiguous-id", { id: digest, count: String(meant.length) });
  }
  const stored = await node.storage.read((tx) =>
    tx.attachments.readAttachment({ channel: channel.value.id, digest: file.digest }),
  );
  if (stored?.state !== "complete") {
    return refuseLocally("office.attachment-not-here", { digest: file.digest });
  }
  const written = await writeNew(path, (to) => copy(node, channel.value, { file, to, context }));
  if (!written.ok) return written;
  return accept({ path, digest: file.digest, bytes: written.value, mediaType: file.mediaType });
}

/** @returns Octets of the plaintext, once all of it was authentic and of the right digest. */
async function copy(
  node: PartyNode,
  channel: Channel,
  work: {
    readonly file: AttachedFile;
    readonly to: FileHandle;
    readonly context: OperationContext;
  },
): Promise<Result<number, RefusalCode>> {
  const { file, to, context } = work;
  let done = 0;
  for await (const part of node.openingDesk.readAttachment(channel, file)) {
    if (!part.ok) return part;
    context.signal.throwIfAborted();
    await to.writeFile(part.value);
    done += part.value.length;
    context.progress({ what: "bytes", done, total: file.bytes });
  }
  await to.sync();
  return accept(done);
}

/**
 * A file that is whole when it has its name. The name is taken first and empty, so that nothing is
 * written over; a power cut may leave it so, and a hidden draft beside it.
 */
async function writeNew<C extends string>(
  path: string,
  fillIn: (to: FileHandle) => Promise<Result<number, C>>,
) {
  try {
    await (await open(path, "wx", 0o600)).close();
  } catch (cause) {
    const system = (cause as NodeJS.ErrnoException).code;
    if (system === "EEXIST") return refuseLocally("office.file-exists", { file: path });
    if (system === "ENOENT") return refuseLocally("office.no-directory", { file: path });
    throw diskFault(path, cause);
  }
  const draft = join(dirname(path), `.parley-${randomUUID()}`);
  let isWhole = false;
  try {
    const file = await open(draft, "wx", 0o600);
    try {
      const filled = await fillIn(file);
      if (!filled.ok) return filled;
      await rename(draft, path);
      isWhole = true;
      return filled;
    } finally {
      await file.close();
    }
  } catch (cause) {
    const isOfDisk = (cause as NodeJS.ErrnoException).syscall !== undefined;
    throw isOfDisk ? diskFault(path, cause) : cause;
  } finally {
    if (!isWhole) await Promise.all([draft, path].map((each) => rm(each, { force: true })));
  }
}
