/**
 * The commands there are. A new one is a module in `commands/` and an entry here; the module is
 * loaded when its command is run, and all of them only for completion.
 *
 * @module
 */
import { buildCommand, buildRouteMap, type RouteMap } from "@stricli/core";
import type { Language } from "../config.ts";
import { type CommandSetup, describe, type FrameContext, type Target } from "./command.ts";
import { frameTexts } from "./texts.ts";

interface CommandEntry {
  readonly en: string;
  readonly ru: string;
  load(): Promise<(setup: CommandSetup) => Target>;
}

export const commands: Readonly<Record<string, CommandEntry>> = {
  init: {
    en: "Make the home of a node, its keys and its descriptor",
    ru: "Создать каталог узла, его ключи и дескриптор",
    load: async () => (await import("./commands/init.ts")).initCommand,
  },
  descriptor: {
    en: "Show, export or renew your own descriptor",
    ru: "Показать, вывести или обновить собственный дескриптор",
    load: async () => (await import("./commands/descriptor.ts")).descriptorCommand,
  },
  keys: {
    en: "Show keys and their age; change, revoke, retire them; change a passphrase",
    ru: "Показать ключи и их возраст; сменить, отозвать, вывести; сменить парольную фразу",
    load: async () => (await import("./commands/keys.ts")).keysCommand,
  },
  pair: {
    en: "Import the other side's descriptor and confirm it by the digits you hear",
    ru: "Импортировать дескриптор другой стороны и подтвердить его услышанными цифрами",
    load: async () => (await import("./commands/pair.ts")).pairCommand,
  },
  agreement: {
    en: "Propose, sign, import and show what both parties agree",
    ru: "Предложить, подписать, импортировать и показать соглашение сторон",
    load: async () => (await import("./commands/agreement.ts")).agreementCommand,
  },
  serve: {
    en: "Serve: answer peers, send what waits, take commands",
    ru: "Работать: отвечать другим сторонам, отправлять очередь, принимать команды",
    load: async () => (await import("./commands/serve.ts")).serveCommand,
  },
  send: {
    en: "Say one thing to the other side",
    ru: "Сказать одно другой стороне",
    load: async () => (await import("./commands/send.ts")).sendCommand,
  },
  import: {
    en: "Read indicators from a file, with what is wrong with them",
    ru: "Прочитать индикаторы из файла, с замечаниями",
    load: async () => (await import("./commands/import.ts")).importCommand,
  },
  queue: {
    en: "What is due, and what the other side has not receipted yet",
    ru: "Что и к какому сроку, и чего другая сторона ещё не подтвердила",
    load: async () => (await import("./commands/queue.ts")).queueCommand,
  },
  cases: {
    en: "List cases, what is due first on top",
    ru: "Перечислить дела, ближайшие сроки сверху",
    load: async () => (await import("./commands/cases.ts")).casesCommand,
  },
  case: {
    en: "Show one case: both sides, its clocks",
    ru: "Показать дело: обе стороны и сроки",
    load: async () => (await import("./commands/case.ts")).caseCommand,
  },
  message: {
    en: "Show one message whole, in your language",
    ru: "Показать сообщение целиком, на вашем языке",
    load: async () => (await import("./commands/message.ts")).messageCommand,
  },
  attachment: {
    en: "List the files of a message, or write one",
    ru: "Перечислить файлы сообщения или записать один",
    load: async () => (await import("./commands/attachment.ts")).attachmentCommand,
  },
  people: {
    en: "Officers: list, add, roles, enrol; who leaves, who lost something",
    ru: "Сотрудники: список, приём, роли, регистрация; уход и утраты",
    load: async () => (await import("./commands/people.ts")).peopleCommand,
  },
  login: {
    en: "Sign in: commands then act as you",
    ru: "Войти: дальше команды действуют от вашего имени",
    load: async () => (await import("./commands/login.ts")).loginCommand,
  },
  logout: {
    en: "Sign out",
    ru: "Выйти",
    load: async () => (await import("./commands/logout.ts")).logoutCommand,
  },
  sessions: {
    en: "Open sessions, and how to end one",
    ru: "Открытые сеансы и как завершить сеанс",
    load: async () => (await import("./commands/sessions.ts")).sessionsCommand,
  },
  audit: {
    en: "What this party's people did: list, export, verify",
    ru: "Что делали сотрудники этой стороны: список, выгрузка, проверка",
    load: async () => (await import("./commands/audit.ts")).auditCommand,
  },
  doctor: {
    en: "What is well with this node, what is not, and what to do",
    ru: "Что с узлом в порядке, что нет и что делать",
    load: async () => (await import("./commands/doctor.ts")).doctorCommand,
  },
  backup: {
    en: "Write everything of the node into one sealed file, beside the server or without it",
    ru: "Записать весь узел в один запечатанный файл, при работающем сервере и без него",
    load: async () => (await import("./commands/backup.ts")).backupCommand,
  },
  restore: {
    en: "Make the node anew from a backup, or let an older database go on, in new epochs",
    ru: "Создать узел заново из копии или продолжить с более старой базой, в новых эпохах",
    load: async () => (await import("./commands/restore.ts")).restoreCommand,
  },
  rebuild: {
    en: "Make anew what is made of the logs",
    ru: "Построить заново то, что выводится из журналов",
    load: async () => (await import("./commands/rebuild.ts")).rebuildCommand,
  },
  "migrate-storage": {
    en: "Carry the node from SQLite to PostgreSQL, or back",
    ru: "Перенести узел из SQLite в PostgreSQL или обратно",
    load: async () => (await import("./commands/migrate-storage.ts")).migrateStorageCommand,
  },
  record: {
    en: "What the record says: counts, receipts, checkpoints",
    ru: "Что говорит запись обмена: счёт, квитанции, контрольные точки",
    load: async () => (await import("./commands/record.ts")).recordCommand,
  },
  prove: {
    en: "Prove to an outsider that an entry was sent and received, or not answered",
    ru: "Доказать постороннему, что запись отправлена и получена или что ответа нет",
    load: async () => (await import("./commands/prove.ts")).proveCommand,
  },
  export: {
    en: "Write the whole history of a channel as plain files",
    ru: "Записать всю историю канала обычными файлами",
    load: async () => (await import("./commands/export.ts")).exportCommand,
  },
  practice: {
    en: "Two capitals on one machine, paired and in talk",
    ru: "Две столицы на одной машине, соединённые и на связи",
    load: async () => (await import("./commands/practice.ts")).practiceCommand,
  },
};

/** @param name - The command that is asked for, whose flags are wanted; the others by their brief. */
export async function buildRoutes(
  lang: Language,
  name: string | undefined,
): Promise<RouteMap<FrameContext>> {
  const routes: Record<string, Target> = {};
  const { brief } = frameTexts[lang];
  const example = "parley init --help";
  for (const [route, entry] of Object.entries(commands)) {
    const setup = { lang, brief: entry[lang] };
    routes[route] = route === name ? (await entry.load())(setup) : placeholder(setup.brief);
  }
  return buildRouteMap({
    routes,
    docs: { brief, fullDescription: describe(lang, { brief, example }) },
  });
}

function placeholder(brief: string): Target {
  return buildCommand<NonNullable<unknown>, [], FrameContext>({
    docs: { brief },
    parameters: {},
    func: () => undefined,
  });
}
