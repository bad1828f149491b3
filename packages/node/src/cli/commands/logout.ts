/**
 * `parley logout`: ends the session of whoever types.
 *
 * @module
 */
import { bilingual } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { forgetSession } from "./login.ts";

const texts = bilingual(
  {
    about:
      "Ends your session. This machine stays known, so that strangers who fail do not keep you out.",
    done: "You are signed out.",
  },
  {
    about: "Завершает ваш сеанс. Эта машина остаётся известной, и чужие неудачи вас не задержат.",
    done: "Вы вышли.",
  },
);

export function logoutCommand({ lang, brief }: CommandSetup): Target {
  return defineCommand(lang, {
    brief,
    about: texts[lang].about,
    example: "parley logout",
    parameters: {},
    run: logout,
  });
}

async function logout(context: CliContext): Promise<Outcome> {
  const answer = await context.operate("session.close", {});
  const isOver = answer.ok || answer.refusal.code === "session.ended";
  if (!isOver) return answer;
  forgetSession(context.config.sessionFile);
  return { ok: true, value: {}, text: texts[context.lang].done };
}
