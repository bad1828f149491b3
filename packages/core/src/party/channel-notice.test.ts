/**
 * Goal: what a notice says of a position is the party's own word, for this peer and channel, in
 * order. Method: every member and link of a good chain of notices made wrong; then arbitrary
 * histories of epochs, and of positions judged again from the list of statements.
 */
import { fc, test } from "@fast-check/vitest";
import { must } from "@parley/testkit/sample-message";
import {
  sampleDescriptor,
  sampleParty,
  sampleSigners,
  signDescriptor,
} from "@parley/testkit/sample-party";
import { seededPrimitives } from "@parley/testkit/seeded-primitives";
import { describe, expect } from "vitest";
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import { canonicalJson } from "../bytes/canonical-json.ts";
import { encodeUtf8 } from "../bytes/utf8.ts";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { signJws } from "../crypto/jws.ts";
import { channelHexOf, formatOrigin, type LogOrigin } from "../log/origin.ts";
import {
  buildNotice,
  type ChannelNotice,
  descriptorsUpTo,
  epochStateOf,
  type NoticeExpectation,
  type NoticePayload,
  type NoticeStatement,
  noticeBytesMax,
  noticeStatementsMax,
  noticeType,
  verifyNotice,
} from "./channel-notice.ts";
import { deskKeys, parseDescriptor } from "./descriptor.ts";
import { keyHolder, logKeysAt, mirrorKeysAt } from "./key-positions.ts";

const noble = seededPrimitives("notice tests");
const party = "washington.example";
const peer = "moscow.example";
const channel = toBase64Url(p.sha256(encodeUtf8("a channel")));
const channelHex = channelHexOf(fromBase64Url(channel) ?? new Uint8Array());
const { signers } = sampleParty(p, party);
const first = await sampleDescriptor(p, party);
const second = await sampleDescriptor(p, party, { after: first, keyEra: "second" });
const own: LogOrigin = { author: party, peer, channelHex, class: "live", epoch: 1 };
const origin = formatOrigin(own);
const peerOrigin = formatOrigin({ ...own, author: peer, peer: party });
const kid = deskKeys(first, "technical")?.[0]?.kid ?? "";

const barred: NoticeStatement = { type: "key-may-not-sign", kid, origin, firstIndex: 17 };
const closed = (epoch: number, size: number | null = null): NoticeStatement => {
  return { type: "epoch-closed", class: "live", epoch, size };
};
const opened = (epoch: number): NoticeStatement => ({ type: "epoch-opened", class: "live", epoch });

const payload = {
  v: 1,
  party,
  peer,
  channel,
  serial: 1,
  previous: null,
  issuedAt: 1_482_969_600,
  descriptor: second.digest,
  statements: [barred, { type: "log-keys", origin, fromSize: 40 }],
} as unknown as NoticePayload;
const expected: NoticeExpectation = {
  party,
  peer,
  channel,
  descriptors: [first, second],
  before: [],
};
const notice = must(await verifyNotice(p, await buildNotice(payload, signers), expected));

async function verdictOf(
  value: unknown,
  change: Partial<NoticeExpectation> & { signers?: typeof signers } = {},
): Promise<string> {
  const text = await buildNotice(value as NoticePayload, change.signers ?? signers);
  return textVerdict(text, change);
}

async function textVerdict(text: string, change: Partial<NoticeExpectation> = {}): Promise<string> {
  const verdicts = await Promise.all(
    [p, noble].map((each) => verifyNotice(each, text, { ...expected, ...change })),
  );
  const codes = verdicts.map((verdict) => (verdict.ok ? "good" : verdict.refusal.code));
  expect(codes[0]).toBe(codes[1]);
  return codes[0] as string;
}

const next = {
  ...payload,
  serial: 2,
  previous: notice.digest,
  statements: [closed(1, 60), opened(2)],
};

test("[KEY-13] [KEY-14] reads the notices of a party one after the other", async () => {
  expect(await verdictOf(payload)).toBe("good");
  expect(await verdictOf(next, { before: [notice] })).toBe("good");
  expect(notice.payload).toEqual(payload);
});

