import { fc, test } from "@fast-check/vitest";
import { sampleAgreement, sampleDescriptors } from "@parley/testkit/sample-agreement";
import { expect } from "vitest";
import { noblePrimitives } from "../crypto/crypto-noble.ts";
import { languages } from "../vocabulary/words.ts";
import { agreementChanges, agreementDifference, meaningOf } from "./agreement-difference.ts";
import { type AgreementPayload, agreementPayload } from "./agreement-schema.ts";
import { agreementSubjects } from "./agreement-subjects.ts";

const p = noblePrimitives((length) => new Uint8Array(length).fill(7));
const first = sampleAgreement(await sampleDescriptors(p));

type Writable<T> = T extends object ? { -readonly [K in keyof T]: Writable<T[K]> } : T;
type Draft = Writable<AgreementPayload>;

function changed(change: (draft: Draft) => void): AgreementPayload {
  const draft = JSON.parse(JSON.stringify(first)) as Draft;
  draft.version = 2;
  draft.previous = first.parties[0].descriptor;
  change(draft);
  const parsed = agreementPayload.safeParse(draft);
  if (!parsed.success) throw parsed.error;
  return parsed.data;
}

function linesOf(change: (draft: Draft) => void, language: "en" | "ru" = "en"): string {
  return agreementDifference(first, changed(change), language);
}

function rowOf<T extends object>(rows: readonly T[] | undefined, wanted: Partial<T>): T {
  const row = rows?.find((each) =>
    Object.entries(wanted).every(([name, value]) => each[name as keyof T] === value),
  );
  if (row === undefined) throw new Error(`no row like ${JSON.stringify(wanted)}`);
  return row;
}

test("two versions that hold the same differ in nothing", () => {
  expect(
    agreementChanges(
      first,
      changed(() => undefined),
    ),
  ).toEqual([]);
  expect(linesOf(() => undefined)).toBe(
    "Agreement between moscow.example and washington.example: version 2 against version 1. " +
      "Changes: 0.\n\nWhat holds is the same in both.\n",
  );
});

test("a shorter clock is told with what it was, what it is, and what it means, in both languages", () => {
  const shorter = (draft: Draft) => {
    rowOf(draft.clocks, { kind: "inquiry", clock: "answer" }).bySeverity[5] = 86_400;
  };
  expect(linesOf(shorter)).toBe(
    [
      "Agreement between moscow.example and washington.example: version 2 against version 1. Changes: 1.",
      "",
      "1. Clocks › Inquiry › answer or dated plan › severity 5",
      "   was: 72 h",
      "   is: 24 h",
      "   Whoever owes this word has less time, in either capital.",
      "",
    ].join("\n"),
  );
  expect(linesOf(shorter, "ru")).toContain(
    "1. Сроки › Запрос › ответ или план со сроком › степень 5\n   было: 72 ч\n   стало: 24 ч\n",
  );
});

test("no clock is more time than any, and a clock that comes or goes is told for each severity", () => {
  const directions = (change: (draft: Draft) => void) =>
    agreementChanges(first, changed(change)).map(({ direction }) => direction);
  const holding = (draft: Draft) => rowOf(draft.clocks, { kind: "inquiry", clock: "holding" });
  expect(directions((draft) => holding(draft).bySeverity.fill(null))).toEqual(
    Array(3).fill("more"),
  );
  expect(directions((draft) => holding(draft).bySeverity.fill(60))).toEqual(Array(6).fill("less"));
  const without = (draft: Draft) => {
    draft.clocks = draft.clocks.filter((clock) => clock.clock !== "holding");
  };
  expect(directions(without)).toEqual(Array(3).fill("more"));
  expect(linesOf(without)).toContain("was: 6 h\n   is: not agreed");
});

test("a quota that is listed anew is compared with what held for every other kind", () => {
  const listed = (count: number) => (draft: Draft) => {
    draft.quotas.perDay = [
      ...draft.quotas.perDay,
      { kind: "receipt", count },
    ] as typeof draft.quotas.perDay;
  };
  expect(agreementChanges(first, changed(listed(500)))).toEqual([]);
  expect(agreementChanges(first, changed(listed(5)))).toMatchObject([
    { subject: "quotas", direction: "less", was: { value: 500, place: "/quotas/otherPerDay" } },
  ]);
  expect(linesOf(listed(5))).toContain("was: 500\n   is: 5\n   Fewer pass unmarked");
});

test("a signature fewer before sending is told as such", () => {
  const text = linesOf((draft) => {
    rowOf(draft.release.persons, { kind: "inquiry" }).count = 1;
  });
  expect(text).toContain(
    "Persons who release › Inquiry\n   was: 2\n   is: 1\n   Fewer persons must sign",
  );
});

