/**
 * What the check before sending says to an officer: what was found, and why it matters, in one
 * sentence.
 *
 * @module
 */
import type { PresendKey } from "./message-key.ts";
import type { Words } from "./words.ts";

export const presendWords: Readonly<Record<PresendKey, Words>> = {
  "presend.names-withheld": {
    en: "“{found}” names what this message holds back, so that holding it back hides nothing: leave it out, or show it there as well.",
    ru: "«{found}» называет то, что в этом же сообщении не передаётся, и тем раскрывает его: уберите эти слова или передайте и саму позицию.",
  },
  "presend.marking-above-message": {
    en: "This part is marked {found} or carries other terms that are stricter than those of the message as a whole: mark the message as strictly, or leave the part out.",
    ru: "Эта часть имеет пометку {found} или иные условия строже, чем у сообщения в целом: ужесточите пометку сообщения или уберите эту часть.",
  },
  "presend.tool-name": {
    en: "“{found}” is on your list of tools that are not named: the peer would learn what you work with.",
    ru: "«{found}» есть в вашем перечне средств, которые не называют: другая сторона узнает, чем вы пользуетесь.",
  },
  "presend.sensor-name": {
    en: "“{found}” is on your list of sensors that are not named: the peer would learn where you look.",
    ru: "«{found}» есть в вашем перечне датчиков, которые не называют: другая сторона узнает, где вы ведёте наблюдение.",
  },
  "presend.time-too-fine": {
    en: "The time of observation is finer than the {found} seconds that the agreement allows, and shows when and where you were listening: round it.",
    ru: "Время наблюдения указано точнее, чем допускает соглашение (до {found} с), и выдаёт, где и когда вы вели наблюдение: округлите его.",
  },
  "presend.invisible-character": {
    en: "There are characters here that nobody sees ({found}): they can turn a line round, hide words or tell one copy from another; delete them.",
    ru: "Здесь есть невидимые символы ({found}): ими можно перевернуть строку, скрыть слова или пометить экземпляр; удалите их.",
  },
  "presend.private-address": {
    en: "“{found}” is a private address: outside it names no host, and it shows how a network is laid out.",
    ru: "«{found}» – частный адрес: вне сети он ни на что не указывает, но показывает, как она устроена.",
  },
  "presend.own-address": {
    en: "“{found}” is in a network of your own: it shows from where you were seen, or what was hit.",
    ru: "«{found}» относится к вашей сети: по этому адресу видно, откуда вы действовали или что было затронуто.",
  },
  "presend.internal-host": {
    en: "“{found}” is a name that only one network knows: it shows how hosts there are named and what they are for.",
    ru: "«{found}» – имя, известное лишь внутри одной сети: по нему видно, как в ней называют узлы и для чего они служат.",
  },
  "presend.own-host": {
    en: "“{found}” is a host of your own domain that is not on your list of public names.",
    ru: "«{found}» – узел вашего домена, которого нет в вашем перечне общеизвестных имён.",
  },
  "presend.own-email": {
    en: "“{found}” is a mailbox of your own domain that is not on your list of public names: it names a person who can be written to and imitated.",
    ru: "«{found}» – ящик в вашем домене, которого нет в вашем перечне общеизвестных имён: он указывает на человека, которому можно писать и за которого можно себя выдать.",
  },
  "presend.user-name": {
    en: "“{found}” is the name of an account or of a person who is not to be named.",
    ru: "«{found}» – имя учётной записи или человека, которого не называют.",
  },
  "presend.time-in-text": {
    en: "The time {found} is finer than the agreement allows for times of collection: round it if it says when you were listening.",
    ru: "Время {found} указано точнее, чем соглашение допускает для времени сбора: округлите его, если оно выдаёт, когда вы вели наблюдение.",
  },
  "presend.not-defanged": {
    en: "“{found}” can be clicked: a reader, or a program that looks ahead, would connect to it; write it as example[.]org, or move it to the items.",
    ru: "По «{found}» можно щёлкнуть: читатель или программа предпросмотра установит соединение; пишите так: example[.]org – или перенесите значение в позиции.",
  },
  "presend.mixed-script": {
    en: "“{found}” has letters of another alphabet that look like the right ones: it is not found by a search, and may pass for another name; type it anew.",
    ru: "В слове «{found}» есть похожие буквы другого алфавита: поиском его не найти, и его можно принять за другое имя; наберите его заново.",
  },
  "presend.document-metadata": {
    en: "The file tells more than its pages do: {found}; clean it, or say that it may.",
    ru: "Файл содержит больше, чем видно на его страницах: {found}; очистите его или подтвердите, что это допустимо.",
  },
  "presend.document-not-read": {
    en: "Files of this type ({found}) are not looked into here: whoever knows the type looks for names, places and times in it.",
    ru: "Файлы такого типа ({found}) здесь не проверяются: пусть тот, кто знает этот тип, посмотрит, нет ли в файле имён, мест и времени.",
  },
};
