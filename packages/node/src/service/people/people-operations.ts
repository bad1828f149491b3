/**
 * What is asked about the people of a party: who they are, what they may, how they get in.
 *
 * Every change and its entry in the audit log are one transaction. What ends with an officer who
 * leaves is in {@link leaveHooks}, so that whoever adds something that belongs to an officer adds it there.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { trafficClasses } from "@parley/core/log/origin";
import type { JsonObject } from "@parley/core/message/members";
import { accept } from "@parley/core/result";
import { z } from "zod";
import { type LocalResult, refuseLocally } from "../../local-refusal.ts";
import { actorOf } from "../actor.ts";
import {
  defineOperation,
  type OperationContext,
  type OperationResult,
  type Operations,
} from "../operation.ts";
import type { PartyNode } from "../party-node.ts";
import type { StorageTransaction } from "../storage.ts";
import { pageRowsMax } from "../storage-content.ts";
import type { OfficerRoleRow, OfficerRow } from "../storage-people.ts";
import {
  beginEnrolment,
  type EnrolmentPart,
  type EnrolmentPorts,
  finishEnrolment,
  offerEnrolment,
} from "./enrolment.ts";
import { typedCodeLengthMax } from "./one-time-codes.ts";
import { passwordBytesMax } from "./password.ts";
import { formatRole, parseRole } from "./roles.ts";
import { isFresh } from "./sessions.ts";
import { isOfficerName } from "./sign-in.ts";
import { signInKeysOf } from "./sign-in-keys.ts";

export interface PeopleService {
  readonly node: PartyNode;
}

/** Roles of one officer: each role at each desk. */
const rolesPerOfficerMax = 64;
/** How recent a sign-in must be to renew one's own second factor, in seconds. */
const freshSecondsMax = 600;
const idBytes = 16;

const name = z.string().max(64);
const roleTexts = z.array(z.string().max(64)).max(rolesPerOfficerMax);
const reach = {
  /** Ids or peers; absent: all. */
  channels: z.array(z.string().min(3).max(63)).min(1).max(256).optional(),
  classes: z.array(z.enum(trafficClasses)).min(1).optional(),
};

export const peopleOperations: Operations<PeopleService> = {
  "people.list": defineOperation(
    z.strictObject({
      after: z.string().max(512).nullable().default(null),
      rows: z.int().min(1).max(pageRowsMax).default(100),
    }),
    listPeople,
  ),
  "people.add": defineOperation(
    z.strictObject({
      ...{ name, title: z.string().max(100).default(""), roles: roleTexts.min(1), ...reach },
    }),
    addOfficer,
  ),
  "people.roles": defineOperation(
    z.strictObject({ name, roles: roleTexts, ...reach }),
    changeRoles,
  ),
  "people.leave": defineOperation(z.strictObject({ name }), leave),
  "people.reset-second-factor": defineOperation(
    z.strictObject({ name }),
    (service: PeopleService, input, context) =>
      reset(service, { ...input, part: "second-factor" }, context),
  ),
  "people.reset-password": defineOperation(
    z.strictObject({ name }),
    (service: PeopleService, input, context) =>
      reset(service, { ...input, part: "password" }, context),
  ),
  "people.enrol-begin": defineOperation(
    z.strictObject({ name, enrolment: z.string().max(typedCodeLengthMax) }),
    async ({ node }: PeopleService, input): Promise<OperationResult> => {
      const begun = await beginEnrolment(enrolmentPortsOf(node), input);
      return begun.ok ? accept({ ...begun.value }) : begun;
    },
  ),
  "people.enrol-finish": defineOperation(
    z.strictObject({
      ...{ name, enrolment: z.string().max(typedCodeLengthMax) },
      ...{ password: z.string().max(passwordBytesMax + 1), code: z.string().max(16) },
    }),
    async ({ node }: PeopleService, input): Promise<OperationResult> => {
      const finished = await finishEnrolment(enrolmentPortsOf(node), input);
      if (!finished.ok) return finished;
      node.audit.signSoon();
      return accept({ recovery: [...finished.value] });
    },
  ),
};

/** Run in the transaction in which an officer leaves; each says what it ended, for the entry. */
export const leaveHooks: readonly ((
  tx: StorageTransaction,
  officer: OfficerRow,
) => Promise<JsonObject>)[] = [
  async (tx, { id }) => ({ sessionsEnded: await tx.people.deleteSessions(id) }),
  async (tx, { id }) => {
    await tx.people.deleteCredentials(id, ["password", "totp", "recovery", "enrolment"]);
    return {};
  },
];

export function enrolmentPortsOf(node: PartyNode): EnrolmentPorts {
  const { primitives: p, storage, clock, party, keys } = node;
  return { p, storage, clock, party, keys: signInKeysOf(p, keys.signInKey) };
}

