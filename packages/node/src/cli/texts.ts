/**
 * Texts of the frame of the command, in both languages. Each command brings its own.
 *
 * @module
 */
import type { ConfigKey, ConfigSource } from "../config.ts";
import { bilingual } from "./bilingual.ts";

export const frameTexts = bilingual(
  {
    brief: "A channel for two parties that do not trust each other and must be able to talk.",
    "example.title": "EXAMPLE",
    "globals.title": "FOR EVERY COMMAND",
    "globals.home": "The home directory of the node (default: ~/.parley)",
    "globals.lang": "The language: en or ru",
    "globals.json":
      "One JSON object on standard output: {ok: true, …} or {ok: false, code, message, next}",
    "globals.setting": "Any setting of parley.json, for example --log-level debug",
    "exit.title": "EXIT CODES",
    "exit.codes": "0 done, 1 refused, 2 wrong usage, 3 fault of the machine or the program",
    next: "Next:",
    "flag.no-value": "the flag {name} needs a value",
    "passphrase.ask": "Passphrase for {holds}: ",
    "passphrase.new": "New passphrase for {holds} (12 characters or more): ",
    "passphrase.again": "The same passphrase again: ",
    unknown: "Refused with the code {code}: {detail}",
    "unknown.means": "Nothing of what was asked was done.",
    "unknown.next": "The code is explained in spec/refusals.md.",
    progress: "{what}: {done}",
    "progress.of": "{what}: {done} of {total}",
  },
  {
    brief:
      "Канал для двух сторон, которые не доверяют друг другу и должны иметь возможность говорить.",
    "example.title": "ПРИМЕР",
    "globals.title": "ДЛЯ КАЖДОЙ КОМАНДЫ",
    "globals.home": "Каталог узла (по умолчанию ~/.parley)",
    "globals.lang": "Язык: en или ru",
    "globals.json":
      "Один объект JSON в стандартном выводе: {ok: true, …} или {ok: false, code, message, next}",
    "globals.setting": "Любой параметр parley.json, например --log-level debug",
    "exit.title": "КОДЫ ЗАВЕРШЕНИЯ",
    "exit.codes": "0 сделано, 1 отказ, 2 неверный вызов, 3 сбой машины или программы",
    next: "Дальше:",
    "flag.no-value": "флагу {name} нужно значение",
    "passphrase.ask": "Парольная фраза для «{holds}»: ",
    "passphrase.new": "Новая парольная фраза для «{holds}» (не короче 12 знаков): ",
    "passphrase.again": "Та же фраза ещё раз: ",
    unknown: "Отказ с кодом {code}: {detail}",
    "unknown.means": "Из запрошенного ничего не сделано.",
    "unknown.next": "Код объяснён в spec/refusals.md.",
    progress: "{what}: {done}",
    "progress.of": "{what}: {done} из {total}",
  },
);

/** What the progress of an operation counts; an operation that says another name shows it as it is. */
export const progressTexts = bilingual(
  { entries: "entries", items: "items", bytes: "bytes", rows: "rows", files: "files" },
  { entries: "записи", items: "элементы", bytes: "байты", rows: "строки", files: "файлы" },
);

export const sourceTexts = bilingual<ConfigSource>(
  { flag: "flag", environment: "environment variable", file: "in parley.json" },
  { flag: "флаг", environment: "переменная окружения", file: "в parley.json" },
);

const pathEn = "the path of a file, not empty";
const pathRu = "непустой путь к файлу";

/** What each setting takes, to follow "Write …". */
export const expectedTexts = bilingual<ConfigKey>(
  {
    lang: "en or ru",
    logLevel: "silent, fatal, error, warn, info or debug",
    peerListen: "an address and a port, such as 127.0.0.1:7650 or [::]:7650",
    probeListen: "an address and a port, such as 127.0.0.1:7651",
    storage: "the address of a PostgreSQL database, such as postgres://parley@db.example/parley",
    headStore: "the path of a file, or the address of a PostgreSQL database",
    authorityKey: pathEn,
    passphraseFile: pathEn,
    authorityPassphraseFile: pathEn,
    technicalPassphraseFile: pathEn,
    watchPassphraseFile: pathEn,
    politicalPassphraseFile: pathEn,
    sessionFile: pathEn,
    peerConnectMs: "milliseconds from 100 to 600000",
    peerAnswerMs: "milliseconds from 100 to 3600000",
    pollMs: "milliseconds from 100 to 86400000",
    retryMsMax: "milliseconds from 100 to 86400000",
    stopMs: "milliseconds from 0 to 600000",
    leaseMs: "milliseconds from 1000 to 600000",
  },
  {
    lang: "en или ru",
    logLevel: "silent, fatal, error, warn, info или debug",
    peerListen: "адрес и порт, например 127.0.0.1:7650 или [::]:7650",
    probeListen: "адрес и порт, например 127.0.0.1:7651",
    storage: "адрес базы данных PostgreSQL, например postgres://parley@db.example/parley",
    headStore: "путь к файлу или адрес базы данных PostgreSQL",
    authorityKey: pathRu,
    passphraseFile: pathRu,
    authorityPassphraseFile: pathRu,
    technicalPassphraseFile: pathRu,
    watchPassphraseFile: pathRu,
    politicalPassphraseFile: pathRu,
    sessionFile: pathRu,
    peerConnectMs: "миллисекунды от 100 до 600000",
    peerAnswerMs: "миллисекунды от 100 до 3600000",
    pollMs: "миллисекунды от 100 до 86400000",
    retryMsMax: "миллисекунды от 100 до 86400000",
    stopMs: "миллисекунды от 0 до 600000",
    leaseMs: "миллисекунды от 1000 до 600000",
  },
);
