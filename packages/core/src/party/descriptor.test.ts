/**
 * Goal: nothing but what the schema lists is ever read as a descriptor, and only if its own authority
 * signed it. Method: one mutation for each constraint of a good payload, every change of a signature
 * list, and arbitrary damage. Both implementations of the primitives must agree.
 */
import { fc, test } from "@fast-check/vitest";
import { must } from "@parley/testkit/sample-message";
import {
  sampleDescriptor,
  sampleIssuedAt,
  sampleParty,
  sampleSigners,
  signDescriptor,
} from "@parley/testkit/sample-party";
import { seededPrimitives } from "@parley/testkit/seeded-primitives";
import { describe, expect } from "vitest";
import { toBase64Url } from "../bytes/base64.ts";
import { canonicalJson, type JsonValue } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { signJws } from "../crypto/jws.ts";
import { keyId, openingKeyId } from "../crypto/key-id.ts";
import {
  authorityKeys,
  buildDescriptor,
  checkDescriptorPayload,
  descriptorBytesMax,
  deskKeys,
  logKeys,
  mirrorKeys,
  nodeKeys,
  openingKey,
  parseDescriptor,
} from "./descriptor.ts";
import {
  addressesMax,
  contactsMax,
  desksMax,
  protocolsMax,
  tlsPinsMax,
} from "./descriptor-schema.ts";
import { parseDeskName, parsePartyName } from "./party-name.ts";

const noble = seededPrimitives("descriptor tests");
const name = "washington.example";
const { payload, signers } = sampleParty(p, name);
const good = await signDescriptor(payload, signers);
const descriptor = must(await parseDescriptor(p, good));

type Edit = (draft: Record<string, unknown>) => void;

/** The good payload after `edit`. Members are set as they are: the result need not be one. */
function edited(edit: Edit): unknown {
  const draft = structuredClone(payload) as unknown as Record<string, unknown>;
  edit(draft);
  return draft;
}

async function payloadVerdict(value: unknown): Promise<string> {
  const verdict = await checkDescriptorPayload(p, value);
  return verdict.ok ? "good" : verdict.refusal.code;
}

async function textVerdict(text: string): Promise<string> {
  const verdicts = await Promise.all([p, noble].map((each) => parseDescriptor(each, text)));
  const codes = verdicts.map((verdict) => (verdict.ok ? "good" : verdict.refusal.code));
  expect(codes[0]).toBe(codes[1]);
  return codes[0] as string;
}

const digest = toBase64Url(new Uint8Array(32).fill(3));
const repeat = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const contact = { role: "watch", languages: ["en"], reach: ["+1"] };

describe("[KEY-1] names", () => {
  test.each(["abc", "washington.example", "a-b", "0".repeat(63)])("%s is a party", (text) => {
    expect(parsePartyName(text)).toEqual({ ok: true, value: text });
  });
  test.each(["", "ab", "0".repeat(64), "Washington", "a b c", "a/b", "вашингтон", "abc\n"])(
    "%j is no party",
    (text) => {
      expect(parsePartyName(text)).toMatchObject({ refusal: { code: "party.bad-name" } });
    },
  );
  test.each(["a", "technical", "desk-2", "0".repeat(32)])("%s is a desk", (text) => {
    expect(parseDeskName(text)).toEqual({ ok: true, value: text });
  });
  test.each(["", "node", "0".repeat(33), "Technical", "a.b", "a/b", "desk\n"])(
    "%j is no desk",
    (text) => {
      expect(parseDeskName(text)).toMatchObject({ refusal: { code: "party.bad-desk-name" } });
    },
  );
});

test("[KEY-5] reads what its own authority signed", async () => {
  expect(await textVerdict(good)).toBe("good");
  expect(descriptor.payload).toEqual(payload);
  expect(descriptor.digest).toBe(toBase64Url(p.sha256(encodeUtf8(canonicalJson(payload)))));
  expect(await buildDescriptor(p, payload, signers)).toMatchObject({ ok: true });
});