test("kinds, hours and people of a desk are told one by one, and by name", () => {
  const text = linesOf((draft) => {
    const watch = rowOf(draft.desks, { name: "watch" as never });
    watch.kinds = watch.kinds.filter((kind) => kind !== "inquiry");
    watch.escalatesTo = null;
    watch.staffing[1].hours = [{ days: [1, 2, 3, 4, 5], from: 480, to: 1_080 }];
    watch.staffing[1].languages = ["en"];
  });
  expect(text).toContain("Changes: 4.");
  expect(text).toContain("Desks › watch › may receive › Inquiry\n   was: yes\n   is: not agreed");
  expect(text).toContain("escalates to\n   was: political\n   is: none");
  expect(text).toContain(
    "washington.example › hours, UTC\n   was: Mon Tue Wed Thu Fri Sat Sun 00:00–24:00",
  );
  expect(text).toContain("is: Mon Tue Wed Thu Fri 08:00–18:00");
  expect(text).toContain("washington.example › languages › ru\n   was: yes\n   is: not agreed");
});

/** One change of each subject. */
const changes: Readonly<Record<(typeof agreementSubjects)[number], (draft: Draft) => void>> = {
  protocol: (draft) => {
    draft.protocol = 2;
  },
  adoptBy: (draft) => {
    draft.adoptBy += 86_400;
  },
  parties: (draft) => {
    draft.parties[0].descriptor = draft.parties[1].descriptor;
  },
  suites: () => undefined,
  classes: (draft) => {
    draft.classes = ["link", "live"];
  },
  desks: (draft) => {
    draft.desks.slice(0, 1).forEach(({ title }) => {
      title.ru = "Министерская служба";
    });
  },
  clocks: (draft) => {
    draft.clocks.pop();
  },
  quotas: (draft) => {
    draft.quotas.bytesPerHour = 2 ** 20;
  },
  attachments: (draft) => {
    draft.attachments.bytesMax = 1_000;
  },
  severity: (draft) => {
    rowOf(draft.severity.scales[0].levels, { code: "low" }).common = 2;
  },
  handling: (draft) => {
    draft.handling.slice(0, 1).forEach(({ clients }) => {
      clients.en = "Nobody.";
    });
  },
  defaultLine: (draft) => {
    draft.defaultLine.en = "Nothing is admitted.";
  },
  glossary: (draft) => {
    rowOf(draft.glossary, { en: "incident" }).disputed = true;
  },
  probability: (draft) => {
    rowOf(draft.probability, { code: "likely" }).toPercent = 79;
  },
  release: (draft) => {
    draft.release.otherPersons = 2;
  },
  collection: (draft) => {
    draft.collection.timeGrainSeconds = 5_400;
  },
  retention: (draft) => {
    draft.retention.attachmentDays = 3_650;
  },
  linkTests: (draft) => {
    draft.linkTests.texts.pop();
  },
  drills: (draft) => {
    draft.drills.exchange = null;
  },
  witnesses: (draft) => {
    draft.witnesses.policy = "quorum none \n";
  },
  cosignature: (draft) => {
    draft.cosignature.ru = "Хранится.";
  },
  matching: (draft) => {
    draft.matching.runsPerDay = 3;
  },
  useStatement: (draft) => {
    draft.useStatement.everyDays = 180;
  },
  exercise: (draft) => {
    draft.exercise.durationSecondsMax = 4 * 86_400;
  },
};
const parsable = agreementSubjects.filter((subject) => !["suites", "witnesses"].includes(subject));

test.each(parsable)("a change of %s is told under its name, and of nothing else", (subject) => {
  const found = agreementChanges(first, changed(changes[subject]));
  expect([...new Set(found.map((change) => change.subject))]).toEqual([subject]);
  for (const language of languages) {
    const text = linesOf(changes[subject], language);
    expect(text).not.toMatch(/undefined|NaN|\{|\[object/);
    for (const change of found) expect(text).toContain(meaningOf(change, language));
  }
});

test("periods, sizes and days are told in the units in which people agree on them", () => {
  const is = (subject: (typeof agreementSubjects)[number]) => linesOf(changes[subject]);
  expect(is("collection")).toContain("was: 1 h\n   is: 90 min");
  expect(is("attachments")).toContain("was: 1 GiB\n   is: 1000 octets");
  expect(is("quotas")).toContain("is: 1 MiB");
  expect(is("exercise")).toContain("was: 48 h\n   is: 4 d");
  expect(is("retention")).toContain("was: none\n   is: 3650 d\n   It may be deleted earlier");
  expect(is("adoptBy")).toContain("UTC");
});

const anyChange = fc.subarray([...parsable], { minLength: 1 });

test.prop([anyChange])(
  "what one difference tells, the other way round tells backwards",
  (subjects) => {
    const second = changed((draft) => {
      for (const subject of subjects) changes[subject](draft);
    });
    const [there, back] = [agreementChanges(first, second), agreementChanges(second, first)];
    const told = (list: typeof there) =>
      list.map(({ steps, was, is }) => JSON.stringify([steps, was?.value, is?.value])).sort();
    const reversed = back.map(({ was, is, ...change }) => ({ ...change, was: is, is: was }));
    expect(told(reversed)).toEqual(told(there));
    expect(new Set(there.map(({ subject }) => subject))).toEqual(new Set(subjects));
    const opposite = { less: "more", more: "less", changed: "changed" };
    expect(back.map(({ direction }) => direction).sort()).toEqual(
      there.map(({ direction }) => opposite[direction]).sort(),
    );
  },
);
