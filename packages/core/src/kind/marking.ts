/**
 * A marking: how far a block or an item may be passed on and what may be done with it.
 *
 * TLP 2.0 labels are never translated. PAP and IEP 2.0 may be added, and four flags that neither has
 * . Of several markings the strictest wins, member by member: a join, which gives a
 * marking again, whatever the order in which they are taken. spec/kinds.md, "Markings".
 *
 * @module
 */
import { z } from "zod";
import { choices } from "./choices.ts";
import { field } from "./field.ts";
import { choicesOf, line } from "./values.ts";

const mayOrMustNot = z.enum(["may", "must-not"]);
const utcDate = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/)
  .meta({ description: "RFC 3339, UTC." });

/** FIRST Information Exchange Policy, version 2.0: all of its statements and no others. */
const iepSchema = z
  .strictObject({
    id: line(100),
    name: line(),
    description: line(1_000).optional(),
    iep_version: z.literal(2),
    start_date: utcDate,
    end_date: utcDate.nullable(),
    encrypt_in_transit: z.enum(["must", "may"]),
    permitted_actions: z.enum(choices.use),
    affected_party_notifications: mayOrMustNot,
    tlp: z.enum(["red", "amber", "green", "clear"]),
    attribution: z.enum(["may", "must", "must-not"]),
    unmodified_resale: mayOrMustNot,
    external_reference: line(1_000).optional(),
  })
  .meta({ id: "iep", description: "FIRST Information Exchange Policy 2.0." });

export const markingSchema = z
  .strictObject({
    tlp: field("choice", "Traffic Light Protocol 2.0.", z.enum(choices.tlp)),
    pap: field("choice", "Permissible Actions Protocol, or null.", z.enum(choices.pap).nullable()),
    iep: field("document", "Information Exchange Policy 2.0, or null.", iepSchema.nullable()),
    flags: field("choices", "Flags beyond these.", choicesOf(choices.flag)),
  })
  .meta({ id: "marking", description: "How far this may be passed on and used." });

export type Marking = Readonly<z.output<typeof markingSchema>>;
export type IepPolicy = z.output<typeof iepSchema>;

/** Binds its reader to nothing: where the join of no marking begins. */
export const leastMarking: Marking = { tlp: "CLEAR", pap: null, iep: null, flags: [] };

/** What a policy is called that joins several: nobody published it, so it bears the name of none. */
export const joinedPolicy = {
  id: "strictest-of-several",
  name: "The strictest of several policies",
} as const;

/** Each from the strictest down. Who must name the provider and must not, does not: it tells less. */
const strictFirst = {
  ...{ tlp: ["red", "amber", "green", "clear"], permitted_actions: choices.use },
  ...{ encrypt_in_transit: ["must", "may"], attribution: ["must-not", "must", "may"] },
  affected_party_notifications: ["must-not", "may"],
  unmodified_resale: ["must-not", "may"],
} as const satisfies { readonly [N in keyof IepPolicy]?: readonly string[] };
type Term = keyof typeof strictFirst;
const terms = Object.keys(strictFirst) as readonly Term[];

/**
 * The strictest of both in each member: commutative, associative, idempotent.
 *
 * Two policies of IEP join to one that binds to what either does and holds whenever one of them does;
 * it keeps id, name, description and reference if they agree in all of these.
 */
export function joinMarkings(a: Marking, b: Marking): Marking {
  return {
    tlp: stricter(choices.tlp, a.tlp, b.tlp),
    pap: a.pap === null || b.pap === null ? (a.pap ?? b.pap) : stricter(choices.pap, a.pap, b.pap),
    iep: a.iep === null || b.iep === null ? (a.iep ?? b.iep) : joinPolicies(a.iep, b.iep),
    flags: choices.flag.filter((flag) => a.flags.includes(flag) || b.flags.includes(flag)),
  };
}

/** @returns What all of them together bind to; of none, {@link leastMarking}. */
export function strictestMarking(markings: readonly Marking[]): Marking {
  return markings.reduce(joinMarkings, leastMarking);
}

/**
 * In which members `marking` binds to more than `limit`; empty: whoever obeys `limit` obeys it too.
 *
 * No PAP binds to as much as PAP:CLEAR. A TLP that only the policy states counts as TLP. A policy binds
 * to more than none; what it is called binds nobody.
 */
export function stricterMembers(marking: Marking, limit: Marking): readonly (keyof Marking)[] {
  const isStricter = {
    tlp: isAbove(choices.tlp, tlpOf(marking), tlpOf(limit)),
    pap: isAbove(choices.pap, marking.pap ?? "CLEAR", limit.pap ?? "CLEAR"),
    iep: marking.iep !== null && bindsMore(marking.iep, limit.iep),
    flags: marking.flags.some((flag) => !limit.flags.includes(flag)),
  };
  return (["tlp", "pap", "iep", "flags"] as const).filter((member) => isStricter[member]);
}

/** The label that is obeyed: the stricter of the marking's own and of its policy's. */
export function tlpOf({ tlp, iep }: Marking): Marking["tlp"] {
  if (iep === null) return tlp;
  const ofPolicy = choices.tlp.find((label) => label === iep.tlp.toUpperCase()) ?? tlp;
  return stricter(choices.tlp, tlp, ofPolicy);
}

function joinPolicies(a: IepPolicy, b: IepPolicy): IepPolicy {
  const joined = Object.fromEntries(
    terms.map((term) => [term, stricter<string>(strictFirst[term], a[term], b[term])]),
  ) as Pick<IepPolicy, Term>;
  return {
    ...nameOf(a, b),
    iep_version: 2,
    start_date: earlierStart(a, b),
    end_date: laterEnd(a, b),
    ...joined,
  };
}

function nameOf(a: IepPolicy, b: IepPolicy) {
  const names = ["id", "name", "description", "external_reference"] as const;
  if (names.some((name) => a[name] !== b[name])) return joinedPolicy;
  const { id, name, description, external_reference } = a;
  return {
    ...{ id, name },
    ...(description === undefined ? {} : { description }),
    ...(external_reference === undefined ? {} : { external_reference }),
  };
}

/** RFC 3339 in UTC of one form: the order of the texts is that of the times. */
function earlierStart(a: IepPolicy, b: IepPolicy): string {
  const [first = a.start_date] = [a.start_date, b.start_date].sort();
  return first;
}

/** Null never ends. */
function laterEnd(a: IepPolicy, b: IepPolicy): string | null {
  if (a.end_date === null || b.end_date === null) return null;
  return [a.end_date, b.end_date].sort()[1] ?? null;
}

/** A policy that says less, or in a shorter time, binds to less; TLP is judged with the marking's. */
function bindsMore(policy: IepPolicy, limit: IepPolicy | null): boolean {
  if (limit === null) return true;
  if (earlierStart(policy, limit) !== limit.start_date) return true;
  if (laterEnd(policy, limit) !== limit.end_date) return true;
  return terms.some((term) => {
    return term !== "tlp" && isAbove(strictFirst[term], policy[term], limit[term]);
  });
}

function stricter<T extends string>(strictFirstList: readonly T[], a: T, b: T): T {
  return strictFirstList.indexOf(a) < strictFirstList.indexOf(b) ? a : b;
}

function isAbove(strictFirstList: readonly string[], a: string, b: string): boolean {
  return strictFirstList.indexOf(a) < strictFirstList.indexOf(b);
}
