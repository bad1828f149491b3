/**
 * The same as `office-failure-texts-en.ts`, in Russian.
 *
 * @module
 */
import type { OfficeTexts } from "./office-failure-texts-en.ts";

const notSent = "Ничего не отправлено.";
const notWritten = "Файл не записан.";
const nothingChanged = "Ничего не изменено.";
const notImported = "Ничего не импортировано, файл не записан.";
const askSender = "Попросите отправителя приложить его ещё раз, в новом сообщении.";

export const officeFailureTextsRu: OfficeTexts = {
  "agreement.kind-not-for-desk": {
    happened: "Соглашение не направляет сообщения этого вида в этот отдел.",
    means: notSent,
    next: "Выберите другой отдел через --to; виды каждого показывает parley agreement show ФАЙЛ.",
  },
  "attachment.missing": {
    happened: "Приложения здесь нет.",
    means: notWritten,
    next: askSender,
  },
  "attachment.too-large": {
    happened: "{file} больше, чем соглашение допускает для одного приложения.",
    means: notSent,
    next: "Разделите файл или договоритесь о большем пределе: parley agreement propose.",
  },
  "attachment.truncated": {
    happened: "Приложение обрывается раньше времени.",
    means: notWritten,
    next: askSender,
  },
  "attachment.unreadable": {
    happened: "Приложение не вскрывается ключом из сообщения.",
    means: notWritten,
    next: askSender,
  },
  "attachment.wrong-digest": {
    happened: "Приложение — не тот файл, дайджест которого указан в сообщении.",
    means: notWritten,
    next: askSender,
  },
  "case.move-not-allowed": {
    happened: "На нынешнем этапе дела этого сказать нельзя ({detail}).",
    means: notSent,
    next: "Посмотрите дело как оно есть и выберите другой шаг: parley case НОМЕР.",
  },
  "case.unknown": {
    happened: "Дела {id} нет, либо его первое сообщение ещё не подтверждено.",
    means: nothingChanged,
    next: "Сверьте номер со списком parley cases --all.",
  },
  "case.wrong-role": {
    happened: "Этот шаг принадлежит другой стороне ({detail}).",
    means: notSent,
    next: "Дождитесь его или выберите другой шаг: parley case НОМЕР.",
  },
  "channel.ambiguous": {
    happened: "Открыты каналы с несколькими сторонами.",
    means: nothingChanged,
    next: "Назовите собеседника: --peer ИМЯ. Список показывает parley pair.",
  },
  "channel.unknown": {
    happened: "Открытого канала нет, либо нет канала с этой стороной.",
    means: nothingChanged,
    next: "Проверьте, что обе стороны подтвердили и договорились: parley pair, parley agreement show.",
  },
  "csv.bad-encoding": {
    happened: "Файл не в кодировке UTF-8: {detail}.",
    means: notImported,
    next: "Сохраните его как CSV в UTF-8 и импортируйте снова.",
  },
  "csv.line-too-long": {
    happened: "Файл не может быть таблицей: {detail}.",
    means: notImported,
    next: "Проверьте, что это нужный файл; запросите у автора исправный.",
  },
  "csv.malformed": {
    happened: "Файл не является CSV по RFC 4180: {detail}.",
    means: notImported,
    next: "Исправьте там кавычки и запятые или запросите у автора исправный файл.",
  },
  "csv.missing-columns": {
    happened: "Не хватает столбцов: {detail}.",
    means: notImported,
    next: "Дайте столбцам эти заголовки или запросите у автора файл с ними.",
  },
  "csv.repeated-column": {
    happened: "У двух столбцов один заголовок: {detail}.",
    means: notImported,
    next: "Переименуйте или удалите один из них.",
  },
  "csv.too-large": {
    happened: "Файл слишком велик: {detail}.",
    means: notImported,
    next: "Разделите его: каждая часть станет отдельным сообщением.",
  },
  "csv.too-many-rows": {
    happened: "В файле слишком много строк: {detail}.",
    means: notImported,
    next: "Разделите его: каждая часть станет отдельным сообщением.",
  },
  "csv.wrong-width": {
    happened: "В строке не столько полей, сколько заголовков: {detail}.",
    means: notImported,
    next: "Исправьте строку; значение с запятой заключается в кавычки.",
  },
  "desk.locked": {
    happened: "Отдел «{detail}» заперт.",
    means: notSent,
    next: "Дайте его парольную фразу: --{detail}-passphrase-file ФАЙЛ, здесь или там, где запущен parley serve.",
  },
  "desk.unknown": {
    happened: "У другой стороны нет такого отдела.",
    means: notSent,
    next: "Выберите другой через --to; список показывает parley agreement show ФАЙЛ.",
  },
  "entry.too-large": {
    happened: "Сообщение не помещается в одну запись.",
    means: notSent,
    next: "Сократите его или вынесите материалы в файл: --attach ФАЙЛ.",
  },
  "entry.wrong-class": {
    happened: "Сообщению этого вида не место в этом классе обмена ({detail}).",
    means: notSent,
    next: "Выберите другой через --class или не указывайте его.",
  },
  "entry.wrong-signer": {
    happened: "Сообщение этого вида подписывает узел, а не отдел ({detail}).",
    means: notSent,
    next: "Не указывайте --by и --to.",
  },
  "item.invalid": {
    happened: "Позиция составлена не по форме: {detail}.",
    means: notSent,
    next: "Исправьте её в файле позиций; счёт позиций идёт с 0.",
  },
  "item.not-there": {
    happened: "Показанное не раскрывает поле этой позиции.",
    means: nothingChanged,
    next: "Запросите то, что к ней относится.",
  },
  "item.too-large": {
    happened: "Позиция слишком длинна ({detail}).",
    means: notSent,
    next: "Сократите её текст или приложите его файлом: --attach ФАЙЛ.",
  },
  "item.too-many": {
    happened: "Позиций слишком много ({detail}).",
    means: notSent,
    next: "Разделите их на несколько сообщений.",
  },
  "kind.invalid-body": {
    happened: "Сообщение не той формы, которой требует его вид: {detail}.",
    means: notSent,
    next: "Поля и правильный пример: parley send ВИД --help; parley send ВИД --example.",
  },
  "kind.invalid-control": {
    happened:
      "Сообщению этого вида нужно другое дело, ответ, просьба, опасность или отдел: {detail}.",
    means: notSent,
    next: "Смотрите parley send --help: --case, --answers, --ask, --severity, --to.",
  },
  "message.bad-draft": {
    happened: "Из этого нельзя составить сообщение ({detail}).",
    means: notSent,
    next: "Поля и правильный пример: parley send ВИД --help; parley send ВИД --example.",
  },
  "message.bad-item": {
    happened: "Список позиций сообщения не читается ({detail}).",
    means: nothingChanged,
    next: "Запустите parley rebuild --from-logs; если не поможет, восстановите последнюю копию.",
  },
  "message.bad-items": {
    happened: "Список позиций — не тот, на который ссылается сообщение ({detail}).",
    means: nothingChanged,
    next: "Запустите parley rebuild --from-logs; если не поможет, восстановите последнюю копию.",
  },
  "message.missing-item": {
    happened: "Позиция не показана и не названа среди непередаваемого ({detail}).",
    means: nothingChanged,
    next: "Запустите parley rebuild --from-logs; если не поможет, восстановите последнюю копию.",
  },
  "message.too-large": {
    happened: "Сообщение раскрывает больше 40 000 байт.",
    means: notSent,
    next: "Сократите его или вынесите материалы в файл: --attach ФАЙЛ.",
  },
  "message.unknown": {
    happened: "Сообщения {id} нет.",
    means: nothingChanged,
    next: "Сверьте номер со списком parley case НОМЕР.",
  },
  "office.ambiguous-id": {
    happened: "С {id} начинается несколько номеров: {count}.",
    means: nothingChanged,
    next: "Введите больше знаков нужного номера.",
  },
  "office.attachment-not-here": {
    happened: "Приложения {digest} здесь нет, или оно не целиком.",
    means: notWritten,
    next: "Дождитесь его; если его сообщение отклонено, отправитель должен передать оба снова.",
  },
  "office.bad-items-file": {
    happened: "{file} — не файл позиций: {detail}.",
    means: notSent,
    next: "Создайте его командой parley import ФАЙЛ.csv --out ПОЗИЦИИ.json и меняйте в нём только распоряжения и позиции.",
  },
  "office.file-exists": {
    happened: "Файл {file} уже есть.",
    means: "Он не тронут, ничего не записано.",
    next: "Назовите другой файл через --out или уберите тот.",
  },
  "office.file-too-large": {
    happened: "{file} больше {bytesMax} байт.",
    means: notSent,
    next: "Разделите его на несколько сообщений.",
  },
  "office.no-attachment": {
    happened: "Сообщение {id} не называет такого приложения.",
    means: notWritten,
    next: "Посмотрите, что оно называет: parley attachment list НОМЕР.",
  },
  "office.no-directory": {
    happened: "Для {file} нет каталога.",
    means: notWritten,
    next: "Создайте каталог или назовите другой файл через --out.",
  },
  "office.no-file": {
    happened: "{file} не читается как файл (система отвечает {cause}).",
    means: notSent,
    next: "Проверьте имя и право учётной записи сервера читать его.",
  },
};
