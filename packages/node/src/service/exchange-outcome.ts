/**
 * How a step of an exchange with a peer ended.
 *
 * @module
 */
import type { LinkRefusal } from "./peer-link.ts";

/** `done`: nothing is left to do. `again`: go on at once. `refused`: try again later. */
export type ExchangeOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "again" }
  | { readonly kind: "refused"; readonly code: string; readonly retryAfterMs: number | null };

export const exchangeDone: ExchangeOutcome = { kind: "done" };

export function refusedAs(code: string): ExchangeOutcome {
  return { kind: "refused", code, retryAfterMs: null };
}

export function refusedBy({ code, retryAfterMs }: LinkRefusal): ExchangeOutcome {
  return { kind: "refused", code, retryAfterMs };
}

/** What a peer said that contradicts itself or us. */
export const badAnswer: ExchangeOutcome = refusedAs("mirror.bad-answer");
