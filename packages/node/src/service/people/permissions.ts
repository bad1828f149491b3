/**
 * Who may ask for what: one table of every operation, for the control socket as for any other door.
 *
 * `machine`: file access is enough, and a session is not asked for. `signed-in`: any officer, who then
 * sees what {@link visibleTo} gives. Otherwise one of these roles. `isAct`: it has its entry in
 * the audit log. What leaves for the peer is decided further by release, never here alone.
 *
 * @module
 */
import type { Role } from "./roles.ts";

export interface Permission {
  readonly who: "machine" | "signed-in" | readonly Role[];
  readonly isAct: boolean;
}

const read = (who: Permission["who"]): Permission => ({ who, isAct: false });
const act = (who: Permission["who"]): Permission => ({ who, isAct: true });

/** Who at a desk may say something to the peer. */
export const sayingRoles = [
  "watch-officer",
  "release-officer",
  "approver",
  "head-of-desk",
] as const satisfies readonly Role[];
/** Who handles what came in and goes out at a desk. */
const deskRoles = [
  ...sayingRoles,
  "drafter",
  "translator",
  "second-translator",
] as const satisfies readonly Role[];
const readers = [...deskRoles, "auditor"] as const satisfies readonly Role[];

export const permissions: Readonly<Record<string, Permission>> = {
  "agreement.draft": read(["key-custodian", "head-of-desk"]),
  "agreement.import": act(["key-custodian"]),
  "agreement.list": read("signed-in"),
  "agreement.read": read("signed-in"),
  "attachment.read": act(readers),
  "audit.export": act(["auditor", "administrator"]),
  "audit.list": read(["auditor", "administrator"]),
  "audit.verify": read(["auditor", "administrator"]),
  "case.list": read(readers),
  "case.show": read(readers),
  "channel.list": read("signed-in"),
  "descriptor.own": read("signed-in"),
  "descriptor.publish": act(["key-custodian"]),
  "doctor.inspect": read("machine"),
  "id.find": read(readers),
  "item.list": read(readers),
  "keys.handover": act(["key-custodian"]),
  "keys.import": act(["key-custodian"]),
  "keys.list": read(["key-custodian", "auditor", "administrator"]),
  "link.test": act(["watch-officer", "administrator"]),
  "message.compose": act(sayingRoles),
  "message.list": read(readers),
  "message.send": act(sayingRoles),
  "message.show": read(readers),
  "node.say": act(["watch-officer", "key-custodian", "administrator"]),
  "node.status": read("signed-in"),
  "outbox.list": read(readers),
  "peer.confirm": act(["key-custodian"]),
  "peer.import": act(["key-custodian"]),
  "peer.list": read("signed-in"),
  "people.add": act(["administrator"]),
  // Each writes its own entry, of the officer who enrols.
  "people.enrol-begin": read("machine"),
  "people.enrol-finish": read("machine"),
  "people.leave": act(["administrator"]),
  "people.list": read(["administrator", "auditor", "head-of-desk"]),
  "people.reset-password": act(["administrator"]),
  "people.reset-second-factor": act("signed-in"),
  "people.roles": act(["administrator"]),
  rebuild: read("machine"),
  "record.checkpoints": read(readers),
  "record.counts": read(readers),
  "record.export": act(["auditor"]),
  "record.prove": act(["release-officer", "head-of-desk", "auditor"]),
  "record.receipts": read(readers),
  "session.close": act("signed-in"),
  "session.end": act("signed-in"),
  "session.list": read("signed-in"),
  // Writes its own entry: who it is is known when it is done.
  "session.open": read("machine"),
};
