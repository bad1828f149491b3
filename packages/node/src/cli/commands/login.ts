/**
 * `parley login`: opens a session, as which every later command acts.
 *
 * @module
 */
import { z } from "zod";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { timeOf } from "../dates.ts";
import { asTyped } from "../flags.ts";
import { readSecretLine } from "../secret-line.ts";
import { readSessionFile, writeSessionFile } from "../session-file.ts";

const texts = bilingual(
  {
    about:
      "Asks for password and code, and keeps the session in a file of your own (setting sessionFile), for your " +
      "account alone. Commands act as you until it ends: after an hour without any, or twelve. In place of the six " +
      "digits a recovery code may be typed, once.",
    name: "Your name, as the administrator gave it",
    passwordFile: "A file with the password, where nobody can type",
    code: "The six digits, or a recovery code",
    askPassword: "Password of {name}: ",
    askCode: "Code of the authenticator, or a recovery code: ",
    done: "You are signed in as {name}, until {until} at the latest.",
    recovered:
      "A recovery code was used; {left} are left. Make a new second factor now: parley people reset-second-factor {name}",
  },
  {
    about:
      "Спрашивает пароль и код и хранит сеанс в вашем собственном файле (параметр sessionFile), доступном только вашей " +
      "учётной записи. До его конца команды действуют от вашего имени: час без команд или двенадцать часов. Вместо шести " +
      "цифр можно один раз ввести резервный код.",
    name: "Ваше имя, данное администратором",
    passwordFile: "Файл с паролем, если вводить некому",
    code: "Шесть цифр или резервный код",
    askPassword: "Пароль ({name}): ",
    askCode: "Код устройства или резервный код: ",
    done: "Вы вошли как {name}, самое позднее до {until}.",
    recovered:
      "Использован резервный код; осталось {left}. Создайте новый второй фактор: parley people reset-second-factor {name}",
  },
);

const opened = z.object({
  ...{ id: z.string(), name: z.string(), endsAt: z.int(), token: z.string(), device: z.string() },
  ...{ recoveryLeft: z.int(), isRecovered: z.boolean() },
});

type Flags = { readonly passwordFile?: string; readonly code?: string };

export function loginCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<Flags, [string]>(lang, {
    brief,
    about: text.about,
    example: "parley login anna",
    parameters: {
      flags: {
        passwordFile: {
          ...{ kind: "parsed", parse: asTyped, brief: text.passwordFile },
          ...{ placeholder: "FILE", optional: true },
        },
        code: {
          kind: "parsed",
          parse: asTyped,
          brief: text.code,
          placeholder: "CODE",
          optional: true,
        },
      },
      positional: {
        kind: "tuple",
        parameters: [{ parse: asTyped, brief: text.name, placeholder: "NAME" }],
      },
    },
    run: login,
  });
}

async function login(context: CliContext, flags: Flags, name: string): Promise<Outcome> {
  const { lang, config } = context;
  const text = texts[lang];
  const password = await readSecretLine(context, {
    ...{ file: flags.passwordFile, flag: "--password-file FILE" },
    question: fill(text.askPassword, { name }),
  });
  if (!password.ok) return password;
  const code =
    flags.code === undefined
      ? await readSecretLine(context, {
          file: undefined,
          flag: "--code CODE",
          question: text.askCode,
        })
      : ({ ok: true, value: flags.code } as const);
  if (!code.ok) return code;
  const input = { name, password: password.value, code: code.value };
  const answer = await context.operate("session.open", input);
  if (!answer.ok) return answer;
  const { token, device, ...said } = opened.parse(answer.value);
  writeSessionFile(config.sessionFile, { name: said.name, token, device });
  const lines = [
    fill(text.done, { name: said.name, until: timeOf(said.endsAt) }),
    ...(said.isRecovered
      ? [fill(text.recovered, { left: said.recoveryLeft, name: said.name })]
      : []),
  ];
  return { ok: true, value: { ...said, sessionFile: config.sessionFile }, text: lines.join("\n") };
}

/** The token goes, whatever the node says of it; the device stays known. */
export function forgetSession(path: string): void {
  const kept = readSessionFile(path);
  if (kept.token !== null) writeSessionFile(path, { ...kept, token: null });
}
