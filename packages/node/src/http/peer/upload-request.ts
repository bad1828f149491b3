/**
 * The body of add-entries, handed to the mirror package by package. At most one is in memory.
 * spec/exchange.md §3.
 *
 * @module
 */
import { u16Max } from "@parley/core/bytes/octets";
import { type MirrorAnswer, refuseRequest } from "@parley/core/log/mirror-judge";
import {
  createUploadDecoder,
  type UploadPart,
  uploadPackagesMax,
} from "@parley/core/log/mirror-messages";
import { keyNameBytesMax } from "@parley/core/log/note";
import { proofHashesMax } from "@parley/core/log/proofs";
import { tileWidth } from "@parley/core/log/tiles";
import { hashBytes } from "@parley/core/log/tree";
import type { Mirror } from "../../service/mirror.ts";
import { MirrorUpload } from "../../service/mirror-upload.ts";
import type { BodyStream } from "./request-body.ts";

const headerBytesMax = 2 + keyNameBytesMax + 8 + 8 + 2 + u16Max;
const packageBytesMax = tileWidth * (2 + u16Max) + 1 + proofHashesMax * hashBytes;

/** Header, and 32 packages of 256 entries with their proofs: some 537 MB. */
export const uploadBytesMax = headerBytesMax + uploadPackagesMax * packageBytesMax;

/** Reads as much of the body as the mirror wants, and says what it answers. */
export async function takeUpload(
  mirror: Mirror,
  peer: string,
  body: BodyStream,
): Promise<MirrorAnswer> {
  let upload: MirrorUpload | undefined;
  let uncountedBytes = 0;
  const parts = readParts(body, (bytes) => {
    if (upload === undefined) uncountedBytes += bytes;
    else upload.countBytes(bytes);
  });
  try {
    const { value: first } = await parts.next();
    if (first?.kind !== "header") {
      const isTooLarge = body.state() === "too-large";
      return refuseRequest(isTooLarge ? "exchange.too-large" : "mirror.bad-request").answer;
    }
    const opened = await mirror.openUpload(peer, first.header);
    if (!(opened instanceof MirrorUpload)) return opened;
    upload = opened;
    upload.countBytes(uncountedBytes);
    return await takePackages(upload, parts);
  } finally {
    await parts.return(undefined);
  }
}

async function takePackages(
  upload: MirrorUpload,
  parts: AsyncIterable<UploadPart>,
): Promise<MirrorAnswer> {
  if (upload.wantsMore()) {
    for await (const part of parts) {
      if (part.kind !== "package") break;
      const saved = await upload.savePackage(part.package);
      if (!saved.ok) return refuseRequest(saved.refusal.code).answer;
      if (!upload.wantsMore()) break;
    }
  }
  return upload.end();
}

/** Ends where the body does, or where it is malformed: what came before stands. */
async function* readParts(
  body: BodyStream,
  onBytes: (bytes: number) => void,
): AsyncGenerator<UploadPart, undefined> {
  const decoder = createUploadDecoder();
  for await (const chunk of body.chunks) {
    onBytes(chunk.length);
    const parts = decoder.push(chunk);
    if (!parts.ok) break;
    yield* parts.value;
    if (decoder.isComplete()) break;
  }
  return undefined;
}
