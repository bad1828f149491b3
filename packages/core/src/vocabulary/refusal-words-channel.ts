/**
 * What a refusal means and what to do next: parties, their keys, the agreement between them.
 *
 * @module
 */
import type { RefusalKey } from "./message-key.ts";
import type { Words } from "./words.ts";

type Area = "agreement" | "descriptor" | "desk" | "fingerprint" | "jws" | "notice" | "party";

export const channelRefusalWords: Readonly<
  Record<Extract<RefusalKey, `refusal.${Area}.${string}`>, Words>
> = {
  "refusal.agreement.adopt-by-passed": {
    en: "The day by which both had to sign this version has passed. Propose it again with a later day.",
    ru: "Срок, до которого обе стороны должны были подписать эту редакцию, истёк. Предложите её снова с более поздним сроком.",
  },
  "refusal.agreement.broken-chain": {
    en: "This version does not follow the last one that both signed. Take the peer's last signed version as the basis and propose again.",
    ru: "Эта редакция не следует за последней, подписанной обеими сторонами. Возьмите её за основу и предложите снова.",
  },
  "refusal.agreement.forked": {
    en: "Two different agreements bear this version number. Settle between the authorities of both which one holds before anything is signed.",
    ru: "Под этим номером существуют два разных соглашения. До подписания уладьте между руководством сторон, какое действует.",
  },
  "refusal.agreement.kind-not-for-desk": {
    en: "The agreement gives this desk no messages of this kind. Address another desk, or change the agreement.",
    ru: "По соглашению эта служба не принимает сообщений такого вида. Выберите другую службу или измените соглашение.",
  },
  "refusal.agreement.malformed": {
    en: "The text is not an agreement of this form. Ask for the file again as it was signed.",
    ru: "Текст не является соглашением установленной формы. Запросите файл в том виде, в каком он подписан.",
  },
  "refusal.agreement.one-sided": {
    en: "Only one party has signed. Have the other sign the same text, then import it.",
    ru: "Подписала только одна сторона. Пусть другая подпишет тот же текст, затем импортируйте его.",
  },
  "refusal.agreement.suite-not-allowed": {
    en: "The agreement does not allow this suite of algorithms. Use one that it names, or change it.",
    ru: "Соглашение не допускает этого набора алгоритмов. Используйте названный в нём или измените соглашение.",
  },
  "refusal.agreement.superseded": {
    en: "The message names a version of the agreement that is no longer in force. Compose it anew under the present one; its approval has to be given again.",
    ru: "Сообщение ссылается на редакцию соглашения, которая больше не действует. Составьте его заново по действующей и утвердите снова.",
  },
  "refusal.agreement.unknown-desk": {
    en: "The agreement names a desk that its party's descriptor does not have. Correct the agreement, or import the newer descriptor first.",
    ru: "Соглашение называет службу, которой нет в дескрипторе стороны. Исправьте соглашение или сначала импортируйте новый дескриптор.",
  },
  "refusal.agreement.unspoken-protocol": {
    en: "The agreement names a version of the protocol that a party does not speak. Choose one that both descriptors list.",
    ru: "Соглашение называет версию протокола, которой одна из сторон не владеет. Выберите версию, указанную в обоих дескрипторах.",
  },
  "refusal.agreement.wrong-parties": {
    en: "The agreement is between other parties. Import the one of this channel.",
    ru: "Соглашение заключено между другими сторонами. Импортируйте соглашение этого канала.",
  },
  "refusal.descriptor.bad-key": {
    en: "A key in the descriptor is not valid. Ask the peer for a descriptor with sound keys.",
    ru: "Ключ в дескрипторе недействителен. Запросите у другой стороны дескриптор с исправными ключами.",
  },
  "refusal.descriptor.broken-chain": {
    en: "This descriptor does not follow the one that is held. Ask the peer for every descriptor since, and import them in order.",
    ru: "Дескриптор не следует за имеющимся. Запросите у другой стороны все последующие и импортируйте их по порядку.",
  },
  "refusal.descriptor.expired": {
    en: "The descriptor is past its time. Ask the peer for the present one.",
    ru: "Срок действия дескриптора истёк. Запросите у другой стороны действующий.",
  },
  "refusal.descriptor.forked": {
    en: "Two different descriptors bear this number: the peer's authority key may be in other hands. Call the peer by another way and compare before anything goes on.",
    ru: "Под этим номером существуют два разных дескриптора: ключ другой стороны мог попасть в чужие руки. Свяжитесь с ней иным путём и сличите, прежде чем продолжать.",
  },
  "refusal.descriptor.malformed": {
    en: "The text is not a descriptor of this form. Ask for the file again as it was signed.",
    ru: "Текст не является дескриптором установленной формы. Запросите файл в том виде, в каком он подписан.",
  },
  "refusal.descriptor.own-party": {
    en: "This is the own descriptor. Import that of the peer.",
    ru: "Это собственный дескриптор. Импортируйте дескриптор другой стороны.",
  },
  "refusal.descriptor.shared-key": {
    en: "One key stands in two places of the descriptor, where each must have its own. Ask the peer for one with separate keys.",
    ru: "Один ключ указан в двух местах дескриптора, а должен быть у каждого свой. Запросите дескриптор с раздельными ключами.",
  },
  "refusal.descriptor.wrong-party": {
    en: "The descriptor is that of another party. Import the one of the party that is meant.",
    ru: "Это дескриптор другой стороны. Импортируйте нужный.",
  },
  "refusal.desk.locked": {
    en: "The desk is locked: its messages wait for its key. Unlock the desk with its passphrase.",
    ru: "Служба закрыта: её сообщения ожидают ключа. Откройте службу её паролем.",
  },
  "refusal.desk.unknown": {
    en: "There is no desk of this name. Choose one of those in the descriptor.",
    ru: "Службы с таким именем нет. Выберите одну из названных в дескрипторе.",
  },
  "refusal.fingerprint.differs": {
    en: "The digits differ from those of the descriptor: it may have been exchanged on the way. Do not confirm; get the descriptor by another way and compare again.",
    ru: "Цифры не совпадают с отпечатком дескриптора: его могли подменить в пути. Не подтверждайте; получите дескриптор иным путём и сличите снова.",
  },
  "refusal.fingerprint.malformed": {
    en: "A fingerprint is 30 digits in six groups of five. Type it again as it was read aloud.",
    ru: "Отпечаток – 30 цифр, шесть групп по пять. Введите его снова так, как он был прочитан вслух.",
  },
  "refusal.jws.bad-signature": {
    en: "A signature does not verify: the text was changed, or another key signed it. Ask for the text again as it was signed.",
    ru: "Подпись не подтверждается: текст изменён или подписан другим ключом. Запросите текст в том виде, в каком он подписан.",
  },
  "refusal.jws.malformed": {
    en: "The text is not signed in the form that is required. Ask for it again as it was signed.",
    ru: "Текст подписан не по установленной форме. Запросите его в том виде, в каком он подписан.",
  },
  "refusal.jws.wrong-signers": {
    en: "The signatures are not exactly those that are required; one may have been removed. Ask for the text with all of its signatures.",
    ru: "Подписи не те, что требуются; одна могла быть удалена. Запросите текст со всеми подписями.",
  },
  "refusal.notice.bad-statement": {
    en: "A channel notice says something that it may not say. Ask the peer for a corrected notice.",
    ru: "Уведомление по каналу содержит недопустимое положение. Запросите у другой стороны исправленное.",
  },
  "refusal.notice.below-receipted": {
    en: "A channel notice takes keys back from entries or receipts that are already acknowledged. Name a later place, and disown the entries before it.",
    ru: "Уведомление по каналу лишает силы уже подтверждённые записи или квитанции. Назовите более позднее место, а прежние записи объявите чужими.",
  },
  "refusal.notice.broken-chain": {
    en: "This channel notice does not follow the last one. Import every notice since, in order.",
    ru: "Уведомление по каналу не следует за последним. Импортируйте все последующие по порядку.",
  },
  "refusal.notice.malformed": {
    en: "The text is not a channel notice of this form. Ask for it again as it was signed.",
    ru: "Текст не является уведомлением по каналу установленной формы. Запросите его в том виде, в каком он подписан.",
  },
  "refusal.notice.unknown-descriptor": {
    en: "The channel notice names a descriptor that is not here. Import that descriptor first.",
    ru: "Уведомление по каналу ссылается на дескриптор, которого здесь нет. Сначала импортируйте этот дескриптор.",
  },
  "refusal.notice.wrong-channel": {
    en: "The channel notice is for another channel. Use it there.",
    ru: "Уведомление относится к другому каналу. Используйте его там.",
  },
  "refusal.party.bad-desk-name": {
    en: "A desk is named with 1 to 32 small Latin letters, digits and hyphens, and not “node”. Choose such a name.",
    ru: "Имя службы – от 1 до 32 строчных латинских букв, цифр и дефисов, но не «node». Выберите такое имя.",
  },
  "refusal.party.bad-name": {
    en: "A party is named with 3 to 63 small Latin letters, digits, dots and hyphens. Choose such a name.",
    ru: "Имя стороны – от 3 до 63 строчных латинских букв, цифр, точек и дефисов. Выберите такое имя.",
  },
};
