/**
 * `parley serve`: the node answers its peers, sends what waits, and takes commands, until told to stop.
 *
 * @module
 */
import { bilingual, fill } from "../bilingual.ts";
import { type CommandSetup, defineCommand, type Outcome, type Target } from "../command.ts";

const texts = bilingual(
  {
    about:
      "Answers peers, sends what waits, opens what comes, tests the link by turns, and takes the " +
      "commands of this home through its control socket. Stops in order at Ctrl-C or SIGTERM. The " +
      "node's passphrase is needed; a desk whose passphrase is left empty stays locked. Prints one " +
      "line of JSON when it listens; what it does goes to standard error, without content.",
    stopped: "The node of {party} has stopped. Everything that was acknowledged is on disk.",
    cut: "The node of {party} was cut off while it stopped. Nothing acknowledged is lost; what was under way is taken up at the next start.",
  },
  {
    about:
      "Отвечает другим сторонам, отправляет очередь, открывает пришедшее, по очереди проверяет связь " +
      "и принимает команды этого каталога через управляющий сокет. По Ctrl-C или SIGTERM завершается " +
      "по порядку. Нужна парольная фраза узла; служба, чья фраза не введена, остаётся закрытой. " +
      "Начав слушать, печатает одну строку JSON; журнал без содержания идёт в поток ошибок.",
    stopped: "Узел стороны {party} остановлен. Всё подтверждённое лежит на диске.",
    cut: "Узел стороны {party} был прерван при остановке. Подтверждённое не потеряно; начатое продолжится при следующем запуске.",
  },
);

export function serveCommand({ lang, brief }: CommandSetup): Target {
  return defineCommand(lang, {
    brief,
    about: texts[lang].about,
    example: "parley serve --peer-listen 0.0.0.0:7650 --passphrase-file /run/parley/passphrase",
    parameters: {},
    async run(context): Promise<Outcome> {
      const served = await context.serve();
      if (!served.ok) return served;
      const { party, isClean } = served.value as { party: string; isClean: boolean };
      const text = fill(isClean ? texts[lang].stopped : texts[lang].cut, { party });
      return { ok: true, value: { party, isClean }, text };
    },
  });
}
