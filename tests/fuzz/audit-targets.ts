/**
 * Targets of the fuzzing that are this party's own: entries and index of its audit log, its lists.
 *
 * @module
 */
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import {
  type AuditOrigin,
  formatAuditOrigin,
  parseAuditOrigin,
} from "@parley/core/log/audit-origin";
import { parseOwnLists } from "@parley/core/presend/own-lists";
import {
  type AuditEntry,
  formatAuditEntry,
  parseAuditEntry,
} from "@parley/core/record/audit-entry";
import {
  type AuditIndex,
  formatAuditIndex,
  parseAuditIndex,
} from "@parley/core/record/audit-index";
import type { Target } from "./run-fuzz.ts";

const origin = formatAuditOrigin({ party: "washington.example", epoch: 1 });
const nobody = { officer: null, name: null, session: null };
const officer = {
  kind: "officer",
  officer: "A".repeat(22),
  name: "ann",
  session: "B".repeat(22),
} as const;
const entries: readonly AuditEntry[] = [
  { act: "people.add", at: 1, by: { kind: "operator", ...nobody }, what: { name: "ann" } },
  { act: "message.send", at: 2, by: officer, what: { kind: "inquiry.v1", items: [1, 2] } },
];

export function auditTargets(): readonly Target[] {
  const [ed25519, mlDsa44] = [
    p.signer("Ed25519", p.random(32)),
    p.signer("ML-DSA-44", p.random(32)),
  ];
  const keys = { ed25519: ed25519.publicKey, mlDsa44: mlDsa44.publicKey };
  const index = formatAuditIndex(p, { origin, keys, size: 3, checkpointCount: 1 } as AuditIndex);
  return [
    {
      name: "origin of an audit log",
      covers: ["parseAuditOrigin"],
      form: "text",
      seeds: [origin],
      judge: (_p, text) => parseAuditOrigin(text),
      again: (value: AuditOrigin) => formatAuditOrigin(value),
    },
    {
      name: "entry of an audit log",
      covers: ["parseAuditEntry"],
      form: "octets",
      seeds: entries.map(formatAuditEntry),
      judge: (_p, bytes) => parseAuditEntry(bytes),
    },
    {
      name: "index of an audit log",
      covers: ["parseAuditIndex"],
      form: "octets",
      seeds: [encodeUtf8(index)],
      judge: (used, bytes) => parseAuditIndex(used, bytes),
    },
    {
      name: "own lists of the check before sending",
      covers: ["parseOwnLists"],
      form: "json",
      seeds: [{}, { domains: ["agency.example"], networks: ["10.0.0.0/8"] }],
      judge: (_p, value) => parseOwnLists(value),
    },
  ];
}
