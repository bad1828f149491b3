/**
 * Goal: the table of bounds is whole, and each of its lines is shown by a test. Method: the source is
 * searched for constants that are named as bounds are; titles of tests are looked up where they stand.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { refusalCodes } from "@parley/core/refusal-codes";
import { peerAppLimits } from "@parley/node/http/peer/peer-app";
import { peerServerLimits } from "@parley/node/http/peer/tls";
import { expect, test } from "vitest";
import { bounds } from "../../tools/bounds.ts";
import { listProjectFiles, readProjectFile, repositoryRoot } from "../../tools/project-files.ts";

const http = "packages/node/src/http";
const hostile = "tests/hostile/listener.test.ts";
const kindVectors: Place = ["tests/conformance/kind-vectors.test.ts", "[KND-1] [KND-2] vectors of"];

const presendWork = "packages/core/src/presend/presend-work.test.ts";

type Place = readonly [file: string, title: string];

/** Bounds that `text-bounds.test.ts` does not show, because it takes more than a parser. */
const shownElsewhere: Readonly<Record<string, Place>> = {
  connectionsMax: [hostile, "connections beyond the bound"],
  handshakeMs: [`${http}/peer/tls.test.ts`, "when the time for the handshake is over"],
  headerBytesMax: [hostile, "a header beyond the bound"],
  headersMs: [hostile, "a header that never ends"],
  requestMs: [hostile, "a body that never ends"],
  checkMs: [hostile, "a header that never ends"],
  keepAliveMs: [hostile, "a connection that asks nothing"],
  requestsPerPeerMax: [`${http}/peer/peer-app.test.ts`, "too many requests at once"],
  uploadsPerPeerMax: [`${http}/peer/peer-app.test.ts`, "too many requests at once"],
  bodyIdleMs: [`${http}/peer/peer-app.test.ts`, "a body that stops coming"],
  answerMs: [`${http}/peer/peer-app.test.ts`, "a reader that is too slow"],
  addCheckpointBytesMax: [`${http}/peer/peer-app.test.ts`, "a length above the limit"],
  uploadBytesMax: [`${http}/peer/peer-app.test.ts`, "a length above the limit"],
  receiptListBytesMax: [`${http}/peer/peer-app.test.ts`, "a length above the limit"],
  attachmentPartBytesMin: [`${http}/peer/peer-app.test.ts`, "a part that is not the last"],
  attachmentPartBytesMax: ["tests/storage/content-contract.ts", "attachment"],
  connectMs: [`${http}/peer/hostile-peer.test.ts`, "takes the connection and says nothing"],
  responseHeaderBytesMax: [`${http}/peer/hostile-peer.test.ts`, "no answer is longer or later"],
  pipeliningMax: [`${http}/peer/exchange.test.ts`, "one message alone takes two requests"],
  mirrorInfoBytesMax: [`${http}/peer/hostile-peer.test.ts`, "no answer is longer or later"],
  codeBytesMax: [`${http}/peer/hostile-peer.test.ts`, "no answer is longer or later"],
  retryAfterSecondsMax: [`${http}/peer/hostile-peer.test.ts`, "a refusal for now is tried again"],
  fetchBytesPerSecondMin: [`${http}/peer/hostile-peer.test.ts`, "octet by octet"],
  fetchGraceMs: [`${http}/peer/hostile-peer.test.ts`, "octet by octet"],
  fetchMsMax: [`${http}/peer/hostile-peer.test.ts`, "octet by octet"],
  uploadPackagesMax: ["packages/core/src/log/mirror-messages.test.ts", "reads 32 packages"],
  overlapEntriesMax: ["packages/core/src/log/mirror-judge.test.ts", "says where it stands"],
  pendingCheckpointsMax: ["tests/storage/log-contract.ts", "its last four pending checkpoints"],
  receiptsPerListMax: ["packages/core/src/log/receipt-list.test.ts", "takes 256 receipts"],
  itemCountMax: ["packages/core/src/item/item-list.test.ts", "more items than a message may have"],
  openCasesMax: ["tests/two-node/open-cases.test.ts", "as many cases are open as there may be"],
  clockStopsMax: [
    "packages/core/src/case/case-rules.test.ts",
    "a clock cannot be stopped for ever",
  ],
  suspensionsPerDayMax: [
    "packages/core/src/case/case-rules.test.ts",
    "one beyond the most of a day, stop nothing",
  ],
  presendTextLengthMax: [presendWork, "of a text that no form takes the beginning"],
  fileEdgeBytesMax: [presendWork, "of a long file the first and the last mebibyte"],
  severityMax: kindVectors,
  inlineItemsBytesMax: ["packages/node/src/cli/office-commands.test.ts", "911 items are imported"],
  textCharsMax: kindVectors,
  langCharsMax: kindVectors,
  lineCharsMax: kindVectors,
  filesMax: kindVectors,
  fileBytesMax: kindVectors,
  checkpointCharsMax: kindVectors,
  documentCharsMax: kindVectors,
  bundleBytesMax: ["tests/record/export.test.ts", "a file that is cut off, longer, or empty"],
  controlInputBytesMax: [`${http}/control/control.test.ts`, "gives back value and refusal"],
  csvLineBytesMax: ["packages/node/src/adapters/csv/import-csv.test.ts", "a line of a gigabyte"],
  csvFileBytesMax: ["packages/node/src/adapters/csv/import-csv.test.ts", "a file above its limit"],
  pageRowsMax: ["tests/bounds/local-bounds.test.ts", "a page has 500 rows"],
  boxBytesMax: ["packages/node/src/service/secret-box.test.ts", "does not open as something else"],
  configFileBytesMax: ["packages/node/src/config.test.ts", "a file that is not one JSON object"],
};

