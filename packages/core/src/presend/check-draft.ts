/**
 * The check before sending: what a reader could infer from a draft, explained at the field.
 *
 * Pure: it sees the draft, the agreement and the sender's own lists, looks nothing up, and decides
 * nothing: an officer does. Work grows as the draft does, whatever stands in it. docs/presend.md.
 *
 * @module
 */
import type { AgreementPayload } from "../agreement/agreement-schema.ts";
import type { ItemToSend } from "../item/item-list.ts";
import { type Marking, markingSchema, stricterMembers, tlpOf } from "../kind/marking.ts";
import { blockNames } from "../message/body.ts";
import { say } from "../vocabulary/catalogue.ts";
import type { Language } from "../vocabulary/words.ts";
import {
  addressHits,
  type KnownAddresses,
  knownAddresses,
  timeHits,
  tokensOf,
} from "./address-tokens.ts";
import {
  blockTexts,
  type DraftText,
  heldBackBlocks,
  shownItemTexts,
  type TextDraft,
} from "./draft-texts.ts";
import { type FileToCheck, metadataOf } from "./file-metadata.ts";
import { mixedHits, unseenHits } from "./letter-hits.ts";
import { codePointName, wordsOf } from "./letters.ts";
import { type ListedName, NameIndex } from "./name-index.ts";
import type { OwnLists } from "./own-lists.ts";
import {
  listedPerCodeMax,
  type PresendCode,
  type PresendFinding,
  type PresendReport,
  presendCodes,
  presendSeverities,
  type Steps,
} from "./presend-finding.ts";
import { withheldNames } from "./withheld-names.ts";

/** Of what was found, as a sentence shows it. */
const foundCharsMax = 80;
/** Of a text; no form takes a longer one. */
export const presendTextLengthMax = 65_536;

/** What is to be sent, as its drafter has it: it may be unfinished or out of form. */
export interface DraftToCheck extends TextDraft {
  /** In block order of the message; a block that `handling` holds back is not looked into. */
  readonly blocks: TextDraft["blocks"];
  readonly items: readonly ItemToSend[];
  readonly files: readonly FileToCheck[];
  /** How the drafter marked the message as a whole; null: not at all. */
  readonly marking: Marking | null;
}

export interface PresendContext {
  /** The version that the message will name. */
  readonly agreement: Pick<AgreementPayload, "collection">;
  readonly lists: OwnLists;
}

/** What a draft is looked at with. */
interface Checker {
  readonly known: KnownAddresses;
  readonly names: NameIndex<PresendCode>;
  readonly grainSeconds: number;
  readonly steps: Steps;
  add(finding: Omit<PresendFinding, "severity">): void;
}

export function checkDraft(draft: DraftToCheck, context: PresendContext): PresendReport {
  const { agreement, lists } = context;
  const report = newReport(lists);
  const checker: Checker = {
    known: knownAddresses(lists),
    names: new NameIndex([...listedNames(lists), ...withheldNames(draft)]),
    grainSeconds: agreement.collection.timeGrainSeconds,
    steps: { count: 0 },
    add: report.add,
  };
  for (const text of blockTexts(draft)) checkText(text, checker);
  for (const [index, said] of draft.items.entries()) checkItem(said, index, checker);
  checkMarkings(draft, checker);
  for (const [index, file] of draft.files.entries()) {
    const { code, found } = metadataOf(file, checker.steps) ?? {};
    if (code !== undefined && found !== undefined) {
      checker.add({ code, place: `/files/${index}`, span: null, found });
    }
  }
  return report.close(checker.steps);
}

/** What it means for the sender, in one sentence. */
export function presendSentence(
  { code, found }: Pick<PresendFinding, "code" | "found">,
  language: Language,
): string {
  return say(`presend.${code}`, language, { found });
}