test("gives each key with its name and its octets", () => {
  const [technical] = payload.desks.filter((desk) => desk.name === "technical");
  const named = deskKeys(descriptor, "technical") ?? [];
  expect(named.map(({ publicKey }) => toBase64Url(publicKey))).toEqual(
    technical?.keys.map(({ pub }) => pub),
  );
  for (const { algorithm, kid, publicKey } of [...named, ...nodeKeys(descriptor)]) {
    expect(kid).toBe(keyId(p, algorithm, publicKey));
  }
  expect(authorityKeys(descriptor).map(({ kid }) => kid)).toEqual(signers.map(({ kid }) => kid));
  const opening = openingKey(descriptor, "technical");
  expect(toBase64Url(opening?.publicKey ?? new Uint8Array())).toBe(technical?.opening);
  expect(opening?.id).toBe(openingKeyId(p, opening?.publicKey ?? new Uint8Array()));
  expect(openingKey(descriptor, "node")?.id).not.toBe(opening?.id);
  expect(toBase64Url(logKeys(descriptor).mlDsa44)).toBe(payload.log[1].pub);
  expect(toBase64Url(mirrorKeys(descriptor).ed25519)).toBe(payload.mirror[0].pub);
  expect(deskKeys(descriptor, "nobody")).toBeUndefined();
});

describe("[KEY-2] takes", () => {
  const accepted: Record<string, Edit> = {
    "a later serial": (draft) => Object.assign(draft, { serial: 2, previous: digest }),
    "two versions of the protocol": (draft) => Object.assign(draft, { protocol: [1, 2] }),
    "no address": (draft) => Object.assign(draft, { addresses: [] }),
    "an address without port and path": (draft) =>
      Object.assign(draft, { addresses: ["https://washington.example"] }),
    "an IPv6 address": (draft) =>
      Object.assign(draft, { addresses: ["https://[2001:db8::1]:443"] }),
    "no contacts": (draft) => Object.assign(draft, { contacts: [] }),
  };
  test.each(Object.entries(accepted))("%s", async (_, edit) => {
    expect(await payloadVerdict(edited(edit))).toBe("good");
  });
});

describe("[KEY-2] refuses a payload", () => {
  const set =
    (members: Record<string, unknown>): Edit =>
    (draft) =>
      Object.assign(draft, members);
  const [first, second] = payload.desks;
  const [authority, postQuantum] = payload.authority;
  const mutants: Record<string, Edit> = {
    "with an unknown member": set({ nickname: "W" }),
    "of another version": set({ v: 2 }),
    "that speaks no protocol": set({ protocol: [] }),
    "whose protocols do not rise": set({ protocol: [2, 1] }),
    "whose protocols repeat": set({ protocol: [1, 1] }),
    "with too many protocols": set({ protocol: repeat(protocolsMax + 1, (index) => index + 1) }),
    "with a protocol that is a text": set({ protocol: ["1"] }),
    "of a party with a bad name": set({ name: "Washington" }),
    "with serial 0": set({ serial: 0 }),
    "with a serial that is no integer": set({ serial: 1.5 }),
    "with serial 1 that has a previous": set({ previous: digest }),
    "with serial 2 that has none": set({ serial: 2 }),
    "whose previous is no digest": set({ serial: 2, previous: "x" }),
    "valid until it was issued": set({ validUntil: sampleIssuedAt }),
    "issued at a negative time": set({ issuedAt: -1 }),
    "valid beyond the year 9999": set({ validUntil: 253_402_300_800 }),
    "with one authority key": set({ authority: [authority] }),
    "with three authority keys": set({ authority: [authority, postQuantum, postQuantum] }),
    "with authority keys the other way round": set({ authority: [postQuantum, authority] }),
    "with a key of another algorithm": set({
      authority: [authority, { ...postQuantum, alg: "ML-DSA-87" }],
    }),
    "with a key that is too short": set({
      authority: [{ alg: "Ed25519", pub: "AAAA" }, postQuantum],
    }),
    "with a padded key": set({
      authority: [{ alg: "Ed25519", pub: `${authority.pub}=` }, postQuantum],
    }),
    "with a key and its id": set({ authority: [{ ...authority, kid: "x" }, postQuantum] }),
    "without desks": set({ desks: [] }),
    "with desks out of order": set({ desks: [second, first] }),
    "with a desk twice": set({ desks: [first, first] }),
    "with too many desks": set({ desks: repeat(desksMax + 1, () => first) }),
    "with a desk called node": set({ desks: [{ ...first, name: "node" }] }),
    "with an unknown suite": set({ desks: [{ ...first, suite: "pq2" }] }),
    "with a desk without opening key": set({ desks: [{ ...first, opening: "" }] }),
    "whose node has a name": set({ node: { ...payload.node, name: "node" } }),
    "with log keys of the wrong kind": set({ log: payload.authority }),
    "without pins": set({ tls: [] }),
    "with a pin twice": set({ tls: [digest, digest] }),
    "with too many pins": set({
      tls: repeat(tlsPinsMax + 1, (index) => toBase64Url(new Uint8Array(32).fill(index))),
    }),
    "with an address of HTTP": set({ addresses: ["http://washington.example"] }),
    "with a user in an address": set({ addresses: ["https://a@washington.example"] }),
    "with a query in an address": set({ addresses: ["https://washington.example/?a"] }),
    "with an address that ends in a slash": set({ addresses: ["https://washington.example/"] }),
    "with capitals in an address": set({ addresses: ["https://Washington.example"] }),
    "with a port above 65535": set({ addresses: ["https://washington.example:65536"] }),
    "with two lines in an address": set({ addresses: ["https://washington.example\n"] }),
    "with an address too long": set({
      addresses: [`https://washington.example/${"a".repeat(250)}`],
    }),
    "with an address twice": set({ addresses: ["https://a.example", "https://a.example"] }),
    "with too many addresses": set({
      addresses: repeat(addressesMax + 1, (index) => `https://a.example/${index}`),
    }),
    "with too many contacts": set({ contacts: repeat(contactsMax + 1, () => contact) }),
    "with a contact without languages": set({ contacts: [{ ...contact, languages: [] }] }),
    "with a language that is none": set({ contacts: [{ ...contact, languages: ["English"] }] }),
    "with a contact out of reach": set({ contacts: [{ ...contact, reach: [] }] }),
    "with a newline in a contact": set({ contacts: [{ ...contact, reach: ["+1\n+2"] }] }),
    "with an escape sequence in a contact": set({
      contacts: [{ ...contact, reach: ["\u001b[2J"] }],
    }),
    "with a text turned round": set({ contacts: [{ ...contact, reach: ["\u202e321"] }] }),
    "with a role of two words": set({ contacts: [{ ...contact, role: "watch desk" }] }),
  };
  for (const member of Object.keys(payload)) {
    mutants[`without ${member}`] = (draft) => delete draft[member];
    mutants[`with ${member} null`] = (draft) => {
      draft[member] = member === "previous" ? "" : null;
    };
  }
  test.each(Object.entries(mutants))("%s", async (_, edit) => {
    const value = edited(edit);
    expect(value).not.toEqual(payload);
    expect(await payloadVerdict(value)).toBe("descriptor.malformed");
  });

  test.each([null, true, 1, "x", [], {}])("that is %j", async (value) => {
    expect(await payloadVerdict(value)).toBe("descriptor.malformed");
  });
});

