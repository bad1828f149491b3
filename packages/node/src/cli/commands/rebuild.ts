/**
 * `parley rebuild`: makes anew what is made of the logs.
 *
 * @module
 */
import { sayIfKnown } from "@parley/core/vocabulary/catalogue";
import { z } from "zod";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";

const texts = bilingual(
  {
    about:
      "Drops lists and cases and folds them anew; the logs themselves, receipts and attachments are " +
      "never touched. With --from-logs every entry is opened and judged again too.",
    fromLogs: "Open and judge every entry again",
    fold: "{peer}, {class}: {entries:entry|entries}, {cases:case|cases}",
    done: "Rebuilt.",
  },
  {
    about:
      "Удаляет списки и дела и складывает их заново; сами журналы, подтверждения и приложения не " +
      "затрагиваются. С --from-logs каждая запись заново вскрывается и оценивается.",
    fromLogs: "Вскрыть и оценить каждую запись заново",
    fold: "{peer}, {class}: {entries:запись|записи|записей}, {cases:дело|дела|дел}",
    done: "Построено заново.",
  },
);

const foldsSchema = z.object({
  fromLogs: z.boolean(),
  folds: z.array(
    z.object({ peer: z.string(), class: z.string(), entries: z.int(), cases: z.int() }),
  ),
});

export function rebuildCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<{ readonly fromLogs: boolean }>(lang, {
    brief,
    about: text.about,
    example: "parley rebuild\nparley rebuild --from-logs",
    parameters: {
      flags: {
        fromLogs: { kind: "boolean", brief: text.fromLogs, default: false, withNegated: false },
      },
    },
    run: runRebuild,
  });
}

async function runRebuild(
  context: CliContext,
  { fromLogs }: { readonly fromLogs: boolean },
): Promise<Outcome> {
  const { lang } = context;
  const answer = await context.operate("rebuild", { fromLogs });
  if (!answer.ok) return answer;
  const rebuilt = foldsSchema.parse(answer.value);
  const text = texts[lang];
  const lines = rebuilt.folds.map((fold) => {
    const word = sayIfKnown(`class.${fold.class}`, lang) ?? fold.class;
    return fill(text.fold, { ...fold, class: word });
  });
  return { ok: true, value: rebuilt, text: [text.done, ...lines].join("\n") };
}
