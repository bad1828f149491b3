/**
 * `parley practice`: two capitals on one machine, paired and in talk, from one command.
 *
 * @module
 */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { toHex } from "@parley/core/bytes/hex";
import { Practice } from "../../practice/practice.ts";
import { stopRequested } from "../../service/stop.ts";
import { bilingual } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { asTyped } from "../flags.ts";

const texts = bilingual(
  {
    about:
      "Makes two homes, pairs them by the commands an operator types, and replays December 2016 with " +
      "the 911 published indicators: an inquiry, receipts, a crossing, an answer, closure, and the " +
      "proof of it. Both nodes then stay up. A second start goes on with what is there.",
    fresh: "Begin anew: the practice channel that is there is deleted",
    once: "Do everything and end, instead of staying up",
    directory: "Where the practice channel lies (default: ./practice)",
    done: "The practice channel has ended; its homes are in {directory}.",
  },
  {
    about:
      "Создаёт два каталога, соединяет их теми же командами, что набирает оператор, и повторяет декабрь " +
      "2016 года с 911 опубликованными индикаторами: запрос, подтверждения, разошедшиеся сообщения, " +
      "ответ, закрытие и доказательство. Затем оба узла работают. Второй запуск продолжает начатое.",
    fresh: "Начать заново: прежний учебный канал удаляется",
    once: "Сделать всё и завершиться, а не оставаться на связи",
    directory: "Где лежит учебный канал (по умолчанию ./practice)",
    done: "Учебный канал завершён; его каталоги находятся в {directory}.",
  },
);

type Flags = {
  readonly fresh: boolean;
  readonly once: boolean;
  readonly directory?: string;
};

/** The published list, as it was published: see PROVENANCE.md beside it. */
const indicators = fileURLToPath(
  new URL("../../../../../tests/vectors/grizzly-steppe/JAR-16-20296A.csv", import.meta.url),
);

export function practiceCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  const flag = (about: string) =>
    ({ kind: "boolean", brief: about, default: false, withNegated: false }) as const;
  return defineCommand<Flags>(lang, {
    brief,
    about: text.about,
    example: "parley practice\nparley practice --fresh --once --json",
    parameters: {
      flags: {
        fresh: flag(text.fresh),
        once: flag(text.once),
        directory: {
          kind: "parsed",
          parse: asTyped,
          brief: text.directory,
          placeholder: "DIR",
          optional: true,
        },
      },
    },
    run: runPractice,
  });
}

async function runPractice(context: CliContext, flags: Flags): Promise<Outcome> {
  const startedAt = performance.now();
  const directory = resolve(flags.directory ?? "practice");
  if (flags.fresh) await rm(directory, { recursive: true, force: true });
  const { lang, io, platform } = context;
  const { signal } = context;
  const practice = new Practice({
    ...{ directory, lang, indicators, signal },
    passphrase: () => toHex(platform.primitives.random(16)),
    out: (line) => io.out(`${line}\n`),
    async ask(path, { name, input }) {
      const answer = await context.askServer(path, name, input);
      return answer?.ok === true
        ? (answer.value as Readonly<Record<string, JsonValue>>)
        : undefined;
    },
  });
  try {
    const result = await practice.play(startedAt);
    if (!flags.once) {
      await practice.suggest();
      await stopRequested(signal);
    }
    const text = texts[lang].done.replace("{directory}", directory);
    return { ok: true, value: { directory, ...result }, text };
  } finally {
    await practice.stop();
  }
}
