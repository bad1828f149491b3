/**
 * What a refusal means and what to do next: messages, entries, cases, items, imports, attachments, lists.
 *
 * @module
 */
import type { RefusalKey } from "./message-key.ts";
import type { Words } from "./words.ts";

type Area =
  | "attachment"
  | "bytes"
  | "case"
  | "csv"
  | "draft"
  | "entry"
  | "item"
  | "kind"
  | "message"
  | "presend"
  | "release";

export const messageRefusalWords: Readonly<
  Record<Extract<RefusalKey, `refusal.${Area}.${string}`>, Words>
> = {
  "refusal.attachment.missing": {
    en: "An attachment that the message names was not there when it was opened. Send the attachment, then the message again as a new one.",
    ru: "При вскрытии не оказалось приложения, на которое ссылается сообщение. Передайте приложение, затем сообщение ещё раз как новое.",
  },
  "refusal.attachment.too-large": {
    en: "The attachment has more octets than the message says or the agreement allows. Split it, or agree on a larger limit.",
    ru: "Приложение больше, чем указано в сообщении или допускает соглашение. Разделите его или согласуйте больший предел.",
  },
  "refusal.attachment.truncated": {
    en: "The attachment ends before its stated size. Send it again; the upload goes on where it stopped.",
    ru: "Приложение короче указанного размера. Передайте его снова: передача продолжится с места обрыва.",
  },
  "refusal.attachment.unreadable": {
    en: "The attachment does not open under the key that the message gives. Seal it anew and send a new message.",
    ru: "Приложение не вскрывается ключом из сообщения. Зашифруйте его заново и отправьте новое сообщение.",
  },
  "refusal.attachment.wrong-digest": {
    en: "The attachment is not the file whose digest the message gives. Send the right file, or a new message.",
    ru: "Приложение не совпадает с файлом, хеш которого указан в сообщении. Передайте нужный файл или новое сообщение.",
  },
  "refusal.bytes.not-canonical": {
    en: "A text is not in its one canonical form. Have the program that wrote it corrected; nothing can be read from it safely.",
    ru: "Текст не приведён к единственной канонической форме. Исправьте программу, которая его создала: надёжно прочитать его нельзя.",
  },
  "refusal.bytes.not-json": {
    en: "A text is not valid JSON, or names a member twice. Have the program that wrote it corrected.",
    ru: "Текст не является правильным JSON или называет поле дважды. Исправьте программу, которая его создала.",
  },
  "refusal.case.move-not-allowed": {
    en: "The case is in a phase in which such a message is not possible. Look at the case as it stands now and choose another step.",
    ru: "На нынешнем этапе дела такое сообщение невозможно. Посмотрите текущее состояние дела и выберите другое действие.",
  },
  "refusal.case.no-result": {
    en: "The case asks for help and has no result yet: nothing was changed. Answer with one of “done”, “done in part”, “not done”, or name a date; or withdraw what was asked.",
    ru: "В деле содержится просьба о содействии, а результата ещё нет; ничего не изменилось. Ответьте «сделано», «сделано частично» или «не сделано», назовите срок – или отзовите просьбу.",
  },
  "refusal.case.too-many": {
    en: "As many cases are open on this channel as there may be at once, 10,000: none was opened. Close or withdraw cases that are done with, then send it anew.",
    ru: "На этом канале открыто наибольшее возможное число дел – 10 000; новое не открыто. Закройте или отзовите завершённые дела и отправьте сообщение заново.",
  },
  "refusal.case.unknown": {
    en: "There is no such case, or its author had not seen it. Check the case number.",
    ru: "Такого дела нет, либо отправитель его не видел. Проверьте номер дела.",
  },
  "refusal.case.unknown-reference": {
    en: "The message answers one that is not in this case or was refused. Choose the message that is to be answered.",
    ru: "Сообщение отвечает на то, чего в этом деле нет или что отклонено отказом. Выберите сообщение, на которое отвечаете.",
  },
  "refusal.case.wrong-desk": {
    en: "The message is addressed to another desk than this kind of message must go to: a case is raised to the desk above, and a correction or withdrawal goes to the desk that has what it speaks of. Address it to that desk.",
    ru: "Сообщение адресовано не той службе: дело передают следующей вышестоящей службе, а исправление или отзыв направляют той, которая получила исходное сообщение. Укажите эту службу.",
  },
  "refusal.case.wrong-id": {
    en: "A message that opens a case must do so under its own number. Compose it anew as a new case.",
    ru: "Сообщение, открывающее дело, открывает его под собственным номером. Составьте его заново как новое дело.",
  },
  "refusal.case.wrong-role": {
    en: "This step is for the other party, not for the sender. Wait for it, or choose another step.",
    ru: "Это действие принадлежит другой стороне. Дождитесь его или выберите другое.",
  },
  "refusal.csv.bad-encoding": {
    en: "The file is not UTF-8. Save it as “CSV UTF-8” and import it again.",
    ru: "Файл не в кодировке UTF-8. Сохраните его как «CSV UTF-8» и импортируйте снова.",
  },
  "refusal.csv.line-too-long": {
    en: "A line or a record is longer than 1 MiB; quotes may be left open. Correct the line that is named and import again.",
    ru: "Строка или запись длиннее 1 МиБ; возможно, не закрыты кавычки. Исправьте указанную строку и импортируйте снова.",
  },
  "refusal.csv.malformed": {
    en: "The quotes of the named line are not those of CSV. Correct them and import again.",
    ru: "Кавычки в указанной строке расставлены не по правилам CSV. Исправьте их и импортируйте снова.",
  },
  "refusal.csv.missing-columns": {
    en: "The table lacks the columns that are named. Add them, even if they are empty, and import again.",
    ru: "В таблице нет названных столбцов. Добавьте их, хотя бы пустыми, и импортируйте снова.",
  },
  "refusal.csv.repeated-column": {
    en: "The named column stands twice in the table. Remove one and import again.",
    ru: "Названный столбец встречается в таблице дважды. Уберите лишний и импортируйте снова.",
  },
  "refusal.csv.too-large": {
    en: "The file is larger than 256 MiB. Split it and import the parts.",
    ru: "Файл больше 256 МиБ. Разделите его и импортируйте по частям.",
  },
  "refusal.csv.too-many-rows": {
    en: "The table has more than 100,000 rows, the most that one message may carry. Split it and import the parts.",
    ru: "В таблице больше 100 000 строк – предела для одного сообщения. Разделите её и импортируйте по частям.",
  },
  "refusal.csv.wrong-width": {
    en: "The named row has more or fewer fields than there are headings. Correct it and import again.",
    ru: "В указанной строке полей больше или меньше, чем заголовков. Исправьте её и импортируйте снова.",
  },
  "refusal.draft.moved": {
    en: "Somebody took another step with this draft meanwhile, and yours was not taken. Look at it as it stands now, and decide again.",
    ru: "С этим проектом тем временем сделали другой шаг, и ваш не выполнен. Посмотрите его в нынешнем виде и решите заново.",
  },
  "refusal.draft.too-long": {
    en: "The draft is longer than a draft may be. It was not kept as it is now; what was kept before stands. Attach a long list as a file.",
    ru: "Проект длиннее допустимого. В нынешнем виде он не сохранён; сохранённое ранее осталось. Длинный перечень приложите файлом.",
  },
  "refusal.draft.too-many-steps": {
    en: "The draft has had as many steps as a draft may have. Nothing was changed. Begin a new draft with the same text.",
    ru: "С проектом сделано столько шагов, сколько допустимо. Ничего не изменено. Начните новый проект с тем же текстом.",
  },
  "refusal.draft.unknown": {
    en: "There is no such draft, or you may not see it. List the drafts of your desk.",
    ru: "Такого проекта нет, или он вам не виден. Посмотрите список проектов вашего пункта.",
  },
  "refusal.draft.voided": {
    en: "The agreement, the log, the keys of the desk or the case changed after this was approved, so it may not be sent as it was approved. It is a draft again, with its text. Clear it and have it approved anew.",
    ru: "После утверждения изменились соглашение, журнал, ключи пункта или дело, поэтому отправить утверждённое нельзя. Это снова проект, его текст сохранён. Проверьте и утвердите его заново.",
  },
  "refusal.entry.bad-seen": {
    en: "The message refers to a history of our log that we do not have. Compare the checkpoints of both sides before anything else is sent.",
    ru: "Сообщение ссылается на историю нашего журнала, которой у нас нет. Прежде чем отправлять что-либо ещё, сличите контрольные точки обеих сторон.",
  },
  "refusal.entry.key-barred": {
    en: "The message was signed with a key that may no longer sign at this place. Sign it anew with the present key.",
    ru: "Сообщение подписано ключом, который здесь больше не действует. Подпишите его заново действующим ключом.",
  },
  "refusal.entry.repeat": {
    en: "A message with this number was received before. Nothing needs to be done unless something new was meant: then send it as a new message.",
    ru: "Сообщение с этим номером уже получено. Делать ничего не нужно; если имелось в виду новое, отправьте его новым сообщением.",
  },
  "refusal.entry.too-large": {
    en: "The message is too long for one entry. Shorten it, or move evidence into an attachment.",
    ru: "Сообщение не помещается в одну запись. Сократите его или перенесите материалы в приложение.",
  },
  "refusal.entry.unknown-agreement": {
    en: "The message names a version of the agreement that both have not signed. Exchange the signed agreement first, then send it again.",
    ru: "Сообщение ссылается на редакцию соглашения, не подписанную обеими сторонами. Сначала обменяйтесь подписанным соглашением, затем отправьте снова.",
  },
  "refusal.entry.unreadable": {
    en: "The entry could not be opened, or is not signed by the peer. Check that both sides hold each other's present descriptor, then send the message again.",
    ru: "Запись не вскрывается или не подписана другой стороной. Проверьте, что у сторон действующие дескрипторы друг друга, и отправьте сообщение снова.",
  },
  "refusal.entry.wrong-audience": {
    en: "The message is addressed to another party. Send it on the channel that it was meant for.",
    ru: "Сообщение адресовано другой стороне. Отправьте его по тому каналу, для которого оно составлено.",
  },
  "refusal.entry.wrong-channel": {
    en: "The message was made for another channel. Compose it anew on this one.",
    ru: "Сообщение составлено для другого канала. Составьте его заново в этом.",
  },
  "refusal.entry.wrong-class": {
    en: "The message is not of the class of this log, or its kind has no place there: live, exercise and link tests never mix. Compose it anew where it belongs.",
    ru: "Сообщение не того класса, что журнал, или такой вид в нём не допускается: реальное, учебное и проверка связи не смешиваются. Составьте его заново там, где ему место.",
  },
  "refusal.entry.wrong-desk": {
    en: "The message was sealed for another desk than it is addressed to. Send it again to the right desk.",
    ru: "Сообщение зашифровано не для той службы, которой адресовано. Отправьте его снова нужной службе.",
  },
  "refusal.entry.wrong-epoch": {
    en: "The message belongs to another epoch of the log. Compose it anew; the log goes on under the present epoch.",
    ru: "Сообщение относится к другой эпохе журнала. Составьте его заново: журнал ведётся в текущей эпохе.",
  },
  "refusal.entry.wrong-hash": {
    en: "The entry announces another message than it holds. Have the sending program corrected and send the message again.",
    ru: "Запись объявляет не то сообщение, которое содержит. Исправьте программу отправителя и отправьте сообщение снова.",
  },
  "refusal.entry.wrong-issuer": {
    en: "The message names another author than the party that keeps this log. Compose it anew under the own name.",
    ru: "Автор сообщения – не та сторона, которая ведёт этот журнал. Составьте его заново от своего имени.",
  },
  "refusal.entry.wrong-signer": {
    en: "This kind of message may not be signed by this office: what desks say, desks sign, and what machines say, the node. Have it sent by the right one.",
    ru: "Сообщение такого вида подписано не тем, кем следует: сообщения служб подписывают службы, сообщения узла – узел. Отправьте его от надлежащего лица.",
  },
  "refusal.entry.wrong-typ": {
    en: "The signature is for another class of traffic: live, exercise or link test. Sign it anew for the class of this log.",
    ru: "Подпись сделана для другого класса: реального, учебного или проверки связи. Подпишите заново для класса этого журнала.",
  },
  "refusal.item.invalid": {
    en: "An item does not have the form of one. Correct the field that is named and send the message again.",
    ru: "Позиция составлена не по форме. Исправьте названное поле и отправьте сообщение снова.",
  },
  "refusal.item.not-there": {
    en: "What was shown later does not open a field of this item. Ask for what belongs to it.",
    ru: "Показанное позднее не раскрывает поле этой позиции. Запросите то, что к ней относится.",
  },
  "refusal.item.too-large": {
    en: "An item is too long for its line. Shorten its texts, or send the original as a file.",
    ru: "Позиция не помещается в свою строку. Сократите её тексты или передайте оригинал файлом.",
  },
  "refusal.item.too-many": {
    en: "The message has more than 100,000 items. Send it as several.",
    ru: "В сообщении больше 100 000 позиций. Отправьте его по частям.",
  },
  "refusal.kind.invalid-body": {
    en: "The message is not filled in as its kind requires. Correct the field that is named and send it again.",
    ru: "Сообщение заполнено не так, как требует его вид. Исправьте названное поле и отправьте снова.",
  },
  "refusal.kind.invalid-control": {
    en: "Case, answer, ask, clock or addressee are not as this kind requires; an inquiry, for one, has exactly one ask. Correct what is named and send it again.",
    ru: "Дело, ссылка на ответ, просьба, срок или адресат не таковы, как требует вид; например, в запросе ровно одна просьба. Исправьте названное и отправьте снова.",
  },
  "refusal.message.bad-body": {
    en: "The body of the message is out of form. Have the sending program corrected and send the message again.",
    ru: "Тело сообщения составлено не по форме. Исправьте программу отправителя и отправьте сообщение снова.",
  },
  "refusal.message.bad-control": {
    en: "One of the seven control values is out of form. Have the sending program corrected and send the message again.",
    ru: "Одно из семи управляющих значений не по форме. Исправьте программу отправителя и отправьте сообщение снова.",
  },
  "refusal.message.bad-disclosure": {
    en: "A part that was shown does not open what the signature commits to. Send the message again with its own parts.",
    ru: "Показанная часть не соответствует тому, что подписано. Отправьте сообщение снова с его собственными частями.",
  },
  "refusal.message.bad-draft": {
    en: "The draft cannot become a message as it stands. Correct what is named.",
    ru: "Черновик в таком виде не может стать сообщением. Исправьте названное.",
  },
  "refusal.message.bad-item": {
    en: "A line of the item list is not one. Send the message again with its own list.",
    ru: "Строка списка позиций составлена не по форме. Отправьте сообщение снова с его собственным списком.",
  },
  "refusal.message.bad-items": {
    en: "The item list is not the one that the signature commits to. Send the message again with its own list.",
    ru: "Список позиций не тот, что подписан. Отправьте сообщение снова с его собственным списком.",
  },
  "refusal.message.bad-payload": {
    en: "The signed part of the message is out of form. Have the sending program corrected and send the message again.",
    ru: "Подписанная часть сообщения составлена не по форме. Исправьте программу отправителя и отправьте сообщение снова.",
  },
  "refusal.message.missing-block": {
    en: "A block is neither shown nor named as held back. Show it, or say that it is held back, in a new message.",
    ru: "Раздел не показан и не назван среди непередаваемого. Покажите его или укажите, что он не передаётся, в новом сообщении.",
  },
  "refusal.message.missing-item": {
    en: "An item or a field of one is neither shown nor named as held back. Show it, or say that it is held back, in a new message.",
    ru: "Позиция или её поле не показаны и не названы среди непередаваемого. Покажите их или укажите, что они не передаются, в новом сообщении.",
  },
  "refusal.message.not-shown": {
    en: "The part that is wanted is not at hand. Choose a part that was shown, or ask its author to reveal it.",
    ru: "Нужной части в распоряжении нет. Выберите показанную часть или попросите автора её раскрыть.",
  },
  "refusal.message.too-large": {
    en: "The message shows more than 40,000 octets. Shorten it, or move evidence into an attachment.",
    ru: "Сообщение раскрывает больше 40 000 байт. Сократите его или перенесите материалы в приложение.",
  },
  "refusal.message.unknown": {
    en: "There is no message of this id. Check the id; parley case shows those of a case.",
    ru: "Сообщения с таким номером нет. Проверьте номер; сообщения дела показывает parley case.",
  },
  "refusal.presend.bad-lists": {
    en: "The lists for the check before sending are not of their form. Nothing was checked with them; correct the file: docs/presend.md says what it holds.",
    ru: "Перечни для проверки перед отправкой составлены не по форме. По ним ничего не проверялось; исправьте файл: что в нём должно быть, сказано в docs/presend.md.",
  },
  "refusal.release.not-in-this-phase": {
    en: "The draft does not stand where this step begins: somebody changed it, sent it back or sent it meanwhile. It is as it was. Look at it again.",
    ru: "Проект не на той стадии, с которой начинается этот шаг: его тем временем изменили, вернули или отправили. Он остался прежним. Посмотрите его ещё раз.",
  },
  "refusal.release.other-payload": {
    en: "What you looked at is not what would be sent now. Nothing was approved. Read the draft as it stands, and decide again.",
    ru: "Вы смотрели не то, что было бы отправлено сейчас. Ничего не утверждено. Прочтите проект в нынешнем виде и решите заново.",
  },
  "refusal.release.same-person": {
    en: "You wrote, cleared or approved this message already, and another person must. Ask an officer of the desk who has not signed it.",
    ru: "Вы уже составляли, проверяли или утверждали это сообщение, а это должно сделать другое лицо. Попросите сотрудника пункта, который его не подписывал.",
  },
};
