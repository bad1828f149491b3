/**
 * What the command says of descriptors, fingerprints and agreements that it refuses, in both languages.
 *
 * @module
 */
import type { RefusalCode } from "@parley/core/refusal-codes";
import type { Language } from "../config.ts";
import type { FailureText } from "./failure-texts-en.ts";

type PartyArea = "agreement" | "descriptor" | "fingerprint" | "jws" | "notice" | "party";
type PartyRefusalCode = Exclude<Extract<RefusalCode, `${PartyArea}.${string}`>, WireOnly>;
/** Said between nodes, about a message; never about a file that a person imports. */
type WireOnly = "agreement.kind-not-for-desk" | "agreement.superseded";

const notImported = "Nothing was imported.";
const notStored = "Nothing was stored and nothing is agreed.";
const askAnew = "Ask the other side for the file again; compare its size and digest by telephone.";
const en: Readonly<Record<PartyRefusalCode, FailureText>> = {
  "agreement.adopt-by-passed": {
    happened: "The date by which this agreement was to be adopted has passed.",
    means: notStored,
    next: "Propose it anew with a later date.",
  },
  "agreement.broken-chain": {
    happened: "The agreement does not follow the one in force.",
    means: "Nothing was stored. The agreement in force stays.",
    next: "Import the versions in between first, or have the proposal made from the one in force.",
  },
  "agreement.forked": {
    happened: "Another agreement of this version is stored already.",
    means: "Nothing was stored. The one that is stored stays.",
    next: "Compare both with the other side: parley agreement show.",
  },
  "agreement.malformed": {
    happened: "The file is not an agreement that this program understands ({detail}).",
    means: notStored,
    next: "Check that it is the right file and was not changed on its way.",
  },
  "agreement.one-sided": {
    happened: "Only one side has signed the agreement.",
    means: "It is not in force; nothing flows under it.",
    next: "Sign it (parley agreement sign FILE), and let the other side import what comes out.",
  },
  "agreement.suite-not-allowed": {
    happened: "A desk has keys of a suite that the agreement does not allow.",
    means: notStored,
    next: "Have it proposed with the suite pq1.",
  },
  "agreement.unknown-desk": {
    happened: "The agreement names a desk that a party does not have.",
    means: notStored,
    next: "Import the other side's newest descriptor, or have the name corrected.",
  },
  "agreement.unspoken-protocol": {
    happened:
      "The agreement wants a version of the protocol that one of the parties does not speak.",
    means: notStored,
    next: "Have it proposed with a version that both descriptors name.",
  },
  "agreement.wrong-parties": {
    happened: "The agreement is between other parties.",
    means: notStored,
    next: "Check that it is the right file, and that the peer has been imported and confirmed.",
  },
  "descriptor.bad-key": {
    happened: "The descriptor holds a key under which anybody could sign or read ({detail}).",
    means: notImported,
    next: "Tell the other side: its program made a bad key. Do not confirm.",
  },
  "descriptor.broken-chain": {
    happened: "The descriptor does not follow the one that is stored (serial {serial} of {peer}).",
    means: "Nothing was imported. The stored one stays in force.",
    next: "Ask for all that came since: parley descriptor --out FILE --since {serial}.",
  },
  "descriptor.expired": {
    happened: "The descriptor of {peer} is no longer valid.",
    means: notImported,
    next: "Ask the other side for a newer one: parley descriptor --renew. Check the date of this machine.",
  },
  "descriptor.forked": {
    happened: "{peer} has signed two descriptors with one serial.",
    means: "The second was not stored. The first stays in force.",
    next: "Keep both files as evidence and speak to the other side in person: its authority key may be stolen.",
  },
  "descriptor.malformed": {
    happened: "This is not a descriptor that this program understands ({detail}).",
    means: notImported,
    next: "Check that it is the right file, and that name and addresses are as `parley init --help` shows.",
  },
  "descriptor.own-party": {
    happened: "This is the descriptor of your own party.",
    means: notImported,
    next: "Import the file that the other side gave you.",
  },
  "descriptor.shared-key": {
    happened: "The descriptor uses one key in two places.",
    means: notImported,
    next: "Tell the other side: each of its keys must have one place only.",
  },
  "descriptor.wrong-party": {
    happened: "The file holds descriptors of different parties.",
    means: notImported,
    next: askAnew,
  },
  "fingerprint.differs": {
    happened:
      "The digits heard are not those of the file imported for {peer}; groups that differ: {groups}.",
    means: "The peer is not confirmed by them. The file may have been swapped on its way.",
    next: "Have the digits read aloud again, in person. If they still differ, ask for the file by another way, and do not confirm.",
  },
  "fingerprint.malformed": {
    happened: "What was typed is not thirty digits.",
    means: "The peer is not confirmed; nothing flows.",
    next: "Type six groups of five digits as they are read aloud.",
  },
  "jws.bad-signature": {
    happened: "A signature in the file is not good.",
    means:
      "Nothing was imported. The file was changed after it was signed, or signed with other keys.",
    next: askAnew,
  },
  "jws.malformed": {
    happened: "The file is not a signed document in its one form ({detail}).",
    means: notImported,
    next: "Check that it is the right file and was carried without being changed: a mail program may reformat text.",
  },
  "jws.wrong-signers": {
    happened: "The file is not signed by the keys that must sign it.",
    means: "Nothing was imported. A signature may have been removed, or somebody else has signed.",
    next: askAnew,
  },
  "notice.bad-statement": {
    happened: "The notice says something that it may not say ({detail}).",
    means: notImported,
    next: "Ask the other side for a corrected file.",
  },
  "notice.below-receipted": {
    happened: "The notice reaches back into what this node has acknowledged to {peer}.",
    means: "It was not imported: what was received before stays as it is, for both sides.",
    next: "Tell {peer} what to type: parley keys handover --peer THIS-PARTY --out FILE {places}. It disowns with --disown what lies before and is not its own. Then import the new file.",
  },
  "notice.broken-chain": {
    happened: "The notice does not follow the last one that is stored.",
    means: "Nothing was imported. What is stored stays in force.",
    next: "Ask for the whole file: parley keys handover.",
  },
  "notice.malformed": {
    happened: "There is a notice in the file that this program does not understand ({detail}).",
    means: notImported,
    next: "Check that it is the right file and was not changed on its way.",
  },
  "notice.unknown-descriptor": {
    happened: "The notice names a descriptor that is not the newest authority's.",
    means: notImported,
    next: "Ask for the whole file: parley keys handover. If it stays so, speak to the other side in person.",
  },
  "notice.wrong-channel": {
    happened: "The notice is about another channel.",
    means: notImported,
    next: "Ask the other side for the file that it wrote for you: parley keys handover --peer NAME.",
  },
  "party.bad-desk-name": {
    happened: "This cannot be the name of a desk.",
    means: "Nothing was changed.",
    next: "Write 1 to 32 of a-z, 0-9 and hyphen; `node` is taken.",
  },
  "party.bad-name": {
    happened: "This cannot be the name of a party.",
    means: "Nothing was changed.",
    next: "Write 3 to 63 of a-z, 0-9, dot and hyphen, such as washington.example.",
  },
};

