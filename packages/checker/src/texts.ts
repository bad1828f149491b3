/**
 * What the checker says, in both languages.
 *
 * @module
 */
import { type FillValues, fillIn, type Language } from "@parley/core/vocabulary/words";

const en = {
  "export.proven":
    "PROVEN. The export is whole: every octet of it is bound by a signature or by a hash.",
  "export.parties":
    "It shows the channel {channel} of {first} and {second}, under an agreement that both signed ({versions:version|versions}, since {since}).",
  "log.line":
    "{author} to {peer}, {log}: {size:entry|entries}; {receipted} of them received by {peer}, by its own signature, between {from} and {to}.",
  "log.line-once":
    "{author} to {peer}, {log}: {size:entry|entries}; {receipted} of them received by {peer}, by its own signature, at {from}.",
  "log.unreceipted":
    "{author} to {peer}, {log}: {size:entry|entries}, none of them with a receipt.",
  "log.empty": "Nothing was sent in these logs: {logs}.",
  sealed: "The messages are sealed: who holds their keys can show what they say, and nobody else.",
  "class.cases":
    "{class}: {cases:case|cases} ({phases}); answered {answered}, not answered {unanswered}.",
  "class.kinds": "{class}, from {party}: {kinds}.",
  "class.refused": "{class}, refused of {party}: {codes}.",
  "class.flight":
    "{class}: {count:entry|entries} in flight, without a receipt here, counted nowhere.",
  "class.unopened": "{class}: {count:entry|entries} did not open for the receiver.",
  "class.state": "{class}: what both nodes must hold at this point has the digest {state}.",
  attachments:
    "Attachments: {count} as named by their digests; opened {opened}, not opening {unopened}, absent {absent}.",
  "attachments.sealed": "Attachments: {count}, sealed, as named by their digests.",
  "proof.received":
    "PROVEN. {author} sent entry {log}/{index} to {peer}, and {peer} had it at {time} at the latest, by its own signature.",
  "proof.size":
    "{peer} signed that it holds the first {size} entries of this log and never saw another history of it.",
  "proof.disowned":
    "{author} says of this entry that somebody else signed it with its keys. That takes nothing back: it was received.",
  "proof.sealed": "Nothing of what the entry says is shown.",
  "proof.signed-only":
    "PROVEN. What that entry says was signed by “{by}” of {author} at {time}, by its own word. Nothing of it is shown.",
  "proof.signed":
    "PROVEN. What is shown below was signed by “{by}” of {author} at {time}, by its own word, and sent in that entry.",
  "proof.part": "  {name}: {value}",
  "proof.hidden": "  Not shown: {names}.",
  "silence.proven":
    "PROVEN. {peer} had not answered it by {until}: its log, which it stated at {stated} as {size:entry|entries}, is shown from entry {from} on, and none of them is an answer to it.",
  "silence.named": "  It was named without being answered: {list}.",
  "silence.limits":
    "Not shown: whether {peer} refused it, what {peer} wrote later, and what was said outside this channel.",
  "finger.compared": "The keys are those of {party}: you compared its fingerprint, {digits}.",
  "finger.not":
    "NOT PROVEN: that these are the keys of {party}. Have it read its fingerprint to you: {digits}.",
  cosignature: "By the agreement a receipt says: {text}",
  "not-proven":
    "NOT PROVEN: that a person read anything, or that anything said is true. Times are the word of whoever signed them.",
  "not-proven.more": "NOT PROVEN: what was sent after these points, or outside this channel.",
  "audit.proven":
    "PROVEN. The audit log is whole: every octet of it is bound by a signature or by a hash.",
  "audit.size":
    "It is the log {origin}: {size:entry|entries}, from {from} to {to}, under {checkpoints:checkpoint|checkpoints}. None was changed, put in or left out since the checkpoint that covers it was signed.",
  "audit.officers": "Officers who did something: {officers}.",
  "audit.acts": "Acts: {acts}.",
  "audit.set-back":
    "{count:entry has|entries have} an earlier time than the one before: the clock was set back.",
  "audit.compared": "The keys are those whose fingerprint you compared, {digits}.",
  "audit.not-compared":
    "NOT PROVEN: that these are the keys of {party}. Have its people read their fingerprint to you, as parley audit shows it: {digits}.",
  "audit.limits":
    "NOT PROVEN: that everything done is in it, that a name was that person, or that times are right. Whoever holds the node's keys could keep a second log: compare a checkpoint that you kept.",
  refuted: "REFUTED. {reason}",
  unreadable: "UNREADABLE. {reason}",
  where: "Where: {path}. Code: {code} ({detail}).",
  "finger.differs":
    "A fingerprint that you gave is of neither party: {digits}. The parties have: {others}.",
  "finger.malformed": "A fingerprint is 30 digits; this is none: {typed}.",
  "bad-language": "There is no language {found} here: en or ru.",
  "no-path": "There is no such file or directory, or it cannot be read: {path} ({cause}).",
  "too-large": "There is more in it than can be checked: {path}.",
  progress: "{done} of {total} entries",
  help: `parley-check PATH [--fingerprint "DIGITS"]… [--json] [--lang en|ru]

Checks an export of a channel or of an audit log (a directory) or a proof of one entry (a file),
offline, with nothing but what is in it, and says what is proven and what is not.

  --fingerprint  The 30 digits of a party, as you heard them from it; once for each party
  --json         One JSON object
  --lang         The language: en or ru
  --help         This

EXAMPLE
  parley-check ./export-2016 --fingerprint "31415 92653 58979 32384 62643 38327"

EXIT CODES
  0 proven, 1 refuted, 2 unreadable or used wrongly`,
} as const;

