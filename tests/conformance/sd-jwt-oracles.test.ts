/**
 * Goal: what we write is an SD-JWT to others, and where we refuse what others take there is a reason.
 * Method: `jose` and `@sd-jwt/core` read what we show; then each statement that one of them accepts
 * and we refuse, with the reason beside it, so that a change of either library is noticed.
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { digestOf, makeDisclosure, openDisclosure } from "@parley/core/message/disclosure";
import { openShown, parseShown, showParts } from "@parley/core/message/present";
import { parseStatement, verifyStatement } from "@parley/core/message/statement";
import { makeSample, must } from "@parley/testkit/sample-message";
import { GeneralJSON, SDJwtGeneralJSONInstance } from "@sd-jwt/core";
import { flattenedVerify, generalVerify, importJWK, type JWSHeaderParameters } from "jose";
import { expect, test } from "vitest";
import { readVectorJson } from "./vector-files.ts";

type Members = { [name: string]: JsonValue };
interface Jws {
  readonly payload: string;
  readonly signatures: readonly Members[];
}

const sample = await makeSample(p);
const statement = must(parseStatement(sample.content.statementLine));
const { disclosures } = sample.content;
const { keys, signers } = sample.author;
const noParts = { control: [], blocks: [] };

const joseKeys = new Map(
  await Promise.all(
    keys.map(async ({ algorithm, publicKey }) => {
      const pub = toBase64Url(publicKey);
      const jwk =
        algorithm === "Ed25519"
          ? { kty: "OKP", crv: "Ed25519", x: pub }
          : { kty: "AKP", alg: algorithm, pub };
      return [algorithm as string, await importJWK(jwk, algorithm)] as const;
    }),
  ),
);

function joseKey({ alg }: JWSHeaderParameters) {
  const key = joseKeys.get(alg ?? "");
  if (key === undefined) throw new Error("an algorithm that we do not use");
  return key;
}

const sdJwt = new SDJwtGeneralJSONInstance({
  hasher: (data) => p.sha256(encodeUtf8(String(data))),
  hashAlg: "sha-256",
  // It is not told the algorithm, and tries each key.
  verifier: async (data, signature) => {
    const octets = new Uint8Array(Buffer.from(signature, "base64url"));
    const verdicts = keys.map(({ algorithm, publicKey }) =>
      p.verify(algorithm, publicKey, encodeUtf8(data), octets),
    );
    return (await Promise.all(verdicts)).includes(true);
  },
});

async function acceptedByJose(text: string): Promise<boolean> {
  try {
    await generalVerify(JSON.parse(text), joseKey);
    return true;
  } catch {
    return false;
  }
}

async function acceptedBySdJwt(text: string): Promise<unknown> {
  try {
    return (await sdJwt.verify(GeneralJSON.fromSerialized(JSON.parse(text)))).payload;
  } catch {
    return undefined;
  }
}

/** Our own verdict over a text that is shown: form, both signatures, what it opens to. */
async function acceptedByUs(text: string): Promise<boolean> {
  const shown = parseShown(text);
  if (!shown.ok) return false;
  const verified = await verifyStatement(p, shown.value.statement, "live", keys);
  return verified.ok && openShown(p, shown.value).ok;
}

function show(parts: Parameters<typeof showParts>[3]): string {
  return must(showParts(p, statement, disclosures, parts));
}

test("jose verifies both signatures of what we show", async () => {
  const jws = JSON.parse(show(noParts)) as { payload: string; signatures: never[] };
  for (const signature of jws.signatures) {
    const one = await flattenedVerify(
      { ...(signature as object), payload: jws.payload } as never,
      joseKey,
    );
    expect(new TextDecoder().decode(one.payload)).toBe(sample.frozen.payloadText);
  }
  expect(jws.signatures).toHaveLength(2);
});