describe("[KEY-13] refuses a notice", () => {
  const mutants: Record<string, Record<string, unknown>> = {
    "with an unknown member": { reason: "x" },
    "of another version": { v: 2 },
    "of a party with a bad name": { party: "W" },
    "whose channel is no digest": { channel: "x" },
    "with serial 0": { serial: 0 },
    "with serial 1 that has a previous": { previous: notice.digest },
    "with serial 2 that has none": { serial: 2 },
    "at no time": { issuedAt: -1 },
    "without a descriptor": { descriptor: null },
    "that states nothing": { statements: [] },
    "that states too much": {
      statements: Array.from({ length: noticeStatementsMax + 1 }, () => barred),
    },
    "with a statement of an unknown type": { statements: [{ ...barred, type: "key-may-sign" }] },
    "with an unknown member in a statement": { statements: [{ ...barred, until: 3 }] },
    "with a key id that is none": { statements: [{ ...barred, kid: "x" }] },
    "with an index below 0": { statements: [{ ...barred, firstIndex: -1 }] },
    "with a size beyond any log": {
      statements: [{ type: "log-keys", origin, fromSize: 2 ** 40 + 1 }],
    },
    "with epoch 0": { statements: [closed(0)] },
    "with an unknown class": { statements: [{ ...closed(1), class: "drill" }] },
    "with a size for an epoch that opens": { statements: [{ ...opened(2), size: null }] },
  };
  for (const member of Object.keys(payload)) {
    const { [member as keyof NoticePayload]: _, ...others } = payload;
    test(`without ${member}`, async () => {
      expect(await verdictOf(others)).toBe("notice.malformed");
    });
  }
  test.each(Object.entries(mutants))("%s", async (_, members) => {
    expect(await verdictOf({ ...payload, ...members })).toBe("notice.malformed");
  });

  test("that is too large", async () => {
    expect(await textVerdict(" ".repeat(noticeBytesMax + 1))).toBe("jws.malformed");
  });
});

describe("[KEY-13] refuses a statement about", () => {
  const foreign: Record<string, NoticeStatement> = {
    "a log of the peer's": { ...barred, origin: peerOrigin } as NoticeStatement,
    "something that is no log": { ...barred, origin: "x" } as NoticeStatement,
    "a log of another channel": {
      ...barred,
      origin: formatOrigin({ ...own, channelHex: "0".repeat(16) }),
    } as NoticeStatement,
    "a log to another peer": {
      ...barred,
      origin: formatOrigin({ ...own, peer: "tokyo.example" }),
    } as NoticeStatement,
    "the mirror of one's own log": { type: "mirror-keys", origin, fromSize: 1 },
    "the log keys of the peer's log": { type: "log-keys", origin: peerOrigin, fromSize: 1 },
  };
  test.each(Object.entries(foreign))("%s", async (_, statement) => {
    expect(await verdictOf({ ...payload, statements: [statement] })).toBe("notice.bad-statement");
  });
});

