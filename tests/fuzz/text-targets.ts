/**
 * Parsers of what two parties sign, and of what stands in an entry.
 *
 * @module
 */
import {
  checkAgreementPayload,
  parseAgreement,
  readAgreementDraft,
  requireBoth,
  requireSuite,
} from "@parley/core/agreement/agreement";
import {
  canonicalJson,
  type JsonValue,
  parseCanonicalJson,
  parseStrictJson,
} from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { openChunked } from "@parley/core/crypto/chunked-encryption";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { parseJws } from "@parley/core/crypto/jws";
import { createAttachmentOpener } from "@parley/core/entry/attachment";
import { openEntry, parseEntry } from "@parley/core/entry/entry";
import { openMessage } from "@parley/core/entry/open-message";
import { parseItem } from "@parley/core/item/item";
import { verifyItem } from "@parley/core/item/item-list";
import type { Kind, KindContent } from "@parley/core/kind/define-kind";
import { kinds } from "@parley/core/kind/kinds";
import { parseBody, parseHeldBack } from "@parley/core/message/body";
import { isJti } from "@parley/core/message/control";
import { openDisclosure } from "@parley/core/message/disclosure";
import { openItemLines } from "@parley/core/message/item-lines";
import { isJsonObject } from "@parley/core/message/members";
import { openStatement } from "@parley/core/message/message";
import { openShown, parseShown } from "@parley/core/message/present";
import { parsePayload, parseStatement, verifyStatement } from "@parley/core/message/statement";
import { verifyNotice } from "@parley/core/party/channel-notice";
import {
  checkDescriptorPayload,
  type Descriptor,
  parseDescriptor,
} from "@parley/core/party/descriptor";
import { verifyDescriptorChain } from "@parley/core/party/descriptor-chain";
import { refuse } from "@parley/core/result";
import { makeSample, must, sampleContext } from "@parley/testkit/sample-message";
import type { Target } from "./run-fuzz.ts";
import {
  keysOf,
  listVectors,
  octetsOf,
  patched,
  readVectors,
  textsOf,
  vectorsOf,
} from "./seeds.ts";

const p = nodePrimitives;

export async function textTargets(): Promise<readonly Target[]> {
  return [
    ...jsonTargets(),
    ...messageTargets(),
    ...(await entryTargets()),
    ...(await partyTargets()),
  ];
}

function jsonTargets(): Target[] {
  const seeds = [
    '{"a":[1,true,null,"é"],"b":{"c":-0.5e-7}}',
    "[]",
    '"\\u0000"',
    "1e21",
    '{"":{"":[]}}',
  ];
  const limits = { depthMax: 16, bytesMax: 65_536 };
  const again = (value: JsonValue) => canonicalJson(value);
  return [
    {
      name: "canonical JSON",
      covers: ["parseCanonicalJson"],
      form: "text",
      seeds,
      judge: (_p, text) => parseCanonicalJson(text, limits),
      again,
    },
    {
      name: "strict JSON",
      covers: ["parseStrictJson"],
      form: "text",
      seeds,
      judge: (_p, text) => parseStrictJson(text, limits),
    },
    ...listVectors("kinds").map((file): Target => {
      const kind = (Object.values(kinds) as unknown as readonly Kind[]).find(
        ({ value }) => `${value}.json` === file,
      );
      const vectors = readVectors(`kinds/${file}`);
      return {
        name: `kind ${file.slice(0, -".json".length)}`,
        covers: [],
        form: "json",
        seeds: patched(vectors.valid[0]?.["value"] ?? null, vectors),
        judge: (_p, value) => judgeKind(kind, value),
      };
    }),
    {
      name: "item",
      covers: ["parseItem"],
      form: "json",
      seeds: patched(
        readVectors("items/items.json").valid[0]?.["value"] ?? null,
        readVectors("items/items.json"),
      ),
      judge: (_p, value) => parseItem(value),
    },
  ];
}

/** What comes before a kind is asked is judged by message and control; what comes after is the kind's. */
function judgeKind(kind: Kind | undefined, value: JsonValue): unknown {
  const members = isJsonObject(value) ? value : {};
  const { jti, control, blocks, items } = members as { readonly [name: string]: JsonValue };
  const count = isJsonObject(items) ? items["count"] : undefined;
  if (!isJti(jti) || !isJsonObject(control) || !isJsonObject(blocks) || typeof count !== "number") {
    return refuse("message.bad-body", "form");
  }
  const isShown = (block: JsonValue) => block === null || isJsonObject(block);
  if (!Object.values(blocks).every(isShown)) return refuse("message.bad-body", "form");
  const content = { jti, control, blocks, items: { count, isAttached: false } };
  return kind?.parse(content as unknown as KindContent);
}

