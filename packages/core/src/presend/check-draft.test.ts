import { expect, test } from "vitest";
import type { Item } from "../item/item.ts";
import type { Disposition, ItemToSend } from "../item/item-list.ts";
import { leastMarking, type Marking } from "../kind/marking.ts";
import type { JsonObject } from "../message/members.ts";
import { languages } from "../vocabulary/words.ts";
import { checkDraft, type DraftToCheck, presendSentence } from "./check-draft.ts";
import { emptyLists, type OwnLists, parseOwnLists } from "./own-lists.ts";
import {
  listedPerCodeMax,
  type PresendCode,
  presendCodes,
  presendSeverities,
} from "./presend-finding.ts";

const amber: Marking = { ...leastMarking, tlp: "AMBER" };
const agreement = { collection: { timeGrainSeconds: 3_600 } };
const lists: OwnLists = {
  domains: ["washington.example"],
  publicNames: ["www.washington.example", "watch@washington.example"],
  networks: ["198.51.100.0/24", "2001:db8:77::/48"],
  hosts: ["HORNET"],
  users: ["j.smith"],
  tools: ["Night Watch", "Астр*"],
  sensors: ["sensor-17", "Жаворонок"],
  stopping: [],
};
const context = { agreement, lists };

const item: Item = {
  ...{ kind: "ipv4-addr", value: "192.0.2.7", observed: "unknown", diamond: null, grade: "F6" },
  ...{ collection: "not-stated", marking: { ...amber, flags: [] }, use: "none" },
};
const itemOf = (
  change: Partial<Item>,
  disposition: Disposition = { what: "share" },
): ItemToSend => ({
  item: { ...item, ...change },
  disposition,
});
const heldBack = { what: "hold-back" } as const;
const noteOf = (text: string, lang = "en"): JsonObject =>
  ({ marking: amber, text: { lang, text } }) as unknown as JsonObject;
const draftOf = (change: Partial<DraftToCheck>): DraftToCheck => ({
  ...{ kind: "note", blocks: { fact: noteOf("Nothing.") }, items: [], files: [], marking: null },
  ...change,
});

function check(change: Partial<DraftToCheck>) {
  return checkDraft(draftOf(change), context);
}

function codesIn(text: string, lang = "en"): readonly PresendCode[] {
  return check({ blocks: { fact: noteOf(text, lang) } }).findings.map(({ code }) => code);
}

