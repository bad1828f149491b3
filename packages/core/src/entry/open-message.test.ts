/**
 * Goal: nothing is believed before both signatures have verified, and afterwards each cause has its
 * code. Method: the sample, spoiled in one place by its author, by a third party or by the reader's
 * own state; and each pair of two causes, of which the earlier must be told.
 */

import { fc, test } from "@fast-check/vitest";
import { plaintextOf, sealHostile } from "@parley/testkit/hostile-entry";
import {
  makeSample,
  must,
  type SampleChange,
  sampleContext,
  sampleDesk,
  samplePlace,
} from "@parley/testkit/sample-message";
import { expect } from "vitest";
import { canonicalJson, type JsonValue } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { signJws } from "../crypto/jws.ts";
import { digestOf } from "../message/disclosure.ts";
import type { Message } from "../message/message.ts";
import type { StatementHead } from "../message/statement.ts";
import {
  type EntrySigner,
  type KindRule,
  type OpeningContext,
  openMessage,
} from "./open-message.ts";

const sample = await makeSample(p);
const watch = sampleDesk(p, samplePlace.iss, "watch");

async function judge(change: SampleChange, context: Partial<OpeningContext> = {}) {
  const made = await makeSample(p, change);
  return openMessage(p, made.entry, sampleContext(p, made, context));
}

async function codeOf(change: SampleChange, context: Partial<OpeningContext> = {}) {
  const opened = await judge(change, context);
  return opened.ok ? undefined : opened.refusal.code;
}

function withHead(head: Partial<StatementHead>): SampleChange {
  return { draft: (draft) => ({ ...draft, head: { ...draft.head, ...head } }) };
}

function withLine(change: (line: string) => string | Promise<string>) {
  return async () => {
    const made = await makeSample(p);
    const statementLine = await change(made.content.statementLine);
    return codeOf({ content: (content) => ({ ...content, statementLine }) });
  };
}

test("an honest entry opens to JSON that says where it stands, who signed and what it says", async () => {
  const opened = must(await openMessage(p, sample.entry, sampleContext(p, sample)));
  expect(opened).toMatchObject({ index: 17, by: "technical", isKnownKind: true });
  expect(opened.message).toMatchObject({ head: sample.draft.head, control: sample.draft.control });
  expect(JSON.parse(canonicalJson(opened as unknown as JsonValue))).toStrictEqual(opened);
});

test("the author opens its own entry with its archive key, addressed to no desk of its own", async () => {
  const way = { origin: sample.sealing.origin, archiveKey: sample.author.archiveKey };
  const context = sampleContext(p, sample, { wayIn: async () => ({ way, desk: null }) });
  expect((await openMessage(p, sample.entry, context)).ok).toBe(true);
});

type Jws = { payload: string; signatures: JsonValue[] };
function withSignatures(change: (signatures: JsonValue[]) => JsonValue[]) {
  return withLine((line) => {
    const jws = JSON.parse(line) as Jws;
    return canonicalJson({ ...jws, signatures: change(jws.signatures) });
  });
}

