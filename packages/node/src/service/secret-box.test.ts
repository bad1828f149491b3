/**
 * Goal: a box opens with its passphrase only, and damage is never called a wrong passphrase.
 * Method: properties over passphrases and over one changed character anywhere in the file.
 */
import { fc, test } from "@fast-check/vitest";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { expect } from "vitest";
import { openSecret, sealSecret, stretchCost } from "./secret-box.ts";

/** The least that argon2id takes, so that a property is quick. */
const cost = { memoryKib: 8, passCount: 1, laneCount: 1 };
const passphrase = "correct horse battery";

async function seal(secret: string, using = passphrase): Promise<string> {
  const sealed = await sealSecret(p, { holds: "authority", secret, cost }, using);
  if (!sealed.ok) throw new Error(sealed.refusal.detail);
  return sealed.value;
}
const open = (text: string, using = passphrase, holds = "authority") =>
  openSecret(p, { holds, text }, using);

test("opens what it sealed, at the cost it is sealed with by default", async () => {
  const sealed = await sealSecret(p, { holds: "authority", secret: "seed" }, passphrase);
  if (!sealed.ok) throw new Error(sealed.refusal.detail);
  expect(JSON.parse(sealed.value)).toMatchObject({ v: 1, kdf: "argon2id", ...stretchCost });
  expect(await open(sealed.value)).toEqual({ ok: true, value: "seed" });
});

test.prop([fc.string({ minLength: 12 }), fc.string({ minLength: 12 }), fc.string()])(
  "opens with its passphrase and with no other",
  async (right, wrong, secret) => {
    const text = await seal(secret, right);
    expect(await open(text, right)).toEqual({ ok: true, value: secret });
    if (right.normalize("NFC") === wrong.normalize("NFC")) return;
    expect(await open(text, wrong)).toMatchObject({ refusal: { code: "keys.wrong-passphrase" } });
  },
);

test("takes a passphrase however its letters were composed", async () => {
  const text = await seal("seed", "й".normalize("NFD").repeat(12));
  expect(await open(text, "й".normalize("NFC").repeat(12))).toMatchObject({ ok: true });
});

test("does not seal under fewer than 12 characters", async () => {
  const sealed = await sealSecret(p, { holds: "x", secret: "s", cost }, "11 letters!");
  expect(sealed).toMatchObject({ refusal: { code: "keys.short-passphrase" } });
});

const whole = await seal("seed");

test.prop([fc.nat(whole.length - 2), fc.constantFrom("A", "0", '"', "}", "\n", "")])(
  "calls a file with one character changed damaged",
  async (at, character) => {
    const text = whole.slice(0, at) + character + whole.slice(at + 1);
    if (text === whole) return;
    expect(await open(text)).toMatchObject({ refusal: { code: "keys.damaged" } });
  },
);

test("does not open as something else, cut off, or at a cost that a stranger chose", async () => {
  const dear = JSON.stringify({ ...JSON.parse(whole), memoryKib: 2 ** 31 });
  for (const text of ["", "{}", "null", whole.slice(0, -3), dear]) {
    expect(await open(text)).toMatchObject({ refusal: { code: "keys.damaged" } });
  }
  expect(await open(whole, passphrase, "node")).toMatchObject({
    refusal: { code: "keys.damaged" },
  });
});