function messageTargets(): Target[] {
  const statements = readVectors("message/statements.json");
  const shown = readVectors("message/shown.json");
  const disclosures = readVectors("message/disclosures.json");
  const lists = readVectors("message/item-lists.json");
  const payloads = vectorsOf(statements).flatMap(({ statement }) => {
    const parsed = parseStatement(String(statement));
    return parsed.ok ? [parsed.value.jws.payload] : [];
  });
  const bodies: readonly JsonValue[] = [
    { fact: [{ "...": "A".repeat(43) }], items: { count: 3, root: "A".repeat(43) } },
    { handling: [{ "...": "A".repeat(43) }], items: { count: 0, root: "A".repeat(43) } },
  ];
  const heldBack = {
    block: null,
    class: "not-stated",
    grade: null,
    items: [[0, 2]],
    what: "items",
  };
  return [
    {
      name: "JWS",
      covers: ["parseJws"],
      form: "text",
      seeds: textsOf(statements, "statement"),
      judge: (_p, text) => parseJws(text, 100_000),
    },
    {
      name: "statement with its lines",
      form: "text",
      covers: ["parseStatement", "openStatement", "verifyStatement", "verifyJws", "openPayload"],
      seeds: vectorsOf(statements).map(({ statement, lines }) =>
        [statement, ...(lines as readonly string[])].join("\n"),
      ),
      judge: async (used, text) => {
        const [first = "", ...lines] = text.split("\n");
        const parsed = parseStatement(first);
        if (!parsed.ok) return parsed;
        // Judged whether it verifies or not: what is behind the signatures is a parser too.
        const opened = openStatement(used, parsed.value, lines);
        const verified = await verifyStatement(used, parsed.value, "live", keysOf(statements));
        return verified.ok ? opened : verified;
      },
    },
    {
      name: "payload",
      covers: ["parsePayload"],
      form: "json",
      seeds: payloads,
      judge: (_p, value) => parsePayload(value),
    },
    {
      name: "body",
      covers: ["parseBody"],
      form: "json",
      seeds: bodies,
      judge: (_p, value) => parseBody(value),
    },
    {
      name: "what is held back",
      covers: ["parseHeldBack"],
      form: "json",
      seeds: [
        { heldBack: [heldBack] },
        { heldBack: [{ ...heldBack, what: "block", block: "fact" }] },
      ],
      judge: (_p, value) => parseHeldBack(value, 10),
    },
    {
      name: "disclosure",
      covers: ["openDisclosure", "readDisclosure"],
      form: "text",
      seeds: textsOf(disclosures, "disclosure"),
      judge: (used, text) => openDisclosure(used, text),
    },
    {
      name: "item list",
      covers: ["openItemLines"],
      form: "json",
      seeds: vectorsOf(lists).map(
        ({ lines, head, heldBack: held }) => [lines, head, held] as JsonValue,
      ),
      // Head and statements are parsed before; the lines are the peer's.
      judge: (used, value) => {
        const [lines] = value as readonly JsonValue[];
        const { head, heldBack: held } = lists.valid[0] ?? {};
        const texts = Array.isArray(lines)
          ? lines.filter((line) => typeof line === "string" && line.isWellFormed())
          : [];
        return openItemLines(used, texts, head as never, held as never);
      },
    },
    {
      name: "proof of an item",
      covers: ["verifyItem"],
      form: "json",
      seeds: [
        { line: "#x", index: 0, proof: [] },
        { line: textsOf(disclosures, "disclosure")[0] ?? "" },
      ],
      judge: (used, value) => {
        const { line, index } = (value ?? {}) as { line?: unknown; index?: unknown };
        const at = typeof index === "number" ? index : 0;
        const head = { count: 3, root: "A".repeat(43) };
        return verifyItem(used, {
          line: typeof line === "string" ? line : "",
          index: at,
          head,
          proof: [used.random(32)],
        });
      },
    },
    {
      name: "statement that is shown",
      covers: ["parseShown", "openShown"],
      form: "text",
      seeds: textsOf(shown, "text"),
      judge: async (used, text) => {
        const parsed = parseShown(text);
        return parsed.ok ? openShown(used, parsed.value) : parsed;
      },
    },
  ];
}

