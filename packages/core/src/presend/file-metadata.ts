/**
 * What a file says of its author without saying it on a page: names, programs, places, times.
 *
 * It looks at the beginning and the end of the file, as far as they show it without being unpacked: what
 * is compressed or encrypted is named as such. Sources: ISO 32000-1 §14.3 (PDF); ISO/IEC 29500-2 §8 and
 * APPNOTE 6.3 (Office Open XML in ZIP); OpenDocument 1.3 part 2; JPEG, ITU-T T.81 §B; Exif 2.32, TIFF
 * 6.0; PNG 3rd edition §11.3; MS-OLEPS.
 *
 * @module
 */
import { exifFields } from "./exif.ts";
import { asciiOf, findAscii, hasAscii } from "./octet-search.ts";
import type { PresendCode, Steps } from "./presend-finding.ts";

/** Of the beginning of a file and, where it is longer, of its end. */
export const fileEdgeBytesMax = 1_048_576;

export interface FileToCheck {
  readonly name: string | null;
  /** As the message will state it. */
  readonly mediaType: string;
  /** The first octets; of more than {@link fileEdgeBytesMax} the first. */
  readonly head: Uint8Array;
  /** The last octets of what `head` does not reach; empty if it has the whole file. */
  readonly tail: Uint8Array;
}

export interface FileFinding {
  readonly code: PresendCode & ("document-metadata" | "document-not-read");
  /** Names of what was found; of what is not read, its media type. */
  readonly found: string;
}

type Format = (octets: Uint8Array, steps: Steps) => readonly string[];

const foundMax = 12;
const formats: readonly (readonly [magic: string, read: Format])[] = [
  ["%PDF-", readPdf],
  ["PK\u0003\u0004", readZip],
  ["\u00ff\u00d8\u00ff", readJpeg],
  ["\u0089PNG\r\n\u001a\n", readPng],
  ["\u00d0\u00cf\u0011\u00e0", readOle],
  ["II*\u0000", exifFields],
  ["MM\u0000*", exifFields],
  ["{\\rtf", readRtf],
];

/** @returns What the file tells, or that its format is not read; null: a text, or nothing found. */
export function metadataOf(file: FileToCheck, steps: Steps): FileFinding | null {
  const head = file.head.subarray(0, fileEdgeBytesMax);
  const octets = joined(head, file.tail.subarray(-fileEdgeBytesMax));
  const format = formats.find(([magic]) => asciiOf(head, 0, magic.length) === magic);
  if (format === undefined) {
    return isText(head) ? null : { code: "document-not-read", found: file.mediaType };
  }
  const [, read] = format;
  steps.count += octets.length;
  const found = [...new Set(read(octets, steps))].slice(0, foundMax);
  return found.length === 0 ? null : { code: "document-metadata", found: found.join(", ") };
}

/** UTF-8 without control characters but those of a text, as far as its first part shows. */
function isText(head: Uint8Array): boolean {
  return !head.subarray(0, 65_536).some((octet) => octet < 9 || (octet > 13 && octet < 32));
}

const pdfFields = [
  ...["Author", "Creator", "Producer", "Title", "Subject", "Keywords", "Company"],
  ...["CreationDate", "ModDate", "SourceModified"],
];

