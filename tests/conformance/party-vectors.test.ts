/**
 * Goal: the files of spec/vectors/party and spec/vectors/agreement say what both implementations of
 * the primitives do with them. Method: every vector, named by its file and its own name.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  checkAgreementPayload,
  parseAgreement,
  requireBoth,
} from "@parley/core/agreement/agreement";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import type { Primitives } from "@parley/core/crypto/primitives";
import { verifyNotice } from "@parley/core/party/channel-notice";
import {
  authorityKeys,
  checkDescriptorPayload,
  type Descriptor,
  logKeys,
  mirrorKeys,
  parseDescriptor,
} from "@parley/core/party/descriptor";
import { verifyDescriptorChain } from "@parley/core/party/descriptor-chain";
import { compareFingerprint, fingerprint } from "@parley/core/party/fingerprint";
import { keyHolder, logKeysAt, mirrorKeysAt } from "@parley/core/party/key-positions";
import type { Result } from "@parley/core/result";
import { type JsonPatchOperation, patchJson } from "@parley/testkit/json-patch";
import { must } from "@parley/testkit/sample-message";
import { describe, expect, test } from "vitest";
import { bothPrimitives } from "./both-primitives.ts";

interface Invalid {
  readonly name: string;
  readonly code: string;
  readonly text: string;
}
interface PayloadVectors {
  readonly payload: JsonValue;
  readonly invalid: readonly {
    readonly name: string;
    readonly code: string;
    readonly patch: readonly JsonPatchOperation[];
  }[];
}

function read<T>(path: string): T {
  const file = join(import.meta.dirname, "../../spec/vectors", path);
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

function codeOf(result: Result<unknown, string>): string {
  return result.ok ? "good" : result.refusal.code;
}

async function descriptorOf(p: Primitives, text: string): Promise<Descriptor> {
  return must(await parseDescriptor(p, text));
}

const descriptors = read<{
  valid: readonly {
    name: string;
    text: string;
    digest: string;
    signers: readonly string[];
    fingerprint: string;
  }[];
  invalid: readonly Invalid[];
}>("party/descriptors.json");
const descriptorPayloads = read<PayloadVectors>("party/descriptor-payloads.json");
const chains = read<{
  documents: Readonly<Record<string, string>>;
  cases: readonly {
    trusted: string | null;
    next: readonly string[];
    party: string | null;
    reader: string | null;
    now: number;
    serial?: number;
    code?: string;
  }[];
}>("party/chains.json");
const notices = read<{
  descriptors: readonly string[];
  party: string;
  peer: string;
  channel: string;
  valid: readonly { name: string; text: string; digest: string }[];
  invalid: readonly Invalid[];
  positions: readonly { kid: string; origin: string; barredFrom: number | null }[];
  sizes: readonly { keys: "log" | "mirror"; origin: string; size: number; serial: number }[];
}>("party/notices.json");
const agreements = read<{
  descriptors: readonly string[];
  valid: readonly { name: string; text: string; signedBy: readonly string[]; channel: string }[];
  invalid: readonly Invalid[];
}>("agreement/agreements.json");
const agreementPayloads = read<PayloadVectors>("agreement/agreement-payloads.json");

test("there are vectors of every kind, more invalid than valid", () => {
  for (const { valid, invalid } of [descriptors, notices, agreements]) {
    expect(valid.length).toBeGreaterThan(0);
    expect(invalid.length).toBeGreaterThan(valid.length);
  }
  for (const { invalid } of [descriptorPayloads, agreementPayloads]) {
    expect(invalid.length).toBeGreaterThan(20);
  }
});

describe.each(bothPrimitives)("$name", ({ p }) => {
  test.each(descriptors.valid)("party/descriptors.json: $name", async (vector) => {
    const descriptor = await descriptorOf(p, vector.text);
    expect(descriptor.digest).toBe(vector.digest);
    expect(authorityKeys(descriptor).map(({ kid }) => kid)).toEqual(vector.signers);
    expect(fingerprint(p, descriptor)).toBe(vector.fingerprint);
    expect(codeOf(compareFingerprint(p, descriptor, vector.fingerprint))).toBe("good");
  });

  test.each(descriptors.invalid)("party/descriptors.json: $name", async ({ text, code }) => {
    expect(codeOf(await parseDescriptor(p, text))).toBe(code);
  });

  test("party/descriptor-payloads.json: unchanged", async () => {
    expect(codeOf(await checkDescriptorPayload(p, descriptorPayloads.payload))).toBe("good");
  });

  test.each(descriptorPayloads.invalid)(
    "party/descriptor-payloads.json: $name",
    async ({ patch, code }) => {
      const value = patchJson(descriptorPayloads.payload, patch);
      expect(codeOf(await checkDescriptorPayload(p, value))).toBe(code);
    },
  );

  test.each(chains.cases.map((vector, index) => ({ index, ...vector })))(
    "party/chains.json: $index, from $trusted over $next",
    async ({ trusted, next, party, reader, now, serial, code }) => {
      const named = (name: string) => descriptorOf(p, chains.documents[name] ?? "");
      const expected = {
        trusted: trusted === null ? undefined : await named(trusted),
        party: party ?? undefined,
        reader: reader ?? undefined,
        now,
      };
      const result = await verifyDescriptorChain(p, expected, await Promise.all(next.map(named)));
      expect(result.ok ? result.value.payload.serial : result.refusal.code).toBe(serial ?? code);
    },
  );

  async function reading() {
    const { party, peer, channel } = notices;
    const known = await Promise.all(notices.descriptors.map((text) => descriptorOf(p, text)));
    return { party, peer, channel, descriptors: known, before: [] };
  }

  test.each(notices.valid)("party/notices.json: $name", async ({ text, digest }) => {
    const expected = await reading();
    const notice = must(await verifyNotice(p, text, expected));
    expect(notice.digest).toBe(digest);
    const said = { descriptors: expected.descriptors, notices: [notice] };
    for (const { kid, origin, barredFrom } of notices.positions) {
      expect(keyHolder(said, { kid, origin })).toMatchObject({ name: "technical", barredFrom });
    }
    for (const { keys, origin, size, serial } of notices.sizes) {
      const signing = said.descriptors[serial - 1] as Descriptor;
      if (keys === "log") expect(logKeysAt(said, origin, size)).toBe(logKeys(signing));
      else expect(mirrorKeysAt(said, origin, size)).toBe(mirrorKeys(signing));
    }
  });

  test.each(notices.invalid)("party/notices.json: $name", async ({ text, code }) => {
    expect(codeOf(await verifyNotice(p, text, await reading()))).toBe(code);
  });

  async function agreed(text: string) {
    const known = await Promise.all(agreements.descriptors.map((each) => descriptorOf(p, each)));
    return parseAgreement(p, text, known);
  }

  test.each(agreements.valid)("agreement/agreements.json: $name", async (vector) => {
    const agreement = must(await agreed(vector.text));
    expect(agreement.digest).toBe(vector.channel);
    expect(agreement.signedBy).toEqual(vector.signedBy);
    const isBinding = vector.signedBy.length === 2;
    expect(codeOf(requireBoth(agreement))).toBe(isBinding ? "good" : "agreement.one-sided");
  });

  test.each(agreements.invalid)("agreement/agreements.json: $name", async ({ text, code }) => {
    expect(codeOf(await agreed(text))).toBe(code);
  });
});

test("agreement/agreement-payloads.json: unchanged", () => {
  expect(codeOf(checkAgreementPayload(agreementPayloads.payload))).toBe("good");
});

test.each(agreementPayloads.invalid)(
  "agreement/agreement-payloads.json: $name",
  ({ patch, code }) => {
    expect(codeOf(checkAgreementPayload(patchJson(agreementPayloads.payload, patch)))).toBe(code);
  },
);
