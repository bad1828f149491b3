/**
 * What a refusal means and what to do next: logs, receipts, the exchange between nodes, proofs.
 *
 * @module
 */
import type { RefusalKey } from "./message-key.ts";
import type { Words } from "./words.ts";

type Area = "exchange" | "log" | "mirror" | "record";

export const recordRefusalWords: Readonly<
  Record<Extract<RefusalKey, `refusal.${Area}.${string}`>, Words>
> = {
  "refusal.exchange.bad-encoding": {
    en: "The request is packed in a way that is not taken here. The sender's operator should compare the versions of both programs.",
    ru: "Запрос упакован способом, который здесь не принимается. Оператору отправителя следует сличить версии программ.",
  },
  "refusal.exchange.bad-query": {
    en: "The request asks for something out of form. The sender's operator should compare the versions of both programs.",
    ru: "Запрос составлен не по форме. Оператору отправителя следует сличить версии программ.",
  },
  "refusal.exchange.bad-range": {
    en: "The request asks for a part that the file does not have. It should be asked for from its beginning.",
    ru: "Запрошена часть, которой в файле нет. Её следует запросить с начала файла.",
  },
  "refusal.exchange.no-attachment": {
    en: "There is no such attachment here. Send it before the message that names it.",
    ru: "Такого приложения здесь нет. Передайте его до сообщения, которое на него ссылается.",
  },
  "refusal.exchange.no-tile": {
    en: "This part of the log is not here yet. Ask again after the next checkpoint.",
    ru: "Этой части журнала здесь пока нет. Повторите после следующей контрольной точки.",
  },
  "refusal.exchange.not-allowed": {
    en: "This is not open to this peer. If it should be, change the agreement.",
    ru: "Этой стороне это недоступно. Если должно быть доступно, измените соглашение.",
  },
  "refusal.exchange.over-quota": {
    en: "The agreed amount of attachments is used up. Wait until some have expired, or agree on more.",
    ru: "Согласованный объём приложений исчерпан. Дождитесь, пока часть из них устареет, или согласуйте больший.",
  },
  "refusal.exchange.too-large": {
    en: "The request is larger than what is taken at once. The node sends it in smaller parts by itself; if not, compare the versions.",
    ru: "Запрос больше, чем принимается за один раз. Узел сам передаёт его меньшими частями; если нет, сличите версии программ.",
  },
  "refusal.exchange.too-many": {
    en: "Too many requests in a short time. The node tries again later by itself.",
    ru: "Слишком много запросов за короткое время. Узел сам повторит попытку позже.",
  },
  "refusal.exchange.unknown-peer": {
    en: "The connection is from nobody known here. Pair both nodes first, or import the peer's new descriptor.",
    ru: "Соединение установлено неизвестной стороной. Сначала соедините узлы или импортируйте новый дескриптор.",
  },
  "refusal.exchange.wrong-offset": {
    en: "The upload goes on at another place than the one that is stored. The node asks for the right place and goes on by itself.",
    ru: "Передача продолжена не с того места. Узел сам узнает нужное место и продолжит.",
  },
  "refusal.log.bad-bundle": {
    en: "A bundle of entries is out of form. Ask for the log again, or for another export.",
    ru: "Связка записей составлена не по форме. Запросите журнал снова или другую выгрузку.",
  },
  "refusal.log.bad-checkpoint": {
    en: "A checkpoint is out of form. Ask for it again.",
    ru: "Контрольная точка составлена не по форме. Запросите её снова.",
  },
  "refusal.log.bad-note": {
    en: "A signed note is out of form. Ask for it again.",
    ru: "Подписанная заметка составлена не по форме. Запросите её снова.",
  },
  "refusal.log.bad-origin": {
    en: "The name of a log is out of form. Check author, peer, channel, class and epoch.",
    ru: "Имя журнала составлено не по форме. Проверьте отправителя, получателя, канал, класс и эпоху.",
  },
  "refusal.log.bad-proof": {
    en: "The proof does not hold: the entry or the history is another one. Keep both sides' files and compare the checkpoints.",
    ru: "Доказательство не сходится: запись или история другая. Сохраните файлы обеих сторон и сличите контрольные точки.",
  },
  "refusal.log.bad-receipt": {
    en: "A receipt is out of form. Ask the peer's node for its receipt list again.",
    ru: "Квитанция составлена не по форме. Запросите список квитанций у узла другой стороны снова.",
  },
  "refusal.log.bad-signature": {
    en: "A signature on a checkpoint or receipt does not verify. Ask for it again, and compare the keys in the descriptor.",
    ru: "Подпись на контрольной точке или квитанции не подтверждается. Запросите её снова и сличите ключи в дескрипторе.",
  },
  "refusal.log.bad-tile-path": {
    en: "There is no such part of a log. Check the address that was asked for.",
    ru: "Такой части журнала не бывает. Проверьте запрошенный адрес.",
  },
  "refusal.log.bad-vkey": {
    en: "A verification key is out of form. Take it from the descriptor again.",
    ru: "Ключ проверки составлен не по форме. Возьмите его из дескриптора заново.",
  },
  "refusal.log.fork": {
    en: "The log has two histories: its author signed two checkpoints that contradict each other. Keep both; they are proof. Call the peer before anything else is sent.",
    ru: "У журнала две истории: отправитель подписал две противоречащие контрольные точки. Сохраните обе – это доказательство – и свяжитесь с другой стороной, прежде чем отправлять что-либо ещё.",
  },
  "refusal.log.last-epoch": {
    en: "No further epoch is left for this log. Pair anew under a new channel.",
    ru: "Для этого журнала больше нет эпох. Установите новый канал.",
  },
  "refusal.log.other-log": {
    en: "The two checkpoints are of different logs and prove nothing against each other. Compare those of one log.",
    ru: "Контрольные точки относятся к разным журналам и друг другу не противоречат. Сличите точки одного журнала.",
  },
  "refusal.log.receipt-conflict": {
    en: "There are two different receipts for one size. Keep both and ask the peer which one its node stored.",
    ru: "Для одного размера существуют две разные квитанции. Сохраните обе и спросите другую сторону, какая хранится у её узла.",
  },
  "refusal.log.receipt-order": {
    en: "Receipts are not in order: a size does not grow or a time goes back. Ask the peer's node for its receipt list again.",
    ru: "Квитанции идут не по порядку: размер не растёт или время идёт назад. Запросите список квитанций снова.",
  },
  "refusal.log.shared-key": {
    en: "Log and mirror use one key, where each must have its own. Ask the peer for a descriptor with separate keys.",
    ru: "У журнала и зеркала один ключ, а должны быть разные. Запросите у другой стороны дескриптор с раздельными ключами.",
  },
  "refusal.log.two-times": {
    en: "The two signatures of a receipt bear different times. Ask the peer's node for the receipt again.",
    ru: "Две подписи квитанции указывают разное время. Запросите квитанцию снова.",
  },
  "refusal.log.unknown-origin": {
    en: "No such log is kept here. Check class and epoch, and that both sides use the same agreement.",
    ru: "Такого журнала здесь нет. Проверьте класс и эпоху и что у сторон одно соглашение.",
  },
  "refusal.log.unproven-closing": {
    en: "The checkpoint does not show at which size the epoch ended. Ask the peer for its own checkpoint of that size.",
    ru: "Контрольная точка не подтверждает, на каком размере закончилась эпоха. Запросите у другой стороны её собственную точку этого размера.",
  },
  "refusal.log.wrong-signers": {
    en: "A checkpoint lacks one of its two signatures, or has others. Ask for it again with both.",
    ru: "На контрольной точке нет одной из двух подписей или стоят другие. Запросите её снова с обеими.",
  },
  "refusal.mirror.bad-answer": {
    en: "The peer's node answered out of form. The operator should compare the versions of both programs; sending goes on by itself.",
    ru: "Узел другой стороны ответил не по форме. Оператору следует сличить версии программ; отправка продолжится сама.",
  },
  "refusal.mirror.bad-request": {
    en: "What was sent to the mirror is out of form. The sender's operator should compare the versions of both programs.",
    ru: "Переданное зеркалу составлено не по форме. Оператору отправителя следует сличить версии программ.",
  },
  "refusal.mirror.gap": {
    en: "Entries are missing before those that were sent. The node sends them from where the mirror stands by itself.",
    ru: "Перед переданными записями есть пропуск. Узел сам передаст их с того места, где остановилось зеркало.",
  },
  "refusal.mirror.no-checkpoint": {
    en: "Entries came before the checkpoint that covers them. The node sends the checkpoint first by itself.",
    ru: "Записи пришли раньше охватывающей их контрольной точки. Узел сам передаст сначала её.",
  },
  "refusal.mirror.other-end": {
    en: "The entries end elsewhere than the checkpoint says. The node asks for the mirror's state and goes on by itself.",
    ru: "Записи заканчиваются не там, где указывает контрольная точка. Узел сам узнает состояние зеркала и продолжит.",
  },
  "refusal.mirror.other-size": {
    en: "The mirror holds another size than the sender believes. The node asks for the mirror's state and goes on by itself.",
    ru: "Размер в зеркале не тот, что полагает отправитель. Узел сам узнает состояние зеркала и продолжит.",
  },
  "refusal.mirror.overlap": {
    en: "Entries that the mirror holds already were sent again. The node asks for the mirror's state and goes on by itself.",
    ru: "Повторно переданы записи, которые в зеркале уже есть. Узел сам узнает состояние зеркала и продолжит.",
  },
  "refusal.record.answered": {
    en: "The message was answered, so that silence cannot be proven. Choose a message that has no answer.",
    ru: "На сообщение отвечено, поэтому молчание доказать нельзя. Выберите сообщение без ответа.",
  },
  "refusal.record.bad-audit-entry": {
    en: "An entry of the audit log has not the form of one. Do not rely on this file; ask for another export.",
    ru: "Запись журнала действий составлена не по форме. Не полагайтесь на этот файл; запросите другую выгрузку.",
  },
  "refusal.record.bad-count": {
    en: "The counts in the file are not those of its logs. Do not rely on it; ask for another export.",
    ru: "Счётчики в файле не соответствуют журналам. Не полагайтесь на него; запросите другую выгрузку.",
  },
  "refusal.record.bad-keys": {
    en: "The list of keys in the export is out of form. Ask for another export.",
    ru: "Список ключей в выгрузке составлен не по форме. Запросите другую выгрузку.",
  },
  "refusal.record.bad-proof-file": {
    en: "The proof file is out of form. Ask for it again.",
    ru: "Файл доказательства составлен не по форме. Запросите его снова.",
  },
  "refusal.record.missing-file": {
    en: "A file of the export is missing. Copy the whole directory again.",
    ru: "В выгрузке не хватает файла. Скопируйте каталог целиком ещё раз.",
  },
  "refusal.record.missing-key": {
    en: "The export lacks the key of an entry that it says it opens. Ask for another export.",
    ru: "В выгрузке нет ключа записи, которая названа раскрытой. Запросите другую выгрузку.",
  },
  "refusal.record.no-head": {
    en: "The peer has not stated its head at that time or later, so that silence cannot be proven yet. Wait for its next link test.",
    ru: "Другая сторона ещё не сообщила состояние журнала на это время или позже, поэтому молчание пока не доказать. Дождитесь следующей проверки связи.",
  },
  "refusal.record.not-a-proof": {
    en: "The file is not a proof of this form. Check that it is the right file.",
    ru: "Файл не является доказательством установленной формы. Проверьте, что это нужный файл.",
  },
  "refusal.record.not-an-export": {
    en: "The directory is not an export. Check that it is the right one and complete.",
    ru: "Каталог не является выгрузкой. Проверьте, что он нужный и полный.",
  },
  "refusal.record.not-received": {
    en: "No receipt covers this entry yet, so that its arrival cannot be proven. Wait for the receipt.",
    ru: "Эту запись ещё не покрывает квитанция, поэтому получение не доказать. Дождитесь квитанции.",
  },
  "refusal.record.other-file": {
    en: "A file of the export is not the one that its digest names: it was changed. Do not rely on it; ask for another export.",
    ru: "Файл выгрузки не соответствует своему хешу: он изменён. Не полагайтесь на него; запросите другую выгрузку.",
  },
  "refusal.record.other-root": {
    en: "The entries of the export do not give the history that was signed: one was changed. Do not rely on it; ask for another export.",
    ru: "Записи выгрузки не дают подписанной истории: одна из них изменена. Не полагайтесь на выгрузку; запросите другую.",
  },
  "refusal.record.stray-file": {
    en: "The export holds a file that nothing binds. Remove it, or ask for another export.",
    ru: "В выгрузке есть ничем не связанный файл. Уберите его или запросите другую выгрузку.",
  },
  "refusal.record.target-exists": {
    en: "The target exists already and is not overwritten. Choose another name.",
    ru: "Такой файл или каталог уже есть и перезаписан не будет. Выберите другое имя.",
  },
  "refusal.record.too-large": {
    en: "The proof would be longer than a checker takes. Prove silence until an earlier time.",
    ru: "Доказательство было бы длиннее, чем принимает проверка. Докажите молчание до более раннего времени.",
  },
  "refusal.record.unknown-entry": {
    en: "There is no such entry. Check class, epoch and index.",
    ru: "Такой записи нет. Проверьте класс, эпоху и номер.",
  },
  "refusal.record.unknown-log": {
    en: "There is no such log. Check class and epoch.",
    ru: "Такого журнала нет. Проверьте класс и эпоху.",
  },
  "refusal.record.unopened-epoch": {
    en: "An epoch of the export was opened by no notice of its party. Ask for the channel notices.",
    ru: "Эпоха в выгрузке не открыта уведомлением стороны. Запросите уведомления по каналу.",
  },
  "refusal.record.wrong-key": {
    en: "A key of the export does not open its entry. Do not rely on what it shows; ask for another export.",
    ru: "Ключ из выгрузки не вскрывает свою запись. Не полагайтесь на показанное; запросите другую выгрузку.",
  },
};
