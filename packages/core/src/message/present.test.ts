/**
 * Goal: an outsider learns exactly the parts chosen and can check them without the rest. Method:
 * arbitrary choices of parts, judged from the choice; then shown texts spoiled in one place.
 */

import { fc, test } from "@fast-check/vitest";
import { makeSample, must } from "@parley/testkit/sample-message";
import { expect } from "vitest";
import { canonicalJson, type JsonValue } from "../bytes/canonical-json.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { controlNames } from "./control.ts";
import { makeDisclosure } from "./disclosure.ts";
import { openShown, parseShown, showParts } from "./present.ts";
import { parseStatement, verifyStatement } from "./statement.ts";

const sample = await makeSample(p);
const statement = must(parseStatement(sample.content.statementLine));
const [held] = sample.frozen.withheld;
const kept = [...sample.frozen.disclosures, held?.disclosure ?? ""];
const { control, blocks } = sample.draft;

const parts = fc.record({
  control: fc.subarray([...controlNames]),
  blocks: fc.subarray(["fact", "assessment", "handling"] as const),
});

test.prop([parts])("[MSG-15] shows the chosen parts and no other", async (chosen) => {
  const text = must(showParts(p, statement, kept.toReversed(), chosen));
  const shown = must(parseShown(text));
  expect((await verifyStatement(p, shown.statement, "live", sample.author.keys)).ok).toBe(true);
  const message = must(openShown(p, shown));
  const names = controlNames.filter(
    (name) => chosen.control.includes(name) || (name === "body" && chosen.blocks.length > 0),
  );
  expect(Object.keys(message.control)).toEqual(names);
  for (const name of chosen.control) {
    if (name !== "body") expect(message.control[name]).toEqual(control[name]);
  }
  expect(message.blocks).toEqual(
    Object.fromEntries(chosen.blocks.map((name) => [name, blocks[name]])),
  );
  expect(message.head).toEqual(sample.draft.head);
});

test("[MSG-15] the parts that are not shown are not in the text", () => {
  const text = must(showParts(p, statement, kept, { control: ["kind"], blocks: ["fact"] }));
  const hidden = kept.filter((disclosure) => !text.includes(disclosure));
  expect(hidden).toHaveLength(kept.length - 3);
});

test("a block that was held back cannot be shown by who did not get it", () => {
  const chosen = { control: [], blocks: ["assessment"] } as const;
  const shown = showParts(p, statement, sample.frozen.disclosures, chosen);
  expect(shown).toMatchObject({ refusal: { code: "message.not-shown" } });
});

test("a block that the message has not cannot be shown", () => {
  const shown = showParts(p, statement, kept, { control: [], blocks: ["legal"] });
  expect(shown).toMatchObject({ refusal: { code: "message.not-shown" } });
});

const [kind = "", caseId = ""] = kept;
const fact = kept[7] ?? "";
test.each([
  ["of another message", [makeDisclosure(p, "inquiry.v1").disclosure]],
  ["out of order", [caseId, kind]],
  ["twice", [kind, kind]],
  ["of a block without its body", [fact]],
  ["that is none", [kind, ""]],
])("[MSG-15] refuses a disclosure %s", (_, disclosures) => {
  expect(openShown(p, { statement, disclosures })).toMatchObject({
    refusal: { code: "message.bad-disclosure" },
  });
});

const jws = JSON.parse(must(showParts(p, statement, kept, { control: ["kind"], blocks: [] }))) as {
  payload: string;
  signatures: { [name: string]: JsonValue }[];
};
const [first = {}, second = {}] = jws.signatures;
const { header: _, ...bare } = first;
test.each<[string, JsonValue]>([
  ["without a list of disclosures", { ...jws, signatures: [bare, second] }],
  [
    "with the list in the second header",
    { ...jws, signatures: [bare, { ...second, header: { disclosures: [kind] } }] },
  ],
  [
    "with two lists",
    { ...jws, signatures: [first, { ...second, header: { disclosures: [kind] } }] },
  ],
  [
    "with a key binding",
    { ...jws, signatures: [{ ...bare, header: { disclosures: [kind], kb_jwt: "" } }, second] },
  ],
  [
    "with a list of numbers",
    { ...jws, signatures: [{ ...bare, header: { disclosures: [1] } }, second] },
  ],
  ["with no signatures", { ...jws, signatures: [] }],
  ["with more", { ...jws, more: null }],
  ["that is none", null],
])("[MSG-15] refuses a text %s", (_name, value) => {
  expect(parseShown(canonicalJson(value))).toMatchObject({ refusal: { code: "jws.malformed" } });
});
