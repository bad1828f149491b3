/**
 * The roles of R-66, what each sees, and what follows from an officer's own.
 *
 * A role of a desk is held at that desk and says nothing about another. One table: whoever asks what a
 * role may do asks `permissions.ts`, whoever asks what is seen asks here.
 *
 * @module
 */
import type { Actor } from "../actor.ts";
import { desks } from "../key-ring.ts";
import type { Visibility } from "../storage-content.ts";
import { type OfficerRoleRow, wholeParty } from "../storage-people.ts";

/** `sees`: the traffic of its own desk, of every desk, or none. */
interface RoleEntry {
  readonly of: "desk" | "party";
  readonly sees: "own-desk" | "every-desk" | "nothing";
}

export const roles = {
  "watch-officer": { of: "desk", sees: "own-desk" },
  drafter: { of: "desk", sees: "own-desk" },
  translator: { of: "desk", sees: "own-desk" },
  "second-translator": { of: "desk", sees: "own-desk" },
  "release-officer": { of: "desk", sees: "own-desk" },
  approver: { of: "desk", sees: "own-desk" },
  "head-of-desk": { of: "desk", sees: "own-desk" },
  "key-custodian": { of: "party", sees: "nothing" },
  auditor: { of: "party", sees: "every-desk" },
  administrator: { of: "party", sees: "nothing" },
} as const satisfies Readonly<Record<string, RoleEntry>>;

export type Role = keyof typeof roles;
export const roleNames = Object.keys(roles) as [Role, ...Role[]];

/** What the machine itself says: it concerns everybody who sees a desk. */
const nodeDesk = "node";

/** `role/desk`, or the role alone where it is of the party: as a person types it. */
export function parseRole(text: string): Pick<OfficerRoleRow, "role" | "desk"> | undefined {
  const [name = "", desk, ...rest] = text.split("/");
  const role = roleNames.find((known) => known === name);
  if (role === undefined || rest.length > 0) return undefined;
  if (roles[role].of === "party")
    return desk === undefined ? { role, desk: wholeParty } : undefined;
  return desks.some((known) => known === desk) ? { role, desk: String(desk) } : undefined;
}

export function formatRole({ role, desk }: Pick<OfficerRoleRow, "role" | "desk">): string {
  return desk === wholeParty ? role : `${role}/${desk}`;
}

/** Whether somebody holds one of these roles: at this desk, or at any if none is named. */
export function holdsRole(
  held: readonly Pick<OfficerRoleRow, "role" | "desk">[],
  wanted: readonly Role[],
  desk?: string,
): boolean {
  return held.some(
    (one) =>
      wanted.some((role) => role === one.role) &&
      (desk === undefined || one.desk === wholeParty || one.desk === desk),
  );
}

/**
 * What somebody may see, in every list, search, event and export: the one predicate of visibility.
 * The operator of a party without officers sees everything.
 */
export function visibleTo(actor: Actor): Visibility {
  if (actor.kind === "operator") return { channels: "all", classes: "all", desks: "all" };
  const { channels, classes } = actor.officer;
  const own = new Set<string>();
  for (const { role, desk } of actor.roles) {
    const known = roleNames.find((name) => name === role);
    const sees = known === undefined ? "nothing" : roles[known].sees;
    if (sees === "every-desk") return { channels, classes, desks: "all" };
    if (sees === "own-desk") own.add(desk);
  }
  return { channels, classes, desks: own.size === 0 ? [] : [...own, nodeDesk].sort() };
}

/** What both show: for a question that is narrower than what may be seen. */
export function narrowed(visible: Visibility, wanted: Visibility): Visibility {
  const both = <T>(
    one: readonly T[] | "all",
    other: readonly T[] | "all",
  ): readonly T[] | "all" => {
    if (one === "all") return other;
    return other === "all" ? one : one.filter((each) => other.includes(each));
  };
  return {
    channels: both(visible.channels, wanted.channels),
    classes: both(visible.classes, wanted.classes),
    desks: both(visible.desks, wanted.desks),
  };
}

/** Whether one row may be seen. A row that no desk has, which did not open, is for who sees all. */
export function isVisible(
  { channels, classes, desks: seen }: Visibility,
  row: {
    readonly channel: string;
    readonly class: string;
    readonly desk: string | null;
  },
): boolean {
  const has = (all: readonly string[] | "all", one: string | null) =>
    all === "all" || (one !== null && all.includes(one));
  return has(channels, row.channel) && has(classes, row.class) && has(seen, row.desk);
}
