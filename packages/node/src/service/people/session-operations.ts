/**
 * Signing in and out, and the sessions that are open.
 *
 * @module
 */
import { accept } from "@parley/core/result";
import { z } from "zod";
import { refuseLocally } from "../../local-refusal.ts";
import { type Actor, actorOf } from "../actor.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "../operation.ts";
import type { OfficerRow } from "../storage-people.ts";
import { typedCodeLengthMax } from "./one-time-codes.ts";
import { passwordBytesMax } from "./password.ts";
import { enrolmentPortsOf, type PeopleService } from "./people-operations.ts";
import { judgeSession, sessionAgeSecondsMax } from "./sessions.ts";
import { signIn } from "./sign-in.ts";

const name = z.string().max(64);

export const sessionOperations: Operations<PeopleService> = {
  "session.open": defineOperation(
    z.strictObject({
      ...{ name, password: z.string().max(passwordBytesMax + 1) },
      code: z.string().max(typedCodeLengthMax),
    }),
    open,
  ),
  "session.close": defineOperation(
    z.strictObject({}),
    async ({ node }: PeopleService, _, context): Promise<OperationResult> => {
      const actor = actorOf(context);
      if (actor.kind === "operator") return refuseLocally("session.required", {});
      return end(node, actor.session.id, context);
    },
  ),
  "session.list": defineOperation(z.strictObject({ name: name.optional() }), list),
  "session.end": defineOperation(
    z.strictObject({ name: name.optional(), id: z.string().max(22) }),
    endOne,
  ),
};

async function open(
  { node }: PeopleService,
  input: { readonly name: string; readonly password: string; readonly code: string },
  { caller }: OperationContext,
): Promise<OperationResult> {
  const { device = null, source = "local" } = caller ?? {};
  const opened = await signIn(enrolmentPortsOf(node), { ...input, device, source });
  node.audit.signSoon();
  if (!opened.ok) return opened;
  const { session, officer, token, device: known, recoveryLeft, isRecovered } = opened.value;
  const endsAt = session.createdAt + sessionAgeSecondsMax;
  const about = { id: session.id, name: officer.name, title: officer.title, endsAt };
  return accept({ ...about, token, device: known, recoveryLeft, isRecovered });
}

/** Whose sessions are meant: one's own, or, by an administrator, another's. */
async function meant(
  { node }: PeopleService,
  actor: Actor,
  called: string | undefined,
): Promise<OperationResult | OfficerRow> {
  if (actor.kind === "officer" && (called === undefined || called === actor.officer.name)) {
    return actor.officer;
  }
  const mayOthers =
    actor.kind === "operator" || actor.roles.some(({ role }) => role === "administrator");
  if (!mayOthers) return refuseLocally("people.not-allowed", { roles: "administrator" });
  if (called === undefined) return refuseLocally("session.required", {});
  const found = await node.storage.read((tx) => tx.people.readOfficerByName(called));
  return found ?? refuseLocally("people.unknown-officer", { name: called });
}

async function list(
  service: PeopleService,
  input: { readonly name?: string | undefined },
  context: OperationContext,
): Promise<OperationResult> {
  const actor = actorOf(context);
  const officer = await meant(service, actor, input.name);
  if ("ok" in officer) return officer;
  const { storage, clock } = service.node;
  const now = clock.nowSeconds();
  const rows = await storage.read((tx) => tx.people.listSessions(officer.id));
  const own = actor.kind === "officer" ? actor.session.id : null;
  const sessions = rows
    .filter((row) => judgeSession(row, now) === "valid")
    .map(({ id, createdAt, lastSeenAt, source }) => {
      return { id, createdAt, lastSeenAt, source, isThis: id === own };
    });
  return accept({ name: officer.name, sessions });
}

async function endOne(
  service: PeopleService,
  input: { readonly name?: string | undefined; readonly id: string },
  context: OperationContext,
): Promise<OperationResult> {
  const officer = await meant(service, actorOf(context), input.name);
  if ("ok" in officer) return officer;
  const rows = await service.node.storage.read((tx) => tx.people.listSessions(officer.id));
  if (!rows.some(({ id }) => id === input.id))
    return refuseLocally("session.unknown", { id: input.id });
  return end(service.node, input.id, context);
}

async function end(
  { storage }: PeopleService["node"],
  id: string,
  context: OperationContext,
): Promise<OperationResult> {
  return storage.write(async (tx): Promise<OperationResult> => {
    if (!(await tx.people.deleteSession(id))) return refuseLocally("session.unknown", { id });
    await context.record?.(tx, { session: id });
    return accept({ id });
  });
}