async function listPeople(
  { node }: PeopleService,
  { after, rows: rowsMax }: { readonly after: string | null; readonly rows: number },
): Promise<OperationResult> {
  const { found, held } = await node.storage.read(async (tx) => {
    const page = await tx.people.listOfficers({ after, rowsMax });
    return { found: page, held: await tx.people.listRoles(page.rows.map(({ id }) => id)) };
  });
  const people = found.rows.map((row) =>
    officerLine(
      row,
      held.filter((one) => one.officer === row.id),
    ),
  );
  return accept({ people, total: found.total, next: found.next });
}

function officerLine(officer: OfficerRow, held: readonly OfficerRoleRow[]): JsonObject {
  const { id, name: called, title, state, createdAt, enrolledAt, leftAt } = officer;
  const channels = officer.channels === "all" ? "all" : [...officer.channels];
  const classes = officer.classes === "all" ? "all" : [...officer.classes];
  const about = { id, name: called, title, state, channels, classes };
  return { ...about, roles: held.map(formatRole), createdAt, enrolledAt, leftAt };
}

type Reach = {
  readonly channels?: readonly string[] | undefined;
  readonly classes?: readonly (typeof trafficClasses)[number][] | undefined;
};

async function addOfficer(
  { node }: PeopleService,
  input: {
    readonly name: string;
    readonly title: string;
    readonly roles: readonly string[];
  } & Reach,
  context: OperationContext,
): Promise<OperationResult> {
  if (!isOfficerName(input.name)) return refuseLocally("people.bad-name", { name: input.name });
  const roles = parseRoles(input.roles);
  if (!roles.ok) return roles;
  const reached = readReach(node, input);
  if (!reached.ok) return reached;
  const now = node.clock.nowSeconds();
  const officer: OfficerRow = {
    ...{ id: toBase64Url(node.primitives.random(idBytes)), name: input.name, title: input.title },
    ...{ state: "active", ...reached.value, createdAt: now, enrolledAt: null, leftAt: null },
  };
  return node.storage.write(async (tx): Promise<OperationResult> => {
    const isFirst = (await tx.people.listOfficers({ after: null, rowsMax: 1 })).total === 0;
    if (isFirst && !roles.value.some(({ role }) => role === "administrator")) {
      return refuseLocally("people.first-administrator", {});
    }
    if ((await tx.people.insertOfficer(officer)) !== "stored") {
      return refuseLocally("people.name-taken", { name: input.name });
    }
    const enrolment = await letIn({ node, tx }, { officer, roles: roles.value, part: "all" });
    await context.record?.(tx, whatOf(officer, roles.value));
    return accept({ ...officerLine(officer, withOfficer(officer, roles.value)), enrolment });
  });
}

/** Gives roles and a code to enrol with. */
export async function letIn(
  { node, tx }: { readonly node: PartyNode; readonly tx: StorageTransaction },
  {
    officer,
    roles,
    part,
  }: {
    readonly officer: OfficerRow;
    readonly roles: readonly RoleAtDesk[];
    readonly part: EnrolmentPart;
  },
): Promise<string> {
  await tx.people.replaceRoles(officer.id, withOfficer(officer, roles));
  const now = node.clock.nowSeconds();
  return offerEnrolment({ p: node.primitives }, tx, { officer, part, now });
}

async function changeRoles(
  { node }: PeopleService,
  input: { readonly name: string; readonly roles: readonly string[] } & Reach,
  context: OperationContext,
): Promise<OperationResult> {
  const roles = parseRoles(input.roles);
  if (!roles.ok) return roles;
  const reached = readReach(node, input);
  if (!reached.ok) return reached;
  return changeOfficer(node, input.name, async (tx, before) => {
    const officer = { ...before, ...reached.value };
    await tx.people.updateOfficer(officer);
    await tx.people.replaceRoles(officer.id, withOfficer(officer, roles.value));
    if (!(await keepsAdministrator(tx))) return refuseLocally("people.last-administrator", {});
    await context.record?.(tx, whatOf(officer, roles.value));
    return accept(officerLine(officer, withOfficer(officer, roles.value)));
  });
}

async function leave(
  { node }: PeopleService,
  input: { readonly name: string },
  context: OperationContext,
): Promise<OperationResult> {
  return changeOfficer(node, input.name, async (tx, before) => {
    const now = node.clock.nowSeconds();
    const officer = { ...before, state: "left", enrolledAt: null, leftAt: now } as const;
    await tx.people.updateOfficer(officer);
    await tx.people.replaceRoles(officer.id, []);
    if (!(await keepsAdministrator(tx))) return refuseLocally("people.last-administrator", {});
    let ended: JsonObject = {};
    for (const hook of leaveHooks) ended = { ...ended, ...(await hook(tx, officer)) };
    await context.record?.(tx, { officer: officer.id, name: officer.name, ...ended });
    return accept({ ...officerLine(officer, []), ...ended });
  });
}

