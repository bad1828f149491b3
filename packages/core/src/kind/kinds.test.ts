import { expect, test } from "vitest";
import { z } from "zod";
import { caseKinds, openingKinds } from "../case/case-table.ts";
import { noblePrimitives } from "../crypto/crypto-noble.ts";
import { type BlockName, blockNames } from "../message/body.ts";
import { isControl } from "../message/control.ts";
import { buildPayload } from "../message/statement.ts";
import { choices } from "./choices.ts";
import type { Kind, KindContent } from "./define-kind.ts";
import { kindNameOf, kindOf, kinds } from "./kinds.ts";

const all = Object.values(kinds) as unknown as readonly Kind[];
const jti = "Ej5gWkR9TkKBcEAlzQyqHg";
const p = noblePrimitives((n) => new Uint8Array(n));

function named(name: keyof typeof kinds): Kind {
  return kinds[name] as unknown as Kind;
}

function exampleOf({ value, definition }: Kind): KindContent {
  const { control, blocks } = definition.example;
  return {
    jti,
    control: { kind: value, ...control },
    blocks,
    items: { count: definition.items === "required" ? 1 : 0, isAttached: false },
  };
}

/** As one that reads from outside may change it. */
function withBlock(content: KindContent, name: BlockName, change: object | null): KindContent {
  const value = change === null ? null : { ...content.blocks[name], ...change };
  return { ...content, blocks: { ...content.blocks, [name]: value } } as KindContent;
}

function refusalOf(kind: Kind, content: KindContent): string {
  const result = kind.parse(content);
  return result.ok ? "accepted" : result.refusal.code;
}

test.each(all)("accepts the example of $value", (kind) => {
  const parsed = kind.parse(exampleOf(kind));
  expect(parsed.ok ? "accepted" : parsed.refusal.detail).toBe("accepted");
});