/** Text, its language, and what is found in it. */
type Case = readonly [text: string, lang: "en" | "ru", found: string | null];
const texts: Readonly<Partial<Record<PresendCode, readonly Case[]>>> = {
  "private-address": [
    ["It beaconed from 10.20.3.4 nightly.", "en", "10.20.3.4"],
    ["Заражён узел 192.168.7.9.", "ru", "192.168.7.9"],
    ["Behind 172.16.0.1, then 172.31.255.254:8080", "en", "172.16.0.1"],
    ["src=100.64.1.1", "en", "100.64.1.1"],
    ["адрес fd12:3456::1 внутри сети", "ru", "fd12:3456::1"],
    ["link local fe80::1%eth0", "en", "fe80::1"],
    ["mapped ::ffff:10.0.0.1", "en", "::ffff:10.0.0.1"],
    ["defanged as 10[.]20[.]3[.]4", "en", "10[.]20[.]3[.]4"],
    ["and as 10[dot]20[dot]3[dot]4", "en", "10[dot]20[dot]3[dot]4"],
    ["172.32.0.1 is public, and 11.0.0.1", "en", null],
    ["Версия 10.20.3 и раздел 192.168.", "ru", null],
    ["Время 10:20:30 в десяти случаях", "ru", null],
  ],
  "own-address": [
    ["It reached 198.51.100.20 first.", "en", "198.51.100.20"],
    ["Узел 2001:db8:77::5 ответил.", "ru", "2001:db8:77::5"],
    ["It reached 198.51.101.20 first.", "en", null],
    ["Узел 2001:db8:78::5 ответил.", "ru", null],
  ],
  "internal-host": [
    ["See dc01.corp for it.", "en", "dc01.corp"],
    ["Смотрите файл на fs-2.hq.local.", "ru", "fs-2.hq.local"],
    ["printer.home.arpa", "en", "printer.home.arpa"],
    ["copied to \\\\FILES\\share", "en", "FILES"],
    ["The host Hornet was first.", "en", "Hornet"],
    ["Узел «hornet» был первым.", "ru", "hornet"],
    ["hornets are insects", "en", null],
    ["local police, corp. law, internal matters", "en", null],
    ["home.example[.]org", "en", null],
  ],
  "own-host": [
    ["Copied from build-7.washington.example to a disk.", "en", "build-7.washington.example"],
    ["Через mail.washington.example", "ru", "mail.washington.example"],
    ["Published at www.washington.example", "en", null],
    ["Сайт washington[.]example[.]org", "ru", null],
    ["notwashington[.]example", "en", null],
  ],
  "own-email": [
    ["Write to anna.lee@washington.example.", "en", "anna.lee@washington.example"],
    ["Пишите: anna@lab.washington.example", "ru", "anna@lab.washington.example"],
    ["Write to watch@washington.example.", "en", null],
    ["Пишите: anna[@]moscow[.]example", "ru", null],
  ],
  "user-name": [
    ["the folder C:\\Users\\alee\\Desktop", "en", "alee"],
    ["в каталоге /home/ivanov/bin", "ru", "ivanov"],
    ["logged on as WASHINGTON\\alee", "en", "alee"],
    ["J. Smith told us", "en", "J. Smith"],
    ["the folder C:\\Users\\Public\\Documents", "en", null],
    ["в каталоге /usr/bin", "ru", null],
    ["either\\or", "en", null],
  ],
  "tool-name": [
    ["It was seen by night-watch.", "en", "night-watch"],
    ["Найдено «Астрой».", "ru", "Астрой"],
    ["Найдено системой АСТРА", "ru", "АСТРА"],
    ["Seen on the night of the watch.", "en", null],
    ["Острая необходимость", "ru", null],
  ],
  "sensor-name": [
    ["Sensor 17 saw both.", "en", "Sensor 17"],
    ["Видел жаворонок.", "ru", "жаворонок"],
    ["Sensor 18 saw both.", "en", null],
    ["Видели жаворонки.", "ru", null],
  ],
  "time-in-text": [
    ["It came at 13:42:07Z.", "en", "13:42:07Z"],
    ["Началось в 9:05.", "ru", "9:05"],
    ["From 2016-07-11T13:42Z on", "en", "2016-07-11T13:42Z"],
    ["Between 13:00 and 15:00 UTC", "en", null],
    ["Стих 3:16:1:2 и порт 8080", "ru", null],
  ],
  "not-defanged": [
    ["It called https://evil.example/a.", "en", "https://evil.example/a"],
    ["Домен evil.ru принадлежит неизвестно кому.", "ru", "evil.ru"],
    ["почта x@evil.example", "ru", "x@evil.example"],
    ["It used 203.0.113.7:443 only.", "en", "203.0.113.7:443"],
    ["сайт пример.рф", "ru", "пример.рф"],
    ["2001:db8::7", "en", "2001:db8::7"],
    ["mod::a1, dead::beef and 00:1a:2b:3c:4d:5e", "en", null],
    ["It called hxxps[:]//evil[.]example/a and 203[.]0[.]113[.]7.", "en", null],
    ["Файлы invoice.pdf, run.sh и «отчёт.docx», т.е. три.", "ru", null],
    ["See e.g. section 1.2.3 of version 2.0.", "en", null],
  ],
  "mixed-script": [
    ["The pаyment failed.", "en", "pаyment"],
    ["Применён САР-протокол и cервер.", "ru", "cервер"],
    ["Log in as ѕуѕ", "en", "ѕуѕ"],
    ["αdmin", "en", "αdmin"],
    ["ｐaypal", "en", "ｐaypal"],
    ["Адреса URLов и IP-адреса, SHA-256, C2-сервер.", "ru", null],
    ["The word «сервер» is Russian.", "en", null],
    ["naïve café, and item «а»", "en", null],
  ],
  "invisible-character": [
    ["A zero\u200bwidth space", "en", "U+200B"],
    ["Мягкий пере\u00adнос", "ru", "U+00AD"],
    ["turned \u202eround", "en", "U+202E"],
    ["two\u2060\u2060 joiners", "en", "U+2060U+2060"],
    ["a café, a tab\tand a line\nfeed, a hard\u00a0space", "en", null],
    ["tab\tand line\nfeed, «ёлочки» и неразрывный\u00a0пробел", "ru", null],
  ],
};