function newReport({ stopping }: OwnLists) {
  const listed = new Map<PresendCode, PresendFinding[]>();
  const counts: { [C in PresendCode]?: number } = {};
  return {
    add(finding: Omit<PresendFinding, "severity">): void {
      const { code } = finding;
      const severity = stopping.includes(code) ? "stops" : presendSeverities[code];
      const list = listed.get(code) ?? [];
      if (list.length < listedPerCodeMax) list.push({ ...finding, severity });
      listed.set(code, list);
      counts[code] = (counts[code] ?? 0) + 1;
    },
    close: ({ count }: Steps): PresendReport => ({
      findings: presendCodes.flatMap((code) => listed.get(code) ?? []),
      counts,
      steps: count,
    }),
  };
}

function listedNames(lists: OwnLists): readonly ListedName<PresendCode>[] {
  const codes = {
    hosts: "internal-host",
    users: "user-name",
    tools: "tool-name",
    sensors: "sensor-name",
  } as const;
  return (["hosts", "users", "tools", "sensors"] as const).flatMap((list) =>
    lists[list].map((name) => ({ name, code: codes[list] })),
  );
}

function checkText({ place, text: whole, lang, use }: DraftText, checker: Checker): void {
  const { known, names, grainSeconds, steps } = checker;
  const text = whole.slice(0, presendTextLengthMax);
  const words = wordsOf(text, steps);
  const tokens = tokensOf(text, steps);
  const ofAddresses = addressHits(tokens, known, steps).filter(({ code }) => mayStand(code, use));
  const hits = [
    ...unseenHits(text, steps),
    ...names.find(words, steps),
    ...ofAddresses,
    ...(use === "prose" ? timeHits(tokens, grainSeconds, steps) : []),
    ...(use === "value" ? [] : mixedHits(words, lang, steps)),
  ];
  for (const { code, from, to } of hits) {
    checker.add({ code, place, span: { from, to }, found: shownPart(text.slice(from, to)) });
  }
}

/** Evidence is not defanged where it stands as such, and a field for a mailbox has one. */
function mayStand(code: PresendCode, use: DraftText["use"]): boolean {
  if (use === "value") return code !== "not-defanged";
  return use === "prose" || (code !== "own-email" && code !== "not-defanged");
}

function checkItem(said: ItemToSend, index: number, checker: Checker): void {
  for (const text of shownItemTexts(said, index)) checkText(text, checker);
  const { item, disposition } = said;
  const isShown =
    disposition.what === "share" ||
    (disposition.what === "redact" && !disposition.fields.includes("observed"));
  const times = typeof item.observed === "string" ? [] : Object.values(item.observed);
  const finer = times.find((time: number) => time % checker.grainSeconds !== 0);
  if (isShown && finer !== undefined) {
    const place = `/items/${index}/observed`;
    checker.add({ code: "time-too-fine", place, span: null, found: String(checker.grainSeconds) });
  }
}

function checkMarkings({ blocks, items, marking }: DraftToCheck, { add }: Checker): void {
  if (marking === null) return;
  const judge = (given: unknown, place: string) => {
    const parsed = markingSchema.safeParse(given);
    if (!parsed.success || stricterMembers(parsed.data, marking).length === 0) return;
    const found = `TLP:${tlpOf(parsed.data)}`;
    add({ code: "marking-above-message", place: `${place}/marking`, span: null, found });
  };
  const heldBack = heldBackBlocks(blocks);
  for (const name of blockNames) {
    if (!heldBack.has(name)) judge(blocks[name]?.["marking"], `/blocks/${name}`);
  }
  for (const [index, { item, disposition }] of items.entries()) {
    if (disposition.what !== "hold-back") judge(item.marking, `/items/${index}`);
  }
}

function shownPart(part: string): string {
  const visible = [...part.slice(0, foundCharsMax)].map((character) => {
    return /[\p{Default_Ignorable_Code_Point}\p{C}\p{Zl}\p{Zp}]/u.test(character)
      ? codePointName(character)
      : character;
  });
  return visible.join("");
}