export type TextKey = keyof typeof en;

const ru: Readonly<Record<TextKey, string>> = {
  "export.proven": "ДОКАЗАНО. Выгрузка цела: каждый её байт связан подписью или хешем.",
  "export.parties":
    "Показан канал {channel} сторон {first} и {second} по соглашению, подписанному обеими ({versions:версия|версии|версий}, с {since}).",
  "log.line":
    "{author} → {peer}, {log}: {size:запись|записи|записей}; из них стороной {peer} получено, по её подписи, {receipted}, между {from} и {to}.",
  "log.line-once":
    "{author} → {peer}, {log}: {size:запись|записи|записей}; из них стороной {peer} получено, по её подписи, {receipted}, {from}.",
  "log.unreceipted": "{author} → {peer}, {log}: {size:запись|записи|записей}, квитанций нет.",
  "log.empty": "В этих журналах ничего не отправлено: {logs}.",
  sealed: "Сообщения запечатаны: показать их содержание может только владелец ключей.",
  "class.cases":
    "{class}: {cases:дело|дела|дел} ({phases}); с ответом {answered}, без ответа {unanswered}.",
  "class.kinds": "{class}, от {party}: {kinds}.",
  "class.refused": "{class}, отклонено от {party}: {codes}.",
  "class.flight": "{class}: записей в пути, без квитанции, нигде не учтённых: {count}.",
  "class.unopened": "{class}: записей, которые получатель не смог вскрыть: {count}.",
  "class.state": "{class}: то, что оба узла должны иметь на этот момент, имеет хеш {state}.",
  attachments:
    "Вложений, названных своими хешами: {count}; вскрыто {opened}, не вскрывается {unopened}, нет {absent}.",
  "attachments.sealed": "Вложений, названных своими хешами, запечатанных: {count}.",
  "proof.received":
    "ДОКАЗАНО. {author} отправила запись {log}/{index} стороне {peer}, и {peer}, по её подписи, имела её не позднее {time}.",
  "proof.size":
    "{peer} подписала, что хранит первые записи этого журнала ({size}) и другой его истории не видела.",
  "proof.disowned":
    "{author} заявляет, что эту запись подписал её ключами другой. Это ничего не отменяет: запись получена.",
  "proof.sealed": "Из содержания записи ничего не показано.",
  "proof.signed-only":
    "ДОКАЗАНО. Сказанное в этой записи подписано «{by}» стороны {author}, по её словам, {time}. Из него ничего не показано.",
  "proof.signed":
    "ДОКАЗАНО. Показанное ниже подписано «{by}» стороны {author}, по её словам, {time} и отправлено в этой записи.",
  "proof.part": "  {name}: {value}",
  "proof.hidden": "  Не показано: {names}.",
  "silence.proven":
    "ДОКАЗАНО. {peer} не ответила до {until}: её журнал, который она {stated} объявила в {size} записей, показан начиная с записи {from}, и ответа среди них нет.",
  "silence.named": "  Упомянуто без ответа: {list}.",
  "silence.limits":
    "Не показано: отклонила ли {peer} это сообщение, что она писала позже и что было сказано вне канала.",
  "finger.compared": "Ключи принадлежат стороне {party}: вы сверили её отпечаток, {digits}.",
  "finger.not":
    "НЕ ДОКАЗАНО: что это ключи стороны {party}. Попросите её прочитать свой отпечаток: {digits}.",
  cosignature: "По соглашению квитанция означает: {text}",
  "not-proven":
    "НЕ ДОКАЗАНО: что кто-либо что-либо прочитал и что сказанное верно. Время указано со слов подписавшего.",
  "not-proven.more": "НЕ ДОКАЗАНО: что отправлено после этих моментов или вне этого канала.",
  "audit.proven": "ДОКАЗАНО. Журнал действий цел: каждый его байт связан подписью или хешем.",
  "audit.size":
    "Это журнал {origin}: записей {size}, с {from} по {to}, контрольных точек {checkpoints}. Ни одна запись не изменена, не добавлена и не изъята после подписания контрольной точки, которая её охватывает.",
  "audit.officers": "Действовали: {officers}.",
  "audit.acts": "Действия: {acts}.",
  "audit.set-back": "Записей, чьё время раньше предыдущей: {count}; часы переводили назад.",
  "audit.compared": "Ключи те самые: вы сверили их отпечаток, {digits}.",
  "audit.not-compared":
    "НЕ ДОКАЗАНО: что это ключи стороны {party}. Попросите её прочитать их отпечаток, как его показывает parley audit: {digits}.",
  "audit.limits":
    "НЕ ДОКАЗАНО: что в нём есть всё сделанное, что под именем действовал сам человек и что время верно. Владелец ключей узла мог бы вести второй журнал: сверьте сохранённую вами контрольную точку.",
  refuted: "ОПРОВЕРГНУТО. {reason}",
  unreadable: "НЕ ЧИТАЕТСЯ. {reason}",
  where: "Где: {path}. Код: {code} ({detail}).",
  "finger.differs":
    "Указанный отпечаток не принадлежит ни одной из сторон: {digits}. У сторон: {others}.",
  "finger.malformed": "Отпечаток состоит из 30 цифр, а это не он: {typed}.",
  "bad-language": "Языка {found} здесь нет: en или ru.",
  "no-path": "Нет такого файла или каталога, или его нельзя прочитать: {path} ({cause}).",
  "too-large": "Здесь больше, чем можно проверить: {path}.",
  progress: "{done} из {total} записей",
  help: `parley-check ПУТЬ [--fingerprint "ЦИФРЫ"]… [--json] [--lang en|ru]

Проверяет выгрузку канала или журнала действий (каталог) или доказательство одной записи (файл),
без сети, по одному лишь содержимому, и говорит, что доказано и что нет.

  --fingerprint  30 цифр стороны, услышанные от неё; по одному разу на сторону
  --json         Один объект JSON
  --lang         Язык: en или ru
  --help         Эта справка

ПРИМЕР
  parley-check ./export-2016 --fingerprint "31415 92653 58979 32384 62643 38327"

КОДЫ ЗАВЕРШЕНИЯ
  0 доказано, 1 опровергнуто, 2 не читается или неверный вызов`,
};

const texts: Readonly<Record<Language, Readonly<Record<TextKey, string>>>> = { en, ru };

/** Values may be of a file that anybody wrote: nothing in them may steer a terminal. */
export function tell(lang: Language, key: TextKey, values: FillValues = {}): string {
  const clean = Object.entries(values).map(([name, value]) => [name, printable(String(value))]);
  return fillIn(texts[lang][key], Object.fromEntries(clean));
}

/** POSIX seconds, always UTC. */
export function timeOf(seconds: number): string {
  return `${new Date(seconds * 1_000).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) =>
    character === "\n" ? " " : "\u{fffd}",
  );
}
