/**
 * Labels of what every kind has: blocks, control values, markings, what is held back, files, items.
 *
 * @module
 */
import type { CaseKey, FieldKey } from "./message-key.ts";
import type { Words } from "./words.ts";

export const fieldWords: Readonly<Record<FieldKey, Words>> = {
  "block.fact": { en: "Fact", ru: "Факты" },
  "block.assessment": { en: "Assessment", ru: "Оценка" },
  "block.ask": { en: "Ask", ru: "Просьба" },
  "block.legal": { en: "Legal ground", ru: "Правовое основание" },
  "block.handling": { en: "What is held back", ru: "Что не передаётся" },
  "block.attachments": { en: "Attachments", ru: "Приложения" },
  "block.notice": { en: "Notice", ru: "Уведомление" },

  "assessment.text": { en: "Assessment", ru: "Оценка" },
  "assessment.likelihood": { en: "Likelihood", ru: "Вероятность" },
  "assessment.confidence": { en: "Confidence", ru: "Уверенность" },
  "assessment.responsibility": { en: "Responsibility", ru: "Ответственность" },
  "ask.text": { en: "What exactly is asked", ru: "О чём именно просим" },
  "legal.text": { en: "Legal ground", ru: "Правовое основание" },

  "handling.heldBack": { en: "What is held back", ru: "Что не передаётся" },
  "held-back.what": { en: "What", ru: "Что" },
  "held-back.block": { en: "Block", ru: "Раздел" },
  "held-back.items": { en: "Items", ru: "Позиции" },
  "held-back.class": { en: "How it was come by", ru: "Как получено" },
  "held-back.grade": { en: "Grade", ru: "Оценка источника" },

  "attachments.files": { en: "Files", ru: "Файлы" },
  "file.role": { en: "Purpose", ru: "Назначение" },
  "file.digest": { en: "SHA-256 as sealed", ru: "SHA-256 в зашифрованном виде" },
  "file.key": { en: "Key", ru: "Ключ" },
  "file.bytes": { en: "Octets as sealed", ru: "Байт в зашифрованном виде" },
  "file.mediaType": { en: "Media type", ru: "Тип данных" },
  "file.name": { en: "Name", ru: "Имя" },

  "person.name": { en: "Name or function", ru: "Имя или должность" },
  "person.phone": { en: "Telephone", ru: "Телефон" },
  "person.email": { en: "Electronic mail", ru: "Электронная почта" },
  "person.languages": { en: "Languages", ru: "Языки" },

  "contact.desk": { en: "Desk", ru: "Служба" },
  "contact.name": { en: "Name or function", ru: "Имя или должность" },
  "contact.phone": { en: "Telephone", ru: "Телефон" },
  "contact.email": { en: "Electronic mail", ru: "Электронная почта" },
  "contact.languages": { en: "Languages", ru: "Языки" },
  "contact.hours": { en: "Hours, UTC", ru: "Часы, UTC" },
  "contact.confirmedAt": { en: "Last confirmed", ru: "Последнее подтверждение" },
  "contact.testedAt": { en: "Last test", ru: "Последняя проверка" },
  "hours.days": { en: "Days", ru: "Дни" },
  "hours.from": { en: "From", ru: "С" },
  "hours.to": { en: "To", ru: "До" },

  "missing.field": { en: "Field", ru: "Поле" },
  "missing.items": { en: "Of items", ru: "У позиций" },

  "marking.tlp": { en: "TLP", ru: "TLP" },
  "marking.pap": { en: "PAP", ru: "PAP" },
  "marking.iep": { en: "IEP", ru: "IEP" },
  "marking.flags": { en: "Flags", ru: "Особые условия" },

  "control.kind": { en: "Kind", ru: "Вид" },
  "control.case": { en: "Case", ru: "Дело" },
  "control.answers": { en: "In answer to", ru: "В ответ на" },
  "control.ask": { en: "Ask", ru: "Просьба" },
  "control.severity": { en: "Severity", ru: "Опасность" },
  "control.replyBy": { en: "Reply by", ru: "Ответить до" },
  "control.to": { en: "To", ru: "Кому" },

  "item.kind": { en: "Kind", ru: "Вид" },
  "item.value": { en: "Value", ru: "Значение" },
  "item.hash": { en: "Hash function", ru: "Хеш-функция" },
  "item.observed": { en: "Observed", ru: "Время наблюдения" },
  "item.diamond": { en: "Diamond Model", ru: "Место в «ромбовидной модели»" },
  "item.grade": { en: "Grade", ru: "Оценка источника" },
  "item.collection": { en: "How it was come by", ru: "Как получено" },
  "item.marking": { en: "Marking", ru: "Пометка" },
  "item.use": { en: "Permitted use", ru: "Допустимое использование" },
  "item.role": { en: "Role", ru: "Роль" },
  "item.phase": { en: "Phase of the attack", ru: "Этап атаки" },
  "item.text": { en: "Description", ru: "Описание" },
  "item.comment": { en: "Comment", ru: "Комментарий" },
  "item.findings": { en: "Findings", ru: "Замечания" },
  "item.source": { en: "Source", ru: "Источник" },
  "item.replaces": { en: "Replaces", ru: "Заменяет" },
  "observed.unknown": { en: "unknown", ru: "неизвестно" },
  "observed.withheld": { en: "withheld", ru: "не передаётся" },
};

export const caseWords: Readonly<Record<CaseKey, Words>> = {
  "phase.withdrawn": { en: "withdrawn", ru: "отозвано" },
  "phase.opened": { en: "opened", ru: "открыто" },
  "phase.received": { en: "received", ru: "получено" },
  "phase.in-hand": { en: "in hand", ru: "в работе" },
  "phase.not-answerable": { en: "not answerable", ru: "ответ невозможен" },
  "phase.answered": { en: "answered", ru: "отвечено" },
  "phase.declined": { en: "declined", ru: "отклонено" },
  "phase.closing": { en: "closure proposed", ru: "предложено закрыть" },
  "phase.closed": { en: "closed", ru: "закрыто" },

  "clock.receipt": { en: "person's receipt", ru: "подтверждение дежурного" },
  "clock.holding": { en: "holding reply", ru: "промежуточный ответ" },
  "clock.answer": { en: "answer or dated plan", ru: "ответ или план со сроком" },
  "clock.final": { en: "final answer", ru: "окончательный ответ" },
  "clock.closure": { en: "word on closure", ru: "ответ о закрытии" },

  "role.initiator": { en: "the party that asks", ru: "сторона, начавшая дело" },
  "role.respondent": { en: "the party that is asked", ru: "отвечающая сторона" },

  "class.live": { en: "live", ru: "реальное" },
  "class.exercise": { en: "EXERCISE", ru: "УЧЕНИЕ" },
  "class.link": { en: "link test", ru: "проверка связи" },

  "line.no-admission": {
    en: "This message admits nothing and alleges nothing beyond the stated assessment.",
    ru: "Настоящее сообщение не содержит признания и не содержит утверждений сверх изложенной оценки.",
  },
  "line.unknown-kind": {
    en: "A kind that this program does not know; shown as it came, and moving no case.",
    ru: "Вид, неизвестный этой программе; показан как получен и дела не двигает.",
  },
};
