/**
 * What the command says when a PostgreSQL database is not as it must be.
 *
 * @module
 */
import type { FailureText } from "./failure-texts-en.ts";

/** Codes of refusals and faults. */
type DatabaseCode =
  | "head-store.not-apart"
  | `storage.${"bad-place" | "denied" | "held" | "in-use" | "not-empty" | "too-old"}`;

type Words = Readonly<Record<DatabaseCode, FailureText>>;

const en: Words = {
  "head-store.not-apart": {
    happened: "The head store and the node would share the database {path}.",
    means:
      "Nothing was started: what restores one from a backup would restore both, and hide what was signed since.",
    next: "Make a database for the head store alone, best on another server, and name it in headStore.",
  },
  "storage.bad-place": {
    happened: "{found} is no place for the database of a node.",
    means: "Nothing was changed.",
    next: "Write the address of an empty PostgreSQL database, postgres://parley@db.example/parley, or: --to home.",
  },
  "storage.in-use": {
    happened: "Another process of this party has the database open.",
    means: "Nothing was changed or carried over: this needs the database to itself.",
    next: "Stop every parley serve of this party, on every machine; one that was killed, or whose machine is gone, counts for half a minute more. Then try again.",
  },
  "storage.held": {
    happened: "Another command of this party has the database to itself.",
    means: "Nothing was started or changed: keys are being changed, or the database carried over.",
    next: "Wait until it is done, then try again.",
  },
  "storage.not-empty": {
    happened: "{database} is not empty.",
    means: "Nothing was carried over, and nothing in it was touched.",
    next: "Name an empty database: what is in this one may be the only copy of another node.",
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
  "storage.bad-place": {
    happened: "{found} — не место для базы данных узла.",
    means: "Ничего не изменено.",
    next: "Укажите адрес пустой базы PostgreSQL, postgres://parley@db.example/parley, или: --to home.",
  },
  "storage.in-use": {
    happened: "База открыта другим процессом этой стороны.",
    means: "Ничего не изменено и не перенесено: для этого база нужна целиком.",
    next: "Остановите каждый parley serve этой стороны на всех машинах; убитый или пропавший вместе с машиной считается ещё полминуты. Затем повторите.",
  },
  "storage.held": {
    happened: "Базой целиком занята другая команда этой стороны.",
    means: "Ничего не запущено и не изменено: сейчас меняются ключи или переносится база.",
    next: "Дождитесь её конца и повторите.",
  },
  "storage.not-empty": {
    happened: "База {database} не пуста.",
    means: "Ничего не перенесено, и ничего в ней не тронуто.",
    next: "Укажите пустую базу: в этой может быть единственная копия другого узла.",
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
