/**
 * `parley people enrol`: an officer sets what they alone will know.
 *
 * @module
 */
import type { Command } from "@stricli/core";
import { z } from "zod";
import type { Language } from "../../config.ts";
import { fill } from "../bilingual.ts";
import { type CliContext, defineCommand, type FrameContext, type Outcome } from "../command.ts";
import { asTyped } from "../flags.ts";
import { readSecretLine } from "../secret-line.ts";
import { peopleTexts as texts } from "./people-texts.ts";

type Flags = {
  readonly enrolment?: string;
  readonly passwordFile?: string;
  readonly code?: string;
};

const begun = z.object({
  part: z.enum(["all", "second-factor", "password"]),
  uri: z.string().nullable(),
  secret: z.string().nullable(),
});
const finished = z.object({ recovery: z.array(z.string()) });

export function enrolCommand(lang: Language): Command<FrameContext> {
  const text = texts[lang];
  const typed = { kind: "parsed", parse: asTyped, optional: true } as const;
  return defineCommand<Flags, [string]>(lang, {
    brief: text.enrol,
    about: text["enrol.about"],
    example: "parley people enrol anna",
    parameters: {
      flags: {
        enrolment: { ...typed, brief: text.enrolment, placeholder: "CODE" },
        passwordFile: { ...typed, brief: text.passwordFile, placeholder: "FILE" },
        code: { ...typed, brief: text.code, placeholder: "DIGITS" },
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.name, placeholder: "NAME" }],
      },
    },
    run: enrol,
  });
}

async function enrol(context: CliContext, flags: Flags, name: string): Promise<Outcome> {
  const { lang, io } = context;
  const text = texts[lang];
  const enrolment = await given(context, flags.enrolment, {
    ...{ flag: "--enrolment CODE", question: text.askEnrolment },
  });
  if (!enrolment.ok) return enrolment;
  // With the digits given, the secret is in the authenticator: it was asked for before.
  if (flags.code === undefined) {
    const answer = await context.operate("people.enrol-begin", {
      name,
      enrolment: enrolment.value,
    });
    if (!answer.ok) return answer;
    const { uri, secret } = begun.parse(answer.value);
    const shown = uri === null ? "" : fill(text.secret, { uri, secret: secret ?? "" });
    if (!io.isInteractive) return { ok: true, value: begun.parse(answer.value), text: shown };
    if (shown !== "") io.err(`${shown}\n`);
  }
  const password = await readSecretLine(context, {
    ...{ file: flags.passwordFile, flag: "--password-file FILE" },
    ...{ question: text.askPassword, again: text.askAgain },
  });
  if (!password.ok) return password;
  const code = await given(context, flags.code, { flag: "--code DIGITS", question: text.askCode });
  if (!code.ok) return code;
  const input = { name, enrolment: enrolment.value, password: password.value, code: code.value };
  const answer = await context.operate("people.enrol-finish", input);
  if (!answer.ok) return answer;
  const value = finished.parse(answer.value);
  const codes = value.recovery.map((one) => `    ${one}`).join("\n");
  const said = [
    fill(text["enrol.done"], { name }),
    ...(codes === "" ? [] : [`${text.recovery}\n${codes}`]),
  ];
  return { ok: true, value, text: said.join("\n") };
}

async function given(
  context: CliContext,
  flag: string | undefined,
  asked: { readonly flag: string; readonly question: string },
) {
  if (flag !== undefined) return { ok: true, value: flag } as const;
  return readSecretLine(context, { file: undefined, ...asked });
}
