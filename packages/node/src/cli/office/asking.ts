/**
 * What the office's commands ask of a node, and the form of its answers.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { z } from "zod";
import type { Language } from "../../config.ts";
import { refuseLocally } from "../../local-refusal.ts";
import { idPrefixPattern } from "../../service/id-prefix.ts";
import type { CliContext } from "../command.ts";
import { asTyped } from "../flags.ts";
import { officeTexts } from "./texts.ts";

export const channelRow = z.object({
  id: z.string(),
  me: z.string(),
  peer: z.string(),
  classes: z.array(z.string()),
});
export type ChannelRow = z.output<typeof channelRow>;

const found = z.object({ id: z.string(), channel: z.string() });

/** Where a thing is: its whole id, and the channel's. */
export type Found = z.output<typeof found>;

/** `--peer NAME` */
export function peerFlag(lang: Language) {
  const brief = officeTexts[lang].peer;
  return { kind: "parsed", parse: asTyped, brief, placeholder: "NAME", optional: true } as const;
}

/** The id that is an argument. */
export function idArgument(lang: Language) {
  return { parse: asTyped, brief: officeTexts[lang].id, placeholder: "ID" } as const;
}

/** Finds the one thing whose id begins as typed. */
export async function findId(
  context: CliContext,
  what: "case" | "message",
  typed: { readonly id: string; readonly peer?: string | undefined },
) {
  const { id: prefix, peer } = typed;
  if (!idPrefixPattern.test(prefix)) {
    return refuseLocally(`${what}.unknown`, { id: prefix });
  }
  const input = withoutAbsent({ what, prefix, channel: peer });
  const answer = await context.operate("id.find", input);
  return answer.ok ? ({ ok: true, value: found.parse(answer.value) } as const) : answer;
}

/** The channel of a peer, or all of them. */
export async function listChannels(context: CliContext, peer: string | undefined) {
  const answer = await context.operate("channel.list", {});
  if (!answer.ok) return answer;
  const { channels } = z.object({ channels: z.array(channelRow) }).parse(answer.value);
  const meant = channels.filter((one) => peer === undefined || [one.id, one.peer].includes(peer));
  if (meant.length === 0) return refuseLocally("channel.unknown", { peer: peer ?? "" });
  return { ok: true, value: meant } as const;
}

/** Asks for every page of a list. */
export async function listAll(
  context: CliContext,
  name: string,
  input: Readonly<Record<string, JsonValue>>,
) {
  const rows: JsonValue[] = [];
  let after: string | null = null;
  for (;;) {
    const answer = await context.operate(name, { ...input, after, rows: 500 });
    if (!answer.ok) return answer;
    const page = pageSchema.parse(answer.value);
    rows.push(...(page.rows as JsonValue[]));
    context.progress({ what: "rows", done: rows.length, total: page.total });
    if (page.next === null) return { ok: true, value: rows } as const;
    after = page.next;
  }
}

const pageSchema = z.object({
  rows: z.array(z.json()),
  total: z.int(),
  next: z.string().nullable(),
});

/** JSON has no `undefined`. */
export function withoutAbsent(values: Readonly<Record<string, unknown>>): JsonValue {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as JsonValue;
}
