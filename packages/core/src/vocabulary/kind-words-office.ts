/**
 * Titles and labels of fields: notices, evidence, the legal kinds, and what desks say of their work.
 *
 * @module
 */
import type { KindKey } from "./message-key.ts";
import type { Words } from "./words.ts";

const remark: Words = { en: "Remark", ru: "Примечание" };
const reason: Words = { en: "Reason", ru: "Причина" };

const who: Words = { en: "Who reports", ru: "Кто сообщает" };
const person: Words = { en: "24/7 person", ru: "На связи 24/7" };
const firstAware: Words = { en: "First known", ru: "Впервые стало известно" };
const sentences: Words = { en: "What is known", ru: "Что известно" };
const malicious: Words = { en: "Done on purpose", ru: "Злонамеренно" };
const crossBorder: Words = { en: "Crossed a border", ru: "Через границу" };
const ongoing: Words = { en: "Still goes on", ru: "Продолжается" };
const concerns: Words = { en: "Concerns the case", ru: "Относится к делу" };
const version: Words = { en: "Version", ru: "Версия" };

export const officeKindWords = {
  "kind.early-notice.title": { en: "Early notice", ru: "Раннее оповещение" },
  "kind.early-notice.fact.who": who,
  "kind.early-notice.fact.person": person,
  "kind.early-notice.fact.firstAware": firstAware,
  "kind.early-notice.fact.sentences": sentences,
  "kind.early-notice.fact.malicious": malicious,
  "kind.early-notice.fact.crossBorder": crossBorder,

  "kind.own-territory-warning.title": {
    en: "Own-territory warning",
    ru: "Предупреждение со своей территории",
  },
  "kind.own-territory-warning.fact.who": who,
  "kind.own-territory-warning.fact.person": person,
  "kind.own-territory-warning.fact.firstAware": firstAware,
  "kind.own-territory-warning.fact.sentences": sentences,
  "kind.own-territory-warning.fact.malicious": malicious,
  "kind.own-territory-warning.fact.crossBorder": crossBorder,
  "kind.own-territory-warning.fact.ongoing": ongoing,
  "kind.own-territory-warning.fact.measures": {
    en: "What is done about it",
    ru: "Что предпринимается",
  },

  "kind.indicator-share.title": { en: "Indicator share", ru: "Передача индикаторов" },
  "kind.indicator-share.fact.text": {
    en: "What they come from and show",
    ru: "Откуда они и о чём говорят",
  },
  "kind.indicator-share.fact.validUntil": {
    en: "Worth looking for until",
    ru: "Актуальны до",
  },

  "kind.assessment.title": { en: "Assessment", ru: "Оценка" },
  "kind.assessment.fact.subject": { en: "What is assessed", ru: "Что оценивается" },
  "kind.assessment.fact.coordination": { en: "Whose assessment", ru: "Чья оценка" },
  "kind.assessment.notice.dissent": { en: "Dissent", ru: "Особое мнение" },

  "kind.escalation.title": { en: "Escalation", ru: "Передача выше" },
  "kind.escalation.fact.reason": reason,
  "kind.escalation.fact.text": {
    en: "What the next desk should know",
    ru: "Что следует знать вышестоящей службе",
  },

  "kind.call-to-cease.title": { en: "Call to cease", ru: "Требование прекратить" },
  "kind.call-to-cease.fact.who": { en: "Who calls", ru: "Кто требует" },
  "kind.call-to-cease.fact.person": person,
  "kind.call-to-cease.fact.conduct": {
    en: "Conduct that is to cease",
    ru: "Что следует прекратить",
  },
  "kind.call-to-cease.fact.since": { en: "Since", ru: "С какого времени" },
  "kind.call-to-cease.fact.ongoing": ongoing,
  "kind.call-to-cease.fact.concerns": concerns,

  "kind.notice-of-measures.title": { en: "Notice of measures", ru: "Уведомление о мерах" },
  "kind.notice-of-measures.fact.who": { en: "Who gives notice", ru: "Кто уведомляет" },
  "kind.notice-of-measures.fact.person": person,
  "kind.notice-of-measures.fact.measures": { en: "Intended measures", ru: "Намеченные меры" },
  "kind.notice-of-measures.fact.notBefore": { en: "Not before", ru: "Не ранее" },
  "kind.notice-of-measures.fact.consultBy": {
    en: "Offer to consult stands until",
    ru: "Предложение о консультациях действует до",
  },
  "kind.notice-of-measures.fact.concerns": concerns,

  "kind.suspension.title": { en: "Suspension", ru: "Приостановка" },
  "kind.suspension.notice.desks": { en: "Desks", ru: "Службы" },
  "kind.suspension.notice.kinds": { en: "Kinds", ru: "Виды сообщений" },
  "kind.suspension.notice.reason": reason,
  "kind.suspension.notice.until": { en: "Until, at a guess", ru: "Предположительно до" },
  "kind.suspension.notice.text": remark,

  "kind.resumption.title": { en: "Resumption", ru: "Возобновление" },
  "kind.resumption.notice.text": remark,

  "kind.agreement-proposal.title": {
    en: "Proposal of an agreement",
    ru: "Предложение новой версии соглашения",
  },
  "kind.agreement-proposal.notice.version": version,
  "kind.agreement-proposal.notice.document": {
    en: "Signed proposal",
    ru: "Подписанное предложение",
  },
  "kind.agreement-proposal.notice.text": remark,
  "kind.agreement-consent.title": {
    en: "Consent to an agreement",
    ru: "Согласие с версией соглашения",
  },
  "kind.agreement-consent.notice.version": version,
  "kind.agreement-consent.notice.document": {
    en: "Agreement signed by both",
    ru: "Соглашение, подписанное обеими сторонами",
  },
  "kind.agreement-consent.notice.text": remark,

  "kind.contact-list.title": { en: "Contact list", ru: "Список контактов" },
  "kind.contact-list.notice.contacts": { en: "Contacts", ru: "Контакты" },

  "kind.off-channel.title": { en: "Said off the channel", ru: "Сказано вне канала" },
  "kind.off-channel.fact.medium": { en: "How", ru: "Каким образом" },
  "kind.off-channel.fact.at": { en: "When", ru: "Когда" },
  "kind.off-channel.fact.ours": { en: "For the author's side", ru: "Со стороны отправителя" },
  "kind.off-channel.fact.theirs": { en: "For the other side", ru: "С другой стороны" },
  "kind.off-channel.fact.summary": { en: "What was said", ru: "Что было сказано" },
} as const satisfies { readonly [K in KindKey]?: Words };
