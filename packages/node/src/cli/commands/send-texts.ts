/**
 * Words of `parley send`, in both languages.
 *
 * @module
 */
import { bilingual } from "../bilingual.ts";

export const sendTexts = bilingual(
  {
    about:
      "Says one thing, of one kind. It is checked against its kind, the agreement and the case first; " +
      "what the other side would refuse is not sent. Case, class and desks are those of the message " +
      "that is answered, unless they are given. When the command returns, the message is on disk in " +
      "our log and signed; it goes out when the node serves.\n\n" +
      "The kinds: {kinds}",
    kind: "What to say",
    peer: "The other party, where there are several",
    class: "live or exercise",
    by: "The desk that says it",
    to: "The desk that it is for",
    case: "The case, by its id or how it begins",
    answers: "The message that it answers, likewise; of a reply in a --case, what the case asks",
    ask: "Of an inquiry: the one thing that is asked",
    severity: "Of an inquiry: 0 to 5, on the common scale",
    replyBy: "A later time for the answer than the agreement gives, such as 2026-12-01T12:00:00Z",
    body: "The blocks of the message, as JSON; --example prints some",
    example: "Print the blocks of a valid message of this kind, and send nothing",
    text: "What a kind with one text says, or its remark",
    textLang: "The language of --text (default: yours)",
    receivedBy: "Of a receipt: who has it (default: the desk)",
    reason: "Of a decline or a rejection: the code of the reason",
    outcome: "Of an answer: what came of it (default: done)",
    grounds: "Of a proposal of closure (default: resolved)",
    until: "Of a holding reply: when the next word comes; of an answer: until when it is planned",
    missing:
      "A field that is missing or supplied, and of which items, such as observed-time:0-910; may be repeated",
    items: "Items, from parley import --out",
    attach: "A file to go with it; may be repeated",
    marking: "TLP of the blocks that have no marking of their own, and of files and items",
    sent: "{place} {kind}, id {jti}. It is on disk and signed; the other side's receipt will come.",
    opened: "It opens the case {case}.",
    inCase: "In the case {case}.",
  },
  {
    about:
      "Говорит одно, одного вида. Сообщение сначала сверяется с видом, соглашением и делом; чего другая " +
      "сторона не примет, то не отправляется. Дело, класс и отделы берутся из сообщения, на которое " +
      "отвечают, если не даны. Когда команда завершена, сообщение записано в журнал и подписано; оно " +
      "уйдёт, когда узел работает.\n\nВиды: {kinds}",
    kind: "Что сказать",
    peer: "Другая сторона, если их несколько",
    class: "live (реальное) или exercise (учение)",
    by: "Отдел, который говорит",
    to: "Отдел, которому сказано",
    case: "Дело, по номеру или его началу",
    answers: "Сообщение, на которое отвечают, так же; у ответа в --case — то, о чём просит дело",
    ask: "У запроса: одна просьба",
    severity: "У запроса: от 0 до 5 по общей шкале",
    replyBy: "Срок ответа позже, чем в соглашении, например 2026-12-01T12:00:00Z",
    body: "Разделы сообщения в JSON; пример печатает --example",
    example: "Напечатать разделы правильного сообщения этого вида и ничего не отправлять",
    text: "Что говорится в виде с одним текстом, или примечание",
    textLang: "Язык --text (по умолчанию ваш)",
    receivedBy: "У подтверждения: у кого оно (по умолчанию отдел)",
    reason: "У отказа отвечать или от закрытия: код причины",
    outcome: "У ответа: что получилось (по умолчанию done)",
    grounds: "У предложения закрыть (по умолчанию resolved)",
    until: "У промежуточного ответа: срок следующего слова; у ответа: до какого срока план",
    missing:
      "Чего не хватает или что дано, и у каких позиций, например observed-time:0-910; можно повторять",
    items: "Позиции из parley import --out",
    attach: "Файл, который приложить; можно повторять",
    marking: "TLP разделов без собственной пометки, файлов и позиций",
    sent: "{place} {kind}, номер {jti}. Записано и подписано; подтверждение другой стороны придёт.",
    opened: "Открыто дело {case}.",
    inCase: "В деле {case}.",
  },
);
