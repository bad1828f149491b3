/**
 * From a refusal, a fault or a defect to what the command says, and to its exit code.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import type { FieldFault } from "@parley/core/result";
import type { FillValues } from "@parley/core/vocabulary/words";
import type { ConfigKey, ConfigSource, Language } from "../config.ts";
import type { OperationRefusal } from "../service/operation.ts";
import { backupFailureTexts } from "./backup-failure-texts.ts";
import { fill } from "./bilingual.ts";
import { databaseFailureTexts } from "./database-failure-texts.ts";
import type { FailureText } from "./failure-texts-en.ts";
import { failureTextsEn } from "./failure-texts-en.ts";
import { failureTextsRu } from "./failure-texts-ru.ts";
import { faultWords } from "./field-faults.ts";
import { nodeFailureTexts } from "./node-failure-texts.ts";
import { noticeFailureTexts } from "./notice-failure-texts.ts";
import { officeFailureTextsEn } from "./office-failure-texts-en.ts";
import { officeFailureTextsRu } from "./office-failure-texts-ru.ts";
import { partyFailureTexts } from "./party-failure-texts.ts";
import { peopleFailureTexts } from "./people-failure-texts.ts";
import { recordFailureTexts } from "./record-failure-texts.ts";
import { restoreFailureTexts } from "./restore-failure-texts.ts";
import { expectedTexts, frameTexts, sourceTexts } from "./texts.ts";

/** As `--help` of every command lists them. */
export const exitCodes = { done: 0, refused: 1, usage: 2, fault: 3 } as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A failure in the reader's language. */
export interface Failure extends FailureText {
  readonly code: string;
  /** Which field is not of its form, and what it breaks: for a program. */
  readonly field?: Pick<FieldFault, "path" | "rule">;
  readonly exitCode: ExitCode;
}

const textsByLanguage: Readonly<Record<Language, Readonly<Record<string, FailureText>>>> = {
  en: {
    ...failureTextsEn,
    ...partyFailureTexts.en,
    ...noticeFailureTexts.en,
    ...nodeFailureTexts.en,
    ...officeFailureTextsEn,
    ...peopleFailureTexts.en,
    ...recordFailureTexts.en,
    ...databaseFailureTexts.en,
    ...restoreFailureTexts.en,
    ...backupFailureTexts.en,
  },
  ru: {
    ...failureTextsRu,
    ...partyFailureTexts.ru,
    ...noticeFailureTexts.ru,
    ...nodeFailureTexts.ru,
    ...officeFailureTextsRu,
    ...peopleFailureTexts.ru,
    ...recordFailureTexts.ru,
    ...databaseFailureTexts.ru,
    ...restoreFailureTexts.ru,
    ...backupFailureTexts.ru,
  },
};

/** What was typed is no command of this program, whatever is on its disk. */
const usageCodes: ReadonlySet<string> = new Set(["cli.usage", "cli.no-such-kind"]);

export function describeRefusal(lang: Language, refusal: OperationRefusal): Failure {
  const { code, params = {}, fault } = refusal;
  const detail = fault === undefined ? refusal.detail : faultWords(lang, fault);
  const isUsage = code.startsWith("config.") || usageCodes.has(code);
  const exitCode = isUsage ? exitCodes.usage : exitCodes.refused;
  const field = fault === undefined ? {} : { field: { path: fault.path, rule: fault.rule } };
  return { code, exitCode, ...field, ...textOf(lang, code, { detail, ...inWords(lang, params) }) };
}

/**
 * @param error - Anything thrown. Ctrl-C is nobody's fault. The text of what is no `Fault` is not
 *   shown: it may quote content.
 */
export function describeThrown(lang: Language, error: unknown): Failure {
  if (error instanceof Error && error.name === "AbortError") {
    return describeRefusal(lang, { code: "cli.cancelled", detail: "" });
  }
  const { code, message } = error instanceof Fault ? error : { code: "node.defect", message: "" };
  return { code, exitCode: exitCodes.fault, ...textOf(lang, code, { detail: message }) };
}

function textOf(lang: Language, code: string, values: FillValues): FailureText {
  const texts = textsByLanguage[lang];
  const text = Object.hasOwn(texts, code) ? texts[code] : undefined;
  if (text === undefined) {
    const frame = frameTexts[lang];
    return {
      happened: fill(frame.unknown, { code, ...values }),
      means: frame["unknown.means"],
      next: frame["unknown.next"],
    };
  }
  const say = (sentence: string) => fill(sentence, { ...unknownIn(sentence), ...values });
  return { happened: say(text.happened), means: say(text.means), next: say(text.next) };
}

/** One code may come from places that know more and less: a failure must never fail to be said. */
function unknownIn(sentence: string): FillValues {
  const names = [...sentence.matchAll(/\{(\w+)[:}]/g)].map(([, name]) => [name, "—"]);
  return Object.fromEntries(names);
}

/** Names of sources, and what a setting takes, in the reader's words. */
function inWords(lang: Language, params: FillValues): FillValues {
  const { source, key } = params;
  const sources = sourceTexts[lang];
  const expected = expectedTexts[lang];
  return {
    ...params,
    ...(source === undefined ? {} : { source: sources[source as ConfigSource] }),
    ...(key === undefined ? {} : { expected: expected[key as ConfigKey] }),
  };
}
