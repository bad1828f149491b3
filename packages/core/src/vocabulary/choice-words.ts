/**
 * Words for the codes of every closed list.
 *
 * @module
 */
import type { ChoiceKey } from "./message-key.ts";
import type { Words } from "./words.ts";

export const choiceWords: Readonly<Record<ChoiceKey, Words>> = {
  "choice.ask.nothing": { en: "nothing", ru: "ничего" },
  "choice.ask.investigate": { en: "investigate", ru: "расследовать" },
  "choice.ask.identify": { en: "identify", ru: "установить" },
  "choice.ask.preserve": { en: "preserve", ru: "сохранить" },
  "choice.ask.mitigate": { en: "mitigate", ru: "снизить ущерб" },
  "choice.ask.block": { en: "block", ru: "заблокировать" },
  "choice.ask.take-down": { en: "take down", ru: "отключить" },
  "choice.ask.confirm-or-deny": { en: "confirm or deny", ru: "подтвердить или опровергнуть" },
  "choice.ask.clarify": { en: "clarify", ru: "разъяснить" },
  "choice.ask.consult": { en: "consult", ru: "консультации" },

  "choice.certainty.yes": { en: "yes", ru: "да" },
  "choice.certainty.no": { en: "no", ru: "нет" },
  "choice.certainty.unknown": { en: "unknown", ru: "неизвестно" },

  "choice.decline.cannot": { en: "cannot", ru: "нет возможности" },
  "choice.decline.will-not": { en: "will not", ru: "не считаем нужным" },
  "choice.decline.not-ours": { en: "not ours", ru: "не в нашем ведении" },
  "choice.decline.not-enough-given": { en: "not enough given", ru: "недостаточно сведений" },
  "choice.decline.already-answered": { en: "already answered", ru: "ответ уже дан" },

  "choice.missing.observed-time": { en: "time observed", ru: "время наблюдения" },
  "choice.missing.value": { en: "value", ru: "значение" },
  "choice.missing.item-kind": { en: "kind of item", ru: "вид позиции" },
  "choice.missing.port": { en: "port", ru: "порт" },
  "choice.missing.protocol": { en: "protocol", ru: "протокол" },
  "choice.missing.target": { en: "what it was aimed at", ru: "на что было направлено" },
  "choice.missing.sample": { en: "sample", ru: "образец" },
  "choice.missing.role": { en: "role", ru: "роль" },
  "choice.missing.phase": { en: "phase of the attack", ru: "этап атаки" },
  "choice.missing.grade": { en: "grade of the source", ru: "оценка источника" },
  "choice.missing.source": { en: "source", ru: "источник" },
  "choice.missing.description": { en: "description", ru: "описание" },
  "choice.missing.first-awareness": {
    en: "when it was first known",
    ru: "когда впервые стало известно",
  },
  "choice.missing.ask-detail": { en: "what exactly is asked", ru: "о чём именно просят" },
  "choice.missing.contact": { en: "24/7 person", ru: "кто на связи 24/7" },
  "choice.missing.legal-basis": { en: "legal ground", ru: "правовое основание" },
  "choice.missing.marking": { en: "marking", ru: "пометка" },

  "choice.outcome.done": { en: "done", ru: "сделано" },
  "choice.outcome.partly-done": { en: "done in part", ru: "сделано частично" },
  "choice.outcome.not-done": { en: "not done", ru: "не сделано" },
  "choice.outcome.planned": { en: "planned", ru: "намечено" },
  "choice.outcome.confirmed": { en: "confirmed", ru: "подтверждается" },
  "choice.outcome.denied": { en: "denied", ru: "не подтверждается" },
  "choice.outcome.nothing-found": { en: "nothing found", ru: "ничего не обнаружено" },
  "choice.outcome.unknown": { en: "unknown", ru: "неизвестно" },

  "choice.grounds.resolved": { en: "resolved", ru: "решено" },
  "choice.grounds.answered": { en: "answered", ru: "ответ получен" },
  "choice.grounds.duplicate": { en: "duplicate", ru: "повтор другого дела" },
  "choice.grounds.unfounded": { en: "unfounded", ru: "не подтвердилось" },
  "choice.grounds.withdrawn": { en: "no longer wanted", ru: "более не требуется" },

  "choice.rejection.not-resolved": { en: "not resolved", ru: "не решено" },
  "choice.rejection.answer-awaited": { en: "an answer is awaited", ru: "ожидается ответ" },
  "choice.rejection.summary-disputed": { en: "summary disputed", ru: "изложение оспаривается" },
  "choice.rejection.other": { en: "other", ru: "иное" },

  "choice.withdrawal.error": { en: "it was wrong", ru: "сведения неверны" },
  "choice.withdrawal.doubtful-source": {
    en: "the source is in doubt",
    ru: "источник вызывает сомнения",
  },
  "choice.withdrawal.superseded": { en: "superseded", ru: "заменено более поздним" },
  "choice.withdrawal.sent-by-mistake": { en: "sent by mistake", ru: "отправлено по ошибке" },
  "choice.withdrawal.no-longer-wanted": { en: "no longer wanted", ru: "более не требуется" },
  "choice.withdrawal.other": { en: "other", ru: "иное" },

  "choice.escalation.no-answer": { en: "no answer", ru: "ответа нет" },
  "choice.escalation.disputed": { en: "the answer is disputed", ru: "ответ оспаривается" },
  "choice.escalation.graver": { en: "graver than it seemed", ru: "опасность выше, чем казалось" },
  "choice.escalation.beyond-the-desk": {
    en: "beyond what the desk may decide",
    ru: "решение не в полномочиях службы",
  },
  "choice.escalation.other": { en: "other", ru: "иное" },

  "choice.suspension.maintenance": { en: "maintenance", ru: "технические работы" },
  "choice.suspension.staffing": { en: "nobody on duty", ru: "нет дежурных" },
  "choice.suspension.security": { en: "security", ru: "соображения безопасности" },
  "choice.suspension.decision": { en: "a decision of its party", ru: "решение стороны" },
  "choice.suspension.not-stated": { en: "not stated", ru: "не указано" },

  "choice.medium.telephone": { en: "by telephone", ru: "по телефону" },
  "choice.medium.meeting": { en: "at a meeting", ru: "на встрече" },
  "choice.medium.note-verbale": { en: "by note verbale", ru: "вербальной нотой" },
  "choice.medium.letter": { en: "by letter", ru: "письмом" },
  "choice.medium.email": { en: "by electronic mail", ru: "по электронной почте" },
  "choice.medium.other": { en: "otherwise", ru: "иным способом" },

  "choice.coordination.single-agency": { en: "a single agency", ru: "одно ведомство" },
  "choice.coordination.coordinated": {
    en: "co-ordinated between agencies",
    ru: "согласовано между ведомствами",
  },
  "choice.coordination.unknown": { en: "unknown", ru: "неизвестно" },

  "choice.weekday.mon": { en: "Mon", ru: "пн" },
  "choice.weekday.tue": { en: "Tue", ru: "вт" },
  "choice.weekday.wed": { en: "Wed", ru: "ср" },
  "choice.weekday.thu": { en: "Thu", ru: "чт" },
  "choice.weekday.fri": { en: "Fri", ru: "пт" },
  "choice.weekday.sat": { en: "Sat", ru: "сб" },
  "choice.weekday.sun": { en: "Sun", ru: "вс" },

  "choice.likelihood.almost-no-chance": {
    en: "almost no chance, 1–5 %",
    ru: "почти исключено, 1–5 %",
  },
  "choice.likelihood.very-unlikely": {
    en: "very unlikely, 5–20 %",
    ru: "весьма маловероятно, 5–20 %",
  },
  "choice.likelihood.unlikely": { en: "unlikely, 20–45 %", ru: "маловероятно, 20–45 %" },
  "choice.likelihood.even-chance": {
    en: "roughly even chance, 45–55 %",
    ru: "шансы примерно равны, 45–55 %",
  },
  "choice.likelihood.likely": { en: "likely, 55–80 %", ru: "вероятно, 55–80 %" },
  "choice.likelihood.very-likely": { en: "very likely, 80–95 %", ru: "весьма вероятно, 80–95 %" },
  "choice.likelihood.almost-certain": {
    en: "almost certain, 95–99 %",
    ru: "почти наверняка, 95–99 %",
  },
  "choice.likelihood.unknown": { en: "unknown", ru: "неизвестно" },

  "choice.confidence.low": { en: "low", ru: "низкая" },
  "choice.confidence.moderate": { en: "moderate", ru: "средняя" },
  "choice.confidence.high": { en: "high", ru: "высокая" },
  "choice.confidence.unknown": { en: "unknown", ru: "неизвестно" },

  "choice.responsibility.state-prohibited": {
    en: "prohibited by the state",
    ru: "государством запрещено",
  },
  "choice.responsibility.state-prohibited-but-inadequate": {
    en: "prohibited, but not prevented",
    ru: "запрещено, но не предотвращено",
  },
  "choice.responsibility.state-ignored": {
    en: "ignored by the state",
    ru: "государством не замечается",
  },
  "choice.responsibility.state-encouraged": {
    en: "encouraged by the state",
    ru: "государством поощряется",
  },
  "choice.responsibility.state-shaped": {
    en: "shaped by the state",
    ru: "государством поддерживается",
  },
  "choice.responsibility.state-coordinated": {
    en: "coordinated by the state",
    ru: "государством координируется",
  },
  "choice.responsibility.state-ordered": {
    en: "ordered by the state",
    ru: "по указанию государства",
  },
  "choice.responsibility.state-rogue-conducted": {
    en: "conducted by state forces out of control",
    ru: "неподконтрольными силами государства",
  },
  "choice.responsibility.state-executed": {
    en: "executed by the state",
    ru: "силами государства",
  },
  "choice.responsibility.state-integrated": {
    en: "integrated with state forces",
    ru: "совместно с силами государства",
  },
  "choice.responsibility.none-stated": { en: "none stated", ru: "не указана" },

  "choice.collection.victim-report": { en: "report of a victim", ru: "сообщение пострадавшего" },
  "choice.collection.own-sensor": { en: "own sensors", ru: "собственные датчики" },
  "choice.collection.forensics": { en: "forensics", ru: "экспертиза" },
  "choice.collection.technical-collection": {
    en: "technical collection",
    ru: "технические средства",
  },
  "choice.collection.human-source": { en: "human source", ru: "сведения от человека" },
  "choice.collection.partner": { en: "partner", ru: "партнёр" },
  "choice.collection.commercial": { en: "commercial source", ru: "коммерческий источник" },
  "choice.collection.open-source": { en: "open source", ru: "открытый источник" },
  "choice.collection.unknown": { en: "unknown", ru: "неизвестно" },
  "choice.collection.not-stated": { en: "not stated", ru: "не указано" },

  "choice.heldBack.items": { en: "whole items", ru: "позиции целиком" },
  "choice.heldBack.item-fields": { en: "fields of items", ru: "поля позиций" },
  "choice.heldBack.block": { en: "a block", ru: "раздел" },

  "choice.fileRole.items": { en: "item list", ru: "список позиций" },
  "choice.fileRole.file": { en: "file", ru: "файл" },

  "choice.flag.ask-first": { en: "ask first", ru: "сначала спросить" },
  "choice.flag.no-court-use": { en: "not for use in court", ru: "не для суда" },
  "choice.flag.no-public-attribution": {
    en: "no public attribution",
    ru: "не называть источник публично",
  },
  "choice.flag.no-third-state": { en: "no third state", ru: "не для третьих государств" },

  "choice.use.none": { en: "no action before asking", ru: "без действий до запроса" },
  "choice.use.contact-for-instruction": {
    en: "ask for instructions",
    ru: "обратиться за указаниями",
  },
  "choice.use.internally-visible-actions": {
    en: "action that nobody outside sees",
    ru: "действия, не видимые извне",
  },
  "choice.use.externally-visible-indirect-actions": {
    en: "indirect action that may be seen outside",
    ru: "косвенные действия, видимые извне",
  },
  "choice.use.externally-visible-direct-actions": {
    en: "direct action that may be seen outside",
    ru: "прямые действия, видимые извне",
  },

  "choice.subject.fork": { en: "a log with two histories", ru: "журнал с двумя историями" },
  "choice.subject.epoch-closed": { en: "an epoch is closed", ru: "эпоха журнала закрыта" },
  "choice.subject.seen": { en: "all is seen", ru: "всё прочитано" },
  "choice.subject.witness": { en: "a witness's date", ru: "время, названное свидетелем" },
  "choice.subject.outage": { en: "outage", ru: "перерыв" },

  "choice.outage.planned": { en: "planned work", ru: "плановые работы" },
  "choice.outage.fault": { en: "fault", ru: "неисправность" },
  "choice.outage.other-side": {
    en: "the peer could not be reached",
    ru: "другая сторона недоступна",
  },
  "choice.outage.unknown": { en: "unknown", ru: "неизвестно" },

  "choice.itemKind.ipv4-addr": { en: "IPv4 address", ru: "адрес IPv4" },
  "choice.itemKind.ipv6-addr": { en: "IPv6 address", ru: "адрес IPv6" },
  "choice.itemKind.domain-name": { en: "domain name", ru: "доменное имя" },
  "choice.itemKind.url": { en: "URL", ru: "URL" },
  "choice.itemKind.file-hash": { en: "hash of a file", ru: "хеш файла" },
  "choice.itemKind.file-name": { en: "file name", ru: "имя файла" },
  "choice.itemKind.email-addr": { en: "e-mail address", ru: "адрес электронной почты" },
  "choice.itemKind.email-subject": { en: "subject of an e-mail", ru: "тема письма" },
  "choice.itemKind.mac-addr": { en: "MAC address", ru: "MAC-адрес" },
  "choice.itemKind.autonomous-system": { en: "autonomous system", ru: "автономная система" },
  "choice.itemKind.user-agent": { en: "user agent", ru: "обозначение клиента (User-Agent)" },
  "choice.itemKind.registry-key": { en: "registry key", ru: "ключ реестра" },
  "choice.itemKind.mutex": { en: "mutex", ru: "мьютекс" },
  "choice.itemKind.certificate": { en: "certificate", ru: "сертификат" },
  "choice.itemKind.rule": { en: "detection rule", ru: "правило обнаружения" },
  "choice.itemKind.other": { en: "other", ru: "иное" },

  "choice.diamond.adversary": { en: "adversary", ru: "противник" },
  "choice.diamond.capability": { en: "capability", ru: "средства" },
  "choice.diamond.infrastructure": { en: "infrastructure", ru: "инфраструктура" },
  "choice.diamond.victim": { en: "victim", ru: "пострадавший" },

  "choice.reliability.A": { en: "completely reliable", ru: "вполне надёжен" },
  "choice.reliability.B": { en: "usually reliable", ru: "обычно надёжен" },
  "choice.reliability.C": { en: "fairly reliable", ru: "довольно надёжен" },
  "choice.reliability.D": { en: "not usually reliable", ru: "обычно ненадёжен" },
  "choice.reliability.E": { en: "unreliable", ru: "ненадёжен" },
  "choice.reliability.F": { en: "reliability unknown", ru: "надёжность неизвестна" },

  "choice.credibility.1": {
    en: "confirmed by other sources",
    ru: "подтверждено другими источниками",
  },
  "choice.credibility.2": { en: "probably true", ru: "вероятно, верно" },
  "choice.credibility.3": { en: "possibly true", ru: "возможно, верно" },
  "choice.credibility.4": { en: "doubtful", ru: "сомнительно" },
  "choice.credibility.5": { en: "improbable", ru: "маловероятно" },
  "choice.credibility.6": { en: "credibility unknown", ru: "достоверность неизвестна" },
};
