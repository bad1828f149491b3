/**
 * What the command says when the record does not hold what was asked of it.
 *
 * @module
 */
import type { FailureText } from "./failure-texts-en.ts";

type RecordCode =
  | `record.${"answered" | "no-head" | "not-received" | "target-exists" | "too-large"}`
  | `record.${"unknown-entry" | "unknown-log"}`
  | "message.not-shown";

type Words = Readonly<Record<RecordCode, FailureText>>;

const en: Words = {
  "message.not-shown": {
    happened: "A part that is to be shown is not at hand ({detail}).",
    means: "It is not in this message, or it was held back by its author, who alone can show it.",
    next: "See which parts the message has: parley message ID. Leave the others out of --show.",
  },
  "record.answered": {
    happened: "The message was answered ({detail}).",
    means: "Silence until that time cannot be proven, for there was none.",
    next: "Prove the answer instead: parley prove ID, with the answer's id.",
  },
  "record.no-head": {
    happened: "The other side has stated no head of its log at that time or later.",
    means: "What it wrote until then is not known yet, so its silence cannot be proven.",
    next: "Wait for its next link test, or take an earlier time.",
  },
  "record.not-received": {
    happened: "No receipt covers this entry yet.",
    means: "That it was sent is in our own log alone: the other side has signed nothing.",
    next: "See what waits: parley queue. Prove it when the receipt is there.",
  },
  "record.target-exists": {
    happened: "There is something at {directory} already.",
    means: "Nothing was written: an export is made whole, and replaces nothing.",
    next: "Name another directory.",
  },
  "record.too-large": {
    happened: "The proof would be too long ({detail}).",
    means: "No checker would take it.",
    next: "Prove silence until an earlier time, or hand over an export: parley export DIR --opened.",
  },
  "record.unknown-entry": {
    happened: "There is no such entry in either log.",
    means: "Nothing was proven.",
    next: "Name it as class/epoch/index, such as live/1/17, with --author for a log of the other side, or by its id.",
  },
  "record.unknown-log": {
    happened: "There is no such log.",
    means: "No party of this channel writes one of this class and epoch.",
    next: "See which there are: parley record counts.",
  },
};

const ru: Words = {
  "message.not-shown": {
    happened: "Части, которую нужно показать, нет в наличии ({detail}).",
    means: "Её нет в этом сообщении, или автор её не раскрыл; показать её может только он.",
    next: "Посмотрите, какие части есть: parley message ID. Остальные уберите из --show.",
  },
  "record.answered": {
    happened: "На сообщение был дан ответ ({detail}).",
    means: "Молчание до этого времени доказать нельзя: его не было.",
    next: "Докажите сам ответ: parley prove ID, с номером ответа.",
  },
  "record.no-head": {
    happened: "Другая сторона не объявила состояния своего журнала на это время или позже.",
    means: "Что она писала до тех пор, ещё неизвестно, и молчание доказать нельзя.",
    next: "Дождитесь её следующей проверки связи или возьмите более раннее время.",
  },
  "record.not-received": {
    happened: "Квитанции на эту запись ещё нет.",
    means: "Об отправке говорит только наш журнал: другая сторона ничего не подписала.",
    next: "Посмотрите очередь: parley queue. Доказательство будет, когда придёт квитанция.",
  },
  "record.target-exists": {
    happened: "По пути {directory} уже что-то есть.",
    means: "Ничего не записано: выгрузка создаётся целиком и ничего не заменяет.",
    next: "Назовите другой каталог.",
  },
  "record.too-large": {
    happened: "Доказательство было бы слишком длинным ({detail}).",
    means: "Ни одна проверка его не примет.",
    next: "Докажите молчание до более раннего времени или передайте выгрузку: parley export КАТАЛОГ --opened.",
  },
  "record.unknown-entry": {
    happened: "Такой записи нет ни в одном из журналов.",
    means: "Ничего не доказано.",
    next: "Назовите её как класс/эпоха/номер, например live/1/17, с --author для журнала другой стороны, или по номеру сообщения.",
  },
  "record.unknown-log": {
    happened: "Такого журнала нет.",
    means: "Ни одна сторона канала не ведёт журнала этого класса и эпохи.",
    next: "Посмотрите, какие есть: parley record counts.",
  },
};

export const recordFailureTexts = { en, ru };
