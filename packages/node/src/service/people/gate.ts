/**
 * The gate before every operation: who asks, whether they may, and that it is written down.
 *
 * A party without an administrator who has enrolled is run by whoever has its machine, as before there
 * were officers. From then on file access alone gives what the table calls `machine`.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { assert } from "@parley/core/fault";
import type { JsonObject } from "@parley/core/message/members";
import { accept, type Result, refuse } from "@parley/core/result";
import { refuseLocally } from "../../local-refusal.ts";
import { type Actor, auditActorOf } from "../actor.ts";
import { type AuditLog, appendAct } from "../audit/audit-log.ts";
import type { Clock } from "../clock.ts";
import type { Caller, Operation, OperationContext, Operations } from "../operation.ts";
import type { Storage, StorageTransaction } from "../storage.ts";
import { type Permission, permissions } from "./permissions.ts";
import { holdsRole } from "./roles.ts";
import { readSignedIn } from "./sign-in.ts";

export interface GateService {
  readonly primitives: Primitives;
  readonly storage: Storage;
  readonly clock: Clock;
  /** Where the node is open; elsewhere the next one who has it signs. */
  readonly node?: { readonly audit: AuditLog };
}

export type GateRefusal = "session.required" | "session.ended" | "people.not-allowed";

/** The same operations, each behind the gate. One that the table does not name does not start. */
export function guarded<Service extends GateService>(
  operations: Operations<Service>,
): Operations<Service> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, guard(name, operation)]),
  );
}

function guard<Service extends GateService>(
  name: string,
  operation: Operation<Service>,
): Operation<Service> {
  const permission = permissions[name];
  assert(permission !== undefined, `who may ask for ${name} is in the table`);
  return {
    input: operation.input,
    async run(service, input, context) {
      const actor = await admit(service, context.caller, permission);
      if (!actor.ok) return actor;
      const { primitives: p, storage, clock } = service;
      let isRecorded = false;
      const record = async (tx: StorageTransaction, what: JsonObject) => {
        const by = auditActorOf(actor.value);
        await appendAct(tx, p, { act: name, at: clock.nowSeconds(), by, what });
        isRecorded = true;
      };
      const admitted: OperationContext = { ...context, actor: actor.value, record };
      const result = await operation.run(service, input, admitted);
      if (permission.isAct && result.ok && !isRecorded) {
        await storage.write((tx) => record(tx, whatOf(input)));
      }
      if (isRecorded) service.node?.audit.signSoon();
      return result;
    },
  };
}

/**
 * Who it is, if they may.
 *
 * @returns `session.required`, `session.ended`; `people.not-allowed` with the roles that may.
 */
export async function admit(
  service: GateService,
  caller: Caller | undefined,
  { who }: Permission,
): Promise<Result<Actor, GateRefusal>> {
  const { primitives: p, storage, clock } = service;
  const token = caller?.token ?? null;
  const signedIn = token === null ? undefined : await readSignedIn({ p, storage, clock }, token);
  if (signedIn?.ok) {
    const actor = { kind: "officer", ...signedIn.value } as const;
    if (typeof who === "string" || holdsRole(actor.roles, who)) return accept(actor);
    return refuseLocally("people.not-allowed", { roles: who.join(", ") });
  }
  if (who === "machine" || !(await hasOfficers(storage))) return accept({ kind: "operator" });
  return signedIn ?? refuse("session.required", "nobody signed in");
}

/** Whether anybody can sign in who may let others in. */
export async function hasOfficers(storage: Storage): Promise<boolean> {
  return (await storage.read((tx) => tx.people.countEnrolled("administrator"))) > 0;
}

/** What an operation was asked, as far as it is names and numbers: paths, ids, classes. */
function whatOf(input: unknown): JsonObject {
  const entries = Object.entries(input as object).filter(
    ([, value]) =>
      typeof value === "number" ||
      typeof value === "boolean" ||
      (typeof value === "string" && value.length <= 200),
  );
  return Object.fromEntries(entries) as JsonObject;
}