describe("[KEY-3] refuses a key", () => {
  const [first] = payload.desks;
  const weak = toBase64Url(new Uint8Array(32));
  const unreadable = toBase64Url(new Uint8Array(1216).fill(255));
  const mutants: Record<string, Edit> = {
    "of small order for a desk": (draft) => {
      draft["desks"] = [{ ...first, keys: [{ alg: "Ed25519", pub: weak }, first?.keys[1]] }];
    },
    "of small order for the log": (draft) => {
      draft["log"] = [{ alg: "Ed25519", pub: weak }, payload.log[1]];
    },
    "of small order for the authority": (draft) => {
      draft["authority"] = [{ alg: "Ed25519", pub: weak }, payload.authority[1]];
    },
    "to which nothing can be sealed": (draft) => {
      draft["node"] = { ...payload.node, opening: unreadable };
    },
  };
  test.each(Object.entries(mutants))("%s", async (_, edit) => {
    expect(await payloadVerdict(edited(edit))).toBe("descriptor.bad-key");
  });
});

describe("[KEY-4] refuses one key in two places:", () => {
  const { node, authority, log, mirror, desks } = payload;
  const [first, second] = desks;
  const mutants: Record<string, Record<string, unknown>> = {
    "log and mirror": { mirror: [log[0], mirror[1]] },
    "log and mirror, ML-DSA": { mirror: [mirror[0], log[1]] },
    "authority and node": { node: { ...node, keys: [authority[0], node.keys[1]] } },
    "authority and log": { log: [authority[0], log[1]] },
    "two desks": { desks: [first, { ...second, keys: first?.keys }] },
    "opening keys of desk and node": { node: { ...node, opening: first?.opening } },
  };
  test.each(Object.entries(mutants))("%s", async (_, members) => {
    expect(await payloadVerdict({ ...payload, ...members })).toBe("descriptor.shared-key");
  });
});

