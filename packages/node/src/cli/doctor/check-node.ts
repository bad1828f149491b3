/**
 * What the doctor makes of what the node knows of itself: keys, descriptors, peers, clocks, head store.
 *
 * @module
 */
import { statSync } from "node:fs";
import { z } from "zod";
import type { Config } from "../../config.ts";
import { isPostgresAddress } from "../../postgres-address.ts";
import type { Home } from "../../service/home.ts";
import type { InspectedHead, Platform } from "../command.ts";
import { timeOf } from "../dates.ts";
import { type Finding, ok, problem, warning } from "./finding.ts";

const day = 86_400;
/** A signing key is due for a change after two years, the default validity of a descriptor. */
const keyDaysMax = 730;
const expiresSoonDays = 60;
/** The link is tested each hour by turns: two hours without a word are one missed test. */
const silentSecondsMax = 7_200;
/** A receipt that takes longer than this is missed. */
const waitingSecondsMax = 600;
/** Clocks of two machines may differ by this much before a receipt "from the future" means anything. */
const aheadSecondsMax = 120;

const inspected = z.object({
  ...{ now: z.int(), protocol: z.int(), isPractice: z.boolean(), isServing: z.boolean() },
  ...{ isRebuilding: z.boolean(), validUntil: z.int().nullable() },
  peers: z.array(
    z.object({
      ...{ peer: z.string(), isConfirmed: z.boolean(), hasChannel: z.boolean() },
      validUntil: z.int().nullable(),
    }),
  ),
  logs: z.array(
    z.object({
      ...{ peer: z.string(), direction: z.enum(["own", "mirror"]), class: z.string() },
      ...{ epoch: z.int(), size: z.int(), entryCount: z.int(), openedSize: z.int() },
      ...{ receiptedSize: z.int(), base: z.string(), root: z.string() },
      ...{ lastReceiptAt: z.int().nullable(), waitingSince: z.int().nullable() },
    }),
  ),
  ownBases: z.array(z.string()),
  links: z.array(
    z.looseObject({
      ...{ peer: z.string(), lastAnswerAt: z.int().nullable() },
      ...{ lastRequestAt: z.int().nullable(), skewSeconds: z.number().nullable() },
      problems: z.array(z.looseObject({ about: z.string(), code: z.string() })),
    }),
  ),
});
export type Inspected = z.output<typeof inspected>;

export function parseInspected(value: unknown): Inspected {
  return inspected.parse(value);
}

const keyList = z.object({
  keys: z.array(
    z.object({
      ...{ kind: z.string(), purpose: z.string(), createdAt: z.int() },
      retiredAt: z.int().nullable(),
    }),
  ),
  peers: z.array(z.object({ peer: z.string(), digits: z.string() })),
});

export function checkServing({ isServing, isRebuilding }: Inspected): readonly Finding[] {
  const server = isServing ? ok("server.serves") : warning("server.none");
  return isRebuilding ? [server, warning("server.rebuilding")] : [server];
}

export function checkKeys(value: unknown, now: number): readonly Finding[] {
  const { keys, peers } = keyList.parse(value);
  const present = keys.filter(({ retiredAt }) => retiredAt === null);
  const ageOf = (createdAt: number) => Math.max(0, Math.floor((now - createdAt) / day));
  const oldest = new Map<string, number>();
  for (const { kind, createdAt } of present) {
    oldest.set(kind, Math.max(oldest.get(kind) ?? 0, ageOf(createdAt)));
  }
  const findings: Finding[] = [...oldest]
    .filter(([, days]) => days > keyDaysMax)
    .map(([kind, days]) => warning("keys.old", { kind, days, max: keyDaysMax }));
  if (findings.length === 0) {
    findings.push(ok("keys.young", { days: Math.max(0, ...oldest.values()) }));
  }
  const isOverlapping = present.filter(({ purpose }) => purpose === "tls").length > 1;
  if (isOverlapping) findings.push(warning("keys.tls-overlaps"));
  for (const { peer, digits } of peers) {
    if (digits === "outdated") findings.push(warning("peers.digits-outdated", { peer }));
  }
  return findings;
}

export function checkDescriptors({ now, validUntil, peers }: Inspected): readonly Finding[] {
  const own = validity(now, validUntil, {
    past: (until) => problem("descriptor.expired", { until }),
    soon: (until) => warning("descriptor.expires", { until }),
    good: (until) => ok("descriptor.valid", { until }),
  });
  const theirs = peers.flatMap(({ peer, validUntil: end }) =>
    validity(now, end, {
      past: (until) => problem("peers.descriptor-expired", { peer, until }),
      soon: (until) => warning("peers.descriptor-expires", { peer, until }),
      good: () => undefined,
    }),
  );
  return [...own, ...theirs];
}

function validity(
  now: number,
  end: number | null,
  said: Readonly<Record<"past" | "soon" | "good", (until: string) => Finding | undefined>>,
): readonly Finding[] {
  if (end === null) return [];
  const until = timeOf(end);
  const which = end < now ? "past" : end < now + expiresSoonDays * day ? "soon" : "good";
  const finding = said[which](until);
  return finding === undefined ? [] : [finding];
}