const ruNotImported = "Ничего не импортировано.";
const ruNotStored = "Ничего не сохранено и ни о чём не договорено.";
const ruAskAnew =
  "Запросите файл у другой стороны ещё раз; сверьте его размер и дайджест по телефону.";
const ru: Readonly<Record<PartyRefusalCode, FailureText>> = {
  "agreement.adopt-by-passed": {
    happened: "Срок, до которого следовало принять это соглашение, истёк.",
    means: ruNotStored,
    next: "Предложите его заново с более поздним сроком.",
  },
  "agreement.broken-chain": {
    happened: "Соглашение не продолжает действующее.",
    means: "Ничего не сохранено. Действующее соглашение остаётся.",
    next: "Сначала импортируйте промежуточные версии или составьте предложение на основе действующей.",
  },
  "agreement.forked": {
    happened: "Другое соглашение этой версии уже сохранено.",
    means: "Ничего не сохранено. Сохранённое остаётся.",
    next: "Сверьте оба текста с другой стороной: parley agreement show.",
  },
  "agreement.malformed": {
    happened: "Файл не является соглашением, понятным этой программе ({detail}).",
    means: ruNotStored,
    next: "Проверьте, что это нужный файл и что он не изменён в пути.",
  },
  "agreement.one-sided": {
    happened: "Соглашение подписала только одна сторона.",
    means: "Оно не действует; обмена по нему нет.",
    next: "Подпишите его (parley agreement sign ФАЙЛ) и передайте результат другой стороне.",
  },
  "agreement.suite-not-allowed": {
    happened: "У отдела ключи из набора, которого соглашение не допускает.",
    means: ruNotStored,
    next: "Пусть его предложат с набором pq1.",
  },
  "agreement.unknown-desk": {
    happened: "Соглашение называет отдел, которого у стороны нет.",
    means: ruNotStored,
    next: "Импортируйте новейший дескриптор другой стороны или исправьте название.",
  },
  "agreement.unspoken-protocol": {
    happened: "Соглашение требует версию протокола, на которой одна из сторон не говорит.",
    means: ruNotStored,
    next: "Пусть его предложат с версией, названной в обоих дескрипторах.",
  },
  "agreement.wrong-parties": {
    happened: "Это соглашение между другими сторонами.",
    means: ruNotStored,
    next: "Проверьте, что это нужный файл и что собеседник импортирован и подтверждён.",
  },
  "descriptor.bad-key": {
    happened:
      "В дескрипторе есть ключ, которым мог бы подписывать или читать кто угодно ({detail}).",
    means: ruNotImported,
    next: "Сообщите другой стороне: её программа создала негодный ключ. Не подтверждайте.",
  },
  "descriptor.broken-chain": {
    happened: "Дескриптор не продолжает сохранённый (номер {serial}, сторона {peer}).",
    means: "Ничего не импортировано. Сохранённое остаётся в силе.",
    next: "Запросите всё, что вышло с тех пор: parley descriptor --out ФАЙЛ --since {serial}.",
  },
  "descriptor.expired": {
    happened: "Срок действия дескриптора стороны {peer} истёк.",
    means: ruNotImported,
    next: "Запросите новое: parley descriptor --renew. Проверьте дату на этой машине.",
  },
  "descriptor.forked": {
    happened: "Сторона {peer} подписала два дескриптора с одним номером.",
    means: "Второе не сохранено. Первое остаётся в силе.",
    next: "Сохраните оба файла как доказательство и поговорите с другой стороной лично: её ключ мог быть похищен.",
  },
  "descriptor.malformed": {
    happened: "Это не дескриптор, понятный этой программе ({detail}).",
    means: ruNotImported,
    next: "Проверьте, что это нужный файл, а имя и адреса — как в `parley init --help`.",
  },
  "descriptor.own-party": {
    happened: "Это дескриптор вашей собственной стороны.",
    means: ruNotImported,
    next: "Импортируйте файл, полученный от другой стороны.",
  },
  "descriptor.shared-key": {
    happened: "В дескрипторе один ключ стоит на двух местах.",
    means: ruNotImported,
    next: "Сообщите другой стороне: у каждого её ключа должно быть одно место.",
  },
  "descriptor.wrong-party": {
    happened: "В файле дескрипторы разных сторон.",
    means: ruNotImported,
    next: ruAskAnew,
  },
  "fingerprint.differs": {
    happened:
      "Услышанные цифры не соответствуют файлу стороны {peer}; различаются группы: {groups}.",
    means: "Ими собеседник не подтверждён. Файл могли подменить в пути.",
    next: "Попросите прочитать цифры ещё раз, лично. Если снова не совпадут, запросите файл другим путём и не подтверждайте.",
  },
  "fingerprint.malformed": {
    happened: "Введённое — не тридцать цифр.",
    means: "Собеседник не подтверждён; обмена нет.",
    next: "Введите шесть групп по пять цифр так, как их читают вслух.",
  },
  "jws.bad-signature": {
    happened: "Подпись в файле неверна.",
    means: "Ничего не импортировано. Файл изменён после подписания или подписан другими ключами.",
    next: ruAskAnew,
  },
  "jws.malformed": {
    happened: "Файл не является подписанным документом в единственной его форме ({detail}).",
    means: ruNotImported,
    next: "Проверьте, что это нужный файл и что он передан без изменений: почтовая программа может менять текст.",
  },
  "jws.wrong-signers": {
    happened: "Файл подписан не теми ключами, которыми должен быть подписан.",
    means: "Ничего не импортировано. Подпись могли удалить, или подписал кто-то другой.",
    next: ruAskAnew,
  },
  "notice.bad-statement": {
    happened: "Уведомление говорит то, чего говорить не может ({detail}).",
    means: "Ничего не импортировано.",
    next: "Запросите у другой стороны исправленный файл.",
  },
  "notice.below-receipted": {
    happened: "Уведомление затрагивает то, что этот узел уже подтвердил стороне {peer}.",
    means: "Оно не импортировано: полученное раньше остаётся как есть у обеих сторон.",
    next: "Сообщите {peer}, что ввести: parley keys handover --peer ВАША-СТОРОНА --out ФАЙЛ {places}. Чужие прежние записи там назовут через --disown. Затем импортируйте новый файл.",
  },
  "notice.broken-chain": {
    happened: "Уведомление не следует за последним имеющимся.",
    means: "Ничего не импортировано. Имеющееся действует.",
    next: "Запросите файл целиком: parley keys handover.",
  },
  "notice.malformed": {
    happened: "В файле есть уведомление, которого программа не понимает ({detail}).",
    means: "Ничего не импортировано.",
    next: "Проверьте, тот ли это файл и не изменён ли он в пути.",
  },
  "notice.unknown-descriptor": {
    happened: "Уведомление называет дескриптор не действующего ключа стороны.",
    means: "Ничего не импортировано.",
    next: "Запросите файл целиком: parley keys handover. Если не поможет, поговорите с другой стороной лично.",
  },
  "notice.wrong-channel": {
    happened: "Уведомление о другом канале.",
    means: "Ничего не импортировано.",
    next: "Запросите файл, записанный для вас: parley keys handover --peer ИМЯ.",
  },
  "party.bad-desk-name": {
    happened: "Так отдел называться не может.",
    means: "Ничего не изменено.",
    next: "Укажите от 1 до 32 знаков из a-z, 0-9 и дефиса; `node` занято.",
  },
  "party.bad-name": {
    happened: "Так сторона называться не может.",
    means: "Ничего не изменено.",
    next: "Укажите от 3 до 63 знаков из a-z, 0-9, точки и дефиса, например moscow.example.",
  },
};

export const partyFailureTexts: Readonly<
  Record<Language, Readonly<Record<PartyRefusalCode, FailureText>>>
> = { en, ru };
