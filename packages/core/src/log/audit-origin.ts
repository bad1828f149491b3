/**
 * The origin of a party's audit log: `washington.example/audit/1`.
 *
 * It has three parts where a log of a channel has five, so that neither can pass for the other:
 * a checkpoint of one is never one of the other. spec/audit.md §1.
 *
 * @module
 */
import { assert } from "../fault.ts";
import { accept, type Result, refuse } from "../result.ts";

export interface AuditOrigin {
  readonly party: string;
  /** From 1; a new one begins where it is not certain that the old one goes on. */
  readonly epoch: number;
}

const originForm = /^([a-z0-9.-]{3,63})\/audit\/([1-9][0-9]{0,5})$/;

export function formatAuditOrigin({ party, epoch }: AuditOrigin): string {
  const text = `${party}/audit/${epoch}`;
  assert(parseAuditOrigin(text).ok, "an origin is made of checked parts");
  return text;
}

/** @returns The origin; or `log.bad-origin` if it is not what {@link formatAuditOrigin} writes. */
export function parseAuditOrigin(text: string): Result<AuditOrigin, "log.bad-origin"> {
  const [, party = "", epoch] = originForm.exec(text) ?? [];
  if (epoch === undefined) return refuse("log.bad-origin", "not party/audit/epoch");
  return accept({ party, epoch: Number(epoch) });
}
