/**
 * An audit log that was verified, in sentences: how much, when, by whom, and what that does not show.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { parseAuditOrigin } from "@parley/core/log/audit-origin";
import type { VerifiedAudit } from "@parley/core/record/verify-audit";
import type { Language } from "@parley/core/vocabulary/words";
import { tell, timeOf } from "./texts.ts";

/** Names of officers on the screen; `--json` has all. */
const shownNamesMax = 50;

export function describeAudit(
  lang: Language,
  { index, fingerprint, firstAt, lastAt, setBackCount, acts, officers }: VerifiedAudit,
  isCompared: boolean,
): readonly string[] {
  const { origin, size, checkpointCount: checkpoints } = index;
  const parsed = parseAuditOrigin(origin);
  const keys = { digits: fingerprint, party: parsed.ok ? parsed.value.party : origin };
  const names = [...officers].sort();
  const more = names.length > shownNamesMax ? ` … (${names.length})` : "";
  const shown = `${names.slice(0, shownNamesMax).join(", ")}${more}`;
  const counts = [...acts].sort().map(([act, count]) => `${act} ${count}`);
  const times = { from: timeOf(firstAt), to: timeOf(lastAt) };
  return [
    tell(lang, "audit.proven"),
    tell(lang, "audit.size", { origin, size, checkpoints, ...times }),
    ...(names.length === 0 ? [] : [tell(lang, "audit.officers", { officers: shown })]),
    tell(lang, "audit.acts", { acts: counts.slice(0, shownNamesMax).join(", ") }),
    ...(setBackCount === 0 ? [] : [tell(lang, "audit.set-back", { count: setBackCount })]),
    tell(lang, isCompared ? "audit.compared" : "audit.not-compared", keys),
    tell(lang, "audit.limits"),
  ];
}

export function auditJson(
  { index, fingerprint, firstAt, lastAt, setBackCount, acts, officers }: VerifiedAudit,
  isCompared: boolean,
): { readonly [name: string]: JsonValue } {
  const { origin, size, checkpointCount: checkpoints } = index;
  return {
    ...{ origin, size, checkpoints, fingerprint, isCompared, firstAt, lastAt },
    ...{ setBack: setBackCount, acts: Object.fromEntries(acts), officers: [...officers] },
  };
}
