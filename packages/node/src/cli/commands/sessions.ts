/**
 * `parley sessions`: which are open, and how to end one.
 *
 * @module
 */
import { buildRouteMap } from "@stricli/core";
import { z } from "zod";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  describe,
  type FrameContext,
  type Outcome,
  type Target,
} from "../command.ts";
import { timeOf } from "../dates.ts";
import { asTyped } from "../flags.ts";
import { withoutAbsent } from "../office/asking.ts";

const texts = bilingual(
  {
    list: "List your open sessions; an administrator those of others",
    end: "End a session",
    of: "Of another officer; for administrators",
    id: "The id that parley sessions shows",
    none: "{name} has no open session.",
    line: "{id}  since {since}  last seen {seen}  from {source}{here}",
    here: "  (this one)",
    ended: "The session {id} is ended.",
  },
  {
    list: "Перечислить свои открытые сеансы; администратору — и чужие",
    end: "Завершить сеанс",
    of: "Другого сотрудника; для администраторов",
    id: "Номер, который показывает parley sessions",
    none: "Открытых сеансов нет: {name}.",
    line: "{id}  с {since}  последняя команда {seen}  откуда: {source}{here}",
    here: "  (этот)",
    ended: "Сеанс {id} завершён.",
  },
);

const listed = z.object({
  name: z.string(),
  sessions: z.array(
    z.object({
      ...{ id: z.string(), createdAt: z.int(), lastSeenAt: z.int(), source: z.string() },
      isThis: z.boolean(),
    }),
  ),
});

type Flags = { readonly of?: string };

export function sessionsCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  const of = {
    kind: "parsed",
    parse: asTyped,
    brief: text.of,
    placeholder: "NAME",
    optional: true,
  } as const;
  return buildRouteMap<string, FrameContext>({
    docs: {
      brief,
      fullDescription: describe(lang, {
        brief,
        example: "parley sessions\nparley sessions end ID",
      }),
    },
    defaultCommand: "list",
    routes: {
      list: defineCommand<Flags>(lang, {
        ...{
          brief: text.list,
          example: "parley sessions list --of boris",
          parameters: { flags: { of } },
          run: list,
        },
      }),
      end: defineCommand<Flags, [string]>(lang, {
        brief: text.end,
        example: "parley sessions end dGhlIGlkIG9mIGFubmEuLg",
        parameters: {
          flags: { of },
          positional: {
            kind: "tuple",
            parameters: [{ parse: asTyped, brief: text.id, placeholder: "ID" }],
          },
        },
        run: end,
      }),
    },
  });
}

async function list(context: CliContext, { of }: Flags): Promise<Outcome> {
  const answer = await context.operate("session.list", withoutAbsent({ name: of }));
  if (!answer.ok) return answer;
  const value = listed.parse(answer.value);
  const text = texts[context.lang];
  const lines = value.sessions.map(({ id, createdAt, lastSeenAt, source, isThis }) => {
    const times = { since: timeOf(createdAt), seen: timeOf(lastSeenAt) };
    return fill(text.line, { id, source, ...times, here: isThis ? text.here : "" });
  });
  const said = lines.length === 0 ? fill(text.none, { name: value.name }) : lines.join("\n");
  return { ok: true, value, text: said };
}

async function end(context: CliContext, { of }: Flags, id: string): Promise<Outcome> {
  const answer = await context.operate("session.end", withoutAbsent({ name: of, id }));
  if (!answer.ok) return answer;
  return { ok: true, value: { id }, text: fill(texts[context.lang].ended, { id }) };
}
