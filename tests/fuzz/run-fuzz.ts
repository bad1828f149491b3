/**
 * Runs parsers on changed inputs, and counts what they say.
 *
 * What must hold of every input: nothing is thrown; what is refused is refused with a code of ours;
 * an answer comes within a bound of time; what is accepted and has one form is written again as it
 * was read; and both implementations of the primitives say the same.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { noblePrimitives } from "@parley/core/crypto/crypto-noble";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import type { Primitives } from "@parley/core/crypto/primitives";
import { refusalCodes } from "@parley/core/refusal-codes";
import { mutateJson, mutateOctets, mutateText, Random } from "./mutate.ts";

/** For one input. A machine that others use may take a hundred times as long as it needs. */
const answerMsMax = 10_000;
/** So long a parser is fed at a turn, so that the quick ones are given more. */
const shareMs = 4;
/** Seeds that are tried as they are, before they are changed. */
const untouchedSeeds = 2;
/** Enough to see what is wrong. */
const findingsMax = 100;
/** Of so many turns one is judged by the other primitives too, which are slower. */
const otherPrimitivesEvery = 8;

interface TargetOf<Input> {
  readonly name: string;
  /** The exported functions that it goes through. */
  readonly covers: readonly string[];
  /** Good ones and bad ones. */
  readonly seeds: readonly Input[];
  /** A Result, or a value, or `undefined` where the parser refuses so. */
  judge(p: Primitives, input: Input): unknown;
  /** Where there is one form: what is accepted, written again. */
  again?(value: never): Input;
}

export type Target =
  | ({ readonly form: "text" } & TargetOf<string>)
  | ({ readonly form: "octets" } & TargetOf<Uint8Array>)
  | ({ readonly form: "json" } & TargetOf<JsonValue>);

export interface FuzzCount {
  tried: number;
  accepted: number;
  /** By code; `undefined` for those that refuse without one. */
  readonly refused: Map<string, number>;
  slowestMs: number;
}

export interface FuzzFinding {
  readonly target: string;
  readonly seed: number;
  readonly what: string;
  /** JSON, or base64 of the octets. */
  readonly input: string;
}

export interface FuzzReport {
  readonly counts: ReadonlyMap<string, FuzzCount>;
  readonly findings: readonly FuzzFinding[];
  readonly comparedCount: number;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Ends when both are reached: every target has a share. */
  readonly turnsPerTarget: number;
  readonly until?: () => boolean;
  /** Inputs of a turn, the same on every machine; absent: as many as a share of time allows. */
  inputsPerTurn?(target: Target): number;
}

const noble = noblePrimitives(nodePrimitives.random);

export async function runFuzz(
  targets: readonly Target[],
  { seed, turnsPerTarget, until = () => true, inputsPerTurn }: FuzzOptions,
): Promise<FuzzReport> {
  const report = { counts: new Map<string, FuzzCount>(), findings: [] as FuzzFinding[] };
  let comparedCount = 0;
  const isFull = () => report.findings.length >= findingsMax;
  for (let round = 0; (round < turnsPerTarget || !until()) && !isFull(); round++) {
    const isCompared = round % otherPrimitivesEvery === 0;
    if (isCompared) comparedCount += targets.length;
    for (const [place, target] of targets.entries()) {
      const own = [seed, place, round].reduce(mix, 0);
      const turn = { own, isCompared, seedAt: round, inputCount: inputsPerTurn?.(target) };
      await feed(report, target, turn);
    }
  }
  return { ...report, comparedCount };
}

interface Turn {
  /** Its seed. */
  readonly own: number;
  readonly isCompared: boolean;
  readonly seedAt: number;
  readonly inputCount: number | undefined;
}

