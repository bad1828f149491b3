/**
 * An export that was verified, in sentences: that the channel was used, by whom, how much and when.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import type { BySide, ClassReport } from "@parley/core/record/open-export";
import type { VerifiedExport } from "@parley/core/record/verify-export";
import type { VerifiedLog } from "@parley/core/record/verify-log";
import { sayIfKnown } from "@parley/core/vocabulary/catalogue";
import type { Language } from "@parley/core/vocabulary/words";
import { type Compared, limitLines, partiesJson } from "./party-lines.ts";
import { tell, timeOf } from "./texts.ts";

export function describeExport(
  lang: Language,
  verified: VerifiedExport,
  compared: Compared,
): readonly string[] {
  const { keys, logs } = verified;
  const [first, second] = keys.names;
  const { versions } = keys.agreements;
  const since = timeOf(versions[0]?.payload.createdAt ?? 0);
  const channel = { channel: keys.channel, first, second, versions: versions.length, since };
  const used = logs.filter(({ index }) => index.size > 0);
  const empty = logs.filter(({ index }) => index.size === 0).map(({ index }) => index.origin);
  return [
    tell(lang, "export.proven"),
    tell(lang, "export.parties", channel),
    ...used.map((log) => logLine(lang, log)),
    ...(empty.length > 0 ? [tell(lang, "log.empty", { logs: shortNames(empty) })] : []),
    ...contentLines(lang, verified),
    ...limitLines(lang, keys, compared),
    tell(lang, "not-proven.more"),
  ];
}

/** Without names of methods of ours: what other programs may rely on. */
export function exportJson(
  { index, logs, opened }: VerifiedExport,
  compared: Compared,
): { readonly [name: string]: JsonValue } {
  return {
    channel: index.channel,
    parties: partiesJson(compared),
    agreements: index.agreementCount,
    logs: logs.map(({ index: log, receipts, checkpoints }) => ({
      origin: log.origin,
      size: log.size,
      receipted: receipts.at(-1)?.size ?? 0,
      receipts: log.receiptCount,
      checkpoints: log.checkpointCount,
      firstReceiptAt: receipts[0]?.time ?? null,
      lastReceiptAt: receipts.at(-1)?.time ?? null,
      lastStatedAt: checkpoints.at(-1)?.time ?? null,
    })),
    attachments: index.attachments.length,
    opened,
  };
}

function logLine(lang: Language, { index, place, receipts }: VerifiedLog): string {
  const { author, peer } = place;
  const about = { author, peer, log: `${place.class}/${place.epoch}`, size: index.size };
  const [from, to] = [receipts[0], receipts.at(-1)];
  if (from === undefined || to === undefined) return tell(lang, "log.unreceipted", about);
  const times = { from: timeOf(from.time), to: timeOf(to.time) };
  const line = from.time === to.time ? "log.line-once" : "log.line";
  return tell(lang, line, { ...about, receipted: to.size, ...times });
}

/** `washington.example live/1` */
function shortNames(origins: readonly string[]): string {
  const names = origins.map((origin) => {
    const [author, , , trafficClass, epoch] = origin.split("/");
    return `${author} ${trafficClass}/${epoch}`;
  });
  return names.join(", ");
}

function contentLines(lang: Language, { index, keys, opened }: VerifiedExport): string[] {
  const count = index.attachments.length;
  if (opened === null) {
    const sealed = count === 0 ? [] : [tell(lang, "attachments.sealed", { count })];
    return [tell(lang, "sealed"), ...sealed];
  }
  const classes = opened.classes.filter(({ cut, inFlight }) => sum(cut) + sum(inFlight) > 0);
  const attachments =
    count === 0 ? [] : [tell(lang, "attachments", { count, ...opened.attachments })];
  return [...classes.flatMap((one) => classLines(lang, one, keys.names)), ...attachments];
}

function classLines(
  lang: Language,
  report: ClassReport,
  names: readonly [string, string],
): string[] {
  const about = { class: report.class };
  const { cases, answered, unanswered, inFlight, unopened, state } = report;
  const phases = Object.entries(cases).map(
    ([phase, count]) => `${sayIfKnown(`phase.${phase}`, lang) ?? phase} ${count}`,
  );
  const total = answered + unanswered;
  const counts = { cases: total, phases: phases.join(", "), answered, unanswered };
  const sides = names.flatMap((party, side) => {
    const kinds = report.kinds.filter((one) => one.side === side);
    const refused = report.refused.filter((one) => one.side === side);
    const listed = kinds.map(({ kind, count }) => {
      return `${sayIfKnown(`kind.${kind}.title`, lang) ?? kind} ${count}`;
    });
    const codes = refused.map(({ code, count }) => `${code} ${count}`).join(", ");
    return [
      ...(kinds.length === 0
        ? []
        : [tell(lang, "class.kinds", { ...about, party, kinds: listed.join(", ") })]),
      ...(refused.length === 0 ? [] : [tell(lang, "class.refused", { ...about, party, codes })]),
    ];
  });
  return [
    ...(total === 0 ? [] : [tell(lang, "class.cases", { ...about, ...counts })]),
    ...sides,
    ...(sum(inFlight) === 0
      ? []
      : [tell(lang, "class.flight", { ...about, count: sum(inFlight) })]),
    ...(sum(unopened) === 0
      ? []
      : [tell(lang, "class.unopened", { ...about, count: sum(unopened) })]),
    tell(lang, "class.state", { ...about, state }),
  ];
}

function sum([zero, one]: BySide): number {
  return zero + one;
}