describe("[KEY-5] refuses a descriptor", () => {
  const stranger = sampleSigners(p, "stranger");
  const [ed, ml] = signers;
  const [strangerEd] = stranger;
  const later = { ...payload, serial: 2, previous: digest };
  const sign = (by: readonly unknown[], what: unknown = payload) =>
    signDescriptor(what, by as typeof signers);
  const cases: Record<string, [() => Promise<string>, string]> = {
    "with one signature": [() => sign([ed]), "jws.wrong-signers"],
    "with its signatures the other way round": [() => sign([ml, ed]), "jws.wrong-signers"],
    "with one signature twice": [() => sign([ed, ed]), "jws.wrong-signers"],
    "signed by a stranger": [() => sign(stranger), "jws.wrong-signers"],
    "signed half by a stranger": [() => sign([strangerEd, ml]), "jws.wrong-signers"],
    "of serial 1 with four signatures": [
      () => sign([...stranger, ...signers]),
      "jws.wrong-signers",
    ],
    "with three signatures": [() => sign([strangerEd, ed, ml], later), "jws.wrong-signers"],
    "with the new authority before the old": [
      () => sign([...signers, ...stranger], later),
      "jws.wrong-signers",
    ],
    "of another typ": [
      () => signJws(canonicalJson(payload), "parley-notice+jws", signers),
      "jws.wrong-signers",
    ],
    "with a signature over another payload": [
      async () => {
        const other = JSON.parse(await sign(signers, later)) as { signatures: JsonValue };
        const own = JSON.parse(good) as { payload: string };
        return canonicalJson({ payload: own.payload, signatures: other.signatures });
      },
      "jws.bad-signature",
    ],
    "that is too large": [async () => `${good}${" ".repeat(descriptorBytesMax)}`, "jws.malformed"],
    "with a space in it": [async () => `${good} `, "jws.malformed"],
    "that is empty": [async () => "", "jws.malformed"],
  };
  test.each(Object.entries(cases))("%s", async (_, [make, code]) => {
    expect(await textVerdict(await make())).toBe(code);
  });
});

test("says nothing about the old authority, whose keys it does not know", async () => {
  const old = sampleSigners(p, "old");
  const later = { ...payload, serial: 2, previous: digest };
  expect(await textVerdict(await signDescriptor(later, [...old, ...signers]))).toBe("good");
});

test("[KEY-2] has room for every list filled", async () => {
  const desks = repeat(desksMax, (index) => `desk-${String(index).padStart(2, "0")}`);
  const wide = sampleParty(p, name, { desks, authorityEra: "next" });
  const full = {
    ...wide.payload,
    serial: 2,
    previous: digest,
    tls: repeat(tlsPinsMax, (index) => toBase64Url(new Uint8Array(32).fill(index))),
    addresses: repeat(addressesMax, (index) => `https://a.example/${"a".repeat(200)}${index}`),
    contacts: repeat(contactsMax, () => ({
      role: "a".repeat(40),
      languages: repeat(8, () => "aaa-aaaaaaaa-aaaaaaaa-aaaaaaaa"),
      reach: repeat(4, () => "д".repeat(200)),
    })),
  };
  const text = await signDescriptor(full, [...signers, ...wide.signers]);
  expect(encodeUtf8(text).length).toBeLessThan(descriptorBytesMax);
  expect(await parseDescriptor(p, text)).toMatchObject({ ok: true });
});

test("buildDescriptor refuses what no reader would take", async () => {
  const bad = await buildDescriptor(p, { ...payload, validUntil: 0 }, signers);
  expect(bad).toMatchObject({ refusal: { code: "descriptor.malformed" } });
  const half = await buildDescriptor(p, payload, signers.slice(0, 1));
  expect(half).toMatchObject({ refusal: { code: "jws.wrong-signers" } });
});

test.prop([fc.nat({ max: good.length - 1 }), fc.integer({ min: 0x20, max: 0x7e })], {
  numRuns: 60,
})("[KEY-5] no changed character leaves a descriptor good", async (place, character) => {
  const other = String.fromCharCode(character);
  fc.pre(other !== good[place]);
  const verdict = await parseDescriptor(p, good.slice(0, place) + other + good.slice(place + 1));
  expect(verdict.ok).toBe(false);
});

test("sample parties of two names share no key", async () => {
  const other = await sampleDescriptor(p, "moscow.example");
  expect(other.digest).not.toBe(descriptor.digest);
  expect(authorityKeys(other)[0]?.kid).not.toBe(authorityKeys(descriptor)[0]?.kid);
});