/** One turn of a parser. */
async function feed(
  { counts, findings }: { counts: Map<string, FuzzCount>; findings: FuzzFinding[] },
  target: Target,
  turn: Turn,
): Promise<void> {
  const count = countOf(counts, target.name);
  const asItIs = turn.seedAt < untouchedSeeds ? target.seeds[turn.seedAt] : undefined;
  const end = performance.now() + shareMs;
  const last = count.tried + (turn.inputCount ?? Number.POSITIVE_INFINITY);
  const isOver = () =>
    turn.inputCount === undefined ? performance.now() >= end : count.tried >= last;
  let seed = turn.own;
  do {
    const isFirst = seed === turn.own;
    const input = (isFirst ? asItIs : undefined) ?? change(new Random(seed), target);
    const isCompared = isFirst && turn.isCompared;
    const what = await tryOne(target, input as never, { count, isCompared });
    if (what !== undefined) findings.push({ target: target.name, seed, what, input: show(input) });
    seed = mix(seed, 1);
  } while (!isOver() && findings.length < findingsMax);
}

function mix(state: number, next: number): number {
  return (Math.imul(state ^ next, 0x9e3779b1) ^ (state >>> 13)) >>> 0;
}

function change(random: Random, target: Target): string | Uint8Array | JsonValue {
  switch (target.form) {
    case "text":
      return mutateText(random, random.of(target.seeds), target.seeds);
    case "octets":
      return mutateOctets(random, random.of(target.seeds), target.seeds);
    case "json":
      return mutateJson(random, random.of(target.seeds), target.seeds);
  }
}

/** @returns What is wrong; `undefined` if everything is as it must be. */
async function tryOne(
  target: Target,
  input: never,
  { count, isCompared }: { readonly count: FuzzCount; readonly isCompared: boolean },
): Promise<string | undefined> {
  const startedAt = performance.now();
  let said: unknown;
  try {
    said = await target.judge(nodePrimitives, input);
  } catch (thrown) {
    return `thrown: ${thrown instanceof Error ? thrown.stack : String(thrown)}`;
  }
  const ms = performance.now() - startedAt;
  count.tried += 1;
  count.slowestMs = Math.max(count.slowestMs, ms);
  if (ms > answerMsMax) return `${Math.round(ms)} ms`;
  const verdict = verdictOf(said);
  if (verdict.code === undefined) count.accepted += 1;
  else count.refused.set(verdict.code, (count.refused.get(verdict.code) ?? 0) + 1);
  if (verdict.code !== undefined && !isKnown(verdict.code)) return `the code ${verdict.code}`;
  if (verdict.code === undefined && target.again !== undefined) {
    const again = target.again(verdict.value as never);
    if (show(again) !== show(input)) return `written again: ${show(again).slice(0, 2_000)}`;
  }
  if (!isCompared) return undefined;
  const other = verdictOf(await target.judge(noble, input));
  return other.code === verdict.code
    ? undefined
    : `${verdict.code} by node, ${other.code} by noble`;
}

function isKnown(code: string): boolean {
  return code === "undefined" || code in refusalCodes;
}

function verdictOf(said: unknown): { readonly code: string | undefined; readonly value: unknown } {
  if (said === undefined || said === false) return { code: "undefined", value: undefined };
  if (typeof said !== "object" || said === null || !("ok" in said)) {
    return { code: undefined, value: said };
  }
  const result = said as { ok: boolean; value?: unknown; refusal?: { code: string } };
  return result.ok
    ? { code: undefined, value: result.value }
    : { code: result.refusal?.code ?? "none", value: undefined };
}

function countOf(counts: Map<string, FuzzCount>, name: string): FuzzCount {
  const count = counts.get(name) ?? { tried: 0, accepted: 0, refused: new Map(), slowestMs: 0 };
  counts.set(name, count);
  return count;
}

function show(input: unknown): string {
  return input instanceof Uint8Array
    ? Buffer.from(input).toString("base64")
    : JSON.stringify(input);
}

/** One line a parser. */
export function formatReport({ counts, comparedCount }: FuzzReport): string {
  const lines = [...counts].map(([name, { tried, accepted, refused, slowestMs }]) => {
    const codes = [...refused]
      .sort((a, b) => b[1] - a[1])
      .map(([code, times]) => `${code} ${times}`);
    const slowest = `${slowestMs.toFixed(0)} ms`;
    return `${name}: ${tried} tried, ${accepted} accepted, ${codes.join(", ")}; slowest ${slowest}`;
  });
  const all = [...counts.values()].reduce((sum, { tried }) => sum + tried, 0);
  return [
    ...lines,
    `${all} inputs, ${counts.size} parsers, ${comparedCount} by both primitives`,
  ].join("\n");
}