const rows = Object.entries(texts).flatMap(([code, cases]) =>
  (cases ?? []).map(([text, lang, found]) => ({ code: code as PresendCode, text, lang, found })),
);

test.each(rows.filter(({ found }) => found !== null))(
  "finds $code in “$text”",
  ({ code, text, lang, found }) => {
    const { findings } = check({ blocks: { fact: noteOf(text, lang) } });
    const finding = findings.find((each) => each.code === code);
    expect(finding).toMatchObject({ code, place: "/blocks/fact/text/text", found });
    const { from = 0, to = 0 } = finding?.span ?? {};
    if (code !== "invisible-character") expect(text.slice(from, to)).toBe(found);
  },
);

test.each(rows.filter(({ found }) => found === null))(
  "finds no $code in “$text”",
  ({ code, text, lang }) => {
    expect(codesIn(text, lang)).not.toContain(code);
  },
);

test("every code has words in which it is found and such in which it is not, in both languages", () => {
  for (const [code, cases = []] of Object.entries(texts)) {
    const kindsOf = new Set(cases.map(([, lang, found]) => `${lang} ${found !== null}`));
    const wanted = ["en false", "en true", "ru true"].filter((each) => !kindsOf.has(each));
    expect([code, wanted]).toEqual([code, []]);
  }
  const elsewhere = ["names-withheld", "marking-above-message", "time-too-fine"];
  const ofFiles = ["document-metadata", "document-not-read"];
  expect([...Object.keys(texts), ...elsewhere, ...ofFiles].sort()).toEqual(
    [...presendCodes].sort(),
  );
});

test("a name that hides behind letters of another alphabet is found all the same", () => {
  expect(codesIn("by Nі\u200bght Wаtch")).toContain("tool-name");
  expect(codesIn("найдено «Acтpoй»", "ru")).toContain("tool-name");
});

test("what is one's own is told as such, and not as an indicator", () => {
  expect(codesIn("https://build-7.washington.example/x and 10.0.0.1")).toEqual([
    ...["private-address", "own-host"],
  ]);
});

test("a field for a mailbox may have one, a person's name may not", () => {
  const person = {
    name: "J. Smith",
    phone: "+1",
    email: "anna@washington.example",
    languages: ["en"],
  };
  const fact = { ...noteOf("We"), person };
  const { findings } = check({ kind: "inquiry", blocks: { fact } });
  expect(findings.map(({ code, place }) => [code, place])).toEqual([
    ["user-name", "/blocks/fact/person/name"],
  ]);
});

test("codes, ids and signed documents are not read as words", () => {
  const checker = { agreement, lists: { ...emptyLists, tools: ["clarify", "TLP", "amber"] } };
  const fact = { ...noteOf("It is amber."), clarify: "no" };
  const { findings } = checkDraft(draftOf({ blocks: { fact } }), checker);
  expect(findings.map(({ place }) => place)).toEqual(["/blocks/fact/text/text"]);
});