async function entryTargets(): Promise<Target[]> {
  const entries = readVectors("entry/entries.json");
  const attachments = readVectors("entry/attachments.json");
  const origin = String(entries["origin"]);
  const [vector] = entries.valid;
  const contentKey = octetsOf(vector?.["contentKey"]);
  const archiveKey = octetsOf(entries["archiveKey"]);
  const sample = await makeSample(p);
  const octets = vectorsOf(entries).map(({ entry }) => octetsOf(entry));
  const name = attachments.valid[0]?.["attachment"] as never;
  return [
    {
      name: "entry",
      covers: ["parseEntry", "openEntry"],
      form: "octets",
      seeds: octets,
      judge: async (used, bytes) => {
        const parsed = parseEntry(used, bytes);
        const byKey = await openEntry(used, bytes, { contentKey });
        const byArchive = await openEntry(used, bytes, { origin, archiveKey });
        return parsed.ok ? (byKey.ok ? byKey : byArchive) : parsed;
      },
    },
    {
      name: "message in an entry",
      covers: ["openMessage", "openHpke"],
      form: "octets",
      seeds: [sample.entry, ...octets],
      judge: (used, bytes) => openMessage(used, bytes, sampleContext(p, sample)),
    },
    {
      name: "attachment",
      covers: ["openChunked", "openChunkedHeader", "openChunk"],
      form: "octets",
      seeds: vectorsOf(attachments).map(({ sealed }) => octetsOf(sealed)),
      judge: (used, bytes) => {
        openChunked(used, { inputKey: contentKey, context: encodeUtf8("x") }, bytes);
        const opener = createAttachmentOpener(used, name, 2 ** 20);
        if (!opener.ok) return opener;
        const pushed = opener.value.push(bytes);
        return pushed.ok ? opener.value.end() : pushed;
      },
    },
  ];
}

async function partyTargets(): Promise<Target[]> {
  const descriptors = readVectors("party/descriptors.json");
  const descriptorPayloads = readVectors("party/descriptor-payloads.json");
  const chains = readVectors("party/chains.json");
  const notices = readVectors("party/notices.json");
  const agreements = readVectors("agreement/agreements.json");
  const agreementPayloads = readVectors("agreement/agreement-payloads.json");
  const read = (texts: JsonValue | undefined): Promise<readonly Descriptor[]> =>
    Promise.all(
      (texts as readonly string[]).map(async (text) => must(await parseDescriptor(p, text))),
    );
  const known = await read(agreements["descriptors"]);
  const ofNotices = await read(notices["descriptors"]);
  const documents = Object.values(chains["documents"] as { [name: string]: string });
  const { party, peer, channel } = notices as unknown as { [name: string]: string };
  const about = { party, peer, channel, descriptors: ofNotices, before: [] } as never;
  return [
    {
      name: "descriptor",
      covers: ["parseDescriptor"],
      form: "text",
      seeds: textsOf(descriptors, "text"),
      judge: (used, text) => parseDescriptor(used, text),
    },
    {
      name: "payload of a descriptor",
      covers: [],
      form: "json",
      seeds: patched(descriptorPayloads["payload"] ?? null, descriptorPayloads),
      judge: (used, value) => checkDescriptorPayload(used, value),
    },
    {
      name: "chain of descriptors",
      covers: ["verifyDescriptorChain"],
      form: "text",
      seeds: documents,
      judge: async (used, text) => {
        const descriptor = await parseDescriptor(used, text);
        if (!descriptor.ok) return descriptor;
        const [trusted] = await read([documents[0] ?? ""]);
        const expected = { trusted, party: undefined, reader: undefined, now: 1_483_000_000 };
        return verifyDescriptorChain(used, expected, [descriptor.value]);
      },
    },
    {
      name: "channel notice",
      covers: ["verifyNotice"],
      form: "text",
      seeds: textsOf(notices, "text"),
      judge: (used, text) => verifyNotice(used, text, about),
    },
    {
      name: "agreement",
      form: "text",
      seeds: textsOf(agreements, "text"),
      covers: ["parseAgreement", "requireBoth", "requireSuite"],
      judge: async (used, text) => {
        const parsed = await parseAgreement(used, text, known);
        if (!parsed.ok) return parsed;
        const both = requireBoth(parsed.value);
        return both.ok ? requireSuite(both.value.payload, "pq1") : both;
      },
    },
    {
      name: "payload of an agreement",
      covers: [],
      form: "json",
      seeds: patched(agreementPayloads["payload"] ?? null, agreementPayloads),
      judge: (_p, value) => checkAgreementPayload(value),
    },
    {
      name: "draft of an agreement",
      covers: ["readAgreementDraft"],
      form: "text",
      seeds: patched(agreementPayloads["payload"] ?? null, agreementPayloads).map(canonicalJson),
      judge: (_p, text) => readAgreementDraft(text),
    },
  ];
}
