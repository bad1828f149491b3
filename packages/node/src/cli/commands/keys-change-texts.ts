/**
 * What `parley keys change`, `revoke` and `retire` say, in both languages.
 *
 * @module
 */
import { bilingual } from "../bilingual.ts";

export const keysChangeTexts = bilingual(
  {
    change: "Replace keys as planned, and tell every peer where",
    "change.about":
      "Makes new keys, signs the next descriptor with the authority's key, and writes into each log from " +
      "which entry on the old keys sign no more. What they signed before stays verifiable. Stop the server " +
      "first. The peers follow by themselves; a new authority's digits must be read to them again.",
    kinds:
      "What to replace: technical, watch, political, node, log, mirror, tls, authority; several at once",
    newAuthorityKey:
      "Where the next authority's key is written (default: that of the present one, with .next)",
    revoke: "Replace keys that may be in other hands",
    "revoke.about":
      "As change, at once and without an overlap. If log or tls are among them, nothing can be said through " +
      "the channel: have the file of parley keys handover brought to every peer. Name with --disown the entries " +
      "that somebody else signed: they are shown as disowned, and never removed.",
    peer: "The peer in whose channel the named entries are, if there are several",
    disown: "Entries that were not yours, such as live/1/17 or live/1/17-20; may be repeated",
    barFrom:
      "First entry from which the old keys are refused, if the peer has receipted more than you hold",
    retire: "Stop using the old TLS key, once every peer knows the new one",
    "retire.about":
      "After parley keys change tls the old key is shown until every peer has seen the change. This ends it. " +
      "Stop the server first.",
    "retire.kind": "tls",
    done: "Done. Your descriptor is now number {serial}.",
    "done.channel": "{peer} reads it at {places}, when it is delivered.",
    "done.byHand":
      "{peer} must be told by a person: parley keys handover --peer {peer} --out FILE. Until it has imported the file, nothing goes through: leave the server stopped and send nothing, for if {peer} refuses the file, it must be issued anew first.",
    restart: "Start the server again: parley serve",
    "restart.byHand": "When every peer has imported it, start the server again: parley serve",
    overlap: "When every peer has seen it, end the old TLS key: parley keys retire tls",
    authority:
      "The authority is a new one. The peers follow it, and are asked to hear your new digits: read them aloud, in person (parley descriptor).",
    "authority.file":
      "The new authority's key is in {file}. Move it offline, make a copy, and name it with --authority-key from now on. Keep the old one: it proves nothing new any more, but what it signed.",
    retired: "The old TLS key is shown no more. Start the server again: parley serve",
  },
  {
    change: "Заменить ключи по плану и сообщить каждому собеседнику, с какого места",
    "change.about":
      "Создаёт новые ключи, подписывает следующий дескриптор ключом стороны и записывает в каждый журнал, " +
      "с какой записи прежние ключи больше не подписывают. Подписанное раньше остаётся проверяемым. Сначала " +
      "остановите сервер. Собеседники следуют сами; цифры нового ключа стороны надо прочитать им заново.",
    kinds:
      "Что заменить: technical, watch, political, node, log, mirror, tls, authority; можно несколько",
    newAuthorityKey:
      "Куда записать следующий ключ стороны (по умолчанию рядом с нынешним, с .next)",
    revoke: "Заменить ключи, которые могли попасть в чужие руки",
    "revoke.about":
      "То же, что change, но сразу и без перекрытия. Если среди них log или tls, через канал ничего сказать " +
      "нельзя: пусть человек доставит каждому собеседнику файл parley keys handover. Назовите через --disown записи, " +
      "подписанные другими: они показываются как чужие и никогда не удаляются.",
    peer: "Собеседник, в чьём канале названные записи, если их несколько",
    disown: "Записи, которые не ваши, например live/1/17 или live/1/17-20; можно повторять",
    barFrom:
      "Первая запись, с которой прежние ключи отклоняются, если подтверждено больше, чем есть у вас",
    retire: "Прекратить использование прежнего ключа TLS, когда новый знают все",
    "retire.about":
      "После parley keys change tls прежний ключ предъявляется, пока смену не увидят все собеседники. Эта " +
      "команда завершает его использование. Сначала остановите сервер.",
    "retire.kind": "tls",
    done: "Сделано. Ваш дескриптор теперь имеет номер {serial}.",
    "done.channel": "{peer} прочтёт об этом в {places}, когда будет доставлено.",
    "done.byHand":
      "{peer}: должен сообщить человек: parley keys handover --peer {peer} --out ФАЙЛ. Пока файл не импортирован, обмена нет: не запускайте сервер и ничего не отправляйте, ведь если {peer} отклонит файл, его сначала надо выпустить заново.",
    restart: "Запустите сервер снова: parley serve",
    "restart.byHand":
      "Когда файл импортируют все собеседники, запустите сервер снова: parley serve",
    overlap: "Когда все собеседники это увидят, завершите прежний ключ TLS: parley keys retire tls",
    authority:
      "Ключ, которым подписывает сторона, новый. Собеседники следуют за ним, и их просят услышать новые цифры: прочитайте их вслух, лично (parley descriptor).",
    "authority.file":
      "Новый ключ стороны в {file}. Перенесите его на отдельный носитель, сделайте копию и указывайте его через --authority-key. Прежний сохраните: нового он не подтвердит, но подтверждает подписанное им.",
    retired: "Прежний ключ TLS больше не предъявляется. Запустите сервер снова: parley serve",
  },
);