test.each(all)("$value can be sent: its example makes a statement", (kind) => {
  const { control, blocks, jti } = exampleOf(kind);
  expect(isControl(control)).toBe(true);
  const seen = { epoch: 1, size: 0, root: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU" };
  const plain = { iss: "a.example", aud: "b.example", channel: seen.root, epoch: 1 };
  const head = { ...plain, class: "live", agreement: 1, jti, iat: 1_483_056_000, seen } as const;
  const items = { count: 0, root: seen.root };
  const payload = buildPayload(p, { head, control, blocks: blocks as never, items });
  expect(payload.ok).toBe(true);
});

test.each(all)("[KND-1] $value has the control values of its kind and no others", (kind) => {
  const example = exampleOf(kind);
  const { control } = example;
  const wrong = [
    { ...control, kind: "inquiry.v2" },
    { ...control, case: kind.definition.control.case === "none" ? jti : "not a jti" },
    { ...control, ask: control.ask === null ? "investigate" : null },
    { ...control, clock: control.clock === null ? { severity: 3, replyBy: null } : null },
    { ...control, to: control.to === "node" ? "technical" : "node" },
  ];
  for (const values of wrong) {
    expect(refusalOf(kind, { ...example, control: values })).toBe("kind.invalid-control");
  }
});

test("[KND-1] asks exactly one thing from the closed list, in an inquiry and nowhere else", () => {
  const example = exampleOf(named("inquiry"));
  const ask = (code: string | null) =>
    refusalOf(named("inquiry"), {
      ...example,
      control: { ...example.control, ask: code },
    });
  expect(choices.ask.map(ask)).toEqual(choices.ask.map(() => "accepted"));
  expect([null, "hack-back", "Investigate", ""].map(ask)).toEqual(
    Array(4).fill("kind.invalid-control"),
  );
  const asking = all.filter(({ definition }) => definition.control.ask === "required");
  expect(asking.map(({ definition }) => definition.name)).toEqual(["inquiry"]);
});

test("[KND-1] a kind that opens a case is named by its own id", () => {
  const opening = all.filter(({ definition }) => definition.control.case === "new");
  expect(opening.map(({ definition }) => definition.name)).toEqual([
    "early-notice",
    "own-territory-warning",
    "inquiry",
    "call-to-cease",
    "notice-of-measures",
  ]);
  for (const kind of opening) {
    const other = { ...exampleOf(kind), jti: "Uo1cEw8qTFi5yrLkRWnY7w" };
    expect(refusalOf(kind, other)).toBe("kind.invalid-control");
  }
});

test.each(all)("[KND-2] $value refuses a block that the kind does not have", (kind) => {
  const stray = blockNames.find((name) => !kind.schemas.has(name));
  expect(stray).toBeDefined();
  if (stray === undefined) return;
  const content = { ...exampleOf(kind), blocks: { ...exampleOf(kind).blocks, [stray]: null } };
  expect(refusalOf(kind, content)).toBe("kind.invalid-body");
});

test.each(all)("[KND-3] $value must show what it must have, and may hold back the rest", (kind) => {
  const example = exampleOf(kind);
  for (const [name, { presence }] of kind.schemas) {
    const expected = presence === "required" ? "kind.invalid-body" : "accepted";
    expect(refusalOf(kind, withBlock(example, name, null)), name).toBe(expected);
    const { [name]: _, ...absent } = example.blocks;
    expect(refusalOf(kind, { ...example, blocks: absent }), name).toBe(expected);
  }
});

test.each(all)(
  "[KND-2] $value refuses a field that it does not know, and a block unmarked",
  (kind) => {
    const example = exampleOf(kind);
    for (const name of Object.keys(example.blocks) as BlockName[]) {
      const evil = withBlock(example, name, { evil: "\u001b[2Jno" });
      const unmarked = withBlock(example, name, { marking: undefined });
      expect([refusalOf(kind, evil), refusalOf(kind, unmarked)]).toEqual(
        Array(2).fill("kind.invalid-body"),
      );
    }
  },
);

test("keeps what the peer wrote out of the detail of a refusal, but for a member's name", () => {
  const example = exampleOf(named("inquiry"));
  const result = kinds.inquiry.parse(withBlock(example, "fact", { ["\u001b[2J".repeat(90)]: 1 }));
  const detail = result.ok ? "" : result.refusal.detail;
  expect(detail).toMatch(/^[\x20-\x7e]{1,200}$/);
  const secret = kinds.inquiry.parse(withBlock(example, "fact", { malicious: "SECRET" }));
  expect(secret.ok ? "" : secret.refusal.detail).not.toContain("SECRET");
});

test("[KND-4] has items only where the kind has them, and a file for them only where they travel so", () => {
  const receipt = named("receipt");
  const inquiry = named("inquiry");
  const items = { count: 3, isAttached: false };
  expect(refusalOf(receipt, { ...exampleOf(receipt), items })).toBe("kind.invalid-body");
  expect(refusalOf(inquiry, { ...exampleOf(inquiry), items })).toBe("accepted");
  const attached = { ...exampleOf(inquiry), items: { count: 911, isAttached: true } };
  expect(refusalOf(inquiry, attached)).toBe("kind.invalid-body");
  const file = { digest: "47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", bytes: 400_000 };
  const list = { ...file, role: "items", key: file.digest, mediaType: "text/plain", name: null };
  const marking = { tlp: "CLEAR", pap: null, iep: null, flags: [] };
  const files = (...rows: object[]) => withBlock(attached, "attachments", { marking, files: rows });
  expect(refusalOf(inquiry, files(list))).toBe("accepted");
  expect(refusalOf(inquiry, files({ ...list, role: "file" }))).toBe("kind.invalid-body");
  expect(refusalOf(inquiry, files(list, { ...list, digest: emptyRoot }))).toBe("kind.invalid-body");
  expect(refusalOf(inquiry, files({ ...list, name: "../../etc/passwd" }))).toBe(
    "kind.invalid-body",
  );
  expect(refusalOf(inquiry, { ...files(list), items })).toBe("kind.invalid-body");
});
const emptyRoot = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

test("[KND-4] a share of indicators is nothing without items", () => {
  const share = named("indicator-share");
  const none = { ...exampleOf(share), items: { count: 0, isAttached: false } };
  expect(refusalOf(share, none)).toBe("kind.invalid-body");
});

/** What is asked of facts, by kind; whatever else is in a block is the author's own decision. */
const questions: readonly (readonly [keyof typeof kinds, BlockName, readonly string[]])[] = [
  ["inquiry", "fact", ["firstAware", "malicious", "crossBorder"]],
  ["early-notice", "fact", ["firstAware", "malicious", "crossBorder"]],
  ["own-territory-warning", "fact", ["firstAware", "malicious", "crossBorder", "ongoing"]],
  ["indicator-share", "fact", ["validUntil"]],
  ["answer", "fact", ["outcome"]],
  ["assessment", "fact", ["coordination"]],
  ["assessment", "assessment", ["likelihood", "confidence"]],
  ["call-to-cease", "fact", ["since", "ongoing"]],
  ["notice-of-measures", "fact", ["notBefore"]],
  ["suspension", "notice", ["until"]],
  ["off-channel", "fact", ["at"]],
];

test.each(questions)(
  "[KND-5] %s takes unknown for an answer to every question of fact",
  (name, block, fields) => {
    for (const field of fields) {
      const content = withBlock(exampleOf(named(name)), block, { [field]: "unknown" });
      expect([field, refusalOf(named(name), content)]).toEqual([field, "accepted"]);
    }
  },
);

test("[KND-5] no question of fact is left out of these: every certainty, and every time that a fact has", () => {
  const asked = new Set(
    questions.flatMap(([name, block, fields]) => fields.map((f) => `${name} ${block} ${f}`)),
  );
  const told = new Set([
    // What the author promises or decides is no question of fact.
    ...["holding-reply fact nextWordBy", "answer fact plannedFor"],
    ...["notice-of-measures fact consultBy", "propose-closure fact effectiveAt"],
    ...["service-note notice from", "service-note notice until"],
  ]);
  const missed = all.flatMap((kind) =>
    [...kind.schemas].flatMap(([block, { schema }]) => {
      const { properties, oneOf } = z.toJSONSchema(schema) as JsonSchemaObject;
      const fields = [properties ?? {}, ...(oneOf ?? []).map((each) => each.properties ?? {})];
      return fields.flatMap(Object.entries).flatMap(([field, each]) => {
        const name = `${kind.definition.name} ${block} ${field}`;
        const isQuestion =
          each.control === "instant" || each.enum?.join() === choices.certainty.join();
        return isQuestion && !asked.has(name) && !told.has(name) ? [name] : [];
      });
    }),
  );
  expect(missed).toEqual([]);
});

interface JsonSchemaObject {
  readonly properties?: Readonly<
    Record<string, { readonly control?: string; readonly enum?: readonly string[] }>
  >;
  readonly oneOf?: readonly JsonSchemaObject[];
}

test("[KND-6] a plan has a date and nothing else has", () => {
  const kind = named("answer");
  const verdicts = choices.outcome.flatMap((outcome) =>
    [null, 1_483_056_000].map((plannedFor) => {
      const content = withBlock(exampleOf(kind), "fact", { outcome, plannedFor });
      return refusalOf(kind, content) === "accepted" ? `${outcome} ${plannedFor !== null}` : [];
    }),
  );
  expect(verdicts.flat()).toEqual(
    choices.outcome.map((outcome) => `${outcome} ${outcome === "planned"}`),
  );
});

test("[KND-7] a list of codes has one form", () => {
  const example = exampleOf(named("inquiry"));
  const flags = (...codes: string[]) =>
    refusalOf(
      named("inquiry"),
      withBlock(example, "ask", { marking: { tlp: "RED", pap: null, iep: null, flags: codes } }),
    );
  expect(flags("ask-first", "no-third-state")).toBe("accepted");
  expect(flags("no-third-state", "ask-first")).toBe("kind.invalid-body");
  expect(flags("ask-first", "ask-first")).toBe("kind.invalid-body");
});

test("[KND-7] desks and kinds of a suspension have one form", () => {
  const kind = named("suspension");
  const notice = (change: object) => refusalOf(kind, withBlock(exampleOf(kind), "notice", change));
  expect(notice({ desks: ["technical", "watch"], kinds: "all" })).toBe("accepted");
  for (const desks of [["watch", "technical"], ["watch", "watch"], [], ["node"]]) {
    expect([desks, notice({ desks })]).toEqual([desks, "kind.invalid-body"]);
  }
  for (const kinds of [["note", "inquiry"], ["note", "note"], [], "none"]) {
    expect([kinds, notice({ kinds })]).toEqual([kinds, "kind.invalid-body"]);
  }
});

test("[KND-10] the legal kinds want their ground, shown, and ask for nothing", () => {
  for (const name of ["call-to-cease", "notice-of-measures"] as const) {
    const { schemas, definition } = named(name);
    expect(schemas.get("legal")?.presence).toBe("required");
    expect([schemas.has("ask"), definition.control.ask]).toEqual([false, "none"]);
  }
});

test("[KND-8] a text has no control characters and a length in code points", () => {
  const kind = named("note");
  const say = (text: string, lang = "ru") =>
    refusalOf(kind, withBlock(exampleOf(kind), "fact", { text: { lang, text } }));
  expect(say("🙂".repeat(4_000))).toBe("accepted");
  expect(say("🙂".repeat(4_001))).toBe("kind.invalid-body");
  expect(say("а\n\tб")).toBe("accepted");
  const turned = ["\u202a", "\u202e", "\u2066", "\u2069"].map((mark) => `a${mark}b`);
  for (const bad of ["", "a\u0000", "a\u001b[2J", "a\r\n", "a\u0085", "a\u2028", ...turned]) {
    expect(say(bad), JSON.stringify(bad)).toBe("kind.invalid-body");
  }
  expect(["en", "zh-Hans", "sr-Latn-RS"].map((lang) => say("a", lang))).toEqual(
    Array(3).fill("accepted"),
  );
  expect(["", "EN", "english language", "e", "x-"].map((lang) => say("a", lang))).toEqual(
    Array(5).fill("kind.invalid-body"),
  );
});

test("[KND-9] knows a kind by its whole control value only", () => {
  expect(kindOf("inquiry.v1")).toBe(kinds.inquiry);
  expect([kindOf("inquiry"), kindOf("inquiry.v2"), kindOf("toString.v1")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(kindNameOf("inquiry.v12")).toBe("inquiry");
});

test("every kind that moves a case is one of these, and the openers are those of the case table", () => {
  const names = new Set<string>(Object.keys(kinds));
  expect([...caseKinds].filter((name) => !names.has(name))).toEqual([]);
  const opening = all.filter(({ definition }) => definition.control.case === "new");
  expect(new Set(opening.map(({ definition }) => definition.name))).toEqual(openingKinds);
});

test("machines say only what machines may say", () => {
  const byNode = all.filter(({ by }) => by === "node").map(({ definition }) => definition.name);
  expect(byNode).toEqual(["link-test", "link-answer", "refusal", "service-note", "key-change"]);
});

test("is named in the table as it names itself", () => {
  expect(Object.entries(kinds).filter(([name, kind]) => kind.definition.name !== name)).toEqual([]);
});

test("[KND-2] a marking may bear a whole IEP 2.0 policy, and no other", () => {
  const iep = {
    id: "0224bfdf-ea3a-49c3-96f6-66d908bb1845",
    name: "TLP-AMBER",
    iep_version: 2,
    start_date: "2022-10-01T00:00:00Z",
    end_date: null,
    encrypt_in_transit: "may",
    permitted_actions: "externally-visible-direct-actions",
    affected_party_notifications: "may",
    tlp: "amber",
    attribution: "must-not",
    unmodified_resale: "must-not",
  };
  const bearing = (change: object) =>
    refusalOf(
      named("note"),
      withBlock(exampleOf(named("note")), "fact", {
        marking: { tlp: "AMBER", pap: null, iep: { ...iep, ...change }, flags: [] },
      }),
    );
  expect(bearing({})).toBe("accepted");
  const wrong = [{ iep_version: 1 }, { tlp: "AMBER" }, { start_date: "2022" }, { extra: 1 }];
  expect(wrong.map(bearing)).toEqual(Array(4).fill("kind.invalid-body"));
});
