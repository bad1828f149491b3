/**
 * What an agreement settles, in words: its subjects and members, what a change of each means, and the
 * lines of a difference of two versions.
 *
 * @module
 */
import type { AgreementKey } from "./message-key.ts";
import type { Words } from "./words.ts";

export const agreementWords: Readonly<Record<AgreementKey, Words>> = {
  "agreement.protocol": { en: "Protocol", ru: "Протокол" },
  "agreement.adoptBy": { en: "Adoption", ru: "Вступление в силу" },
  "agreement.parties": { en: "Parties", ru: "Стороны" },
  "agreement.suites": { en: "Suites", ru: "Наборы алгоритмов" },
  "agreement.classes": { en: "Classes of traffic", ru: "Классы трафика" },
  "agreement.desks": { en: "Desks", ru: "Службы" },
  "agreement.clocks": { en: "Clocks", ru: "Сроки" },
  "agreement.quotas": { en: "Quotas", ru: "Квоты" },
  "agreement.attachments": { en: "Attachments", ru: "Приложения" },
  "agreement.severity": { en: "Severity", ru: "Степень серьёзности" },
  "agreement.handling": { en: "Handling", ru: "Обращение со сведениями" },
  "agreement.defaultLine": { en: "Line on every form", ru: "Строка на каждом бланке" },
  "agreement.glossary": { en: "Glossary", ru: "Глоссарий" },
  "agreement.probability": { en: "Likelihood", ru: "Вероятность" },
  "agreement.release": { en: "Persons who release", ru: "Подписи перед отправкой" },
  "agreement.collection": { en: "Times of collection", ru: "Время сбора" },
  "agreement.retention": { en: "Retention", ru: "Сроки хранения" },
  "agreement.linkTests": { en: "Link tests", ru: "Проверки связи" },
  "agreement.drills": { en: "Drills", ru: "Тренировки" },
  "agreement.witnesses": { en: "Witnesses", ru: "Свидетели" },
  "agreement.cosignature": {
    en: "What a cosignature states",
    ru: "Что удостоверяет подпись зеркала",
  },
  "agreement.matching": { en: "Private matching", ru: "Закрытое сопоставление" },
  "agreement.useStatement": { en: "Statement of use", ru: "Отчёт об использовании" },
  "agreement.exercise": { en: "Exercises", ru: "Учения" },

  "agreement.protocol.means": {
    en: "Both nodes must speak this version of the protocol before the agreement is adopted.",
    ru: "До вступления соглашения в силу оба узла должны поддерживать эту версию протокола.",
  },
  "agreement.adoptBy.means": {
    en: "Until then a message may name either version; after it the older one is refused.",
    ru: "До этого времени сообщение может ссылаться на любую из версий; после него прежняя не принимается.",
  },
  "agreement.parties.means": {
    en: "Who speaks for a party is shown by other keys or another descriptor: compare the fingerprint before you sign.",
    ru: "За сторону говорят другие ключи или другой дескриптор: до подписания сверьте отпечаток.",
  },
  "agreement.suites.means": {
    en: "A message under a suite that is not named is refused.",
    ru: "Сообщение с набором алгоритмов, которого здесь нет, не принимается.",
  },
  "agreement.classes.means": {
    en: "Traffic of a class that is not named does not flow.",
    ru: "Трафик класса, которого здесь нет, не передаётся.",
  },
  "agreement.desks.means": {
    en: "Whom one may write to about what, when and in which language somebody is there, is different: what goes elsewhere is refused.",
    ru: "Меняется, кому и о чём можно писать, когда и на каком языке там ответят: направленное не по адресу не принимается.",
  },
  "agreement.clocks.less": {
    en: "Whoever owes this word has less time, in either capital.",
    ru: "У того, кто должен дать этот ответ, времени меньше – в обеих столицах.",
  },
  "agreement.clocks.more": {
    en: "Whoever owes this word has more time, or no clock runs for it at all.",
    ru: "У того, кто должен дать этот ответ, времени больше, либо срок не отсчитывается вовсе.",
  },
  "agreement.quotas.less": {
    en: "Fewer pass unmarked, each way; what exceeds it is shown as excess, and is as valid.",
    ru: "Без отметки в каждую сторону проходит меньше; остальное отмечается как превышение, но остаётся в силе.",
  },
  "agreement.quotas.more": {
    en: "More pass unmarked, each way: be sure that your desk can read them.",
    ru: "Без отметки в каждую сторону проходит больше: убедитесь, что ваша служба успеет их прочесть.",
  },
  "agreement.attachments.less": {
    en: "Larger files, or more of them, are refused before they are taken.",
    ru: "Файлы большего размера или сверх этого объёма не принимаются.",
  },
  "agreement.attachments.more": {
    en: "Larger files, or more of them, are taken and kept: be sure that there is room.",
    ru: "Принимаются и хранятся файлы большего размера или объёма: убедитесь, что для них есть место.",
  },
  "agreement.severity.means": {
    en: "A level is called differently, or stands at another place of the common scale: what was told before keeps its old place.",
    ru: "Уровень называется иначе или занимает другое место на общей шкале; сказанное ранее остаётся на прежнем месте.",
  },
  "agreement.handling.means": {
    en: "What is marked for an organisation, its clients or a community reaches other people when this desk receives it.",
    ru: "Сведения с пометкой для организации, её клиентов или сообщества дойдут до другого круга лиц, когда их получит эта служба.",
  },
  "agreement.defaultLine.means": {
    en: "Every form says this from the adoption on; have a lawyer read it in both languages.",
    ru: "Это будет стоять на каждом бланке с момента вступления в силу; пусть юрист прочтёт текст на обоих языках.",
  },
  "agreement.glossary.means": {
    en: "The term has another word in the other language, or is disputed or no longer so; disputed terms are flagged where they are used.",
    ru: "У термина другое соответствие в другом языке, либо он стал спорным или перестал им быть; спорные термины отмечаются в тексте.",
  },
  "agreement.probability.means": {
    en: "The same word of likelihood stands for other percentages: do not compare it with earlier assessments.",
    ru: "То же слово о вероятности означает другие проценты: не сравнивайте его с прежними оценками.",
  },
  "agreement.release.less": {
    en: "Fewer persons must sign before such a message leaves, in either capital; your own rule may be stricter.",
    ru: "Перед отправкой такого сообщения подписей нужно меньше – в обеих столицах; ваше внутреннее правило может быть строже.",
  },
  "agreement.release.more": {
    en: "More persons must sign before such a message leaves, in either capital: be sure that they are there at night.",
    ru: "Перед отправкой такого сообщения подписей нужно больше – в обеих столицах: убедитесь, что эти люди есть на месте и ночью.",
  },
  "agreement.collection.less": {
    en: "Times may be given more finely: that helps the reader, and shows more of when and where you listen.",
    ru: "Время можно указывать точнее: это помогает читателю, но больше говорит о том, когда и где вы ведёте наблюдение.",
  },
  "agreement.collection.more": {
    en: "Times are given more coarsely: that shows less of your sensors, and an address may then name nobody.",
    ru: "Время указывается грубее: это меньше говорит о ваших датчиках, но адрес может уже ни на кого не указать.",
  },
  "agreement.retention.less": {
    en: "It may be deleted earlier; what was deleted can be shown to nobody.",
    ru: "Удалять можно раньше; удалённое уже никому не показать.",
  },
  "agreement.retention.more": {
    en: "It must be kept longer: be sure that there is room.",
    ru: "Хранить нужно дольше: убедитесь, что для этого есть место.",
  },
  "agreement.linkTests.means": {
    en: "Who tests the link in which hour, or with which neutral text, is different; a missed test alarms at both.",
    ru: "Меняется, кто и в какой час проверяет связь или каким нейтральным текстом; о пропущенной проверке узнают обе стороны.",
  },
  "agreement.drills.means": {
    en: "Desks are tested or contacts confirmed at other times: tell the people who are on duty.",
    ru: "Проверки служб или подтверждение контактов проводятся в другое время: предупредите дежурных.",
  },
  "agreement.witnesses.means": {
    en: "Other third parties see the hashes, sizes, times and names of the logs, and vouch for them.",
    ru: "Хеши, размеры, время и имена журналов видят и удостоверяют другие третьи лица.",
  },
  "agreement.cosignature.means": {
    en: "A receipt proves something else from the adoption on; earlier receipts keep their meaning.",
    ru: "С момента вступления в силу подтверждение приёма доказывает иное; прежние сохраняют своё значение.",
  },
  "agreement.matching.less": {
    en: "Less can be asked in private matching: every element is a guess at what you hold.",
    ru: "При закрытом сопоставлении можно спросить меньше: каждый элемент – догадка о том, что у вас есть.",
  },
  "agreement.matching.more": {
    en: "More can be asked in private matching: every element is a guess at what you hold.",
    ru: "При закрытом сопоставлении можно спросить больше: каждый элемент – догадка о том, что у вас есть.",
  },
  "agreement.useStatement.means": {
    en: "The account of the channel's use is due at another time.",
    ru: "Отчёт об использовании канала составляется в другой срок.",
  },
  "agreement.exercise.means": {
    en: "Exercises are announced, limited or run by other rules.",
    ru: "Учения объявляются, ограничиваются или проводятся по другим правилам.",
  },

  "agreed.authority": { en: "keys of the authority", ru: "ключи, говорящие за сторону" },
  "agreed.descriptor": { en: "descriptor", ru: "дескриптор" },
  "agreed.title": { en: "name", ru: "название" },
  "agreed.kinds": { en: "may receive", ru: "принимает" },
  "agreed.escalatesTo": { en: "escalates to", ru: "передаёт выше" },
  "agreed.hours": { en: "hours, UTC", ru: "часы, UTC" },
  "agreed.languages": { en: "languages", ru: "языки" },
  "agreed.otherPerDay": { en: "every other kind, a day", ru: "прочие виды, в сутки" },
  "agreed.entriesPerHour": { en: "entries an hour", ru: "записей в час" },
  "agreed.bytesPerHour": { en: "size an hour", ru: "объём в час" },
  "agreed.bytesMax": { en: "largest file", ru: "наибольший файл" },
  "agreed.bytesPerDay": { en: "size a day", ru: "объём в сутки" },
  "agreed.common": { en: "on the common scale", ru: "на общей шкале" },
  "agreed.name": { en: "name", ru: "название" },
  "agreed.levels": { en: "levels", ru: "уровни" },
  "agreed.organisation": { en: "organisation", ru: "организация" },
  "agreed.clients": { en: "clients", ru: "клиенты" },
  "agreed.community": { en: "community", ru: "сообщество" },
  "agreed.disputed": { en: "disputed", ru: "спорный" },
  "agreed.fromPercent": { en: "from, %", ru: "от, %" },
  "agreed.toPercent": { en: "to, %", ru: "до, %" },
  "agreed.otherPersons": { en: "every other kind", ru: "прочие виды" },
  "agreed.timeGrainSeconds": { en: "no finer than", ru: "не точнее" },
  "agreed.linkDays": { en: "link tests", ru: "проверки связи" },
  "agreed.attachmentDays": { en: "attachments", ru: "приложения" },
  "agreed.evenHours": { en: "even hours", ru: "чётные часы" },
  "agreed.oddHours": { en: "odd hours", ru: "нечётные часы" },
  "agreed.texts": { en: "texts", ru: "тексты" },
  "agreed.deskTestsPerQuarter": {
    en: "tests of a desk a quarter",
    ru: "проверок службы в квартал",
  },
  "agreed.deskTestReplySeconds": { en: "reply to a test", ru: "ответ на проверку" },
  "agreed.contactsConfirmDays": {
    en: "contacts are confirmed every",
    ru: "контакты подтверждаются каждые",
  },
  "agreed.exchange": { en: "yearly exchange", ru: "ежегодный обмен" },
  "agreed.month": { en: "month", ru: "месяц" },
  "agreed.day": { en: "day", ru: "день" },
  "agreed.policy": { en: "policy", ru: "политика" },
  "agreed.runsPerDay": { en: "runs a day", ru: "запусков в сутки" },
  "agreed.elementsMax": { en: "elements", ru: "элементов" },
  "agreed.everyDays": { en: "every", ru: "каждые" },
  "agreed.answerSeconds": { en: "answer within", ru: "ответ в течение" },
  "agreed.announceSeconds": { en: "announced before", ru: "объявляется заранее за" },
  "agreed.durationSecondsMax": { en: "lasts at most", ru: "длится не более" },
  "agreed.perYear": { en: "a year", ru: "в год" },
  "agreed.rules": { en: "rules", ru: "правила" },

  "difference.title": {
    en: "Agreement between {first} and {second}: version {is} against version {was}. Changes: {count}.",
    ru: "Соглашение между {first} и {second}: версия {is} в сравнении с версией {was}. Изменений: {count}.",
  },
  "difference.none": {
    en: "What holds is the same in both.",
    ru: "По существу версии не различаются.",
  },
  "difference.was": { en: "was:", ru: "было:" },
  "difference.is": { en: "is:", ru: "стало:" },
  "difference.not-agreed": { en: "not agreed", ru: "не согласовано" },
  "difference.none-agreed": { en: "none", ru: "нет" },
  "difference.severity": { en: "severity {level}", ru: "степень {level}" },
  "difference.day": { en: "{count} d", ru: "{count} сут" },
  "difference.hour": { en: "{count} h", ru: "{count} ч" },
  "difference.minute": { en: "{count} min", ru: "{count} мин" },
  "difference.second": { en: "{count} s", ru: "{count} с" },
  "difference.gibibyte": { en: "{count} GiB", ru: "{count} ГиБ" },
  "difference.mebibyte": { en: "{count} MiB", ru: "{count} МиБ" },
  "difference.kibibyte": { en: "{count} KiB", ru: "{count} КиБ" },
  "difference.octet": { en: "{count} octets", ru: "{count} октетов" },
};