export function checkPeers({ now, isServing, peers, logs, links }: Inspected): readonly Finding[] {
  return peers.flatMap(({ peer, isConfirmed, hasChannel }): readonly Finding[] => {
    if (!isConfirmed) return [warning("peers.not-confirmed", { peer })];
    if (!hasChannel) return [warning("peers.no-agreement", { peer })];
    const link = links.find((each) => each.peer === peer);
    const theirs = logs.filter((log) => log.peer === peer);
    const heard = [
      ...[link?.lastAnswerAt, link?.lastRequestAt],
      ...theirs.map(({ lastReceiptAt }) => lastReceiptAt),
    ].filter((time) => time != null);
    const last = Math.max(...heard);
    const when = heard.length === 0 ? "—" : timeOf(last);
    const isSilent = heard.length === 0 || now - last > silentSecondsMax;
    const contact =
      isServing && isSilent
        ? warning("peers.silent", { peer, when })
        : ok("peers.heard", { peer, when });
    return [contact, ...checkReceipts(now, peer, theirs), ...checkLink(peer, link)];
  });
}

function checkReceipts(now: number, peer: string, logs: Inspected["logs"]): readonly Finding[] {
  const own = logs.filter(({ direction }) => direction === "own");
  const count = own.reduce((sum, log) => sum + log.size - log.receiptedSize, 0);
  const since = Math.min(...own.map(({ waitingSince }) => waitingSince ?? now));
  const tests = logs.filter((log) => log.direction === "mirror" && log.class === "link");
  const lastTest = tests.at(-1)?.lastReceiptAt ?? null;
  const when = lastTest === null ? "—" : timeOf(lastTest);
  const isLate = count > 0 && now - since > waitingSecondsMax;
  return [
    isLate
      ? warning("peers.no-receipt", { peer, count, since: timeOf(since) })
      : ok("peers.receipted", { peer, count }),
    ok("peers.last-test", { peer, when }),
  ];
}

function checkLink(peer: string, link: Inspected["links"][number] | undefined): readonly Finding[] {
  const skew = Math.round(link?.skewSeconds ?? 0);
  const clock: readonly Finding[] =
    link?.skewSeconds == null
      ? [ok("clock.not-measured", { peer })]
      : Math.abs(skew) > aheadSecondsMax
        ? [problem("clock.peer-differs", { peer, seconds: skew })]
        : [ok("clock.agrees", { peer, seconds: skew })];
  const refused = (link?.problems ?? []).map(({ about, code }) =>
    warning("peers.trouble", { peer, about, code }),
  );
  return [...clock, ...refused];
}

/** Receipts are dated by clocks: one from the future shows that ours went back. */
export function checkClock({ now, logs }: Inspected): readonly Finding[] {
  const newest = Math.max(0, ...logs.map(({ lastReceiptAt }) => lastReceiptAt ?? 0));
  if (newest <= now + aheadSecondsMax) return [ok("clock.forward", { now: timeOf(now) })];
  return [problem("clock.went-back", { now: timeOf(now), newest: timeOf(newest) })];
}

export async function checkHeads(
  platform: Platform,
  place: { readonly config: Config; readonly home: Home },
  { logs, ownBases }: Inspected,
): Promise<readonly Finding[]> {
  const { headStore } = place.config;
  if (isPostgresAddress(headStore)) return [ok("heads.server")];
  const file = statSync(headStore, { throwIfNoEntry: false });
  if (file === undefined) return [problem("heads.missing", { path: headStore })];
  const findings: Finding[] = [];
  const database = statSync(place.home.database, { throwIfNoEntry: false });
  if (database?.dev === file.dev) findings.push(warning("heads.same-medium", { path: headStore }));
  const heads = await platform.inspectHeads(headStore);
  if (heads === undefined) return [...findings, problem("heads.damaged", { path: headStore })];
  const own = logs.filter(({ direction }) => direction === "own");
  const wrong = own.flatMap((log) => {
    return (
      compareHead(
        log,
        heads.find((each) => each.log === log.base),
      ) ?? []
    );
  });
  // A log that the database has never had: it was taken back to before the log's first entry.
  for (const { log: base, size } of heads.filter(({ log }) => !ownBases.includes(log))) {
    const [, peer = "", , of = ""] = base.split("/");
    wrong.push(problem("heads.ahead", { peer, class: of, size: 0, head: size }));
  }
  if (wrong.length > 0) return [...findings, ...wrong];
  return [...findings, ok("heads.equal", { count: heads.length })];
}

/** A head that is behind is no harm: the next checkpoint moves it. */
function compareHead(
  { class: of, peer, epoch, size, root }: Inspected["logs"][number],
  head: InspectedHead | undefined,
): Finding | undefined {
  const values = { peer, class: of, size, head: head?.size ?? 0 };
  if (head === undefined) return size > 0 ? problem("heads.no-head", values) : undefined;
  if (head.epoch < epoch) return undefined;
  if (head.epoch > epoch || head.size > size) return problem("heads.ahead", values);
  const isOther = head.size === size && head.root !== root;
  return isOther ? problem("heads.other-root", values) : undefined;
}
