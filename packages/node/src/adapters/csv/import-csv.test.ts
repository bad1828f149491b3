import { expect, test } from "vitest";
import { importCsv } from "./import-csv.ts";
import { csvFileBytesMax, csvLineBytesMax, readCsv } from "./read-csv.ts";

const headings =
  "INDICATOR_VALUE,TYPE,COMMENT,ROLE,ATTACK_PHASE,OBSERVED_DATE,HANDLING,DESCRIPTION";
const settings = {
  name: "test.csv",
  lang: "en",
  collection: "unknown",
  use: "none",
} as const;

async function* octets(...parts: readonly (string | Uint8Array)[]) {
  for (const part of parts) yield typeof part === "string" ? new TextEncoder().encode(part) : part;
}

async function importText(text: string | Uint8Array) {
  return importCsv(octets(text), settings);
}

async function codeOf(text: string | Uint8Array): Promise<string> {
  const read = await importText(text);
  return read.ok ? "read" : `${read.refusal.code}: ${read.refusal.detail}`;
}

test("names the columns that are missing", async () => {
  expect(await codeOf("INDICATOR_VALUE,TYPE,COMMENT,ROLE,HANDLING,DESCRIPTION\n")).toBe(
    "csv.missing-columns: ATTACK_PHASE, OBSERVED_DATE",
  );
  expect(await codeOf("")).toBe("csv.missing-columns: the file is empty");
});

test("takes columns in any order and case, and tells which it does not read", async () => {
  const names = `colour,${headings.toLowerCase().split(",").reverse().join(",")}`;
  const read = await importText(`${names}\nred,text,TLP:GREEN,,,,,URL,http://a.example/\n`);
  expect(read).toMatchObject({ ok: true, value: { rowCount: 1 } });
  if (!read.ok) return;
  expect(read.value.items[0]).toMatchObject({ kind: "url", value: "http://a.example/" });
  const unread = read.value.findings.find(({ code }) => code === "column-not-read");
  expect(unread?.parts).toEqual([{ name: "COLOUR", count: 1 }]);
});

test("refuses a heading that stands twice, and a row of another width", async () => {
  expect(await codeOf(`${headings},TYPE\n`)).toBe("csv.repeated-column: TYPE");
  expect(await codeOf(`${headings}\n1.2.3.4,IPV4ADDR\n`)).toBe(
    "csv.wrong-width: row 1: 2 of 8 fields",
  );
});

test("reads a grade where the source has one", async () => {
  const read = await importText(
    `${headings},SOURCE_RELIABILITY,INFORMATION_CREDIBILITY\n` +
      "1.2.3.4,IPV4ADDR,,C2,C2,2016-07-11T13:42:07Z,TLP:AMBER,seen,b,2\n" +
      "1.2.3.5,IPV4ADDR,,C2,C2,2016-07-11,TLP:PINK,seen,,3\n" +
      "1.2.3.6,IPV4ADDR,,C2,C2,11.07.2016 13:42,,seen,Z,\n",
  );
  if (!read.ok) throw new Error(read.refusal.detail);
  const [first, second, third] = read.value.items;
  expect(first).toMatchObject({ grade: "B2", observed: { at: 1_468_244_527 } });
  expect(first?.findings).toBeUndefined();
  expect(second).toMatchObject({
    grade: "F3",
    observed: { from: 1_468_195_200, to: 1_468_281_600 },
    marking: { tlp: "RED" },
    findings: ["observed-day-only", "marking-unreadable"],
  });
  expect(third).toMatchObject({
    grade: "F6",
    observed: "unknown",
    findings: ["observed-time-unreadable", "grade-unreadable", "marking-missing"],
  });
});

test("takes UTF-8 with and without a byte order mark, and nothing else", async () => {
  const text = `${headings}\nпример.example,FQDN,,,,,TLP:CLEAR,Текст\n`;
  const utf8 = new TextEncoder().encode(text);
  expect(await codeOf(utf8)).toBe("read");
  expect(await codeOf(new Uint8Array([0xef, 0xbb, 0xbf, ...utf8]))).toBe("read");
  expect(await codeOf(Buffer.from(text, "utf16le"))).toMatch("csv.bad-encoding: line 1");
  expect(await codeOf(Buffer.from(`\ufeff${headings}\n`, "utf16le"))).toMatch("csv.bad-encoding");
  expect(await codeOf(Buffer.from(headings, "utf16le"))).toMatch("csv.bad-encoding");
  const windows1251 = new Uint8Array([...Buffer.from(`${headings}\n`), 0xcf, 0xf0, 0x0a]);
  expect(await codeOf(windows1251)).toMatch("csv.bad-encoding");
  expect(await codeOf(new Uint8Array([...Buffer.from(`${headings}\n`), 0xd0]))).toMatch(
    "csv.bad-encoding",
  );
});

test("refuses a line of a gigabyte after its first megabyte", async () => {
  const piece = new Uint8Array(65_536).fill(0x61);
  let pieceCount = 0;
  async function* endless() {
    yield new TextEncoder().encode(`${headings}\n`);
    for (; pieceCount < 16_384; pieceCount += 1) yield piece;
  }
  const read = await importCsv(endless(), settings);
  expect(read).toMatchObject({
    refusal: {
      code: "csv.line-too-long",
      detail: `line 2 has more than ${csvLineBytesMax} octets`,
    },
  });
  expect(pieceCount).toBeLessThanOrEqual(csvLineBytesMax / piece.length + 1);
});

test("refuses a quoted field that never ends, however short its lines", async () => {
  const piece = new TextEncoder().encode("a line\n".repeat(9_000));
  let pieceCount = 0;
  async function* endless() {
    yield new TextEncoder().encode(`${headings}\n"`);
    for (; pieceCount < 16_384; pieceCount += 1) yield piece;
  }
  const read = await importCsv(endless(), settings);
  expect(read).toMatchObject({ refusal: { code: "csv.line-too-long" } });
  expect(pieceCount * piece.length).toBeLessThan(4 * csvLineBytesMax);
});

test("refuses more rows than a message may have items, and stops there", async () => {
  const rows = new TextEncoder().encode("1.2.3.4,IPV4ADDR,,,,,TLP:CLEAR,\n".repeat(1_000));
  let pieceCount = 0;
  async function* many() {
    yield new TextEncoder().encode(`${headings}\n`);
    for (; pieceCount < 1_000; pieceCount += 1) yield rows;
  }
  const read = await importCsv(many(), settings);
  expect(read).toMatchObject({ refusal: { code: "csv.too-many-rows" } });
  expect(pieceCount).toBeLessThanOrEqual(101);
});

test("refuses a file above its limit", async () => {
  async function* endless() {
    for (;;) yield new Uint8Array(1_000).fill(0x0a);
  }
  const sink = () => ({ ok: true, value: true }) as const;
  expect(await readCsv(endless(), sink, 10_000)).toMatchObject({
    refusal: { code: "csv.too-large", detail: "more than 10000 octets" },
  });
  expect(csvFileBytesMax).toBe(256 * 1_048_576);
});

test("refuses quotes out of form, and keeps the file out of the detail", async () => {
  expect(await codeOf(`${headings}\nSEC"RET,FQDN,,,,,,\n`)).toMatch(
    /^csv\.malformed: line 2: [A-Z_]+$/,
  );
  expect(await codeOf(`${headings}\n"SECRET`)).not.toContain("SECRET");
});

test("lets the fault of a disk pass", async () => {
  async function* failing() {
    yield new TextEncoder().encode(`${headings}\n`);
    throw new Error("EIO");
  }
  await expect(importCsv(failing(), settings)).rejects.toThrow("EIO");
});
