/**
 * `parley people`: who works here, what they may, and how they get in.
 *
 * @module
 */
import { buildRouteMap, type Command } from "@stricli/core";
import { z } from "zod";
import { breakGlass, reasonLengthMax } from "../../service/people/break-glass.ts";
import { roleNames } from "../../service/people/roles.ts";
import { fill } from "../bilingual.ts";
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
import { enrolCommand } from "./people-enrol.ts";
import { peopleTexts as texts } from "./people-texts.ts";

type Lang = CommandSetup["lang"];

const officer = z.object({
  ...{ name: z.string(), title: z.string(), state: z.enum(["active", "left"]), id: z.string() },
  ...{ roles: z.array(z.string()), enrolledAt: z.int().nullable(), leftAt: z.int().nullable() },
  channels: z.union([z.literal("all"), z.array(z.string())]),
  classes: z.union([z.literal("all"), z.array(z.string())]),
});
const page = z.object({ people: z.array(officer), total: z.int(), next: z.string().nullable() });
const offered = z.object({ name: z.string(), enrolment: z.string() });

export function peopleCommand({ lang, brief }: CommandSetup): Target {
  return buildRouteMap<string, FrameContext>({
    docs: {
      brief,
      fullDescription: describe(lang, {
        brief,
        about: texts[lang].about,
        example: "parley people\nparley people add anna --role administrator --role drafter/watch",
      }),
    },
    defaultCommand: "list",
    routes: {
      list: listCommand(lang),
      add: addCommand(lang),
      roles: rolesCommand(lang),
      enrol: enrolCommand(lang),
      leave: namedCommand(lang, "leave", "people.leave"),
      "reset-second-factor": namedCommand(
        lang,
        "reset-second-factor",
        "people.reset-second-factor",
      ),
      "reset-password": namedCommand(lang, "reset-password", "people.reset-password"),
      "break-glass": breakGlassCommand(lang),
    },
  });
}

function listCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<{ readonly after?: string }>(lang, {
    brief: text.list,
    example: "parley people",
    parameters: {
      flags: {
        after: {
          kind: "parsed",
          parse: asTyped,
          brief: text.after,
          placeholder: "PLACE",
          optional: true,
        },
      },
    },
    run: listPeople,
  });
}

async function listPeople(
  context: CliContext,
  { after }: { readonly after?: string },
): Promise<Outcome> {
  const answer = await context.operate("people.list", withoutAbsent({ after }));
  if (!answer.ok) return answer;
  const value = page.parse(answer.value);
  const text = texts[context.lang];
  const lines = value.people.map((one) => {
    const { name, title, roles, state, enrolledAt, leftAt } = one;
    const present = enrolledAt === null ? text.awaited : text.active;
    const standing = state === "left" ? fill(text.left, { at: timeOf(leftAt ?? 0) }) : present;
    return ["", name, title, roles.join(" "), standing]
      .filter((part, at) => at === 0 || part !== "")
      .join("  ");
  });
  const said = [
    ...(lines.length === 0 ? [text.none] : lines),
    ...(value.next === null ? [] : [fill(text.more, { next: value.next, total: value.total })]),
  ];
  return { ok: true, value, text: said.join("\n") };
}

type Rights = {
  readonly role?: readonly string[];
  readonly peer?: readonly string[];
  readonly class?: readonly ("live" | "exercise" | "link")[];
};

function rightsFlags(lang: Lang) {
  const text = texts[lang];
  const many = { kind: "parsed", parse: asTyped, variadic: true, optional: true } as const;
  return {
    role: {
      ...many,
      brief: fill(text.role, { roles: roleNames.join(", ") }),
      placeholder: "ROLE[/DESK]",
    },
    peer: { ...many, brief: text.peer, placeholder: "NAME" },
    class: {
      kind: "enum",
      values: ["live", "exercise", "link"],
      brief: text.class,
      variadic: true,
      optional: true,
    },
  } as const;
}

function rightsOf({ role = [], peer, class: classes }: Rights) {
  return { roles: [...role], channels: peer && [...peer], classes: classes && [...classes] };
}

function addCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<Rights & { readonly title?: string }, [string]>(lang, {
    brief: text.add,
    about: text["add.about"],
    example:
      'parley people add anna --title "Anna K., watch" --role administrator --role watch-officer/watch',
    parameters: {
      flags: {
        ...rightsFlags(lang),
        title: {
          kind: "parsed",
          parse: asTyped,
          brief: text.title,
          placeholder: "TEXT",
          optional: true,
        },
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.name, placeholder: "NAME" }],
      },
    },
    async run(context, { title, ...rights }, name) {
      const input = withoutAbsent({ name, title, ...rightsOf(rights) });
      const answer = await context.operate("people.add", input);
      return answer.ok ? offer(context, answer.value, text.added) : answer;
    },
  });
}

/** What an administrator hands over, and what it is good for. */
function offer(context: CliContext, value: unknown, said: string): Outcome {
  const { name, enrolment } = offered.parse(value);
  const text = `${fill(said, { name })}\n${fill(texts[context.lang].offer, { name, code: enrolment })}`;
  return { ok: true, value: value as Record<string, never>, text };
}

function rolesCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<Rights, [string]>(lang, {
    brief: text.roles,
    about: text["roles.about"],
    example:
      "parley people roles boris --role drafter/technical --peer moscow.example --class exercise",
    parameters: {
      flags: rightsFlags(lang),
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.name, placeholder: "NAME" }],
      },
    },
    async run(context, rights, name) {
      const answer = await context.operate(
        "people.roles",
        withoutAbsent({ name, ...rightsOf(rights) }),
      );
      if (!answer.ok) return answer;
      const value = officer.parse(answer.value);
      const roles = value.roles.join(", ") || text.nothing;
      return { ok: true, value, text: fill(text["roles.done"], { name, roles }) };
    },
  });
}

type Named = "leave" | "reset-second-factor" | "reset-password";

function namedCommand(lang: Lang, what: Named, operation: string): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<NonNullable<unknown>, [string]>(lang, {
    brief: text[what],
    about: text[`${what}.about`],
    example: `parley people ${what} boris`,
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.name, placeholder: "NAME" }],
      },
    },
    async run(context, _, name) {
      const answer = await context.operate(operation, { name });
      if (!answer.ok) return answer;
      if (what !== "leave") return offer(context, answer.value, text[`${what}.done`]);
      const done = fill(text["leave.done"], { name });
      return { ok: true, value: answer.value as Record<string, never>, text: done };
    },
  });
}

function breakGlassCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<{ readonly reason: string }, [string]>(lang, {
    brief: text["break-glass"],
    about: text["break-glass.about"],
    example: 'parley people break-glass anna --reason "the only administrator has died"',
    parameters: {
      flags: {
        reason: { kind: "parsed", parse: reason, brief: text.reason, placeholder: "TEXT" },
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.name, placeholder: "NAME" }],
      },
    },
    async run(context, flags, name) {
      const answer = await context.alone({
        desks: [],
        run: async ({ node }) => {
          const done = await breakGlass(node, { name, reason: flags.reason });
          if (done.ok) node.audit.signSoon();
          return done;
        },
      });
      return answer.ok ? offer(context, answer.value, text["break-glass.done"]) : answer;
    },
  });
}

function reason(text: string): string {
  if (text.trim() === "" || text.length > reasonLengthMax)
    throw new RangeError(`1–${reasonLengthMax}`);
  return text;
}
