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

/** Who asks for an operation, where nothing else is said the operator. */
export function actorOf(context: { readonly actor?: Actor }): Actor {
  return context.actor ?? { kind: "operator" };
}

/** An officer who does something without a session: enrolling. */
export function auditOfficer({ id, name }: Pick<OfficerRow, "id" | "name">): AuditActor {
  return { kind: "officer", officer: id, name, session: null };
}

/** As the audit log names them. */
export function auditActorOf(actor: Actor): AuditActor {
  if (actor.kind === "operator") return operator;
  const { officer, session } = actor;
  return { kind: "officer", officer: officer.id, name: officer.name, session: session.id };
}
