/**
 * What the command says when the node itself, its logs or the practice channel failed.
 *
 * @module
 */
import type { FailureText } from "./failure-texts-en.ts";

/** Codes of faults; of refusals the words are elsewhere. */
type NodeFaultCode =
  | `log.${"closed" | "head-mismatch" | "lease-lost" | "moved" | "not-worked"}`
  | `practice.${"no-receipt" | "no-server" | "refused" | "refuted"}`
  | "control.no-answer";

type Words = Readonly<Record<NodeFaultCode, FailureText>>;

const en: Words = {
  "control.no-answer": {
    happened: "The server of {detail} did not answer.",
    means: "What was acknowledged is kept.",
    next: "See whether it runs: parley serve.",
  },
  "log.closed": {
    happened: "The epoch of the log is closed ({detail}).",
    means: "Nothing was sent. Everything before is kept.",
    next: "Run the command again: it goes on in the epoch that is open.",
  },
  "log.head-mismatch": {
    happened: "The log and the head store do not agree ({detail}).",
    means:
      "Nothing was signed. This home looks restored from an older backup, or its head store was lost; " +
      "signing now could make two histories of one log.",
    next: "Do not delete anything. Put the newest database or head store back, or go on in new epochs: parley restore --promoted.",
  },
  "log.lease-lost": {
    happened: "Another process of this party works there ({detail}).",
    means: "Nothing of this command was done.",
    next: "What concerns the whole database (a rebuild, a change of keys) needs the other processes stopped; anything else: run the command again.",
  },
  "log.not-worked": {
    happened: "No process works the log {detail}, and none took over in a minute.",
    means: "Nothing was sent: the message was taken back.",
    next: "See what the processes of this party log: parley serve; then run the command again.",
  },
  "log.moved": {
    happened: "Another process wrote to the same log at the same time ({detail}).",
    means: "Nothing of this command was sent.",
    next: "Run the command again.",
  },
  "practice.no-receipt": {
    happened: "The two practice nodes did not finish in time ({detail}).",
    means: "Both homes are kept as they are.",
    next: "Look at the *.log files in the practice directory, then start again: it goes on.",
  },
  "practice.no-server": {
    happened: "A practice node did not start ({detail}).",
    means: "Both homes are kept as they are.",
    next: "Look at its *.log file: most often its port is taken. npm start -- --fresh begins anew.",
  },
  "practice.refused": {
    happened: "A command of the practice story was refused: {detail}.",
    means: "Both homes are kept as they are.",
    next: "Start again: it goes on where it was. npm start -- --fresh begins anew.",
  },
  "practice.refuted": {
    happened: "parley-check refuted an export of the practice channel: {detail}.",
    means: "The homes are kept; the export is not to be relied on.",
    next: "Run parley-check on it yourself, and report what it says.",
  },
};

const ru: Words = {
  "control.no-answer": {
    happened: "Сервер {detail} не ответил.",
    means: "Подтверждённое сохранено.",
    next: "Проверьте, работает ли он: parley serve.",
  },
  "log.closed": {
    happened: "Эпоха журнала закрыта ({detail}).",
    means: "Ничего не отправлено. Всё прежнее сохранено.",
    next: "Повторите команду: она продолжит в открытой эпохе.",
  },
  "log.head-mismatch": {
    happened: "Журнал и хранилище вершин расходятся ({detail}).",
    means:
      "Ничего не подписано. Похоже, каталог восстановлен из старой копии или хранилище вершин утрачено; " +
      "подпись сейчас могла бы создать две истории одного журнала.",
    next: "Ничего не удаляйте. Верните новейшую базу или хранилище вершин или продолжайте в новых эпохах: parley restore --promoted.",
  },
  "log.lease-lost": {
    happened: "Там работает другой процесс этой стороны ({detail}).",
    means: "Из этой команды ничего не сделано.",
    next: "Для того, что касается всей базы (перестройка, смена ключей), остановите другие процессы; иначе повторите команду.",
  },
  "log.not-worked": {
    happened: "Ни один процесс не ведёт журнал {detail}, и за минуту никто не взялся.",
    means: "Ничего не отправлено: сообщение отозвано.",
    next: "Посмотрите журналы процессов этой стороны: parley serve; затем повторите команду.",
  },
  "log.moved": {
    happened: "Другой процесс одновременно писал в тот же журнал ({detail}).",
    means: "Из этой команды ничего не отправлено.",
    next: "Повторите команду.",
  },
  "practice.no-receipt": {
    happened: "Учебные узлы не успели вовремя ({detail}).",
    means: "Оба каталога сохранены.",
    next: "Посмотрите файлы *.log в учебном каталоге и запустите снова: продолжится с того же места.",
  },
  "practice.no-server": {
    happened: "Учебный узел не запустился ({detail}).",
    means: "Оба каталога сохранены.",
    next: "Посмотрите его файл *.log: чаще всего занят порт. npm start -- --fresh начинает заново.",
  },
  "practice.refused": {
    happened: "Команда учебного рассказа отклонена: {detail}.",
    means: "Оба каталога сохранены.",
    next: "Запустите снова: продолжится с того же места. npm start -- --fresh начинает заново.",
  },
  "practice.refuted": {
    happened: "parley-check опроверг выгрузку учебного канала: {detail}.",
    means: "Каталоги сохранены; на выгрузку полагаться нельзя.",
    next: "Запустите parley-check сами и сообщите, что он говорит.",
  },
};

export const nodeFailureTexts: Readonly<Record<"en" | "ru", Words>> = { en, ru };
