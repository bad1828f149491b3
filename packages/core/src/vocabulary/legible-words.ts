/**
 * Words around a message on paper: its head, and the courtesies of a note verbale.
 *
 * @module
 */
import type { LegibleKey } from "./message-key.ts";
import type { Words } from "./words.ts";

export const legibleWords: Readonly<Record<LegibleKey, Words>> = {
  "legible.from": { en: "From", ru: "От кого" },
  "legible.written": { en: "Written", ru: "Составлено" },
  "legible.received": { en: "Received", ru: "Получено" },
  "legible.class": { en: "Traffic", ru: "Характер обмена" },
  "legible.place": { en: "Entry", ru: "Запись" },
  "legible.id": { en: "Message", ru: "Сообщение" },
  "legible.items": { en: "Items", ru: "Позиции" },
  "legible.items-attached": {
    en: "The list travels as an attachment.",
    ru: "Список передан приложением.",
  },
  "legible.items-more": {
    en: "Items not written out: {count}.",
    ru: "Не выписано позиций: {count}.",
  },
  "legible.not-shown": { en: "not shown", ru: "не показано" },
  "legible.whole": { en: "the message as a whole", ru: "сообщение в целом" },
  "legible.all-kinds": {
    en: "all but the tests of the link",
    ru: "все, кроме проверок связи",
  },

  "line.no-judgement": {
    en: "This message states a position and decides nothing about the lawfulness of any conduct.",
    ru: "Настоящее сообщение излагает позицию стороны и не предрешает вопроса о правомерности чьих-либо действий.",
  },

  "verbale.title": { en: "Note verbale", ru: "Вербальная нота" },
  "verbale.number": { en: "No. {number}", ru: "Исх. № {number}" },
  "verbale.opening": {
    en: "{author} presents its compliments to {addressee} and has the honour to {act}.",
    ru: "Сторона {author} свидетельствует своё уважение стороне {addressee} и имеет честь {act}.",
  },
  "verbale.closing": {
    en: "{author} avails itself of this opportunity to renew to {addressee} the assurances of its highest consideration.",
    ru: "Сторона {author} пользуется случаем, чтобы возобновить стороне {addressee} уверения в своём весьма высоком уважении.",
  },

  "verbale.act.early-notice": {
    en: "give early notice of the following",
    ru: "сообщить о нижеследующем в порядке раннего оповещения",
  },
  "verbale.act.own-territory-warning": {
    en: "warn of the following, which may come from its own territory",
    ru: "предупредить о нижеследующем, что может исходить с её территории",
  },
  "verbale.act.indicator-share": {
    en: "transmit the indicators set out below",
    ru: "передать нижеприведённые индикаторы",
  },
  "verbale.act.inquiry": {
    en: "make the following inquiry",
    ru: "обратиться со следующим запросом",
  },
  "verbale.act.receipt": {
    en: "confirm receipt of the message referred to below",
    ru: "подтвердить получение указанного ниже сообщения",
  },
  "verbale.act.holding-reply": {
    en: "give the following interim reply",
    ru: "дать следующий промежуточный ответ",
  },
  "verbale.act.answer": { en: "reply as follows", ru: "ответить следующее" },
  "verbale.act.decline": {
    en: "state that it is not in a position to meet the request",
    ru: "сообщить, что не находит возможным удовлетворить просьбу",
  },
  "verbale.act.not-answerable": {
    en: "state that the inquiry cannot be answered as it stands, for want of the following",
    ru: "сообщить, что на запрос в его нынешнем виде ответить невозможно ввиду отсутствия нижеуказанных сведений",
  },
  "verbale.act.clarification": {
    en: "offer the following clarification",
    ru: "представить следующее уточнение",
  },
  "verbale.act.assessment": {
    en: "set out the following assessment",
    ru: "изложить следующую оценку",
  },
  "verbale.act.correction": {
    en: "correct an earlier message of its own as follows",
    ru: "внести в своё прежнее сообщение следующее исправление",
  },
  "verbale.act.withdrawal": {
    en: "withdraw an earlier message of its own, or items of it, as set out below",
    ru: "отозвать своё прежнее сообщение или его позиции, как указано ниже",
  },
  "verbale.act.escalation": {
    en: "lay the case before the next higher desk",
    ru: "передать дело на рассмотрение вышестоящей службы",
  },
  "verbale.act.note": {
    en: "draw attention to the following",
    ru: "обратить внимание на нижеследующее",
  },
  "verbale.act.propose-closure": {
    en: "propose that the case be closed",
    ru: "предложить закрыть дело",
  },
  "verbale.act.agree-closure": {
    en: "agree that the case be closed",
    ru: "выразить согласие с закрытием дела",
  },
  "verbale.act.reject-closure": {
    en: "object to the closure of the case",
    ru: "заявить возражение против закрытия дела",
  },
  "verbale.act.call-to-cease": {
    en: "call for the cessation of the conduct set out below",
    ru: "заявить требование прекратить нижеуказанные действия",
  },
  "verbale.act.notice-of-measures": {
    en: "give notice of the intended measures set out below and offer to consult on them",
    ru: "уведомить о нижеуказанных намеченных мерах и предложить провести по ним консультации",
  },
  "verbale.act.suspension": {
    en: "give notice that the desks named below suspend their work",
    ru: "уведомить о приостановке работы нижеуказанных служб",
  },
  "verbale.act.resumption": {
    en: "give notice that its desks resume their work",
    ru: "уведомить о возобновлении работы своих служб",
  },
  "verbale.act.agreement-proposal": {
    en: "propose a new version of the agreement",
    ru: "предложить новую версию соглашения",
  },
  "verbale.act.agreement-consent": {
    en: "consent to the proposed version of the agreement",
    ru: "выразить согласие с предложенной версией соглашения",
  },
  "verbale.act.contact-list": {
    en: "transmit the list of those who can be reached at its desks",
    ru: "направить список контактов своих служб",
  },
  "verbale.act.off-channel": {
    en: "place on record what was said outside of the channel",
    ru: "зафиксировать сказанное вне канала",
  },
  "verbale.act.other": {
    en: "transmit the following",
    ru: "препроводить нижеследующее",
  },
};
