/**
 * Goal: every way in which zod finds a field wrong is said as data, without the value that was given.
 * Method: a schema for each, a value that breaks it, and the fault that is due.
 */
import { expect, test } from "vitest";
import { z } from "zod";
import { faultOf, refuseField } from "./field-fault.ts";
import { form } from "./form-sentences.ts";
import { jti, line, signedDocument, text } from "./values.ts";

const unknownOrCount = z.union([z.literal("unknown"), z.int().min(1)]);
const observed = z.union([z.strictObject({ at: z.int() }), z.literal("unknown")]);

test.each<[string, z.ZodType, unknown, object]>([
  ["absent", z.strictObject({ a: z.string() }), {}, { path: "a", rule: "missing" }],
  ["absent choice", z.strictObject({ a: z.enum(["x"]) }), {}, { path: "a", rule: "missing" }],
  ["a stranger", z.strictObject({}), { Ж: 1 }, { path: "?", rule: "unknown" }],
  ["another type", z.string(), 1, { rule: "type", allowed: ["string"] }],
  ["half a number", z.int(), 1.5, { rule: "type", allowed: ["int"] }],
  ["no choice", z.enum(["x", "y"]), "z", { rule: "choice", allowed: ["x", "y"] }],
  ["too long", line(3), "🙂🙂🙂🙂", { rule: "length", found: 4, min: 1, max: 3 }],
  ["too short", line(3), "", { rule: "length", found: 0, min: 1, max: 3 }],
  ["not its characters", line(3), "a\n", { rule: "characters", found: null }],
  ["a plain text too long", z.string().max(2), "abc", { rule: "length", found: 3, max: 2 }],
  ["too many", z.array(z.int()).max(1), [1, 2], { rule: "count", found: 2, min: null, max: 1 }],
  ["too large", z.int().max(3), 9, { rule: "range", found: 9, min: null, max: 3 }],
  ["a pattern of its own", jti, "x", { rule: "form", allowed: [expect.stringContaining("22")] }],
  ["a pattern", z.string().regex(/^a$/), "b", { rule: "form", allowed: ["/^a$/"] }],
  [
    "a check",
    z.int().refine(() => false, form("an absolute path")),
    1,
    { rule: "form", allowed: ["an absolute path"] },
  ],
  ["inside a branch", unknownOrCount, 0, { rule: "range", found: 0, min: 1 }],
  ["in no branch", unknownOrCount, [], { rule: "type", allowed: ["unknown", "number"] }],
  ["below a branch", observed, { at: "x" }, { path: "at", rule: "type", allowed: ["number"] }],
  ["in a document", signedDocument, "", { rule: "length", found: 0 }],
  [
    "in a list",
    z.strictObject({ rows: z.array(text(2)) }),
    { rows: [{ lang: "en", text: "abc" }] },
    { path: "rows.0.text", rule: "length", found: 3, max: 2 },
  ],
])("%s", (_, schema, value, due) => {
  const { error } = schema.safeParse(value);
  expect(error).toBeDefined();
  expect(faultOf(error as z.ZodError, value)).toMatchObject(due);
});

test("a fault stands where the whole stands, and its refusal quotes no value", () => {
  const secret = "A secret of the peer's";
  const value = { a: secret };
  const { error } = z.strictObject({ a: z.enum(["x"]) }).safeParse(value);
  const fault = faultOf(error as z.ZodError, value, "fact");
  expect(fault.path).toBe("fact.a");
  expect(JSON.stringify(refuseField("area.code", fault))).not.toContain(secret);
});
