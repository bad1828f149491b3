import { expect, test } from "vitest";
import { metadataOf } from "./file-metadata.ts";

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf16 = (text: string) => [...text].map((letter) => `${letter}\0`).join("");
const u32 = (value: number) =>
  String.fromCharCode(...[24, 16, 8, 0].map((at) => (value >> at) & 255));
const u16 = (value: number) => String.fromCharCode(value >> 8, value & 255);

/** A TIFF structure, big-endian, of one directory with these tags and values. */
function tiff(entries: readonly (readonly [tag: number, value: number])[]): string {
  const rows = entries.map(([tag, value]) => `${u16(tag)}${u16(4)}${u32(1)}${u32(value)}`);
  return `MM\0*${u32(8)}${u16(entries.length)}${rows.join("")}${u32(0)}`;
}
const segment = (kind: string, body: string) => `\xff${kind}${u16(body.length + 2)}${body}`;
const chunk = (type: string, body: string) => `${u32(body.length)}${type}${body}${u32(0)}`;
const member = (name: string) => `PK\x03\x04${"\0".repeat(22)}${u16(name.length)}${name}`;
const jpegOf = (segments: string) => `\xff\xd8${segments}\xff\xda\0\x02picture\xff\xd9`;
const pngOf = (chunks: string) => `\x89PNG\r\n\x1a\n${chunk("IHDR", "\0".repeat(13))}${chunks}`;

function found(text: string): string | null {
  const file = { name: null, mediaType: "a/b", head: latin(text), tail: new Uint8Array() };
  const finding = metadataOf(file, { count: 0 });
  return finding?.code === "document-not-read" ? "not read" : (finding?.found ?? null);
}

const office = member("[Content_Types].xml");
test.each([
  ["a PDF with an author", "%PDF-1.4\n<< /Author (Anna) /Title <FEFF> >>", "Author, Title"],
  [
    "a PDF with times",
    "%PDF-1.4\n/CreationDate (D:2016) /ModDate(D:2017)",
    "CreationDate, ModDate",
  ],
  ["a PDF with XMP", "%PDF-1.4\n/Metadata 3 0 R <dc:creator>", "XMP, dc:creator"],
  ["a PDF that is encrypted", "%PDF-1.7\n/Encrypt 9 0 R", "encrypted"],
  ["a PDF of packed objects", "%PDF-1.7\n<</Type/ObjStm>>", "compressed objects"],
  ["a document with properties", `${office}${member("docProps/core.xml")}`, "author, last editor"],
  ["a document with comments", `${office}${member("word/comments.xml")}`, "comments"],
  ["a document with pictures", `${office}${member("word/media/image1.png")}`, "embedded pictures"],
  ["an OpenDocument", "PK\x03\x04mimetypeapplication/vnd.oasis.opendocumentmeta.xml", "meta.xml"],
  ["an archive", member("a.txt"), "archive, not unpacked"],
  ["an old document", `\xd0\xcf\x11\xe0${utf16("SummaryInformation")}`, "SummaryInformation"],
  ["a text of RTF", "{\\rtf1{\\info{\\author Anna}{\\revtim}}}", "author, revtim"],
  [
    "a picture with a place",
    jpegOf(segment("\xe1", `Exif\0\0${tiff([[34_853, 0]])}`)),
    "place (GPS)",
  ],
  [
    "a picture with a camera",
    jpegOf(
      segment(
        "\xe1",
        `Exif\0\0${tiff([
          [271, 0],
          [42_033, 0],
        ])}`,
      ),
    ),
    "camera (Make), serial number",
  ],
  [
    "a picture with XMP",
    jpegOf(segment("\xe1", "http://ns.adobe.com/xap/1.0/\0xmp:CreatorTool")),
    "XMP, xmp:CreatorTool",
  ],
  [
    "a picture with a comment",
    jpegOf(segment("\xe0", "JFIF") + segment("\xfe", "by Anna")),
    "comment",
  ],
  ["a picture with IPTC", jpegOf(segment("\xed", "Photoshop 3.0")), "IPTC"],
  [
    "a PNG with a text",
    pngOf(chunk("tEXt", "Author\0Anna") + chunk("tIME", "1234567")),
    "text (Author), time of change",
  ],
  ["a PNG with Exif", pngOf(chunk("eXIf", tiff([[315, 0]]))), "Exif, author (Artist)"],
  ["a TIFF of an author", tiff([[315, 0]]), "author (Artist)"],
  [
    "a directory within another",
    `${tiff([[34_665, 26]])}${u16(1)}${u16(36_867)}${u16(2)}${u32(1)}${u32(0)}`,
    "time (DateTimeOriginal)",
  ],
  ["a file of another type", "\0\x01\x02", "not read"],
])("finds what %s tells", (_, octets, words) => {
  expect(found(octets)).toContain(words);
});

test.each([
  ["a PDF without any", "%PDF-1.4\n1 0 obj << /Type /Catalog /AuthorNotes 3 >> endobj"],
  ["a document that was cleaned", `${office}${member("word/document.xml")}`],
  ["a picture without any", jpegOf(segment("\xe0", "JFIF"))],
  ["a picture that only looks so inside", `${jpegOf("")}${segment("\xfe", "comment")}`],
  [
    "a picture of sizes alone",
    jpegOf(
      segment(
        "\xe1",
        `Exif\0\0${tiff([
          [256, 100],
          [257, 50],
        ])}`,
      ),
    ),
  ],
  ["a picture whose points look so", `\xff\xd8\xff\xda\0\x02${segment("\xfe", "by Anna")}`],
  ["a PNG without any", pngOf(chunk("IDAT", "tEXt"))],
  ["a text", "Author: Anna\r\n\tFrom: \xd0\x90"],
  ["nothing", ""],
])("finds nothing in %s", (_, octets) => {
  expect(found(octets)).toBeNull();
});

test("a directory that leads to itself is read once", () => {
  const steps = { count: 0 };
  const head = latin(
    tiff([
      [34_665, 8],
      [34_665, 8],
    ]),
  );
  metadataOf({ name: null, mediaType: "a/b", head, tail: new Uint8Array() }, steps);
  expect(steps.count).toBeLessThan(head.length + 10);
});