describe("[KEY-14] refuses a notice", () => {
  const cases: Record<string, [unknown, Partial<NoticeExpectation>, string]> = {
    "of another party": [payload, { party: "tokyo.example" }, "notice.wrong-channel"],
    "to another peer": [payload, { peer: "tokyo.example" }, "notice.wrong-channel"],
    "of another channel": [payload, { channel: notice.digest }, "notice.wrong-channel"],
    "a second time": [payload, { before: [notice] }, "notice.broken-chain"],
    "whose predecessor is missing": [next, {}, "notice.broken-chain"],
    "that names another predecessor": [
      { ...next, previous: channel },
      { before: [notice] },
      "notice.broken-chain",
    ],
    "under a descriptor that is not known": [
      payload,
      { descriptors: [first] },
      "notice.unknown-descriptor",
    ],
    "under a descriptor older than the last notice's": [
      { ...next, descriptor: first.digest },
      { before: [notice] },
      "notice.unknown-descriptor",
    ],
  };
  test.each(Object.entries(cases))("%s", async (_, [value, change, code]) => {
    expect(await verdictOf(value, change)).toBe(code);
  });

  test("that a stranger signed, or one of two", async () => {
    const stranger = sampleSigners(p, "stranger");
    expect(await verdictOf(payload, { signers: stranger })).toBe("jws.wrong-signers");
    expect(await verdictOf(payload, { signers: signers.slice(0, 1) })).toBe("jws.wrong-signers");
    const [ed, ml] = signers;
    const forger = { kid: ed?.kid ?? "", signer: stranger[0]?.signer };
    const forged = [forger, ml] as typeof signers;
    expect(await verdictOf(payload, { signers: forged })).toBe("jws.bad-signature");
  });

  test("of another typ", async () => {
    const text = await signJws(canonicalJson(payload), `${noticeType}2`, signers);
    expect(await textVerdict(text)).toBe("jws.wrong-signers");
  });

  test("of an authority that has been replaced", async () => {
    const change = sampleParty(p, party, { after: second, authorityEra: "new" });
    const text = await signDescriptor(change.payload, [...signers, ...change.signers]);
    const third = must(await parseDescriptor(p, text));
    const descriptors = [first, second, third];
    expect(await verdictOf(payload, { descriptors })).toBe("notice.unknown-descriptor");
    const renewed = { ...payload, descriptor: third.digest };
    expect(await verdictOf(renewed, { descriptors, signers: change.signers })).toBe("good");
    const old = await buildNotice(payload, signers);
    expect(descriptorsUpTo(old, descriptors)).toEqual([first, second]);
    expect(await verdictOf(payload, { descriptors: descriptorsUpTo(old, descriptors) })).toBe(
      "good",
    );
    expect(descriptorsUpTo("no notice", descriptors)).toBe(descriptors);
  });
});

/** Notices as they come out of `verifyNotice`, without their signatures. */
function noticesOf(...statements: readonly (readonly NoticeStatement[])[]): ChannelNotice[] {
  return statements.map((said, index) => ({
    payload: { ...payload, serial: index + 1, statements: [...said] },
    digest: String(index),
    text: "",
  }));
}

test("[KEY-18] refuses epochs out of turn", async () => {
  const turns: [NoticeStatement[], string][] = [
    [[closed(1), opened(2)], "good"],
    [[closed(1), opened(2), closed(2, 5), opened(3)], "good"],
    [[closed(1)], "good"],
    [[opened(2)], "notice.bad-statement"],
    [[opened(1)], "notice.bad-statement"],
    [[closed(2)], "notice.bad-statement"],
    [[closed(1), closed(1, 7)], "notice.bad-statement"],
    [[closed(1), opened(3)], "notice.bad-statement"],
    [[opened(2), closed(1)], "notice.bad-statement"],
    [[closed(1), { ...opened(2), class: "link" } as NoticeStatement], "notice.bad-statement"],
  ];
  for (const [statements, verdict] of turns) {
    expect(await verdictOf({ ...payload, statements })).toBe(verdict);
  }
  const before = [notice, ...noticesOf([closed(1)])];
  expect(epochStateOf(before, "live")).toEqual({ epoch: 1, isClosed: true });
  expect(epochStateOf(before, "link")).toEqual({ epoch: 1, isClosed: false });
});

test.prop([fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 4 })), { maxLength: 12 })])(
  "[KEY-18] the newest epoch is one above the closings and openings in turn",
  (history) => {
    const said = history.map(([isOpening, epoch]) => (isOpening ? opened(epoch) : closed(epoch)));
    let turn = 0; // Even: the next in turn is the closing of epoch turn / 2 + 1.
    for (const [isOpening, epoch] of history) {
      if (isOpening === (turn % 2 === 1) && epoch === Math.floor(turn / 2) + (isOpening ? 2 : 1)) {
        turn += 1;
      }
    }
    expect(epochStateOf(noticesOf(said), "live")).toEqual({
      epoch: Math.floor(turn / 2) + 1,
      isClosed: turn % 2 === 1,
    });
  },
);