test("[MSG-15] @sd-jwt/core reads a kind alone, a body with its blocks redacted, and everything", async () => {
  const { control, blocks } = sample.draft;
  const kind = await acceptedBySdJwt(show({ control: ["kind"], blocks: [] }));
  expect(kind).toMatchObject({ kind: ["inquiry.v1"], to: [], body: [], iss: "washington.example" });
  const redacted = await acceptedBySdJwt(show({ control: ["kind"], blocks: ["fact"] }));
  const body = { fact: [blocks.fact], assessment: [], handling: [], items: sample.draft.items };
  expect(redacted).toMatchObject({ kind: ["inquiry.v1"], body: [body] });
  const names = ["kind", "case", "answers", "ask", "clock", "to", "body"] as const;
  const all = await acceptedBySdJwt(show({ control: names, blocks: ["fact", "handling"] }));
  expect(all).toMatchObject({
    kind: [control.kind],
    case: [control.case],
    answers: [null],
    ask: [control.ask],
    clock: [control.clock],
    to: [control.to],
    body: [{ ...body, handling: [blocks.handling] }],
  });
});

test("[MSG-15] what is shown to them is what our own reader shows", async () => {
  const text = show({ control: ["kind"], blocks: ["fact"] });
  expect(await acceptedByUs(text)).toBe(true);
  const shown = must(openShown(p, must(parseShown(text))));
  expect(shown).toMatchObject({
    control: { kind: "inquiry.v1" },
    blocks: { fact: sample.draft.blocks.fact },
  });
  expect(Object.keys(shown.control).sort()).toEqual(["body", "kind"]);
});

/** Signs any payload and headers with good keys: what a hostile author can do. */
async function write(
  payload: JsonValue,
  texts: readonly string[],
  headers: Members = {},
): Promise<Jws & { signatures: Members[] }> {
  const encoded = toBase64Url(
    encodeUtf8(typeof payload === "string" ? payload : canonicalJson(payload)),
  );
  const signatures = await Promise.all(
    signers.map(async ({ kid, signer }, index) => {
      const header = { alg: signer.algorithm, kid, typ: "parley-live+sd-jwt", ...headers };
      const signed = toBase64Url(encodeUtf8(canonicalJson(header)));
      const signature = toBase64Url(await signer.sign(encodeUtf8(`${signed}.${encoded}`)));
      const shown = index === 0 ? { header: { disclosures: texts } } : {};
      return { ...shown, protected: signed, signature } as Members;
    }),
  );
  return { payload: encoded, signatures };
}

const payload = JSON.parse(sample.frozen.payloadText) as Members;
const [kindText = ""] = disclosures;
const second = makeDisclosure(p, "call-to-cease.v1");
const decoy = digestOf(p, "nothing opens this");
const honest = await write(payload, [kindText]);
const [classical = {}, postQuantum = {}] = honest.signatures;
const spaced = toBase64Url(encodeUtf8('["AAAAAAAAAAAAAAAAAAAAAA", "inquiry.v1"]'));
const bagged = toBase64Url(encodeUtf8('["AAAAAAAAAAAAAAAAAAAAAA","kind2","note.v1"]'));

test("the statements below differ from one that all three accept", async () => {
  const text = canonicalJson(honest as unknown as JsonValue);
  expect(await acceptedByJose(text)).toBe(true);
  expect(await acceptedBySdJwt(text)).toMatchObject({ kind: ["inquiry.v1"] });
  expect(await acceptedByUs(text)).toBe(true);
});

