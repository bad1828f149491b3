/**
 * What the command says when a PostgreSQL database is not as it must be.
 *
 * @module
 */
import type { FailureText } from "./failure-texts-en.ts";

/** Codes of refusals and faults. */
type DatabaseCode = "head-store.not-apart" | "storage.denied" | "storage.too-old";

type Words = Readonly<Record<DatabaseCode, FailureText>>;

const en: Words = {
  "head-store.not-apart": {
    happened: "The head store and the node would share the database {path}.",
    means:
      "Nothing was started: what restores one from a backup would restore both, and hide what was signed since.",
    next: "Make a database for the head store alone, best on another server, and name it in headStore.",
  },
  "storage.denied": {
    happened: "The PostgreSQL server does not let this account do it ({detail}).",
    means: "Nothing was changed.",
    next: "Check account and password in the setting storage, and pg_hba.conf; make the account the owner of the database: ALTER DATABASE … OWNER TO ….",
  },
  "storage.too-old": {
    happened:
      "The PostgreSQL server of {database} has version {found}; {needed} or later is needed.",
    means: "It was not touched.",
    next: "Upgrade the server (pg_upgrade keeps the data), or name another one in the setting storage.",
  },
};

const ru: Words = {
  "head-store.not-apart": {
    happened: "Хранилище вершин и узел делили бы одну базу данных {path}.",
    means:
      "Ничего не запущено: восстановление из копии вернуло бы обе и скрыло бы подписанное после неё.",
    next: "Создайте для хранилища вершин отдельную базу, лучше на другом сервере, и укажите её в headStore.",
  },
  "storage.denied": {
    happened: "Сервер PostgreSQL не разрешает это этой учётной записи ({detail}).",
    means: "Ничего не изменено.",
    next: "Проверьте запись и пароль в параметре storage и файл pg_hba.conf; сделайте запись владельцем базы: ALTER DATABASE … OWNER TO ….",
  },
  "storage.too-old": {
    happened: "Сервер PostgreSQL базы {database} имеет версию {found}; нужна {needed} или новее.",
    means: "База не тронута.",
    next: "Обновите сервер (pg_upgrade сохраняет данные) или укажите другой в параметре storage.",
  },
};

export const databaseFailureTexts: Readonly<Record<"en" | "ru", Words>> = { en, ru };
