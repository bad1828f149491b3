/** csv-spectrum: what the reader of CSV makes of other people's CSV. */
import { expect, test } from "vitest";
import { accept } from "../../packages/core/src/result.ts";
import { readCsv } from "../../packages/node/src/adapters/csv/read-csv.ts";
import { listVectors, readVectorBytes, readVectorJson } from "./vector-files.ts";

/** In pieces of seven octets, so that every quote and line break is cut somewhere. */
async function* inPieces(octets: Uint8Array) {
  for (let at = 0; at < octets.length; at += 7) yield octets.subarray(at, at + 7);
}

/** Its own JSON speaks of another telephone number, and quotes stand bare in its second field. */
const refused = "location_coordinates";
const names = listVectors("csv-spectrum/csvs").map((name) => name.replace(".csv", ""));

async function readVector(name: string) {
  const records: (readonly string[])[] = [];
  const octets = readVectorBytes(`csv-spectrum/csvs/${name}.csv`);
  const read = await readCsv(inPieces(octets), (fields) => {
    records.push(fields);
    return accept(true);
  });
  return { read, records };
}

test("there are twelve vectors", () => expect(names).toHaveLength(12));

test.each(names.filter((name) => name !== refused))("csv-spectrum %s", async (name) => {
  const { read, records } = await readVector(name);
  expect(read.ok ? "read" : read.refusal).toBe("read");
  const [headings = [], ...rows] = records;
  const objects = rows.map((row) =>
    Object.fromEntries(headings.map((heading, column) => [heading, row[column]])),
  );
  const expected = JSON.stringify(readVectorJson(`csv-spectrum/json/${name}.json`));
  // The published newlines_crlf.csv has lost the CR that its JSON still has.
  expect(objects).toEqual(
    JSON.parse(name === "newlines_crlf" ? expected.replaceAll("\\r", "") : expected),
  );
});

test(`csv-spectrum ${refused}: a quote in a field that is not quoted is no CSV (RFC 4180 §2.5)`, async () => {
  const { read } = await readVector(refused);
  expect(read.ok ? "read" : read.refusal.code).toBe("csv.malformed");
});