/** What others accept; who; and why we refuse. */
const refusedHere: readonly (readonly [string, "jose" | "both" | "sd-jwt", Jws])[] = [
  [
    "the post-quantum signature removed: one algorithm may fall, both must be forged",
    "both",
    { ...honest, signatures: [classical] },
  ],
  [
    "the classical signature removed: likewise",
    "both",
    { ...honest, signatures: [{ ...classical, ...postQuantum }] },
  ],
  [
    "a signature that is not good: one good one contents jose",
    "jose",
    {
      ...honest,
      signatures: [
        classical,
        {
          ...postQuantum,
          signature:
            postQuantum["signature"]?.toString().replace(/^./, (c) => (c === "A" ? "B" : "A")) ??
            "",
        },
      ],
    },
  ],
  [
    "the signatures exchanged: a statement would have two texts and two hashes",
    "both",
    {
      ...honest,
      signatures: [
        { ...postQuantum, header: { disclosures: [kindText] } },
        { protected: classical["protected"] ?? "", signature: classical["signature"] ?? "" },
      ],
    },
  ],
  [
    "an unprotected header beside the disclosures: nobody signed it",
    "both",
    {
      ...honest,
      signatures: [{ ...classical, header: { disclosures: [kindText], x: "y" } }, postQuantum],
    },
  ],
  [
    "a third member in the protected header: it could mean something to one reader only",
    "both",
    await write(payload, [kindText], { cty: "json" }),
  ],
  [
    "another typ: a drill could be shown as real",
    "both",
    await write(payload, [kindText], { typ: "parley-exercise+sd-jwt" }),
  ],
  [
    "two faces of one name: the author could show an inquiry to one and a call to another",
    "both",
    await write(
      { ...payload, kind: [...(payload["kind"] as JsonValue[]), { "...": second.digest }] },
      [second.disclosure],
    ),
  ],
  [
    "a decoy beside the digest: it is a second face whose disclosure is kept",
    "both",
    await write({ ...payload, kind: [...(payload["kind"] as JsonValue[]), { "...": decoy }] }, [
      kindText,
    ]),
  ],
  [
    "a bag of digests: names could be added to a signed statement",
    "both",
    await write({ ...payload, _sd: [digestOf(p, bagged)] }, [kindText, bagged]),
  ],
  [
    "a value in plain: statements would tell their kind by their length",
    "both",
    await write({ ...payload, kind: ["inquiry.v1"] }, []),
  ],
  [
    "an unknown member: a field that one side does not know is a field it cannot judge",
    "both",
    await write({ ...payload, exp: 4_000_000_000 }, [kindText]),
  ],
  [
    "a payload that is not canonical: two parsers may read it as two",
    "both",
    await write(JSON.stringify(payload, null, 1), [kindText]),
  ],
  [
    "a member named twice: parsers differ in which they keep",
    "both",
    await write(sample.frozen.payloadText.replace("{", '{"iss":"other.example",'), [kindText]),
  ],
  [
    "a disclosure that is not canonical: one value, many texts",
    "both",
    await write({ ...payload, kind: [{ "...": digestOf(p, spaced) }] }, [spaced]),
  ],
  [
    "a disclosure that opens nothing: shown, and yet not what was signed",
    "both",
    await write(payload, [kindText, second.disclosure]),
  ],
  ["a disclosure twice: likewise", "both", await write(payload, [kindText, kindText])],
];

test.each(refusedHere)("refused here, accepted there: %s", async (_, by, jws) => {
  const text = canonicalJson(jws as unknown as JsonValue);
  const others = {
    jose: await acceptedByJose(text),
    sdJwt: (await acceptedBySdJwt(text)) !== undefined,
  };
  expect(others).toEqual({ jose: by !== "sd-jwt", sdJwt: by !== "jose" });
  expect(await acceptedByUs(text)).toBe(false);
});

interface PublishedCase {
  readonly sd_jwt_payload: JsonValue;
  readonly sd_jwt_issuance:
    | string
    | {
        readonly signatures: readonly {
          readonly header?: { readonly disclosures?: readonly string[] };
        }[];
      };
}

function publishedDisclosures({ sd_jwt_issuance: issuance }: PublishedCase): readonly string[] {
  if (typeof issuance === "string") return issuance.split("~").slice(1, -1);
  return issuance.signatures[0]?.header?.disclosures ?? [];
}

test.each([
  "array_data_types",
  "array_of_objects",
  "array_of_scalars",
  "array_recursive_sd",
  "json_serialization_general",
  "recursions",
])("digests are those of RFC 9901, whose disclosures are not canonical: %s.json", (name) => {
  const published = readVectorJson<PublishedCase>(`sd-jwt/${name}.json`);
  const texts = publishedDisclosures(published);
  const opened = texts.map((text) => Buffer.from(text, "base64url").toString());
  const everything = JSON.stringify(published.sd_jwt_payload) + opened.join();
  expect(texts.length).toBeGreaterThan(0);
  for (const text of texts) {
    expect(everything).toContain(digestOf(p, text));
    expect(openDisclosure(p, text)).toMatchObject({ refusal: { code: "message.bad-disclosure" } });
  }
});

test("digests are those of RFC 9901: rfc9901-section5.json", () => {
  const published = readVectorJson<{ sd_jwt_payload: JsonValue; disclosures: readonly string[] }>(
    "sd-jwt/rfc9901-section5.json",
  );
  const payloadText = JSON.stringify(published.sd_jwt_payload);
  for (const text of published.disclosures) expect(payloadText).toContain(digestOf(p, text));
  expect(published.disclosures).toHaveLength(10);
});
