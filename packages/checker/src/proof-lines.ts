/**
 * A proof of one entry that was verified, in sentences.
 *
 * @module
 */
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { controlNames } from "@parley/core/message/control";
import type { ShownMessage } from "@parley/core/message/present";
import { isDisowned } from "@parley/core/party/key-positions";
import type { ProvenProof } from "@parley/core/record/verify-proof";
import type { ProvenSilence } from "@parley/core/record/verify-silence";
import type { Language } from "@parley/core/vocabulary/words";
import { type Compared, limitLines, partiesJson } from "./party-lines.ts";
import { tell, timeOf } from "./texts.ts";

/** UTF-16 code units of one shown value on the screen; `--json` has all of it. */
const valueLengthMax = 600;

export function describeProof(
  lang: Language,
  proof: ProvenProof,
  compared: Compared,
): readonly string[] {
  const { keys, log, origin, index, size, receivedAt, shown, silence } = proof;
  const { author, peer } = log;
  const name = `${log.class}/${log.epoch}`;
  const time = timeOf(receivedAt);
  return [
    tell(lang, "proof.received", { author, peer, log: name, index, time }),
    tell(lang, "proof.size", { peer, size }),
    ...(isDisowned(keys.keysOf(author), origin, index)
      ? [tell(lang, "proof.disowned", { author })]
      : []),
    ...(shown === null
      ? [tell(lang, "proof.sealed")]
      : [
          tell(lang, showsAnything(shown.message) ? "proof.signed" : "proof.signed-only", {
            ...{ by: shown.by, author },
            time: timeOf(shown.message.head.iat),
          }),
          ...partLines(lang, shown.message),
        ]),
    ...(silence === null ? [] : silenceLines(lang, silence, { peer, name })),
    ...limitLines(lang, keys, compared),
  ];
}

export function proofJson(
  proof: ProvenProof,
  compared: Compared,
): { readonly [name: string]: JsonValue } {
  const { keys, log, origin, index, size, statedAt, receivedAt, statement, shown, silence } = proof;
  return {
    ...{ channel: keys.channel, parties: partiesJson(compared) },
    ...{ origin, index, size, statedAt, receivedAt, statement },
    isDisowned: isDisowned(keys.keysOf(log.author), origin, index),
    shown: shown === null ? null : { by: shown.by, message: jsonOf(shown.message) },
    silence: silence === null ? null : { ...silence },
  };
}

function showsAnything({ control, blocks }: ShownMessage): boolean {
  const isShown = controlNames.some((name) => name !== "body" && control[name] !== undefined);
  return isShown || Object.keys(blocks).length > 0;
}

function partLines(lang: Language, { control, blocks }: ShownMessage): string[] {
  const shown: readonly (readonly [string, JsonValue | undefined])[] = [
    ...controlNames.filter((name) => name !== "body").map((name) => [name, control[name]] as const),
    ...Object.entries(blocks).map(([name, value]) => [`block.${name}`, value] as const),
  ];
  const lines = shown.flatMap(([name, value]) => {
    if (value === undefined) return [];
    const text = typeof value === "string" ? value : canonicalJson(value);
    const cut = text.length > valueLengthMax ? `${text.slice(0, valueLengthMax)}…` : text;
    return [tell(lang, "proof.part", { name, value: cut })];
  });
  const hidden = controlNames.filter((name) => control[name] === undefined);
  if (hidden.length === 0) return lines;
  return [...lines, tell(lang, "proof.hidden", { names: hidden.join(", ") })];
}

function silenceLines(
  lang: Language,
  silence: ProvenSilence,
  { peer, name }: { readonly peer: string; readonly name: string },
): string[] {
  const { until, statedAt, size, from, named } = silence;
  const times = { until: timeOf(until), stated: timeOf(statedAt) };
  const list = named.map(({ index, kind }) => `${name}/${index} ${kind}`).join(", ");
  return [
    tell(lang, "silence.proven", { peer, ...times, size, from }),
    ...(named.length === 0 ? [] : [tell(lang, "silence.named", { list })]),
    tell(lang, "silence.limits", { peer }),
  ];
}

/** What was shown is JSON by its parser; absent members are not there at all. */
function jsonOf(message: ShownMessage): JsonValue {
  return message as unknown as JsonValue;
}
