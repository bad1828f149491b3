/**
 * What a message that is to be sent refers to, from what is typed: the case, the message that it
 * answers, the class and the desks, which follow from that message unless they are given.
 *
 * @module
 */
import { type KindName, kinds } from "@parley/core/kind/kinds";
import { z } from "zod";
import { desks } from "../../service/key-ring.ts";
import type { CliContext } from "../command.ts";
import { findId } from "./asking.ts";

export interface TypedReferences {
  readonly peer?: string;
  readonly class?: "live" | "exercise";
  readonly by?: (typeof desks)[number];
  readonly to?: string;
  readonly case?: string;
  readonly answers?: string;
}

/** What is not known is undefined. */
export interface SendReferences {
  readonly channel: string | undefined;
  readonly class: string | undefined;
  readonly by: string | undefined;
  readonly to: string | undefined;
  readonly case: string | null | undefined;
  readonly answers: string | undefined;
}

const shownSchema = z.object({
  ...{ class: z.string(), case: z.string().nullable(), desk: z.string().nullable() },
  by: z.string(),
  message: z.object({ control: z.object({ to: z.string() }) }),
});

const caseSchema = z.object({
  mySide: z.int(),
  case: z.object({
    messages: z.array(z.object({ jti: z.string(), kind: z.string(), side: z.int() })),
  }),
});

export async function readReferences(context: CliContext, kind: KindName, typed: TypedReferences) {
  const { peer } = typed;
  const found = { channel: peer, caseId: undefined as string | undefined };
  if (typed.case !== undefined) {
    const inCase = await findId(context, "case", { id: typed.case, peer });
    if (!inCase.ok) return inCase;
    found.caseId = inCase.value.id;
    found.channel = inCase.value.channel;
  }
  let answers: string | undefined;
  if (typed.answers !== undefined) {
    const answered = await findId(context, "message", { id: typed.answers, peer: found.channel });
    if (!answered.ok) return answered;
    answers = answered.value.id;
    found.channel = answered.value.channel;
  } else if (found.caseId !== undefined && kinds[kind].definition.control.answers === "required") {
    const usual = await usualAnswered(context, kind, { ...found, caseId: found.caseId });
    if (!usual.ok) return usual;
    answers = usual.value;
  }
  return follow(context, typed, { ...found, answers });
}

async function follow(
  context: CliContext,
  { class: trafficClass, by, to }: TypedReferences,
  found: {
    readonly channel: string | undefined;
    readonly caseId: string | undefined;
    readonly answers: string | undefined;
  },
) {
  const { channel, caseId, answers } = found;
  const jti = answers ?? caseId;
  const given: SendReferences = { channel, class: trafficClass, by, to, case: caseId, answers };
  if (jti === undefined || channel === undefined) return { ok: true, value: given } as const;
  const answer = await context.operate("message.show", { channel, jti });
  if (!answer.ok) return answer;
  const shown = shownSchema.parse(answer.value);
  const isDesk = (name: string | null) => desks.find((desk) => desk === name);
  // Ours was written by our desk and goes on to the same one; theirs goes back to who wrote it.
  const theirs = shown.desk === shown.by ? shown.message.control.to : shown.by;
  const value: SendReferences = {
    ...given,
    class: trafficClass ?? shown.class,
    case: caseId ?? shown.case,
    by: by ?? isDesk(shown.desk),
    to: to ?? isDesk(theirs),
  };
  return { ok: true, value } as const;
}

/** What a reply in a case answers if nothing else is said: a proposal of closure, or what opened it. */
async function usualAnswered(
  context: CliContext,
  kind: KindName,
  { channel, caseId }: { readonly channel: string | undefined; readonly caseId: string },
) {
  if (kind !== "agree-closure" && kind !== "reject-closure") {
    return { ok: true, value: caseId } as const;
  }
  const answer = await context.operate("case.show", { channel: channel ?? caseId, id: caseId });
  if (!answer.ok) return answer;
  const { mySide, case: shown } = caseSchema.parse(answer.value);
  const proposal = shown.messages.findLast(
    (one) => one.kind === "propose-closure" && one.side !== mySide,
  );
  return { ok: true, value: proposal?.jti ?? caseId } as const;
}
