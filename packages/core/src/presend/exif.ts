/**
 * What Exif tells of a picture's author: the tags of a TIFF structure that name somebody or something.
 *
 * Offsets are the file's word: each directory is read once, and no more entries than it may have.
 * Source: TIFF 6.0 §2; Exif 2.32 §4.6.
 *
 * @module
 */
import { asciiOf } from "./octet-search.ts";
import type { Steps } from "./presend-finding.ts";

/** Entries of one directory that are read. */
const entriesMax = 512;
const directoriesMax = 8;

const tags: Readonly<Record<number, string>> = {
  271: "camera (Make)",
  272: "camera (Model)",
  305: "program (Software)",
  306: "time (DateTime)",
  315: "author (Artist)",
  316: "computer (HostComputer)",
  33432: "Copyright",
  34853: "place (GPS)",
  36867: "time (DateTimeOriginal)",
  37500: "MakerNote",
  37510: "UserComment",
  42032: "author (CameraOwnerName)",
  42033: "serial number",
  42037: "serial number",
  40091: "title",
  40093: "author (XPAuthor)",
};
const exifDirectory = 34_665;

/** @param octets - From the byte order on. @returns Names of what is told; none if it is no TIFF. */
export function exifFields(octets: Uint8Array, steps: Steps): readonly string[] {
  const order = asciiOf(octets, 0, 2);
  if (octets.length < 8 || (order !== "II" && order !== "MM")) return [];
  const isLittle = order === "II";
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  const found: string[] = [];
  const seen = new Set<number>();
  const queue = [view.getUint32(4, isLittle)];
  for (const offset of queue) {
    if (seen.has(offset) || seen.size >= directoriesMax) continue;
    seen.add(offset);
    for (const { tag, value } of entriesOf(view, offset, isLittle)) {
      steps.count += 1;
      const name = tags[tag];
      if (name !== undefined) found.push(name);
      if (tag === exifDirectory) queue.push(value);
    }
  }
  return found;
}

/** @param offset - The file's word. */
function entriesOf(
  view: DataView,
  offset: number,
  isLittle: boolean,
): readonly { readonly tag: number; readonly value: number }[] {
  if (offset + 2 > view.byteLength) return [];
  const fitting = Math.floor((view.byteLength - offset - 2) / 12);
  const count = Math.min(view.getUint16(offset, isLittle), entriesMax, fitting);
  return Array.from({ length: count }, (_, entry) => {
    const at = offset + 2 + 12 * entry;
    return { tag: view.getUint16(at, isLittle), value: view.getUint32(at + 8, isLittle) };
  });
}
