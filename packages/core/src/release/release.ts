/**
 * The way of a draft to the wire: drafted, cleared, approved, sent, each step by an officer.
 *
 * Clearing fixes the payload with its salts (`message/statement.ts`); from then on every step names its
 * hash, so that what persons approve is what is sent. Whoever wrote any of what is released is an
 * author and counts once; who clears and who approves is somebody else each time. A draft that is
 * changed, or whose surroundings changed, is a draft again.
 *
 * A release is folded from its steps, which the node keeps; nothing here knows roles or desks: whether
 * an officer may do a step at all is decided before. Spec: spec/message.md, "What persons approve".
 *
 * @module
 */
import type { Result } from "../result.ts";
import { accept, refuse } from "../result.ts";

/**
 * `approved` may be sent; `awaiting-key` is to be sent as soon as the desk's keys are open. `sent` and
 * `discarded` end it.
 */
export const releasePhases = [
  "drafted",
  "cleared",
  "approved",
  "awaiting-key",
  "sent",
  "discarded",
] as const;
export type ReleasePhase = (typeof releasePhases)[number];

/** Why a frozen payload may no longer be sent. */
export const voidReasons = ["agreement", "epoch", "desk-key", "case"] as const;
export type VoidReason = (typeof voidReasons)[number];

/** One step. JSON, as it is kept. `by` is the id of an officer. */
export type ReleaseStep =
  | { readonly what: "written"; readonly by: string; readonly at: number }
  | {
      readonly what: "cleared" | "approved" | "send";
      readonly by: string;
      readonly at: number;
      readonly approvalHash: string;
    }
  | {
      readonly what: "returned" | "recalled";
      readonly by: string;
      readonly at: number;
      readonly reason: string;
    }
  | { readonly what: "discarded"; readonly by: string; readonly at: number }
  /** By the node. */
  | { readonly what: "voided"; readonly at: number; readonly why: VoidReason }
  | { readonly what: "sent"; readonly at: number; readonly jti: string };

export interface Release {
  readonly phase: ReleasePhase;
  /** Who wrote any of it, in the order in which they first did. */
  readonly authors: readonly string[];
  /** SHA-256 of the frozen payload, base64url; null while nothing is frozen. */
  readonly approvalHash: string | null;
  /** Who cleared it and then who approved it; none while nothing is frozen. */
  readonly signers: readonly string[];
  /** How often it was written: the version of the draft. */
  readonly version: number;
}

const frozen = ["cleared", "approved", "awaiting-key"] as const;

/** Phases in which each step may be taken. */
const beginsIn: { readonly [W in ReleaseStep["what"]]: readonly ReleasePhase[] } = {
  written: ["drafted", ...frozen],
  cleared: ["drafted"],
  approved: ["cleared"],
  send: ["approved", "awaiting-key"],
  sent: ["awaiting-key"],
  returned: frozen,
  recalled: ["approved", "awaiting-key"],
  voided: frozen,
  discarded: ["drafted", ...frozen],
};

export interface ReleaseRule {
  /** Persons who must have signed, 1 to 9, the author included. See {@link personsFor}. */
  readonly persons: number;
}

export type ReleaseRefusal =
  | "release.same-person"
  | "release.other-payload"
  | "release.not-in-this-phase";

export const newRelease: Release = {
  ...{ phase: "drafted", authors: [], approvalHash: null, signers: [], version: 0 },
};

/**
 * Persons who must sign a message of a kind before it leaves: what the agreement says, or more if this
 * party's own policy says more; never fewer.
 */
export function personsFor(
  agreement: {
    readonly release: {
      readonly persons: readonly { readonly kind: string; readonly count: number }[];
      readonly otherPersons: number;
    };
  },
  kind: string,
  policy: { readonly [kind: string]: number } = {},
): number {
  const { persons, otherPersons } = agreement.release;
  const agreed = persons.find((each) => each.kind === kind)?.count ?? otherPersons;
  return Math.max(agreed, Object.hasOwn(policy, kind) ? (policy[kind] ?? 0) : 0);
}

/** Who may clear or approve what others wrote: not one of them, and nobody twice. */
export function isSameOfficer(
  { authors, signers }: Release,
  rule: ReleaseRule,
  by: string,
): boolean {
  if (signers.includes(by)) return true;
  // Alone: the author clears what only they wrote.
  if (rule.persons === 1) return false;
  return authors.includes(by);
}

/** Persons who have signed so far: the authors count as one. */
export function personsOf({ authors, signers }: Release): number {
  const others = signers.filter((by) => !authors.includes(by)).length;
  return (authors.length > 0 ? 1 : 0) + others;
}

/**
 * @returns The release after the step; or `release.not-in-this-phase`, `release.same-person` if this
 *   officer may not also sign, `release.other-payload` if the step names another payload than the one
 *   that stands. A refused step changes nothing.
 */
export function takeStep(
  release: Release,
  step: ReleaseStep,
  rule: ReleaseRule,
): Result<Release, ReleaseRefusal> {
  const { phase } = release;
  const isHere = beginsIn[step.what].includes(phase);
  if (!isHere || (step.what !== "written" && release.version === 0)) {
    return refuse("release.not-in-this-phase", `${step.what} while ${phase}`);
  }
  switch (step.what) {
    case "written":
      return accept({ ...drafted(release), ...written(release, step.by) });
    case "cleared":
      return sign({ ...release, approvalHash: step.approvalHash }, step, rule);
    case "approved":
      return sign(release, step, rule);
    case "send":
      if (step.approvalHash !== release.approvalHash) return otherPayload();
      return accept({ ...release, phase: "awaiting-key" });
    case "sent":
      return accept({ ...release, phase: "sent" });
    case "discarded":
      return accept({ ...drafted(release), phase: "discarded" });
    default:
      return accept(drafted(release));
  }
}

/**
 * The release as its steps make it under the rule of now: if a policy became stricter, what was approved
 * wants another person. A message that was sent is sent, whatever the rule has become.
 */
export function foldRelease(steps: Iterable<ReleaseStep>, rule: ReleaseRule): Release {
  let release = newRelease;
  for (const step of steps) {
    if (step.what === "sent") return { ...release, phase: "sent" };
    const taken = takeStep(release, step, rule);
    if (taken.ok) release = taken.value;
  }
  return release;
}

function sign(
  release: Release,
  step: Extract<ReleaseStep, { readonly approvalHash: string }>,
  rule: ReleaseRule,
): Result<Release, ReleaseRefusal> {
  if (step.approvalHash !== release.approvalHash) return otherPayload();
  if (isSameOfficer(release, rule, step.by)) {
    return refuse("release.same-person", "wrote, cleared or approved it already");
  }
  const signed = { ...release, signers: [...release.signers, step.by] };
  const isEnough = personsOf(signed) >= rule.persons;
  return accept({ ...signed, phase: isEnough ? "approved" : "cleared" });
}

function written({ authors, version }: Release, by: string) {
  return { authors: authors.includes(by) ? authors : [...authors, by], version: version + 1 };
}

/** Whatever was signed is void. */
function drafted(release: Release): Release {
  return { ...release, phase: "drafted", approvalHash: null, signers: [] };
}

function otherPayload() {
  return refuse("release.other-payload", "names another payload than the one that stands");
}