/** By another administrator; of a second factor also by oneself, who has just signed in. */
async function reset(
  { node }: PeopleService,
  { name: called, part }: { readonly name: string; readonly part: EnrolmentPart },
  context: OperationContext,
): Promise<OperationResult> {
  const actor = actorOf(context);
  const isOwn = actor.kind === "officer" && actor.officer.name === called;
  const now = node.clock.nowSeconds();
  if (actor.kind === "officer") {
    const isAdministrator = actor.roles.some(({ role }) => role === "administrator");
    if (!isOwn && !isAdministrator) {
      return refuseLocally("people.not-allowed", { roles: "administrator" });
    }
    if (isOwn && part === "password") return refuseLocally("people.not-yourself", {});
    if (isOwn && !isFresh(actor.session, now, freshSecondsMax)) {
      return refuseLocally("people.not-fresh", { minutes: String(freshSecondsMax / 60) });
    }
  }
  return changeOfficer(node, called, async (tx, officer) => {
    // Who never enrolled has nothing to prove it by.
    const whole: EnrolmentPart = officer.enrolledAt === null ? "all" : part;
    const about = { officer, part: whole, now };
    const enrolment = await offerEnrolment({ p: node.primitives }, tx, about);
    // What was lost may be in other hands; one's own session is needed to go on.
    const sessionsEnded = isOwn ? 0 : await tx.people.deleteSessions(officer.id);
    if (part === "second-factor" && !isOwn) {
      await tx.people.deleteCredentials(officer.id, ["totp", "recovery"]);
    }
    const what = { officer: officer.id, name: officer.name, part: whole, sessionsEnded };
    await context.record?.(tx, what);
    return accept({ name: officer.name, part: whole, sessionsEnded, enrolment });
  });
}

/** @returns What `change` returns; undone if it refuses. */
async function changeOfficer(
  node: PartyNode,
  called: string,
  change: (tx: StorageTransaction, officer: OfficerRow) => Promise<OperationResult>,
): Promise<OperationResult> {
  let refusal: OperationResult | undefined;
  try {
    return await node.storage.write(async (tx) => {
      const officer = await tx.people.readOfficerByName(called);
      if (officer === undefined) return refuseLocally("people.unknown-officer", { name: called });
      if (officer.state === "left") return refuseLocally("people.has-left", { name: called });
      const result = await change(tx, officer);
      if (result.ok) return result;
      refusal = result;
      throw new Undone();
    });
  } catch (cause) {
    // Only a throw takes back what was written before the refusal was known.
    if (cause instanceof Undone && refusal !== undefined) return refusal;
    throw cause;
  }
}

class Undone extends Error {}

/** Once there is one who can let others in, there always is. */
async function keepsAdministrator(tx: StorageTransaction): Promise<boolean> {
  return (await tx.people.countEnrolled("administrator")) > 0;
}

export type RoleAtDesk = Pick<OfficerRoleRow, "role" | "desk">;

function parseRoles(
  texts: readonly string[],
): LocalResult<readonly RoleAtDesk[], "people.bad-role"> {
  const roles = new Map<string, RoleAtDesk>();
  for (const text of texts) {
    const role = parseRole(text);
    if (role === undefined) return refuseLocally("people.bad-role", { role: text });
    roles.set(formatRole(role), role);
  }
  return { ok: true, value: [...roles.values()] };
}

function withOfficer({ id }: OfficerRow, roles: readonly RoleAtDesk[]): readonly OfficerRoleRow[] {
  return roles.map(({ role, desk }) => ({ officer: id, role, desk }));
}

function readReach(
  node: PartyNode,
  { channels, classes }: Reach,
): LocalResult<Pick<OfficerRow, "channels" | "classes">, "channel.unknown"> {
  const ids: string[] = [];
  for (const wanted of channels ?? []) {
    const found = node.channels
      .channels()
      .filter(({ id, peer }) => id === wanted || peer === wanted);
    if (found.length === 0) return refuseLocally("channel.unknown", { channel: wanted });
    ids.push(...found.map(({ id }) => id));
  }
  return {
    ok: true,
    value: { channels: channels === undefined ? "all" : ids, classes: classes ?? "all" },
  };
}

function whatOf(officer: OfficerRow, roles: readonly RoleAtDesk[]): JsonObject {
  const channels = officer.channels === "all" ? "all" : [...officer.channels];
  const classes = officer.classes === "all" ? "all" : [...officer.classes];
  const about = { officer: officer.id, name: officer.name, channels, classes };
  return { ...about, roles: roles.map(formatRole) };
}
