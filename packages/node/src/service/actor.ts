/**
 * Who does something, as far as this node knows; and what they may see.
 *
 * A party without officers is run by whoever has its machine: the operator, who sees and does
 * everything. Once an administrator has enrolled, a command acts as an officer who signed in, and the
 * operator does only what file access alone gives (`people/permissions.ts`).
 *
 * @module
 */
import type { AuditActor } from "@parley/core/record/audit-entry";
import type { OfficerRoleRow, OfficerRow, SessionRow } from "./storage-people.ts";

/** Whoever has the machine. */
export const operator: AuditActor = { kind: "operator", officer: null, name: null, session: null };

/** The node by itself, as when it closes a lane of sign-in. */
export const nodeItself: AuditActor = { ...operator, kind: "node" };

/** An officer who signed in, with what was true when they asked. */
export interface SignedIn {
  readonly officer: OfficerRow;
  readonly roles: readonly OfficerRoleRow[];
  readonly session: SessionRow;
}

export type Actor = { readonly kind: "operator" } | ({ readonly kind: "officer" } & SignedIn);

/** As the audit log names them. */
export function auditActorOf(actor: Actor): AuditActor {
  if (actor.kind === "operator") return operator;
  const { officer, session } = actor;
  return { kind: "officer", officer: officer.id, name: officer.name, session: session.id };
}
