/**
 * Every code with which Parley refuses, declared once.
 *
 * `spec/refusals.md`, the HTTP mapping and the keys `refusal.<code>` of the catalogues come from
 * here. A code is never renamed and never reused.
 *
 * @module
 */

/** Who is told: the peer, over the wire, or the party's own people, on a screen. */
export type RefusalAudience = "peer" | "local" | "both";

export interface RefusalEntry {
  /** HTTP status when the refusal is an answer to a request. */
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429;
  readonly audience: RefusalAudience;
  /** The rule of `spec/` that it enforces; for a local refusal the document that explains it. */
  readonly rule: string;
}

export const refusalCodes = {
  "agreement.superseded": { status: 409, audience: "both", rule: "ENT-14" },
  "attachment.too-large": { status: 413, audience: "both", rule: "ENT-24" },
  "attachment.truncated": { status: 400, audience: "both", rule: "ENT-25" },
  "attachment.unreadable": { status: 422, audience: "both", rule: "ENT-23" },
  "attachment.wrong-digest": { status: 422, audience: "both", rule: "ENT-22" },
  "bytes.not-canonical": { status: 400, audience: "both", rule: "BYT-2" },
  "bytes.not-json": { status: 400, audience: "local", rule: "BYT-7" },
  "case.move-not-allowed": { status: 409, audience: "both", rule: "CASE-4" },
  "case.unknown": { status: 404, audience: "both", rule: "CASE-5" },
  "case.unknown-reference": { status: 404, audience: "both", rule: "CASE-16" },
  "case.wrong-id": { status: 409, audience: "both", rule: "CASE-2" },
  "case.wrong-role": { status: 403, audience: "both", rule: "CASE-4" },
  "cli.usage": { status: 400, audience: "local", rule: "docs" },
  "config.bad-value": { status: 400, audience: "local", rule: "docs" },
  "config.not-json": { status: 400, audience: "local", rule: "docs" },
  "config.unknown-key": { status: 400, audience: "local", rule: "docs" },
  "config.unreadable-file": { status: 400, audience: "local", rule: "docs" },
  "control.bad-input": { status: 400, audience: "local", rule: "docs" },
  "control.too-large": { status: 413, audience: "local", rule: "docs" },
  "control.unknown-operation": { status: 404, audience: "local", rule: "docs" },
  "entry.bad-seen": { status: 409, audience: "both", rule: "ENT-16" },
  "entry.key-barred": { status: 403, audience: "both", rule: "ENT-13" },
  "entry.repeat": { status: 409, audience: "both", rule: "ENT-15" },
  "entry.too-large": { status: 413, audience: "local", rule: "ENT-1" },
  "entry.unknown-agreement": { status: 409, audience: "both", rule: "ENT-14" },
  "entry.unknown-reference": { status: 404, audience: "both", rule: "ENT-19" },
  "entry.unreadable": { status: 422, audience: "both", rule: "ENT-9" },
  "entry.wrong-audience": { status: 403, audience: "both", rule: "ENT-12" },
  "entry.wrong-channel": { status: 403, audience: "both", rule: "ENT-12" },
  "entry.wrong-class": { status: 403, audience: "both", rule: "ENT-12" },
  "entry.wrong-desk": { status: 403, audience: "both", rule: "ENT-17" },
  "entry.wrong-epoch": { status: 403, audience: "both", rule: "ENT-12" },
  "entry.wrong-hash": { status: 422, audience: "both", rule: "ENT-10" },
  "entry.wrong-issuer": { status: 403, audience: "both", rule: "ENT-12" },
  "entry.wrong-signer": { status: 403, audience: "both", rule: "ENT-18" },
  "entry.wrong-typ": { status: 403, audience: "both", rule: "ENT-11" },
  "home.busy": { status: 409, audience: "local", rule: "docs" },
  "home.damaged": { status: 400, audience: "local", rule: "docs" },
  "home.exists": { status: 409, audience: "local", rule: "docs" },
  "home.missing": { status: 404, audience: "local", rule: "docs" },
  "home.open-to-others": { status: 403, audience: "local", rule: "docs" },
  "home.other-version": { status: 409, audience: "local", rule: "docs" },
  "home.served": { status: 409, audience: "local", rule: "docs" },
  "home.unreadable": { status: 403, audience: "local", rule: "docs" },
  "jws.bad-signature": { status: 403, audience: "both", rule: "CRY-10" },
  "jws.malformed": { status: 400, audience: "both", rule: "CRY-9" },
  "jws.wrong-signers": { status: 403, audience: "both", rule: "CRY-10" },
  "keys.damaged": { status: 400, audience: "local", rule: "SECURITY.md" },
  "keys.missing": { status: 404, audience: "local", rule: "SECURITY.md" },
  "keys.no-passphrase": { status: 400, audience: "local", rule: "docs" },
  "keys.passphrase-mismatch": { status: 400, audience: "local", rule: "docs" },
  "keys.short-passphrase": { status: 400, audience: "local", rule: "SECURITY.md" },
  "keys.wrong-passphrase": { status: 403, audience: "local", rule: "SECURITY.md" },
  "log.bad-bundle": { status: 422, audience: "both", rule: "LOG-22" },
  "log.bad-checkpoint": { status: 400, audience: "both", rule: "LOG-11" },
  "log.bad-note": { status: 400, audience: "both", rule: "LOG-6" },
  "log.bad-origin": { status: 400, audience: "both", rule: "LOG-1" },
  "log.bad-proof": { status: 422, audience: "both", rule: "LOG-4" },
  "log.bad-receipt": { status: 400, audience: "both", rule: "LOG-17" },
  "log.bad-signature": { status: 403, audience: "both", rule: "LOG-12" },
  "log.bad-tile-path": { status: 404, audience: "both", rule: "LOG-20" },
  "log.bad-vkey": { status: 400, audience: "both", rule: "LOG-9" },
  "log.fork": { status: 422, audience: "both", rule: "LOG-25" },
  "log.last-epoch": { status: 409, audience: "local", rule: "LOG-23" },
  "log.other-log": { status: 422, audience: "local", rule: "LOG-25" },
  "log.receipt-conflict": { status: 409, audience: "both", rule: "LOG-18" },
  "log.receipt-order": { status: 422, audience: "both", rule: "LOG-18" },
  "log.shared-key": { status: 422, audience: "both", rule: "LOG-16" },
  "log.two-times": { status: 422, audience: "both", rule: "LOG-15" },
  "log.unknown-origin": { status: 404, audience: "both", rule: "EXC-8" },
  "log.unproven-closing": { status: 422, audience: "both", rule: "LOG-24" },
  "log.wrong-signers": { status: 403, audience: "both", rule: "LOG-12" },
  "message.bad-body": { status: 400, audience: "both", rule: "MSG-7" },
  "message.bad-control": { status: 400, audience: "both", rule: "MSG-6" },
  "message.bad-disclosure": { status: 400, audience: "both", rule: "MSG-3" },
  "message.bad-draft": { status: 400, audience: "local", rule: "spec/message.md" },
  "message.bad-item": { status: 400, audience: "both", rule: "MSG-10" },
  "message.bad-items": { status: 400, audience: "both", rule: "MSG-9" },
  "message.bad-payload": { status: 400, audience: "both", rule: "MSG-2" },
  "message.missing-block": { status: 400, audience: "both", rule: "MSG-8" },
  "message.missing-item": { status: 400, audience: "both", rule: "MSG-11" },
  "message.not-shown": { status: 404, audience: "local", rule: "spec/message.md" },
  "message.too-large": { status: 413, audience: "both", rule: "MSG-12" },
  "mirror.bad-answer": { status: 422, audience: "local", rule: "EXC-21" },
  "mirror.bad-request": { status: 400, audience: "both", rule: "EXC-7" },
  "mirror.gap": { status: 409, audience: "both", rule: "EXC-17" },
  "mirror.no-checkpoint": { status: 422, audience: "both", rule: "EXC-16" },
  "mirror.other-end": { status: 409, audience: "both", rule: "EXC-17" },
  "mirror.other-size": { status: 409, audience: "both", rule: "EXC-10" },
  "mirror.overlap": { status: 409, audience: "both", rule: "EXC-17" },
  "pair.not-digits": { status: 400, audience: "local", rule: "docs" },
  "pair.own-descriptor": { status: 409, audience: "local", rule: "docs" },
  "pair.unknown-peer": { status: 404, audience: "local", rule: "docs" },
  "pair.wrong-digits": { status: 409, audience: "local", rule: "docs" },
  "record.bad-proof-file": { status: 400, audience: "both", rule: "LOG-27" },
} as const satisfies Record<string, RefusalEntry>;

export type RefusalCode = keyof typeof refusalCodes;
