/**
 * One inquiry of Washington's technical desk to Moscow's, with everything needed to build, sign, seal
 * and open it, so that a test says only what it spoils.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import type { JwsSigner, VerificationKey } from "@parley/core/crypto/jws";
import { keyId, openingKeyId } from "@parley/core/crypto/key-id";
import type { Opener, Primitives } from "@parley/core/crypto/primitives";
import { type SuiteName, suites } from "@parley/core/crypto/suites";
import { type EntryContent, type SealingContext, sealEntry } from "@parley/core/entry/entry";
import {
  type EntrySigner,
  type LogPlace,
  type OpeningContext,
  originOf,
} from "@parley/core/entry/open-message";
import { emptyRoot } from "@parley/core/log/tree";
import { makeJti } from "@parley/core/message/control";
import { digestOf, makeDisclosure } from "@parley/core/message/disclosure";
import { headOfLines, withholdLine } from "@parley/core/message/item-lines";
import {
  buildPayload,
  type FrozenPayload,
  type StatementDraft,
  signStatement,
} from "@parley/core/message/statement";

export interface SampleDesk extends EntrySigner {
  readonly signers: readonly JwsSigner[];
  readonly opener: Opener;
  readonly archiveKey: Uint8Array;
}

/** Keys from the name, so that two tests speak of the same desk. */
export function sampleDesk(p: Primitives, party: string, name: string): SampleDesk {
  const seedOf = (use: string) => p.sha256(encodeUtf8(`${party}/${name}/${use}`));
  const signers = suites.pq1.signatures.map((algorithm): JwsSigner => {
    const signer = p.signer(algorithm, seedOf(algorithm));
    return { kid: keyId(p, algorithm, signer.publicKey), signer };
  });
  const keys = signers.map(({ kid, signer }): VerificationKey => {
    return { algorithm: signer.algorithm, kid, publicKey: signer.publicKey };
  });
  const opener = p.opener(seedOf("opening"));
  return { name, keys, signers, barredFrom: null, opener, archiveKey: seedOf("archive") };
}

/** A place of the sample log: what the sample's head says, too. */
export const samplePlace: LogPlace = {
  iss: "washington.example",
  aud: "moscow.example",
  channel: digestOf(nodePrimitives, "the agreement of washington.example and moscow.example"),
  class: "live",
  epoch: 1,
};

export const sampleOrigin = originOf(samplePlace);
export const sampleSuite: SuiteName = "pq1";

export const sampleMarking = { flags: [], iep: null, pap: null, tlp: "AMBER" };

/** Three items; the second is withheld whole, the third lacks a field. */
export function sampleItemLines(p: Primitives): readonly string[] {
  const held = makeDisclosure(p, "203.0.113.7");
  const shown = { kind: "ipv4", value: "198.51.100.23" };
  const partial = { kind: "ipv4", value: [{ "...": held.digest }] };
  const [first = "", second = "", third = ""] = [shown, shown, partial].map(
    (item) => makeDisclosure(p, item).disclosure,
  );
  return [first, withholdLine(p, second), third];
}

export const sampleHeldBack: JsonValue = [
  { block: null, class: "source", grade: null, items: [[1, 2]], what: "items" },
  { block: null, class: "method", grade: null, items: [[2, 3]], what: "item-fields" },
  { block: "assessment", class: "method", grade: null, items: [], what: "block" },
];

export function sampleDraft(p: Primitives, itemLines: readonly string[]): StatementDraft {
  const octets = p.sha256(encodeUtf8("sample jti"));
  const jti = makeJti({ ...p, random: (length) => octets.subarray(0, length) }, 1);
  return {
    head: {
      ...samplePlace,
      agreement: 1,
      jti,
      iat: 1_482_958_800,
      seen: { epoch: 1, size: 0, root: toBase64Url(emptyRoot(p)) },
    },
    control: {
      kind: "inquiry.v1",
      case: jti,
      answers: null,
      ask: "investigate",
      clock: { replyBy: null, severity: 3 },
      to: "technical",
    },
    blocks: {
      fact: {
        marking: sampleMarking,
        text: { lang: "en", text: "Servers in your territory command implants in our networks." },
      },
      assessment: { marking: sampleMarking, likelihood: "very-likely" },
      handling: { heldBack: sampleHeldBack, marking: sampleMarking },
    },
    items: headOfLines(p, itemLines),
  };
}

export interface Sample {
  readonly author: SampleDesk;
  readonly reader: SampleDesk;
  readonly draft: StatementDraft;
  readonly frozen: FrozenPayload;
  readonly content: EntryContent;
  readonly sealing: SealingContext;
  readonly entry: Uint8Array;
}

/** What a test may have otherwise. */
export interface SampleChange {
  readonly draft?: (draft: StatementDraft) => StatementDraft;
  /** Between freezing and signing: what a hostile author would write. */
  readonly payloadText?: (payloadText: string) => string;
  readonly content?: (content: EntryContent) => EntryContent;
  readonly sealing?: Partial<SealingContext>;
  readonly author?: SampleDesk;
}

export async function makeSample(p: Primitives, change: SampleChange = {}): Promise<Sample> {
  const author = change.author ?? sampleDesk(p, samplePlace.iss, "technical");
  const reader = sampleDesk(p, samplePlace.aud, "technical");
  const itemLines = sampleItemLines(p);
  const plain = sampleDraft(p, itemLines);
  const draft = change.draft?.(plain) ?? plain;
  const frozen = must(buildPayload(p, draft));
  const payloadText = change.payloadText?.(frozen.payloadText) ?? frozen.payloadText;
  const statementLine = await signStatement(payloadText, draft.head.class, author.signers);
  const honest = { statementLine, disclosures: frozen.disclosures, itemLines };
  const content = change.content?.(honest) ?? honest;
  const sealing = {
    origin: sampleOrigin,
    suite: sampleSuite,
    peerOpeningKey: reader.opener.publicKey,
    archiveKey: author.archiveKey,
    ...change.sealing,
  };
  const { bytes: entry } = must(await sealEntry(p, content, sealing));
  return { author, reader, draft, frozen, content, sealing, entry };
}

/** A reader that knows the sample's two desks and refuses nothing from outside the entry. */
export function sampleContext(
  p: Primitives,
  { author, reader }: Pick<Sample, "author" | "reader">,
  change: Partial<OpeningContext> = {},
): OpeningContext {
  const log = change.log ?? samplePlace;
  return {
    log,
    index: 17,
    wayIn: async ({ to }) =>
      to.peer.id === openingKeyId(p, reader.opener.publicKey)
        ? { way: { origin: originOf(log), opener: reader.opener }, desk: reader.name }
        : undefined,
    signer: async (kid) => (kid === author.keys[0]?.kid ? author : undefined),
    agreement: async () => "in-force",
    isRepeat: async () => false,
    ownRoot: async (_epoch, size) => (size === 0 ? emptyRoot(p) : undefined),
    kind: () => ({ by: "desk", classes: ["live", "exercise"], judge: () => null }),
    ...change,
  };
}

/** The value of a result that a test takes for granted. */
export function must<T>(
  result:
    | { readonly ok: true; readonly value: T }
    | { readonly ok: false; readonly refusal: { readonly code: string; readonly detail: string } },
): T {
  if (result.ok) return result.value;
  throw new Error(`${result.refusal.code}: ${result.refusal.detail}`);
}
