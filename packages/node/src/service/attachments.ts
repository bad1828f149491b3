/**
 * Attachments of our own: sealed as a stream, kept as rows, sent before the message that names them.
 *
 * The name of an attachment is the digest of its sealed octets and known only at the end, so it is
 * sealed into a spool file in the home first. Memory holds one part.
 *
 * @module
 */
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { sealedLength } from "@parley/core/crypto/chunked-encryption";
import type { Primitives } from "@parley/core/crypto/primitives";
import { type AttachmentName, createAttachmentSealer } from "@parley/core/entry/attachment";
import { Fault } from "@parley/core/fault";
import { accept, type Result, refuse } from "@parley/core/result";
import type { Channel } from "./channel.ts";
import type { Clock } from "./clock.ts";
import { diskFault } from "./durable-file.ts";
import type { Storage } from "./storage.ts";
import { attachmentPartBytesMax } from "./storage-content.ts";

export interface AttachmentPorts {
  readonly p: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  /** Where a spool file may lie: the home. */
  readonly spoolPath: string;
}

/**
 * Seals and stores one attachment of ours.
 *
 * @returns Its name; or `attachment.too-large` if it is beyond what the agreement allows, in which
 *   case nothing is kept.
 */
export async function storeAttachment(
  ports: AttachmentPorts,
  channel: Channel,
  plaintext: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): Promise<Result<AttachmentName, "attachment.too-large">> {
  const directory = await mkdtemp(join(ports.spoolPath, "spool-"));
  try {
    const path = join(directory, "sealed");
    const name = await sealInto(ports.p, path, plaintext, sealedLength(channel.attachmentBytesMax));
    if (name === undefined) return refuse("attachment.too-large", "more than the agreement allows");
    await keep(ports, channel, name, path);
    return accept(name);
  } catch (cause) {
    throw cause instanceof Fault ? cause : diskFault(ports.spoolPath, cause);
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function sealInto(
  p: Primitives,
  path: string,
  plaintext: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sealedBytesMax: number,
): Promise<AttachmentName | undefined> {
  const sealer = createAttachmentSealer(p);
  const file = createWriteStream(path, { mode: 0o600 });
  let written = 0;
  const write = async (sealed: Uint8Array): Promise<void> => {
    written += sealed.length;
    if (!file.write(sealed)) await new Promise((resolve) => file.once("drain", resolve));
  };
  for await (const part of plaintext) {
    await write(sealer.push(part));
    if (written > sealedBytesMax) {
      file.destroy();
      return undefined;
    }
  }
  const { sealed, name } = sealer.end();
  await write(sealed);
  file.end();
  await finished(file);
  return name.bytes > sealedBytesMax ? undefined : name;
}

async function keep(
  { storage, clock }: AttachmentPorts,
  channel: Channel,
  { digest, bytes }: AttachmentName,
  path: string,
): Promise<void> {
  const key = { channel: channel.id, digest };
  const firstSeenAt = clock.nowSeconds();
  const about = { ...key, author: channel.me, bytesTotal: bytes, firstSeenAt };
  const row = await storage.write((tx) => tx.attachments.createAttachment(about));
  let offset = row.bytesReceived;
  const parts = createReadStream(path, { start: offset, highWaterMark: attachmentPartBytesMax });
  for await (const part of parts) {
    const from = offset;
    await storage.write((tx) => tx.attachments.appendAttachment(key, from, part as Uint8Array));
    offset += (part as Uint8Array).length;
  }
  await storage.write((tx) => tx.attachments.completeAttachment(key));
}
