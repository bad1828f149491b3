/**
 * What a lint says to the author of the data: what was found, why it matters, what to do.
 *
 * Worded so that it can be sent as it stands.
 *
 * @module
 */
import type { FindingKey } from "./message-key.ts";
import type { Words } from "./words.ts";

export const findingWords: Readonly<Record<FindingKey, Words>> = {
  "finding.no-value": {
    en: "There is no value. Please give the value, or leave the row out.",
    ru: "Нет значения. Просим указать значение или исключить строку.",
  },
  "finding.hash-in-comment": {
    en: "The value is empty, and a hash of another function than the type says stands in the comment. It was imported with the function and value of the comment. Please correct the type and move the value into its column.",
    ru: "Значение пусто, а в комментарии стоит хеш другой функции, чем указано в типе. Позиция принята с функцией и значением из комментария. Просим исправить тип и перенести значение в его столбец.",
  },
  "finding.hash-of-other-kind": {
    en: "The hash has the length of another function than the type says. It was imported as the function of its length. Please correct the type.",
    ru: "Длина хеша соответствует другой функции, чем указано в типе. Позиция принята по длине. Просим исправить тип.",
  },
  "finding.value-not-of-kind": {
    en: "The value does not have the form of its type; a URL, for one, begins with its scheme. Please correct the value or the type.",
    ru: "Значение не имеет формы своего типа; например, URL начинается со схемы. Просим исправить значение или тип.",
  },
  "finding.unknown-kind": {
    en: "The type is not known here; the item was imported as “other”. Please name the type by a known word.",
    ru: "Тип здесь неизвестен; позиция принята как «иное». Просим назвать тип известным словом.",
  },
  "finding.no-observed-time": {
    en: "No time of observation. An address without a time names nobody: it changes hands. Please give the time in UTC, or say that it is unknown or withheld.",
    ru: "Время наблюдения не указано. Адрес без времени ни на кого не указывает: он переходит из рук в руки. Просим указать время по UTC либо сообщить, что оно неизвестно или не передаётся.",
  },
  "finding.observed-time-unreadable": {
    en: "The time of observation cannot be read without doubt, or lacks its time zone. Please write it as 2016-07-11T13:42:07Z.",
    ru: "Время наблюдения нельзя прочитать однозначно, либо не указан часовой пояс. Просим записать его так: 2016-07-11T13:42:07Z.",
  },
  "finding.observed-day-only": {
    en: "Only a day of observation; it was read as the whole day in UTC. Please give the hour if it is known.",
    ru: "Указан только день наблюдения; он прочитан как полные сутки по UTC. Просим указать час, если он известен.",
  },
  "finding.no-grade": {
    en: "Neither the reliability of the source nor the credibility of the information is stated; both were taken as unknown (F6). Please state them.",
    ru: "Не указаны ни надёжность источника, ни достоверность сведений; то и другое принято как неизвестное (F6). Просим их указать.",
  },
  "finding.grade-unreadable": {
    en: "Reliability is not a letter A to F, or credibility not a number 1 to 6; what cannot be read was taken as unknown. Please correct it.",
    ru: "Надёжность не обозначена буквой A–F или достоверность – цифрой 1–6; непонятное принято как неизвестное. Просим исправить.",
  },
  "finding.placeholder-address": {
    en: "The address ends in .1.1 and looks like a placeholder for a network. Please give the address that was observed, or the network as such.",
    ru: "Адрес оканчивается на .1.1 и похож на заглушку вместо адреса сети. Просим указать наблюдавшийся адрес или сеть как таковую.",
  },
  "finding.network-address": {
    en: "The address ends in .0 or .255 and looks like that of a network or of all its hosts. Please confirm that it was observed itself.",
    ru: "Адрес оканчивается на .0 или .255 и похож на адрес сети или широковещательный. Просим подтвердить, что наблюдался именно он.",
  },
  "finding.special-address": {
    en: "The address is private or reserved: outside one network it names no host. Please give the public address, or leave the row out.",
    ru: "Адрес частный или зарезервированный: за пределами одной сети он ни на что не указывает. Просим указать внешний адрес или исключить строку.",
  },
  "finding.text-contradicts-kind": {
    en: "The description speaks of another kind of thing than the type says. Please correct the description or the type.",
    ru: "В описании говорится о другом, чем указано в типе. Просим исправить описание или тип.",
  },
  "finding.repeated-text": {
    en: "One long description stands at different values; it can hardly be true of all. Please say to which value it belongs.",
    ru: "Одно и то же длинное описание стоит при разных значениях; верным для всех оно едва ли может быть. Просим указать, к какому значению оно относится.",
  },
  "finding.generic-text": {
    en: "The description only recommends a review and says nothing of this value. Please say why it is listed.",
    ru: "Описание лишь рекомендует проверку и ничего не говорит о самом значении. Просим указать, почему оно включено.",
  },
  "finding.country-in-text-only": {
    en: "The description only names a country, which the registration of an address does not prove. Please say why it is listed.",
    ru: "Описание лишь называет страну, что регистрацией адреса не доказывается. Просим указать, почему значение включено.",
  },
  "finding.no-text": {
    en: "There is no description. Please say why the value is listed.",
    ru: "Описания нет. Просим указать, почему значение включено.",
  },
  "finding.no-phase": {
    en: "The phase of the attack is not stated. Please state it, or say that it is unknown.",
    ru: "Этап атаки не указан. Просим указать его или сообщить, что он неизвестен.",
  },
  "finding.no-role": {
    en: "The role is not stated. Please state it, or say that it is unknown.",
    ru: "Роль не указана. Просим указать её или сообщить, что она неизвестна.",
  },
  "finding.duplicate": {
    en: "The same value is listed more than once; all rows were kept. Please say whether they are different observations.",
    ru: "Одно значение приведено несколько раз; сохранены все строки. Просим сообщить, разные ли это наблюдения.",
  },
  "finding.marking-missing": {
    en: "There is no marking; it was taken as TLP:RED, and nothing leaves until a person marks it. Please state it.",
    ru: "Пометки нет; принято TLP:RED, и ничего не передаётся, пока пометку не поставит человек. Просим её указать.",
  },
  "finding.marking-unreadable": {
    en: "The marking is no label of TLP 2.0; it was taken as TLP:RED, and nothing leaves until a person marks it. Please correct it.",
    ru: "Пометка не входит в TLP 2.0; принято TLP:RED, и ничего не передаётся, пока пометку не поставит человек. Просим исправить.",
  },
  "finding.marking-tlp-1": {
    en: "TLP:WHITE is a label of TLP 1; it was read as TLP:CLEAR, its name in TLP 2.0.",
    ru: "TLP:WHITE – обозначение TLP 1; прочитано как TLP:CLEAR по TLP 2.0.",
  },
  "finding.defanged": {
    en: "The value was defanged, for example with [.]; it was restored.",
    ru: "Значение было обезврежено, например через [.]; оно восстановлено.",
  },
  "finding.html-entities": {
    en: "There are HTML entities such as &amp; in the text, left from a web page; the text was kept as it is. Please give the original characters.",
    ru: "В тексте остались HTML-подстановки вроде &amp;, следы веб-страницы; текст сохранён как есть. Просим дать исходные знаки.",
  },
  "finding.multi-line-field": {
    en: "A field has several lines, which some programs read as several rows. It was read as one.",
    ru: "Поле занимает несколько строк; иные программы прочтут его как несколько записей. Прочитано как одно.",
  },
  "finding.characters-removed": {
    en: "There were control characters in the text; they were removed.",
    ru: "В тексте были управляющие символы; они удалены.",
  },
  "finding.text-cut": {
    en: "The text or value is longer than an item can carry and was cut. Please shorten it, or send the original as a file.",
    ru: "Текст или значение длиннее, чем вмещает позиция, и было сокращено. Просим сократить или передать оригинал файлом.",
  },
  "finding.column-not-read": {
    en: "The table has columns that are not read here; nothing of them was imported.",
    ru: "В таблице есть столбцы, которые здесь не читаются; из них ничего не принято.",
  },

  "source.value": { en: "value", ru: "значение" },
  "source.kind": { en: "type", ru: "тип" },
  "source.comment": { en: "comment", ru: "комментарий" },
  "source.role": { en: "role", ru: "роль" },
  "source.phase": { en: "phase of the attack", ru: "этап атаки" },
  "source.observed": { en: "time observed", ru: "время наблюдения" },
  "source.marking": { en: "marking", ru: "пометка" },
  "source.text": { en: "description", ru: "описание" },
  "source.grade": { en: "grade of the source", ru: "оценка источника" },
  "source.columns": { en: "columns", ru: "столбцы" },

  "report.title": {
    en: "Report on the reading of “{source}”. Rows read: {rows}. Findings: {findings}. Rows are counted from 1, headings not included.",
    ru: "Отчёт о чтении «{source}». Прочитано строк: {rows}. Замечаний: {findings}. Строки считаются с 1, без заголовков.",
  },
  "report.sound": { en: "Nothing was found.", ru: "Замечаний нет." },
  "report.finding": {
    en: "{n}. {field}: {count} of {rows}. {text}",
    ru: "{n}. {field}: {count} из {rows}. {text}",
  },
  "report.rows": { en: "Rows: {places}.", ru: "Строки: {places}." },
  "report.parts": { en: "Of these: {parts}.", ru: "Из них: {parts}." },
  "report.more": { en: "and more: {count}", ru: "и ещё: {count}" },
  "report.end": {
    en: "Every row was imported; the findings travel with the items.",
    ru: "Приняты все строки; замечания передаются вместе с позициями.",
  },
};
