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
  "bytes.not-canonical": { status: 400, audience: "both", rule: "BYT-2" },
  "bytes.not-json": { status: 400, audience: "local", rule: "BYT-7" },
  "jws.bad-signature": { status: 403, audience: "both", rule: "CRY-10" },
  "jws.malformed": { status: 400, audience: "both", rule: "CRY-9" },
  "jws.wrong-signers": { status: 403, audience: "both", rule: "CRY-10" },
  "keys.damaged": { status: 400, audience: "local", rule: "SECURITY.md" },
  "keys.short-passphrase": { status: 400, audience: "local", rule: "SECURITY.md" },
  "keys.wrong-passphrase": { status: 403, audience: "local", rule: "SECURITY.md" },
  "message.bad-disclosure": { status: 400, audience: "both", rule: "MSG-3" },
} as const satisfies Record<string, RefusalEntry>;

export type RefusalCode = keyof typeof refusalCodes;