describe("which keys verify", () => {
  const later = formatOrigin({ ...own, epoch: 2 });
  const link = formatOrigin({ ...own, class: "link" });
  const descriptors = [first, second];
  const newKid = deskKeys(second, "technical")?.[1]?.kid ?? "";

  test("[KEY-15] every key ever named signs for its holder until a notice bars it", () => {
    const said = { descriptors, notices: [] };
    for (const each of [first, second]) {
      for (const name of ["technical", "node"]) {
        const [key] = deskKeys(each, name) ?? [];
        expect(keyHolder(said, { kid: key?.kid ?? "", origin })).toEqual({
          name,
          keys: deskKeys(each, name),
          barredFrom: null,
        });
      }
    }
    expect(keyHolder({ ...said, descriptors: [first] }, { kid: newKid, origin })).toBeUndefined();
    const authority = signers[0]?.kid ?? "";
    expect(keyHolder(said, { kid: authority, origin })).toBeUndefined();
  });

  test("[KEY-16] a key is barred from its index, in that log and its later epochs alone", () => {
    const said = { descriptors, notices: noticesOf([barred]) };
    const from = (of: string, which = kid) =>
      keyHolder(said, { kid: which, origin: of })?.barredFrom;
    expect(from(origin)).toBe(17);
    expect(from(later)).toBe(0);
    expect(from(link)).toBeNull();
    expect(from(origin, newKid)).toBeNull();
    const partner = deskKeys(first, "technical")?.[1]?.kid ?? "";
    expect(from(origin, partner)).toBe(17);
    const inLater = [{ ...barred, origin: later } as NoticeStatement];
    expect(
      keyHolder({ descriptors, notices: noticesOf(inLater) }, { kid, origin })?.barredFrom,
    ).toBeNull();
  });

  test.prop([fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 5 })])(
    "[KEY-16] no later notice gives a key back",
    (indices) => {
      const statements = indices.map((firstIndex): NoticeStatement[] => [
        { type: "key-may-not-sign", kid, origin, firstIndex },
      ]);
      const holder = keyHolder({ descriptors, notices: noticesOf(...statements) }, { kid, origin });
      expect(holder?.barredFrom).toBe(Math.min(...indices));
    },
  );

  test("[KEY-17] log and mirror keys change at a size", () => {
    const said = {
      descriptors,
      notices: noticesOf([
        { type: "log-keys", origin, fromSize: 40 },
        { type: "mirror-keys", origin: peerOrigin, fromSize: 3 },
      ]),
    };
    expect(logKeysAt(said, origin, 39)).toBe(first.keys.log);
    expect(logKeysAt(said, origin, 40)).toBe(second.keys.log);
    expect(logKeysAt(said, link, 40)).toBe(first.keys.log);
    expect(logKeysAt(said, later, 0)).toBe(second.keys.log);
    expect(mirrorKeysAt(said, peerOrigin, 2)).toBe(first.keys.mirror);
    expect(mirrorKeysAt(said, peerOrigin, 3)).toBe(second.keys.mirror);
    expect(logKeysAt({ descriptors, notices: [] }, origin, 99)).toBe(first.keys.log);
  });

  test.prop([
    fc.array(fc.tuple(fc.nat({ max: 9 }), fc.boolean()), { maxLength: 6 }),
    fc.nat({ max: 9 }),
  ])("[KEY-17] of what was said about a size the last counts", (changes, size) => {
    const notices = noticesOf(
      ...changes.map(([fromSize]): NoticeStatement[] => [{ type: "log-keys", origin, fromSize }]),
    ).map((each, index) => ({
      ...each,
      payload: {
        ...each.payload,
        descriptor: (changes[index]?.[1] === true ? second : first).digest,
      },
    }));
    const last = changes.findLast(([fromSize]) => fromSize <= size);
    const wanted = last?.[1] === true ? second : first;
    expect(logKeysAt({ descriptors, notices }, origin, size)).toBe(wanted.keys.log);
  });
});
