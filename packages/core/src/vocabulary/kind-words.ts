/**
 * Titles and labels of fields: what nodes say, and inquiry, replies, amendments and closure.
 *
 * @module
 */
import type { KindKey } from "./message-key.ts";
import type { Words } from "./words.ts";

const remark: Words = { en: "Remark", ru: "Примечание" };
const text: Words = { en: "Text", ru: "Текст" };

export const kindWords = {
  "kind.link-test.title": { en: "Link test", ru: "Проверка связи" },
  "kind.link-test.notice.textId": { en: "Neutral text", ru: "Нейтральный текст" },
  "kind.link-test.notice.heads": {
    en: "Where the author's logs stand",
    ru: "Состояние журналов отправителя",
  },
  "kind.link-answer.title": { en: "Answer to a link test", ru: "Ответ на проверку связи" },
  "kind.link-answer.notice.textId": { en: "Neutral text", ru: "Нейтральный текст" },

  "kind.refusal.title": { en: "Refusal", ru: "Отказ" },
  "kind.refusal.notice.origin": { en: "Log", ru: "Журнал" },
  "kind.refusal.notice.index": { en: "Entry", ru: "Запись" },
  "kind.refusal.notice.code": { en: "Reason", ru: "Причина" },

  "kind.service-note.title": { en: "Service note", ru: "Служебное сообщение узла" },
  "kind.service-note.notice.subject": { en: "Subject", ru: "Предмет" },
  "kind.service-note.notice.first": {
    en: "First checkpoint",
    ru: "Первая контрольная точка",
  },
  "kind.service-note.notice.second": {
    en: "Checkpoint that contradicts it",
    ru: "Противоречащая ей контрольная точка",
  },
  "kind.service-note.notice.prefix": {
    en: "Proof that they contradict each other",
    ru: "Доказательство противоречия",
  },
  "kind.service-note.notice.origin": { en: "Log", ru: "Журнал" },
  "kind.service-note.notice.size": {
    en: "Size at which it ended",
    ru: "Размер, на котором он закончен",
  },
  "kind.service-note.notice.checkpoint": { en: "Checkpoint", ru: "Контрольная точка" },
  "kind.service-note.notice.cause": { en: "Cause", ru: "Причина" },
  "kind.service-note.notice.from": { en: "From", ru: "С" },
  "kind.service-note.notice.until": { en: "Until", ru: "До" },
  "kind.service-note.notice.text": remark,

  "kind.key-change.title": { en: "Change of keys", ru: "Смена ключей" },
  "kind.key-change.notice.descriptor": { en: "New descriptor", ru: "Новый дескриптор" },
  "kind.key-change.notice.channelNotice": { en: "Channel notice", ru: "Уведомление по каналу" },

  "kind.inquiry.title": { en: "Inquiry", ru: "Запрос" },
  "kind.inquiry.fact.who": { en: "Who reports", ru: "Кто сообщает" },
  "kind.inquiry.fact.person": { en: "24/7 person", ru: "На связи 24/7" },
  "kind.inquiry.fact.firstAware": { en: "First known", ru: "Впервые стало известно" },
  "kind.inquiry.fact.sentences": { en: "What is known", ru: "Что известно" },
  "kind.inquiry.fact.malicious": { en: "Done on purpose", ru: "Злонамеренно" },
  "kind.inquiry.fact.crossBorder": { en: "Crossed a border", ru: "Через границу" },

  "kind.receipt.title": { en: "Receipt", ru: "Подтверждение дежурного" },
  "kind.receipt.notice.receivedBy": { en: "Received by", ru: "Принял" },
  "kind.receipt.notice.text": remark,

  "kind.holding-reply.title": { en: "Holding reply", ru: "Промежуточный ответ" },
  "kind.holding-reply.fact.nextWordBy": { en: "Next word by", ru: "Следующее сообщение до" },
  "kind.holding-reply.fact.text": { en: "What is being done", ru: "Что делается" },

  "kind.answer.title": { en: "Answer", ru: "Ответ" },
  "kind.answer.fact.outcome": { en: "Outcome", ru: "Итог" },
  "kind.answer.fact.plannedFor": { en: "Planned for", ru: "Намечено на" },
  "kind.answer.fact.text": { en: "Answer", ru: "Ответ" },

  "kind.decline.title": { en: "Decline", ru: "Отклонение" },
  "kind.decline.fact.reason": { en: "Reason", ru: "Причина" },
  "kind.decline.fact.text": remark,

  "kind.not-answerable.title": { en: "Not answerable", ru: "Ответ невозможен" },
  "kind.not-answerable.fact.missing": { en: "What is missing", ru: "Чего не хватает" },
  "kind.not-answerable.fact.text": remark,

  "kind.clarification.title": { en: "Clarification", ru: "Уточнение" },
  "kind.clarification.fact.supplies": { en: "What is given now", ru: "Что теперь сообщается" },
  "kind.clarification.fact.text": text,

  "kind.correction.title": { en: "Correction", ru: "Исправление" },
  "kind.correction.fact.text": {
    en: "What was wrong, and what is right",
    ru: "Что было неверно и как верно",
  },

  "kind.withdrawal.title": { en: "Withdrawal", ru: "Отзыв" },
  "kind.withdrawal.fact.reason": { en: "Reason", ru: "Причина" },
  "kind.withdrawal.fact.items": { en: "Items", ru: "Позиции" },
  "kind.withdrawal.fact.text": remark,

  "kind.note.title": { en: "Note", ru: "Заметка" },
  "kind.note.fact.text": text,

  "kind.propose-closure.title": { en: "Proposal to close", ru: "Предложение закрыть" },
  "kind.propose-closure.fact.grounds": { en: "Grounds", ru: "Основание" },
  "kind.propose-closure.fact.summary": {
    en: "What both may keep on record",
    ru: "Что обе стороны могут сохранить в учёте",
  },
  "kind.propose-closure.fact.effectiveAt": { en: "Takes effect", ru: "Вступает в силу" },
  "kind.agree-closure.title": { en: "Agreement to close", ru: "Согласие закрыть" },
  "kind.agree-closure.fact.text": remark,
  "kind.reject-closure.title": { en: "Closure rejected", ru: "Возражение против закрытия" },
  "kind.reject-closure.fact.reason": { en: "Reason", ru: "Причина" },
  "kind.reject-closure.fact.text": remark,
} as const satisfies { readonly [K in KindKey]?: Words };