/**
 * Named as bounds are, and none on what others give: what a program of ours writes, how it paces
 * itself, and what it shows at once.
 */
const ownAffairs: Readonly<Record<string, string>> = {
  chunkCountMax: "chunks of 64 KiB: above every attachment",
  controlLineBytesMax: "a line between two processes of this program",
  cosignatureLengthMax: "what the checker repeats of a file",
  depthMax: "folders inside one another that the checker lists",
  shownNamesMax: "officers that the checker names on the screen",
  headBytesMax: "a request of the operator's own probes",
  directoriesMax: "directories of a picture that are looked into",
  entriesMax: "tags of one of them",
  foundCharsMax: "what a finding repeats of a text",
  foundMax: "what a finding names of a file",
  importedKeysMax: "keys kept imported",
  ipv6CharsMax: "the longest address there is",
  listedPerCodeMax: "findings that a report lists; the others are counted",
  listedMax: "rows that a report lists",
  leavesHeldMax: "leaves of items that are hashed together",
  legibleItemsMax: "items that a sheet of paper writes out; the others are counted",
  longTextCharsMin: "when a report finds a text long",
  nameCharsMax: "the longest host name there is",
  nameCharsMin: "when a value that is held back could be anything",
  nameWordsMax: "words of a name that are looked for",
  packageBytesMax: "a package, by the bounds of an entry and a proof",
  partsMax: "parts of a value that is looked at",
  plaintextBytesMax: "room for the largest of the padded sizes",
  probeConnectionsMax: "connections of the operator's own probes",
  plainLengthMax: "whether a text is written octet by octet",
  refusalDetailMax: "words of a refusal in our log",
  socketPathBytesMax: "the path of our own socket",
  stemCharsMin: "how much of a word is left when its ending is taken off",
  u16Max: "what two octets hold",
  valueLengthMax: "what the checker repeats of a proof",
  withheldCharsMax: "how much of a text that is held back is looked for",
  wordCharsMin: "when a word that is held back could be anything",
  wordIdsMax: "words that are told apart",
  aheadSecondsMax: "when a message is shown as early",
};

/** Constants of the top of a module. */
const constant = /^(?:export )?const (\w+(?:Max|Min))\b/gm;

/**
 * Where octets of others are read: what two parties share, the network, files. Bounds of single
 * fields of kinds are in `spec/kinds.md`, and a vector of each kind breaks each of them.
 */
const readers =
  /^packages\/(?:core\/src\/(?!kind\/)|checker\/|node\/src\/(?:http|adapters)\/).*(?<!\.test)\.ts$/;

test("no bound of what reads octets of others is missing in the table", () => {
  const sources = listProjectFiles(repositoryRoot).filter((path) => readers.test(path));
  const found = sources.flatMap((path) => {
    const { text } = readProjectFile(repositoryRoot, path);
    return [...text.matchAll(constant)].map(([, name = ""]) => name);
  });
  expect(found.length).toBeGreaterThan(70);
  const missing = found.filter((name) => !(name in bounds) && !(name in ownAffairs));
  expect(missing).toEqual([]);
  expect(Object.keys(ownAffairs).filter((name) => !found.includes(name))).toEqual([]);
  const limits = [...Object.keys(peerServerLimits), ...Object.keys(peerAppLimits)];
  expect(limits.filter((name) => !(name in bounds))).toEqual([]);
  console.log(`bounds: ${Object.keys(bounds).length} in the table, ${found.length} in the source`);
});

test("every bound is shown by a test", () => {
  const textOf = (file: string) => readFileSync(join(repositoryRoot, file), "utf8");
  const probed = ["text", "local"].map((name) => textOf(`tests/bounds/${name}-bounds.test.ts`));
  for (const name of Object.keys(bounds)) {
    const place = shownElsewhere[name];
    if (place === undefined) {
      const isProbed = probed.some((text) => new RegExp(`^  ${name}: \\(`, "m").test(text));
      expect(isProbed, `${name} has no probe`).toBe(true);
      continue;
    }
    const [file, title] = place;
    expect(textOf(file).includes(title), `${file}: ${title}`).toBe(true);
  }
  expect(Object.keys(shownElsewhere).filter((name) => !(name in bounds))).toEqual([]);
});

test("every code of the table is one of ours", () => {
  const faults = ["peer.", "closed", "HTTP ", "cut ", "they ", "written ", "sent ", "the oldest "];
  for (const [name, { refusal }] of Object.entries(bounds)) {
    const isKnown = refusal in refusalCodes || faults.some((words) => refusal.startsWith(words));
    expect(isKnown, `${name}: ${refusal}`).toBe(true);
  }
});
