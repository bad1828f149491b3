/**
 * What is handed to an outsider: exports and proofs, of a channel on which something was said; and
 * what one's own people and programs hand over: tables, files of items, lines of the control socket.
 *
 * @module
 */
import { canonicalJson, type JsonValue, parseStrictJson } from "@parley/core/bytes/canonical-json";
import { decodeUtf8, encodeUtf8 } from "@parley/core/bytes/utf8";
import {
  type ExportIndex,
  formatExportIndex,
  parseExportIndex,
} from "@parley/core/record/export-index";
import { formatProof, type ProofBundle, parseProof } from "@parley/core/record/proof-bundle";
import { formatTlogProof, parseTlogProof, type TlogProof } from "@parley/core/record/tlog-proof";
import { verifyExport } from "@parley/core/record/verify-export";
import { verifyProof } from "@parley/core/record/verify-proof";
import { refuse } from "@parley/core/result";
import { importCsv } from "@parley/node/adapters/csv/import-csv";
import { controlLine } from "@parley/node/http/control/control-message";
import { proveEntry } from "@parley/node/service/prove";
import { itemsFile } from "@parley/node/service/send-operations";
import { must } from "@parley/testkit/sample-message";
import { exportOf, filesIn } from "../record/exported.ts";
import type { History } from "../record/history.ts";
import type { Target } from "./run-fuzz.ts";

export async function recordTargets({
  pair,
  unanswered,
  answered,
}: History): Promise<readonly Target[]> {
  const { washington } = pair;
  const silentUntil = 1_480_593_600 + 30 * 60;
  const order = { show: ["kind", "ask"] as const, silentUntil };
  const prove = async ({ jti }: { jti: string }, over: object) =>
    must(
      await proveEntry(washington.node, washington.channel, { entry: { jti }, ...over } as never),
    ).text;
  const proofs = [
    await prove(unanswered, order),
    await prove(answered, { show: [], silentUntil: null }),
  ];
  const parsed = must(parseProof(proofs[0] ?? ""));
  const memory = await exportOf(washington, true);
  return [
    {
      name: "proof",
      form: "text",
      seeds: proofs,
      covers: ["parseProof", "verifyProof", "verifyShown", "verifySilence", "verifyChannelTexts"],
      judge: (used, text) => verifyProof(used, text),
    },
    {
      name: "form of a proof",
      covers: ["parseProof"],
      form: "text",
      seeds: proofs,
      judge: (_p, text) => parseProof(text),
      again: (value: ProofBundle) => formatProof(value),
    },
    {
      name: "tlog-proof",
      covers: ["parseTlogProof", "verifyTlogProof"],
      form: "text",
      seeds: [parsed.entry],
      judge: (_p, text) => parseTlogProof(text),
      again: (value: TlogProof) => formatTlogProof(value),
    },
    {
      name: "index of an export",
      covers: ["parseExportIndex"],
      form: "octets",
      seeds: [memory.get("index.json") ?? new Uint8Array(0)],
      judge: (_p, bytes) => parseExportIndex(bytes),
      again: (value: ExportIndex) => encodeUtf8(formatExportIndex(value)),
    },
    ...[...memory.keys()].map(
      (path): Target => ({
        name: `export: ${folderOf(path)}`,
        form: "octets",
        seeds: [memory.get(path) ?? new Uint8Array(0)],
        covers: [
          ...["verifyExport", "verifyLog", "readBundle", "readText", "openExport", "openLog"],
          ...["openAttachments", "readNodesOfTiles", "readRange"],
        ],
        judge: (used, bytes) => verifyExport(used, filesIn(new Map(memory).set(path, bytes))),
      }),
    ),
    ...ownTargets(),
  ];
}

/** Files of one kind are one line of the report. */
function folderOf(path: string): string {
  return path.replace(/\/[^/]*\.example\//, "/…/").replace(/\/[^/]*$/, "/…");
}

function ownTargets(): Target[] {
  const csv = "INDICATOR_VALUE,TYPE,COMMENT,ROLE,ATTACK_PHASE,OBSERVED_DATE,HANDLING,DESCRIPTION\n";
  const settings = { name: "a.csv", lang: "en", collection: "unknown", use: "block" } as never;
  const items: JsonValue = { v: 1, source: "a.csv", items: [] };
  const line: JsonValue = { progress: { what: "items", done: 1, total: 2 } };
  const lines: readonly JsonValue[] = [
    line,
    { value: { a: [1] } },
    { refusal: { code: "case.unknown", detail: "x", params: { id: "x" } } },
    { fault: { code: "storage.io", detail: "", retryable: true } },
  ];
  return [
    {
      name: "CSV",
      covers: [],
      form: "octets",
      seeds: [
        encodeUtf8(`${csv}1.2.3.4,IPV4ADDR,"a ""b""",C2,,2016-12-29T00:00:00Z,TLP:WHITE,t\n`),
      ],
      judge: (_p, bytes) =>
        importCsv(
          (async function* () {
            yield bytes.subarray(0, 11);
            yield bytes.subarray(11);
          })(),
          settings,
        ),
    },
    {
      name: "file of items",
      covers: [],
      form: "text",
      seeds: [canonicalJson(items)],
      judge: (_p, text) => {
        const json = parseStrictJson(text, { depthMax: 16, bytesMax: 2 ** 20 });
        if (!json.ok) return json;
        const { success, data } = itemsFile.safeParse(json.value);
        return success ? data : refuse("office.bad-items-file", "form");
      },
    },
    {
      name: "settings",
      covers: [],
      form: "text",
      seeds: ['{"peerListen":"127.0.0.1:1","pollMs":5}'],
      judge: (_p, text) => parseStrictJson(text, { depthMax: 2, bytesMax: 65_536 }),
    },
    {
      name: "line of the control socket",
      covers: [],
      form: "octets",
      seeds: lines.map((each) => encodeUtf8(canonicalJson(each))),
      judge: (_p, bytes) => {
        const json = parseStrictJson(decodeUtf8(bytes) ?? "", { depthMax: 16, bytesMax: 2 ** 20 });
        return json.ok ? controlLine.safeParse(json.value).data : json;
      },
    },
  ];
}
