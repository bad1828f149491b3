/**
 * `parley send`: says one thing to the other side.
 *
 * Small kinds need no file: what they must have is taken from the message that they answer, and from
 * flags. Larger ones take their blocks from a file, as spec/kinds.md has them.
 *
 * @module
 */
import { extname, resolve } from "node:path";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { parseStrictJson } from "@parley/core/bytes/canonical-json";
import { openingKinds } from "@parley/core/case/case-table";
import { choices } from "@parley/core/kind/choices";
import { type KindName, kinds } from "@parley/core/kind/kinds";
import { isJsonObject, type JsonObject } from "@parley/core/message/members";
import { refuseLocally } from "../../local-refusal.ts";
import { desks } from "../../service/key-ring.ts";
import { fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { parseTime } from "../dates.ts";
import { asTyped, wholeNumber } from "../flags.ts";
import { readGivenFile } from "../given-file.ts";
import { nearestTo } from "../nearest.ts";
import { withoutAbsent } from "../office/asking.ts";
import { readReferences, type SendReferences } from "../office/references.ts";
import { kindTitle, placeOf } from "../office/wording.ts";
import { type MissingRow, missingFlag, shortBlocks } from "../short-blocks.ts";
import { sendTexts } from "./send-texts.ts";

export const bodyBytesMax = 262_144;
export const bodyDepthMax = 24;

type Flags = {
  readonly peer?: string;
  readonly class?: "live" | "exercise";
  readonly by?: (typeof desks)[number];
  readonly to?: string;
  readonly case?: string;
  readonly answers?: string;
  readonly ask?: (typeof choices.ask)[number];
  readonly severity?: number;
  readonly replyBy?: number;
  readonly body?: string;
  readonly example: boolean;
  readonly text?: string;
  readonly textLang?: string;
  readonly receivedBy?: string;
  readonly reason?: string;
  readonly outcome?: (typeof choices.outcome)[number];
  readonly grounds?: (typeof choices.grounds)[number];
  readonly until?: number;
  readonly missing?: readonly MissingRow[];
  readonly items?: string;
  readonly attach?: readonly string[];
  readonly marking?: (typeof choices.tlp)[number];
};

export function sendCommand({ lang, brief }: CommandSetup): Target {
  const text = sendTexts[lang];
  return defineCommand<Flags, [kind: string]>(lang, {
    brief,
    about: fill(text.about, { kinds: Object.keys(kinds).join(", ") }),
    example:
      "parley send inquiry --ask investigate --severity 4 --body inquiry.json --items items.json\n" +
      "parley send receipt --answers dOK5-_5A0Nz4KivB3ik0CQ\n" +
      'parley send answer --case dOK5 --text "The server is offline."\n' +
      "parley send not-answerable --case dOK5 --missing observed-time:0-910\n" +
      "parley send link-test",
    parameters: {
      flags: { ...placeFlags(lang), ...wordFlags(lang) },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.kind, placeholder: "KIND" }],
      },
    },
    run: runSend,
  });
}

const typed = { kind: "parsed", parse: asTyped, optional: true } as const;
const time = { kind: "parsed", parse: parseTime, placeholder: "TIME", optional: true } as const;

/** Where it goes and what it belongs to. */
function placeFlags(lang: CommandSetup["lang"]) {
  const text = sendTexts[lang];
  return {
    peer: { ...typed, brief: text.peer, placeholder: "NAME" },
    class: { kind: "enum", values: ["live", "exercise"], brief: text.class, optional: true },
    by: { kind: "enum", values: desks, brief: text.by, optional: true },
    to: { ...typed, brief: text.to, placeholder: "DESK" },
    case: { ...typed, brief: text.case, placeholder: "ID" },
    answers: { ...typed, brief: text.answers, placeholder: "ID" },
    ask: { kind: "enum", values: choices.ask, brief: text.ask, optional: true },
    severity: { ...typed, parse: wholeNumber(0, 5), brief: text.severity, placeholder: "N" },
    replyBy: { ...time, brief: text.replyBy },
  } as const;
}

/** What it says. */
function wordFlags(lang: CommandSetup["lang"]) {
  const text = sendTexts[lang];
  return {
    body: { ...typed, brief: text.body, placeholder: "FILE" },
    example: { kind: "boolean", brief: text.example, default: false, withNegated: false },
    text: { ...typed, brief: text.text, placeholder: "TEXT" },
    textLang: { ...typed, brief: text.textLang, placeholder: "TAG" },
    receivedBy: { ...typed, brief: text.receivedBy, placeholder: "WHO" },
    reason: { ...typed, brief: text.reason, placeholder: "CODE" },
    outcome: { kind: "enum", values: choices.outcome, brief: text.outcome, optional: true },
    grounds: { kind: "enum", values: choices.grounds, brief: text.grounds, optional: true },
    until: { ...time, brief: text.until },
    missing: {
      ...typed,
      parse: missingFlag,
      brief: text.missing,
      placeholder: "FIELD:ITEMS",
      variadic: true,
    },
    items: { ...typed, brief: text.items, placeholder: "FILE" },
    attach: { ...typed, brief: text.attach, placeholder: "FILE", variadic: true },
    marking: { kind: "enum", values: choices.tlp, brief: text.marking, optional: true },
  } as const;
}