function readPdf(octets: Uint8Array, steps: Steps): readonly string[] {
  const fields = pdfFields.filter((name) => {
    steps.count += octets.length;
    const at = findAscii(octets, `/${name}`);
    const next = at < 0 ? "" : asciiOf(octets, at + name.length + 1, 2);
    return /^\s?[(<]/.test(next);
  });
  const marks = ["/Metadata", "/Encrypt", "/ObjStm", "/EmbeddedFile", "/Annot"] as const;
  const words = ["XMP", "encrypted", "compressed objects", "embedded files", "annotations"];
  const others = words.filter((_, at) => hasAscii(octets, marks[at] ?? "", steps));
  return [...fields, ...others, ...xmpFields(octets, steps)];
}

const xmpNames = ["dc:creator", "xmp:CreatorTool", "pdf:Producer", "xmpMM:DocumentID"];

function xmpFields(octets: Uint8Array, steps: Steps): readonly string[] {
  return xmpNames.filter((name) => hasAscii(octets, name, steps));
}

/** Names of members stand plain in a ZIP file, whatever is done to what they hold. */
const zipMembers = {
  "docProps/core.xml": "author, last editor, times (docProps/core.xml)",
  "docProps/app.xml": "company, program (docProps/app.xml)",
  "docProps/custom.xml": "custom properties",
  "word/comments.xml": "comments",
  "word/people.xml": "names of reviewers",
  "xl/comments": "comments",
  "xl/persons/": "names of reviewers",
  "ppt/comments": "comments",
  "ppt/notesSlides/": "speaker's notes",
  "meta.xml": "author, program, times (meta.xml)",
  "word/media/": "embedded pictures",
  "xl/media/": "embedded pictures",
  "ppt/media/": "embedded pictures",
} as const;
const officeMarks = ["[Content_Types].xml", "mimetypeapplication/vnd.oasis"];

function readZip(octets: Uint8Array, steps: Steps): readonly string[] {
  const isOffice = officeMarks.some((mark) => hasAscii(octets, mark, steps));
  if (!isOffice) return ["archive, not unpacked"];
  return Object.entries(zipMembers).flatMap(([member, words]) =>
    hasAscii(octets, member, steps) ? [words] : [],
  );
}

/** MS-OLEPS: the property sets of a compound file, by the name of their stream in UTF-16LE. */
function readOle(octets: Uint8Array, steps: Steps): readonly string[] {
  const wide = (name: string) => [...name].map((letter) => `${letter}\0`).join("");
  const streams = {
    SummaryInformation: "author, last editor, times (SummaryInformation)",
    DocumentSummaryInformation: "company (DocumentSummaryInformation)",
  };
  return Object.entries(streams).flatMap(([name, words]) =>
    hasAscii(octets, wide(name), steps) ? [words] : [],
  );
}

function readRtf(octets: Uint8Array, steps: Steps): readonly string[] {
  const words = ["author", "operator", "company", "creatim", "revtim", "doccomm"];
  return words.filter((word) => hasAscii(octets, `\\${word}`, steps));
}

/** Segments before the picture: APP1 Exif or XMP, APP13 of Photoshop, comments. */
function readJpeg(octets: Uint8Array, steps: Steps): readonly string[] {
  const found: string[] = [];
  for (let at = 2; at + 4 <= octets.length; ) {
    steps.count += 1;
    const [mark, kind = 0, high = 0, low = 0] = octets.subarray(at, at + 4);
    if (mark !== 0xff || kind === 0xda) return found;
    const length = high * 256 + low;
    const segment = octets.subarray(at + 4, at + 2 + Math.max(2, length));
    if (kind === 0xe1 && asciiOf(segment, 0, 4) === "Exif") {
      found.push(...exifFields(segment.subarray(6), steps));
    } else if (kind === 0xe1) {
      found.push("XMP", ...xmpFields(segment, steps));
    } else if (kind === 0xed) {
      found.push("IPTC");
    } else if (kind === 0xfe) {
      found.push("comment");
    }
    at += 2 + Math.max(2, length);
  }
  return found;
}

const pngChunks: Readonly<Record<string, string>> = {
  ...{ tEXt: "text", iTXt: "text", zTXt: "text", tIME: "time of change", eXIf: "Exif" },
};

function readPng(octets: Uint8Array, steps: Steps): readonly string[] {
  const found: string[] = [];
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  for (let at = 8; at + 8 <= octets.length; ) {
    steps.count += 1;
    const type = asciiOf(octets, at + 4, 4);
    const length = view.getUint32(at);
    const keyword = type.endsWith("Xt") ? asciiOf(octets, at + 8, 79).split("\0")[0] : undefined;
    const words = pngChunks[type];
    if (words !== undefined) found.push(keyword === undefined ? words : `${words} (${keyword})`);
    if (type === "eXIf") found.push(...exifFields(octets.subarray(at + 8, at + 8 + length), steps));
    at += 12 + length;
  }
  return found;
}

function joined(head: Uint8Array, tail: Uint8Array): Uint8Array {
  const octets = new Uint8Array(head.length + tail.length);
  octets.set(head);
  octets.set(tail, head.length);
  return octets;
}