const exercise = { class: "exercise" } as const;
test.each<[string, () => Promise<string | undefined>]>([
  ["the post-quantum signature removed", withSignatures(([a = null]) => [a])],
  ["the classical signature removed", withSignatures(([, b = null]) => [b])],
  ["the signatures exchanged", withSignatures((list) => list.toReversed())],
  ["one signature twice", withSignatures(([a = null]) => [a, a])],
  [
    "another payload under good signatures",
    withLine((line) => line.replace(/"payload":"e/, '"payload":"f')),
  ],
  ["a signature that is not good", withLine((line) => line.replace(/A/g, "B"))],
  ["a text in place of a statement", withLine(() => "nonsense")],
  ["JSON in place of a statement", withLine(() => "null")],
  ["a key that no desk has", () => codeOf({}, { signer: async () => undefined })],
  [
    "keys of two desks",
    () =>
      codeOf(
        {},
        {
          signer: async () => ({
            ...watch,
            keys: [sample.author.keys[0], watch.keys[1]] as EntrySigner["keys"],
          }),
        },
      ),
  ],
  [
    "an opening key that is not ours",
    () => codeOf({ sealing: { peerOpeningKey: watch.opener.publicKey } }),
  ],
  [
    "the origin of another log of ours",
    () =>
      codeOf({ sealing: { origin: "moscow.example/washington.example/0123456789abcdef/live/1" } }),
  ],
  [
    "a typ that is none of ours",
    async () => {
      const { frozen, author } = sample;
      const line = await signJws(frozen.payloadText, "parley-test+sd-jwt", author.signers);
      return codeOf({ content: (content) => ({ ...content, statementLine: line }) });
    },
  ],
])("[ENT-9] an entry with %s is unreadable", async (_, code) => {
  expect(await code()).toBe("entry.unreadable");
});

test("[ENT-9] an entry of another log, class, channel or epoch cannot be replayed here", async () => {
  const channel = digestOf(p, "another agreement");
  const places = [
    { epoch: 2 },
    exercise,
    { channel },
    { iss: samplePlace.aud, aud: samplePlace.iss },
  ];
  for (const place of places) {
    const context = sampleContext(p, sample, { log: { ...samplePlace, ...place } });
    const opened = await openMessage(p, sample.entry, context);
    expect(opened).toMatchObject({ refusal: { code: "entry.unreadable" } });
  }
});

test("[ENT-10] a header that names another statement than the one that verified is told", async () => {
  const { content, sealing } = sample;
  const lines = [content.statementLine, ...content.disclosures, ...content.itemLines];
  const hostile = await sealHostile(p, sealing, {
    statement: digestOf(p, "another"),
    plaintext: plaintextOf(lines, 8192),
    contentKey: p.random(32),
  });
  const opened = await openMessage(p, hostile, sampleContext(p, sample));
  expect(opened).toMatchObject({ refusal: { code: "entry.wrong-hash" } });
});

interface Cause {
  readonly title: string;
  readonly code: string;
  readonly change: SampleChange;
  readonly context?: Partial<OpeningContext>;
}

function kindOf(rule: Partial<KindRule>): Partial<OpeningContext> {
  return { kind: () => ({ by: "desk", classes: ["live"], judge: () => null, ...rule }) };
}

/** In the order of judgement; each sealed for the sample's log, as a hostile author can. */
const causes: readonly Cause[] = [
  { title: "[ENT-11] of another typ", code: "entry.wrong-typ", change: withHead(exercise) },
  {
    title: "[MSG-2] whose payload is out of form",
    code: "message.bad-payload",
    change: { payloadText: (text) => text.replace('"v":1', '"v":2') },
  },
  {
    title: "[ENT-12] of another issuer",
    code: "entry.wrong-issuer",
    change: withHead({ iss: "tokyo.example" }),
  },
  {
    title: "[ENT-12] for another audience",
    code: "entry.wrong-audience",
    change: withHead({ aud: "paris.example" }),
  },
  {
    title: "[ENT-12] of another channel",
    code: "entry.wrong-channel",
    change: withHead({ channel: digestOf(p, "another agreement") }),
  },
  {
    title: "[ENT-12] of another class than its typ",
    code: "entry.wrong-class",
    change: { payloadText: (text) => text.replace('"class":"live"', '"class":"link"') },
  },
  { title: "[ENT-12] of another epoch", code: "entry.wrong-epoch", change: withHead({ epoch: 2 }) },
  {
    title: "[ENT-13] at the index from which its key is barred",
    code: "entry.key-barred",
    change: { author: { ...sample.author, barredFrom: 17 } },
  },
  {
    title: "[ENT-14] that names a version of the agreement that there is not",
    code: "entry.unknown-agreement",
    change: {},
    context: { agreement: async () => "unknown" },
  },
  {
    title: "[ENT-15] whose id was used before",
    code: "entry.repeat",
    change: {},
    context: { isRepeat: async () => true },
  },
  {
    title: "[ENT-16] that saw a size we never had",
    code: "entry.bad-seen",
    change: withHead({ seen: { epoch: 1, size: 1, root: digestOf(p, "") } }),
  },
  {
    title: "[MSG-5] without one of its control disclosures",
    code: "message.bad-disclosure",
    change: {
      content: (content) => ({ ...content, disclosures: content.disclosures.slice(1) }),
    },
  },
  {
    title: "[MSG-8] without one of its blocks",
    code: "message.missing-block",
    change: {
      content: (content) => ({ ...content, disclosures: content.disclosures.slice(0, -1) }),
    },
  },
  {
    title: "[ENT-17] sealed for another desk than it is addressed to",
    code: "entry.wrong-desk",
    change: { draft: (draft) => ({ ...draft, control: { ...draft.control, to: "watch" } }) },
  },
  {
    title: "[ENT-18] signed by a desk though only the node may say it",
    code: "entry.wrong-signer",
    change: {},
    context: kindOf({ by: "node" }),
  },
];

test.each(causes.map((cause) => [cause.title, cause] as const))(
  "an entry %s is refused with its code",
  async (_, { code, change, context }) => {
    expect(await codeOf(change, context)).toBe(code);
  },
);

const twoCauses = fc
  .tuple(fc.nat(causes.length - 1), fc.nat(causes.length - 1))
  .filter(([i, j]) => i < j);
test.prop([twoCauses], { numRuns: 120 })(
  "[ENT-21] of two causes the one that is judged first is told",
  async ([i, j]) => {
    const [first, second] = [causes[i], causes[j]];
    if (first === undefined || second === undefined) throw new Error("no such cause");
    const context = { ...first.context, ...second.context };
    expect(await codeOf(combine(first.change, second.change), context)).toBe(first.code);
  },
);

test("[ENT-12] a statement of a class that its kind does not travel in is refused", async () => {
  expect(await codeOf({}, kindOf({ classes: ["link"] }))).toBe("entry.wrong-class");
});

test("[ENT-13] a key may sign below the index from which it is barred", async () => {
  expect(await codeOf({ author: { ...sample.author, barredFrom: 18 } })).toBeUndefined();
});

test("[ENT-14] a version that is no longer adopted has a code of its own", async () => {
  const code = await codeOf({}, { agreement: async () => "superseded" });
  expect(code).toBe("agreement.superseded");
});

test("[ENT-14] what the node signs stands under any version, so that refusals end", async () => {
  const author = sampleDesk(p, samplePlace.iss, "node");
  for (const standing of ["superseded", "unknown"] as const) {
    const context = { ...kindOf({ by: "node" }), agreement: async () => standing };
    expect(await codeOf({ author }, context)).toBeUndefined();
  }
});

test("[ENT-16] a root that is not ours at that size is a history that we do not have", async () => {
  const seen = { epoch: 3, size: 5, root: digestOf(p, "ours") };
  const asked: number[][] = [];
  const ownRoot = async (epoch: number, size: number) => {
    asked.push([epoch, size]);
    return p.sha256(encodeUtf8("ours"));
  };
  expect(await codeOf(withHead({ seen }), { ownRoot })).toBeUndefined();
  const other = { ...seen, root: digestOf(p, "theirs") };
  expect(await codeOf(withHead({ seen: other }), { ownRoot })).toBe("entry.bad-seen");
  expect(asked).toEqual([
    [3, 5],
    [3, 5],
  ]);
});

test("[ENT-18] the node may say what is the node's to say, and nothing that is a desk's", async () => {
  const author = sampleDesk(p, samplePlace.iss, "node");
  expect(await codeOf({ author }, kindOf({ by: "node" }))).toBeUndefined();
  expect(await codeOf({ author }, kindOf({ by: "desk" }))).toBe("entry.wrong-signer");
  expect(await codeOf({ author }, { kind: () => undefined })).toBe("entry.wrong-signer");
});

test("[ENT-18] a kind that is not known is kept when a desk signed it", async () => {
  const opened = must(await judge({}, { kind: () => undefined }));
  expect(opened).toMatchObject({
    isKnownKind: false,
    message: { control: { kind: "inquiry.v1" } },
  });
});

test("[ENT-18] blocks are judged by their kind, whose refusal is passed on", async () => {
  const judgeBlocks = ({ blocks }: Message) =>
    blocks.some(({ name }) => name === "notice")
      ? null
      : { code: "message.bad-body" as const, detail: "no notice" };
  expect(await codeOf({}, kindOf({ judge: judgeBlocks }))).toBe("message.bad-body");
});

test.prop([fc.nat(sample.entry.length - 1), fc.integer({ min: 1, max: 255 })], { numRuns: 200 })(
  "[ENT-9] an entry with any octet changed is unreadable, or opens to the same message",
  async (index, flip) => {
    const spoiled = sample.entry.with(index, (sample.entry[index] ?? 0) ^ flip);
    const opened = await openMessage(p, spoiled, sampleContext(p, sample));
    // The sender's own share of the header is nothing to the peer, whose log covers it.
    if (opened.ok) expect(opened.value.message.head).toEqual(sample.draft.head);
    else expect(opened.refusal.code).toBe("entry.unreadable");
  },
);

/** Both changes; where both change one thing, one after the other. */
function combine(first: SampleChange, second: SampleChange): SampleChange {
  return {
    ...first,
    ...second,
    draft: (draft) => apply(second.draft, apply(first.draft, draft)),
    payloadText: (text) => apply(second.payloadText, apply(first.payloadText, text)),
    content: (content) => apply(second.content, apply(first.content, content)),
  };
}

function apply<T>(change: ((value: T) => T) | undefined, value: T): T {
  return change === undefined ? value : change(value);
}
