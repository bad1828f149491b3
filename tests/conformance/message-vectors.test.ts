/**
 * Goal: the files of spec/vectors/message and spec/vectors/entry say what both implementations of
 * the primitives do with them. Method: every vector, named by its file and its own name.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { toHex } from "@parley/core/bytes/hex";
import { concatBytes } from "@parley/core/bytes/octets";
import type { VerificationKey } from "@parley/core/crypto/jws";
import type { Primitives, SignatureAlgorithm } from "@parley/core/crypto/primitives";
import { type AttachmentName, createAttachmentOpener } from "@parley/core/entry/attachment";
import { openEntry, parseEntry } from "@parley/core/entry/entry";
import {
  attachmentContext,
  contentContext,
  ownKeyData,
  peerKeyInfo,
} from "@parley/core/entry/labels";
import {
  type LogPlace,
  type OpeningContext,
  openMessage,
  originOf,
} from "@parley/core/entry/open-message";
import { paddedSizes } from "@parley/core/entry/plaintext";
import { emptyRoot } from "@parley/core/log/tree";
import type { HeldBack, ItemListHead } from "@parley/core/message/body";
import { digestOf, openDisclosure } from "@parley/core/message/disclosure";
import { headOfLines, openItemLines } from "@parley/core/message/item-lines";
import { type Message, openStatement } from "@parley/core/message/message";
import { openShown, parseShown } from "@parley/core/message/present";
import { parseStatement, verifyStatement } from "@parley/core/message/statement";
import { plaintextOf, sealHostile } from "@parley/testkit/hostile-entry";
import { must, sampleDesk } from "@parley/testkit/sample-message";
import { expect, test } from "vitest";
import { bothPrimitives } from "./both-primitives.ts";

interface Named {
  readonly name: string;
}
interface Coded extends Named {
  readonly code: string;
}
interface Vectors<V, I> {
  readonly valid: readonly V[];
  readonly invalid: readonly (I & Coded)[];
}
interface Key {
  readonly algorithm: SignatureAlgorithm;
  readonly kid: string;
  readonly publicKey: string;
}

function read<T>(path: string): T {
  const file = join(import.meta.dirname, "../../spec/vectors", path);
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

function octets(text: string): Uint8Array {
  const bytes = fromBase64Url(text);
  if (bytes === undefined) throw new Error("not base64url");
  return bytes;
}

function keysOf(keys: readonly Key[]): VerificationKey[] {
  return keys.map((key) => ({ ...key, publicKey: octets(key.publicKey) }));
}

type Outcome = { readonly ok: boolean; readonly refusal?: { readonly code: string } };
function codeOf(result: Outcome): string | undefined {
  return result.ok ? undefined : result.refusal?.code;
}

type DisclosureVector = { readonly disclosure: string };
const disclosures = read<
  Vectors<DisclosureVector & { digest: string; value: JsonValue }, DisclosureVector>
>("message/disclosures.json");
const itemLists = read<Vectors<ItemVector & Named, ItemVector>>("message/item-lists.json");
interface ItemVector {
  readonly lines: readonly string[];
  readonly head: ItemListHead;
  readonly heldBack: readonly HeldBack[];
}
interface StatementVector extends Named {
  readonly statement: string;
  readonly lines: readonly string[];
}
const statements = read<
  Vectors<StatementVector & { message: Message }, StatementVector> & { keys: readonly Key[] }
>("message/statements.json");
interface ShownVector extends Named {
  readonly text: string;
}
const shown = read<
  Vectors<ShownVector & { control: JsonValue; blocks: JsonValue }, ShownVector> & {
    keys: readonly Key[];
  }
>("message/shown.json");
interface EntryVector extends Named {
  readonly entry: string;
}
interface FullEntryVector extends EntryVector {
  readonly lines: readonly string[];
  readonly statement?: string;
  readonly m?: string;
  readonly contentContext?: string;
  readonly peerKeyInfo?: string;
  readonly ownKeyData?: string;
  readonly contentKey?: string;
}
const entries = read<
  Vectors<FullEntryVector, EntryVector> & {
    origin: string;
    opener: { seed: string; publicKey: string };
    archiveKey: string;
  }
>("entry/entries.json");
interface State {
  readonly agreement?: "in-force" | "superseded" | "unknown";
  readonly isRepeat?: boolean;
  readonly ownRoot?: string | null;
  readonly barredFrom?: number;
  readonly kind?: { by: "desk" | "node"; classes: LogPlace["class"][] } | null;
}
interface JudgementVector extends StatementVector {
  readonly state: State;
}
const judgement = read<
  Vectors<JudgementVector, JudgementVector> & {
    log: LogPlace;
    index: number;
    desk: string;
    keys: readonly Key[];
  }
>("entry/judgement.json");
interface AttachmentVector extends Named {
  readonly sealed: string;
  readonly attachment: AttachmentName;
}
const attachments = read<
  Vectors<AttachmentVector & { plaintext: string }, AttachmentVector> & {
    context: string;
    bytesMax: number;
  }
>("entry/attachments.json");

test("every file has more invalid vectors than valid ones", () => {
  for (const file of [disclosures, itemLists, statements, shown, entries, judgement, attachments]) {
    expect(file.invalid.length).toBeGreaterThan(file.valid.length);
  }
});

async function judgeStatement(p: Primitives, { statement, lines }: StatementVector) {
  const parsed = parseStatement(statement);
  if (!parsed.ok) return parsed;
  const verified = await verifyStatement(p, parsed.value, "live", keysOf(statements.keys));
  return verified.ok ? openStatement(p, parsed.value, lines) : verified;
}

async function judgeShown(p: Primitives, { text }: ShownVector) {
  const parsed = parseShown(text);
  if (!parsed.ok) return parsed;
  const { statement } = parsed.value;
  const verified = await verifyStatement(p, statement, "live", keysOf(shown.keys));
  return verified.ok ? openShown(p, parsed.value) : verified;
}

function openAttachment(p: Primitives, { sealed, attachment }: AttachmentVector) {
  const opener = createAttachmentOpener(p, attachment, attachments.bytesMax);
  if (!opener.ok) return opener;
  const start = opener.value.push(octets(sealed));
  if (!start.ok) return start;
  const end = opener.value.end();
  if (!end.ok) return end;
  return { ok: true, value: toBase64Url(concatBytes(start.value, end.value)) } as const;
}

/** Sealed afresh, since what is judged is inside. */
async function judge(p: Primitives, { statement, lines, state }: JudgementVector) {
  const { log, index, desk, keys } = judgement;
  const author = sampleDesk(p, log.iss, desk);
  const reader = sampleDesk(p, log.aud, desk);
  const origin = originOf(log);
  const peerOpeningKey = reader.opener.publicKey;
  const { archiveKey } = author;
  const size = paddedSizes.find((padded) => padded > lines.join("\n").length) ?? 0;
  const plaintext = plaintextOf(lines, size);
  const sealing = { origin, suite: "pq1", peerOpeningKey, archiveKey } as const;
  const entry = await sealHostile(p, sealing, { statement, plaintext, contentKey: p.random(32) });
  const { ownRoot, kind = { by: "desk", classes: ["live"] } } = state;
  const context: OpeningContext = {
    log,
    index,
    wayIn: async () => ({ way: { origin, opener: reader.opener }, desk }),
    signer: async () => ({ name: desk, keys: keysOf(keys), barredFrom: state.barredFrom ?? null }),
    agreement: async () => state.agreement ?? "in-force",
    isRepeat: async () => state.isRepeat ?? false,
    ownRoot: async () => {
      if (ownRoot === undefined) return emptyRoot(p);
      return ownRoot === null ? undefined : octets(ownRoot);
    },
    kind: () => (kind === null ? undefined : { ...kind, judge: () => null }),
  };
  return openMessage(p, entry, context);
}