test("of an item, the value is evidence and may be live, but not private, nor one's own", () => {
  const { findings } = check({
    items: [
      itemOf({ value: "203.0.113.7" }),
      itemOf({ value: "10.0.0.9", text: { lang: "en", text: "by sensor-17" } }),
      itemOf({ kind: "url", value: "http://pаypal.example/a" }),
      itemOf({ kind: "mutex", value: "a\u200bb" }),
      itemOf({ kind: "email-addr", value: "anna@washington.example" }),
      itemOf({ source: { name: "build-7.washington.example", row: 1 } }),
    ],
  });
  expect(findings.map(({ code, place }) => `${code} ${place}`)).toEqual([
    "sensor-name /items/1/text/text",
    "invisible-character /items/3/value",
    "private-address /items/1/value",
    "own-host /items/5/source/name",
    "own-email /items/4/value",
  ]);
});

test("times of observation are no finer than the agreed grain", () => {
  const codes = (observed: Item["observed"], grain = 3_600) => {
    const checked = { agreement: { collection: { timeGrainSeconds: grain } }, lists };
    return checkDraft(draftOf({ items: [itemOf({ observed })] }), checked).findings;
  };
  const hour = 3_600 * 411_000;
  expect(codes({ at: hour + 1 })).toMatchObject([
    { code: "time-too-fine", place: "/items/0/observed", found: "3600", severity: "stops" },
  ]);
  expect(codes({ from: hour, to: hour + 1_800 })).toHaveLength(1);
  expect(codes({ at: hour })).toEqual([]);
  expect(codes({ at: hour + 1 }, 1)).toEqual([]);
  expect(codes("withheld")).toEqual([]);
  const redacted = itemOf({ observed: { at: 1 } }, { what: "redact", fields: ["observed"] });
  const held = itemOf({ value: null, observed: { at: 1 } }, heldBack);
  expect(check({ items: [redacted, held] }).findings).toEqual([]);
});

test("a block or an item that is marked more strictly than the message is told", () => {
  const stricter = { ...amber, tlp: "RED" };
  const blocks = {
    fact: noteOf("x"),
    ask: { ...noteOf("x"), marking: stricter as unknown as JsonObject },
  };
  const items = [
    itemOf({}),
    itemOf({ marking: { ...amber, flags: ["ask-first"] } }),
    itemOf({ value: null, marking: { ...amber, tlp: "RED", flags: [] } }, heldBack),
  ];
  const found = (marking: Marking | null) =>
    check({ kind: "inquiry", blocks, items, marking }).findings.map(({ place }) => place);
  expect(found(amber)).toEqual(["/blocks/ask/marking", "/items/1/marking"]);
  expect(found({ ...amber, tlp: "RED", flags: ["ask-first"] })).toEqual([]);
  expect(found(null)).toEqual([]);
});

test("text that names what an item withholds is told, defanged or not, and nothing that stands elsewhere", () => {
  const items = [
    itemOf({ kind: "domain-name", value: "Secret-Source.example" }, heldBack),
    itemOf({ value: "203.0.113.44" }, { what: "redact", fields: ["value"] }),
    itemOf({ kind: "mutex", value: "update" }, heldBack),
    itemOf({ text: { lang: "en", text: "Listed for review." } }, heldBack),
    itemOf({ value: "203.0.113.45", text: { lang: "en", text: "Listed for review." } }),
  ];
  const found = (text: string, lang = "en") =>
    check({ blocks: { fact: noteOf(text, lang) }, items }).findings.filter(
      ({ code }) => code === "names-withheld",
    );
  expect(found("It called secret-source[.]example.")).toMatchObject([
    { place: "/blocks/fact/text/text", found: "secret-source[.]example", severity: "stops" },
  ]);
  expect(found("Адрес 203(.)0(.)113(.)44 не передаём", "ru")).toHaveLength(1);
  expect(found("The update of 203[.]0[.]113[.]4 and secret sources.")).toEqual([]);
  expect(found("Listed for review.")).toEqual([]);
});