async function runSend(context: CliContext, flags: Flags, kind: string): Promise<Outcome> {
  if (!isKind(kind)) {
    const names = Object.keys(kinds);
    const [nearest = ""] = nearestTo(kind, names);
    return refuseLocally("cli.no-such-kind", { kind, nearest, kinds: names.join(", ") });
  }
  if (flags.example) return showExample(kind);
  if (kind === "link-test") {
    const tested = await context.operate("link.test", withoutAbsent({ channel: flags.peer }));
    return tested.ok ? report(context, kind, tested.value) : tested;
  }
  const found = await readReferences(context, kind, flags);
  if (!found.ok) return found;
  const blocks = readBlocks(context, kind, flags, found.value);
  if (!blocks.ok) return blocks;
  const call =
    kinds[kind].by === "node"
      ? nodeCall(kind, flags, found.value, blocks.value)
      : officeCall(kind, flags, found.value, blocks.value);
  const sent = await context.operate(call.name, call.input);
  return sent.ok ? report(context, kind, sent.value) : sent;
}

function isKind(name: string): name is KindName {
  return Object.hasOwn(kinds, name);
}

function officeCall(kind: KindName, flags: Flags, found: SendReferences, blocks: JsonValue) {
  const { ask, severity, replyBy, items, attach = [] } = flags;
  const input = withoutAbsent({
    ...{ ...found, kind, ask, severity, replyBy, blocks },
    itemsPath: items === undefined ? undefined : resolve(items),
    attach: attach.map((file) => {
      const path = resolve(file);
      return { path, mediaType: mediaTypeOf(path), name: sentName(path) };
    }),
    marking: markingOf(flags),
  });
  return { name: "message.compose", input };
}

/** What the node key signs has no desk and no case. */
function nodeCall(kind: KindName, flags: Flags, found: SendReferences, blocks: JsonValue) {
  const { channel, answers } = found;
  const [only] = kinds[kind].classes.length === 1 ? kinds[kind].classes : [];
  const about = { channel, answers, kind, blocks, class: only ?? flags.class };
  return { name: "node.say", input: withoutAbsent(about) };
}

function readBlocks(context: CliContext, kind: KindName, flags: Flags, { by }: SendReferences) {
  if (flags.body !== undefined) return readBody(flags.body, markingOf(flags));
  if (kinds[kind].by === "node") return { ok: true, value: {} } as const;
  const { lang, platform } = context;
  const short = shortBlocks(kind, {
    ...{ text: flags.text, reason: flags.reason, outcome: flags.outcome, grounds: flags.grounds },
    ...{ until: flags.until, missing: flags.missing ?? [], marking: markingOf(flags) },
    lang: flags.textLang ?? lang,
    receivedBy: flags.receivedBy ?? by ?? "technical",
    now: platform.clock.nowSeconds(),
  });
  if (short !== undefined) return { ok: true, value: short as JsonValue } as const;
  return refuseLocally("cli.no-body", { kind });
}

/** A block without a marking of its own gets that of the flag. */
function readBody(file: string, marking: JsonObject) {
  const given = readGivenFile(file, bodyBytesMax);
  if (!given.ok) return given;
  const limits = { depthMax: bodyDepthMax, bytesMax: bodyBytesMax };
  const json = parseStrictJson(given.value, limits);
  if (!json.ok || !isJsonObject(json.value)) return refuseLocally("cli.not-json", { file });
  const blocks = Object.entries(json.value).map(([name, block]) => [
    name,
    isJsonObject(block) ? { marking, ...block } : block,
  ]);
  return { ok: true, value: Object.fromEntries(blocks) as JsonValue } as const;
}

function markingOf({ marking }: Flags): JsonObject {
  return { tlp: marking ?? "AMBER", pap: null, iep: null, flags: [] };
}

function showExample(kind: KindName): Outcome {
  const blocks = JSON.parse(JSON.stringify(kinds[kind].definition.example.blocks)) as JsonObject;
  return { ok: true, value: { kind, blocks }, text: JSON.stringify(blocks, null, 2) };
}

const mediaTypes: Readonly<Record<string, string>> = {
  ".csv": "text/csv",
  ".json": "application/json",
  ".pcap": "application/vnd.tcpdump.pcap",
  ".pdf": "application/pdf",
  ".png": "image/png",
  ".txt": "text/plain",
  ".zip": "application/zip",
};

function mediaTypeOf(path: string): string {
  return mediaTypes[extname(path).toLowerCase()] ?? "application/octet-stream";
}

/** As the kind takes it: no path, no dot in front. */
function sentName(path: string): string | null {
  const name = path.replace(/^.*[/\\]/, "").replace(/[\p{Cc}\p{Cf}:]/gu, "_");
  return name.replace(/^\.+/, "").slice(0, 200) || null;
}

function report({ lang }: CliContext, kind: KindName, sent: JsonValue): Outcome {
  const value = sent as Readonly<Record<string, JsonValue>>;
  const { jti, class: trafficClass, epoch, index, case: caseId } = value;
  const at = { class: String(trafficClass), epoch: Number(epoch), index: Number(index) };
  const place = placeOf(at);
  const text = sendTexts[lang];
  const lines = [fill(text.sent, { place, kind: kindTitle(lang, kind), jti: String(jti) })];
  if (typeof caseId === "string") {
    lines.push(fill(openingKinds.has(kind) ? text.opened : text.inCase, { case: caseId }));
  }
  return { ok: true, value: { ...value, kind, place }, text: lines.join("\n") };
}