for (const { name: by, p } of bothPrimitives) {
  test.each(disclosures.valid)(`message/disclosures.json ${by}: $disclosure`, (vector) => {
    const opened = must(openDisclosure(p, vector.disclosure));
    expect(opened).toMatchObject({ value: vector.value, digest: vector.digest });
  });

  test.each(disclosures.invalid)(`message/disclosures.json ${by}: $name`, (vector) => {
    expect(codeOf(openDisclosure(p, vector.disclosure))).toBe(vector.code);
  });

  test.each(itemLists.valid)(
    `message/item-lists.json ${by}: $name`,
    ({ lines, head, heldBack }) => {
      expect(headOfLines(p, lines)).toEqual(head);
      expect(must(openItemLines(p, lines, head, heldBack)).map(({ line }) => line)).toEqual(lines);
    },
  );

  test.each(itemLists.invalid)(`message/item-lists.json ${by}: $name`, (vector) => {
    const { lines, head, heldBack } = vector;
    expect(codeOf(openItemLines(p, lines, head, heldBack))).toBe(vector.code);
  });

  test.each(statements.valid)(`message/statements.json ${by}: $name`, async (vector) => {
    expect(await judgeStatement(p, vector)).toEqual({ ok: true, value: vector.message });
  });

  test.each(statements.invalid)(`message/statements.json ${by}: $name`, async (vector) => {
    expect(codeOf(await judgeStatement(p, vector))).toBe(vector.code);
  });

  test.each(shown.valid)(`message/shown.json ${by}: $name`, async (vector) => {
    const result = await judgeShown(p, vector);
    expect(result).toMatchObject({ ok: true, value: { blocks: vector.blocks } });
    expect(result).toMatchObject({ value: { control: vector.control } });
  });

  test.each(shown.invalid)(`message/shown.json ${by}: $name`, async (vector) => {
    expect(codeOf(await judgeShown(p, vector))).toBe(vector.code);
  });

  const opener = p.opener(octets(entries.opener.seed));
  const { origin } = entries;
  const ways = [
    { origin, opener },
    { origin, archiveKey: octets(entries.archiveKey) },
  ];

  test.each(entries.valid)(`entry/entries.json ${by}: $name`, async (vector) => {
    const entry = octets(vector.entry);
    const parsed = must(parseEntry(p, entry));
    const { m, header } = parsed;
    for (const way of ways) {
      const opened = must(await openEntry(p, entry, way));
      expect([opened.statementLine, ...opened.lines]).toEqual(vector.lines);
      expect(header.statement).toBe(digestOf(p, opened.statementLine));
      if (vector.contentKey) expect(toBase64Url(opened.contentKey)).toBe(vector.contentKey);
    }
    if (vector.m === undefined) return;
    expect(toHex(m)).toBe(vector.m);
    expect(toHex(contentContext(m))).toBe(vector.contentContext);
    expect(toHex(peerKeyInfo(origin, header.to.peer.id, m))).toBe(vector.peerKeyInfo);
    expect(toHex(ownKeyData(origin, header.to.own.id, m))).toBe(vector.ownKeyData);
  });

  test.each(entries.invalid)(`entry/entries.json ${by}: $name`, async (vector) => {
    const [peer] = ways;
    if (peer === undefined) throw new Error("no way in");
    expect(codeOf(await openEntry(p, octets(vector.entry), peer))).toBe(vector.code);
  });

  test.each(judgement.valid)(`entry/judgement.json ${by}: $name`, async (vector) => {
    expect(codeOf(await judge(p, vector))).toBeUndefined();
  });

  test.each(judgement.invalid)(`entry/judgement.json ${by}: $name`, async (vector) => {
    expect(codeOf(await judge(p, vector))).toBe(vector.code);
  });

  test.each(attachments.valid)(`entry/attachments.json ${by}: $name`, (vector) => {
    expect(toHex(attachmentContext())).toBe(attachments.context);
    expect(openAttachment(p, vector)).toEqual({ ok: true, value: vector.plaintext });
  });

  test.each(attachments.invalid)(`entry/attachments.json ${by}: $name`, (vector) => {
    expect(codeOf(openAttachment(p, vector))).toBe(vector.code);
  });
}