test("an item that is shown tells what another withholds, and its own text what it redacts", () => {
  const text = { lang: "en", text: "Seen as 203[.]0[.]113[.]44" };
  const { findings } = check({
    items: [
      itemOf({ value: "203.0.113.44", text }, { what: "redact", fields: ["value"] }),
      itemOf({ kind: "email-addr", value: "a.b@evil.example" }, heldBack),
      itemOf({ kind: "email-addr", value: "A.B@evil.example" }),
    ],
  });
  expect(findings.map(({ code, place }) => `${code} ${place}`)).toEqual([
    "names-withheld /items/0/text/text",
    "names-withheld /items/2/value",
  ]);
});

const markedRed = { marking: { ...amber, tlp: "RED" } } as unknown as JsonObject;

test("a block that is held back is not looked into, and not to be repeated elsewhere", () => {
  const handling = {
    heldBack: [{ what: "block", block: "assessment", items: [], class: "unknown", grade: null }],
  };
  const assessment = { ...noteOf("A source in the ministry, 10.0.0.1"), likelihood: "likely" };
  const fact = noteOf("It says: a source in the ministry, 10.0.0.1 too");
  const blocks = { fact, assessment: { ...assessment, ...markedRed }, handling };
  const { findings } = check({ kind: "inquiry", blocks, marking: amber });
  expect(findings.map(({ code, place }) => `${code} ${place}`)).toEqual([
    "names-withheld /blocks/fact/text/text",
    "private-address /blocks/fact/text/text",
  ]);
});

test("an operator may let more stop, and never less", () => {
  const stopping: OwnLists["stopping"] = ["private-address"];
  const report = checkDraft(draftOf({ blocks: { fact: noteOf("10.0.0.1, Night Watch") } }), {
    agreement,
    lists: { ...lists, stopping },
  });
  expect(report.findings.map(({ code, severity }) => [code, severity])).toEqual([
    ["tool-name", "stops"],
    ["private-address", "stops"],
  ]);
  expect(codesIn("10.0.0.1")).toEqual(["private-address"]);
});

test("lists are parsed: what is left out is empty, what is no network or too long is refused", () => {
  expect(parseOwnLists({})).toEqual({ ok: true, value: emptyLists });
  expect(parseOwnLists(lists)).toEqual({ ok: true, value: lists });
  const wrong: readonly unknown[] = [
    ...[null, [], "x", { domain: [] }, { domains: "x" }, { tools: [""] }],
    ...["192.0.2.0", "192.0.2.0/33", "x/8", "10.0.0.0/8/8", "2001:db8::/129"].map((network) => ({
      networks: [network],
    })),
    ...[{ stopping: ["nothing"] }, { users: ["a".repeat(201)] }],
  ];
  const codes = wrong.map((value) => {
    const parsed = parseOwnLists(value);
    return parsed.ok ? value : parsed.refusal.code;
  });
  expect(codes).toEqual(wrong.map(() => "presend.bad-lists"));
  expect(parseOwnLists({ networks: ["2001:db8::/32", "0.0.0.0/0"] }).ok).toBe(true);
});

test("more findings of one code than a report lists are counted, and crowd out no other", () => {
  const items = Array.from({ length: 250 }, (_, n) => itemOf({ value: `10.0.0.${n % 256}` }));
  const { findings, counts } = check({ items, blocks: { fact: noteOf("Night Watch") } });
  expect(counts).toEqual({ "tool-name": 1, "private-address": 250 });
  expect(findings).toHaveLength(1 + listedPerCodeMax);
});

test("every finding is one sentence in both languages, with what was found", () => {
  for (const code of presendCodes) {
    for (const language of languages) {
      const sentence = presendSentence({ code, found: "ZZZ" }, language);
      expect(sentence).toContain("ZZZ".slice(0, code === "names-withheld" ? 3 : 1));
      expect(sentence.match(/[.?!](?=\s|$)/g), sentence).toHaveLength(1);
    }
  }
  expect(Object.values(presendSeverities).filter((each) => each === "stops").length).toBe(6);
});
