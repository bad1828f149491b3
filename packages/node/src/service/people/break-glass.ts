/**
 * When nobody can let anybody in any more: an administrator made by whoever has the machine.
 *
 * It takes the home's files and the node's passphrase, with the node at rest, and cannot be done
 * unseen: its entry in the audit log names the reason, and every administrator sees it there. Nothing
 * else is given by it: who is named still enrols, with a code of their own.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { accept } from "@parley/core/result";
import { refuseLocally } from "../../local-refusal.ts";
import { operator } from "../actor.ts";
import { appendAct } from "../audit/audit-log.ts";
import type { OperationResult } from "../operation.ts";
import type { PartyNode } from "../party-node.ts";
import type { OfficerRow } from "../storage-people.ts";
import { wholeParty } from "../storage-people.ts";
import { letIn } from "./people-operations.ts";
import { isOfficerName } from "./sign-in.ts";

/** UTF-16 code units of a reason. */
export const reasonLengthMax = 500;
const idBytes = 16;

/**
 * Makes an officer administrator, a new one or one who is there. What they had to sign in with is gone:
 * it may be in other hands.
 */
export async function breakGlass(
  node: PartyNode,
  { name, reason }: { readonly name: string; readonly reason: string },
): Promise<OperationResult> {
  const { primitives: p, storage, clock } = node;
  if (!isOfficerName(name)) return refuseLocally("people.bad-name", { name });
  const now = clock.nowSeconds();
  return storage.write(async (tx): Promise<OperationResult> => {
    const there = await tx.people.readOfficerByName(name);
    if (there?.state === "left") return refuseLocally("people.has-left", { name });
    const fresh: OfficerRow = {
      ...{ id: toBase64Url(p.random(idBytes)), name, title: "", state: "active" },
      ...{ channels: "all", classes: "all", createdAt: now, enrolledAt: null, leftAt: null },
    };
    const officer = there ?? fresh;
    if (there === undefined) await tx.people.insertOfficer(fresh);
    const administrator = { role: "administrator", desk: wholeParty };
    const before = await tx.people.listRoles([officer.id]);
    const roles = [...before.filter(({ role }) => role !== administrator.role), administrator];
    const sessionsEnded = await tx.people.deleteSessions(officer.id);
    await tx.people.deleteCredentials(officer.id, ["password", "totp", "recovery"]);
    const enrolment = await letIn({ node, tx }, { officer, roles, part: "all" });
    const what = { officer: officer.id, name, isNew: there === undefined, sessionsEnded, reason };
    await appendAct(tx, p, { act: "people.break-glass", at: now, by: operator, what });
    return accept({ name, isNew: there === undefined, sessionsEnded, enrolment });
  });
}
