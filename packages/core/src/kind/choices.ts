/**
 * Every closed list that a form offers. On the wire stands the code; its words are in the catalogues.
 *
 * A code is never renamed, moved to another meaning or used again.
 *
 * @module
 */

export const choices = {
  /** The one thing that an inquiry wants. */
  ask: [
    "nothing",
    "investigate",
    "identify",
    "preserve",
    "mitigate",
    "block",
    "take-down",
    "confirm-or-deny",
    "clarify",
    "consult",
  ],
  certainty: ["yes", "no", "unknown"],
  decline: ["cannot", "will-not", "not-ours", "not-enough-given", "already-answered"],
  /** What a message lacks so that it cannot be answered, and what a clarification supplies. */
  missing: [
    "observed-time",
    "value",
    "item-kind",
    "port",
    "protocol",
    "target",
    "sample",
    "role",
    "phase",
    "grade",
    "source",
    "description",
    "first-awareness",
    "ask-detail",
    "contact",
    "legal-basis",
    "marking",
  ],
  outcome: [
    "done",
    "partly-done",
    "not-done",
    "planned",
    "confirmed",
    "denied",
    "nothing-found",
    "unknown",
  ],
  grounds: ["resolved", "answered", "duplicate", "unfounded", "withdrawn"],
  rejection: ["not-resolved", "answer-awaited", "summary-disputed", "other"],
  /** Why something said is taken back. */
  withdrawal: [
    "error",
    "doubtful-source",
    "superseded",
    "sent-by-mistake",
    "no-longer-wanted",
    "other",
  ],
  escalation: ["no-answer", "disputed", "graver", "beyond-the-desk", "other"],
  suspension: ["maintenance", "staffing", "security", "decision", "not-stated"],
  /** How something was said outside of the channel. */
  medium: ["telephone", "meeting", "note-verbale", "letter", "email", "other"],
  /** Whose word an assessment is within its author's side. */
  coordination: ["single-agency", "coordinated", "unknown"],
  weekday: ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
  likelihood: [
    "almost-no-chance",
    "very-unlikely",
    "unlikely",
    "even-chance",
    "likely",
    "very-likely",
    "almost-certain",
    "unknown",
  ],
  confidence: ["low", "moderate", "high", "unknown"],
  /** The ten steps of J. Healey's spectrum of state responsibility (2012). */
  responsibility: [
    "state-prohibited",
    "state-prohibited-but-inadequate",
    "state-ignored",
    "state-encouraged",
    "state-shaped",
    "state-coordinated",
    "state-ordered",
    "state-rogue-conducted",
    "state-executed",
    "state-integrated",
    "none-stated",
  ],
  /** How a piece of evidence was come by. */
  collection: [
    "victim-report",
    "own-sensor",
    "forensics",
    "technical-collection",
    "human-source",
    "partner",
    "commercial",
    "open-source",
    "unknown",
    "not-stated",
  ],
  heldBack: ["items", "item-fields", "block"],
  fileRole: ["items", "file"],
  /** TLP 2.0. */
  tlp: ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"],
  pap: ["RED", "AMBER", "GREEN", "CLEAR"],
  flag: ["ask-first", "no-court-use", "no-public-attribution", "no-third-state"],
  /** IEP 2.0, permitted actions. */
  use: [
    "none",
    "contact-for-instruction",
    "internally-visible-actions",
    "externally-visible-indirect-actions",
    "externally-visible-direct-actions",
  ],
  subject: ["fork", "epoch-closed", "seen", "witness", "outage"],
  outage: ["planned", "fault", "other-side", "unknown"],
  itemKind: [
    "ipv4-addr",
    "ipv6-addr",
    "domain-name",
    "url",
    "file-hash",
    "file-name",
    "email-addr",
    "email-subject",
    "mac-addr",
    "autonomous-system",
    "user-agent",
    "registry-key",
    "mutex",
    "certificate",
    "rule",
    "other",
  ],
  hash: ["md5", "sha-1", "sha-224", "sha-256", "sha-384", "sha-512", "ssdeep", "tlsh"],
  /** The four vertices of the Diamond Model of Intrusion Analysis. */
  diamond: ["adversary", "capability", "infrastructure", "victim"],
  /** Admiralty scale: F is not the worst, it says that reliability cannot be judged. */
  reliability: ["A", "B", "C", "D", "E", "F"],
  /** Admiralty scale: 6 is not the worst, it says that truth cannot be judged. */
  credibility: ["1", "2", "3", "4", "5", "6"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

export type ChoiceName = keyof typeof choices;
export type Choice<N extends ChoiceName> = (typeof choices)[N][number];
