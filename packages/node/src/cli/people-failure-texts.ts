/**
 * What the command says of officers, their sign-in and their sessions.
 *
 * @module
 */
import type { RefusalCode } from "@parley/core/refusal-codes";
import type { FailureText } from "./failure-texts-en.ts";

type PeopleCode = Extract<
  RefusalCode,
  `people.${string}` | `session.${string}` | `sign-in.${string}`
>;
type Words = Readonly<Record<PeopleCode, FailureText>>;

const unchanged = "Nothing was changed.";
const unchangedRu = "Ничего не изменено.";

const en: Words = {
  "people.bad-name": {
    happened: "{name} cannot be the name of an officer.",
    means: unchanged,
    next: "Take 1 to 32 of a-z, 0-9, dot and hyphen, beginning with a letter.",
  },
  "people.bad-role": {
    happened: "There is no role {role}, or not at that desk.",
    means: unchanged,
    next: "See the roles: parley people roles --help. A role of a desk is written role/desk.",
  },
  "people.first-administrator": {
    happened: "The first officer has to be an administrator.",
    means: "Otherwise nobody could let the others in. Nothing was changed.",
    next: "Add one with --role administrator; more roles may stand beside it.",
  },
  "people.has-left": {
    happened: "{name} has left.",
    means: unchanged,
    next: "Add the officer under another name: what was done under this one stays theirs.",
  },
  "people.last-administrator": {
    happened: "Nobody would be left who can let others in.",
    means: unchanged,
    next: "Make somebody else administrator first, and have them enrol.",
  },
  "people.long-password": {
    happened: "The password is longer than {bytesMax} bytes.",
    means: unchanged,
    next: "Take a shorter one.",
  },
  "people.name-taken": {
    happened: "The name {name} is, or was, an officer's.",
    means: unchanged,
    next: "Take another name; see parley people.",
  },
  "people.no-enrolment": {
    happened: "There is no such offer to enrol, or no longer.",
    means: unchanged,
    next: "Check name and code; a code is good for three days, once. An administrator makes a new one: parley people reset-second-factor NAME.",
  },
  "people.not-allowed": {
    happened: "Your roles do not let you do this; it takes: {roles}.",
    means: "Nothing was done.",
    next: "Ask somebody who has such a role there, or an administrator: parley people.",
  },
  "people.not-fresh": {
    happened: "You signed in more than {minutes} minutes ago.",
    means: unchanged,
    next: "Sign in again and repeat it: parley login NAME.",
  },
  "people.not-yourself": {
    happened: "Nobody resets their own password.",
    means: unchanged,
    next: "Ask another administrator.",
  },
  "people.short-password": {
    happened: "The password is shorter than {charactersMin} characters.",
    means: unchanged,
    next: "Take a longer one: some random words are easy to type.",
  },
  "people.unknown-officer": {
    happened: "There is no officer {name}.",
    means: unchanged,
    next: "See the names: parley people.",
  },
  "people.wrong-code": {
    happened: "The six digits are not those of this moment, or were used already.",
    means: unchanged,
    next: "Wait for the next ones and type those; compare the clock of the authenticator.",
  },
  "people.wrong-password": {
    happened: "This is not the present password.",
    means: unchanged,
    next: "A new second factor takes the present password. If that is lost too, an administrator lets you leave and adds you anew.",
  },
  "session.ended": {
    happened: "Your session has ended.",
    means: "Nothing was done.",
    next: "Sign in again: parley login NAME.",
  },
  "session.required": {
    happened: "This party has officers, and nobody is signed in here.",
    means: "Nothing was done.",
    next: "Sign in: parley login NAME.",
  },
  "session.unknown": {
    happened: "There is no such session ({id}).",
    means: unchanged,
    next: "See which there are: parley sessions.",
  },
  "sign-in.refused": {
    happened: "The sign-in was refused.",
    means:
      "Name, password or code is not right, or the code was used already. You are not signed in.",
    next: "Try again with the next code of the authenticator, or with a recovery code; else ask an administrator.",
  },
  "sign-in.wait": {
    happened: "There were too many attempts that failed.",
    means:
      "From here it goes on in {seconds} seconds. Whoever signed in from a known device before, or has a recovery code, need not wait.",
    next: "Wait, or use a recovery code in place of the six digits.",
  },
};

const ru: Words = {
  "people.bad-name": {
    happened: "Имя {name} для сотрудника не подходит.",
    means: unchangedRu,
    next: "Возьмите от 1 до 32 знаков: a-z, 0-9, точка и дефис, первой — буква.",
  },
  "people.bad-role": {
    happened: "Роли {role} нет, или нет у этой службы.",
    means: unchangedRu,
    next: "Перечень ролей: parley people roles --help. Роль в службе пишется роль/служба.",
  },
  "people.first-administrator": {
    happened: "Первым должен быть администратор.",
    means: "Иначе некому будет допустить остальных. Ничего не изменено.",
    next: "Добавьте его с --role administrator; рядом могут стоять и другие роли.",
  },
  "people.has-left": {
    happened: "Сотрудник {name} больше не работает.",
    means: unchangedRu,
    next: "Добавьте его под другим именем: сделанное под этим остаётся за ним.",
  },
  "people.last-administrator": {
    happened: "Не осталось бы никого, кто может допускать других.",
    means: unchangedRu,
    next: "Сначала сделайте администратором другого, и пусть он зарегистрируется.",
  },
  "people.long-password": {
    happened: "Пароль длиннее {bytesMax} байт.",
    means: unchangedRu,
    next: "Возьмите короче.",
  },
  "people.name-taken": {
    happened: "Имя {name} занято сейчас или было занято прежде.",
    means: unchangedRu,
    next: "Возьмите другое; список: parley people.",
  },
  "people.no-enrolment": {
    happened: "Такого приглашения нет или больше нет.",
    means: unchangedRu,
    next: "Проверьте имя и код; код действует три дня и один раз. Новый выдаёт администратор: parley people reset-second-factor ИМЯ.",
  },
  "people.not-allowed": {
    happened: "Ваши роли этого не позволяют; нужна одна из: {roles}.",
    means: "Ничего не сделано.",
    next: "Обратитесь к тому, у кого такая роль есть, или к администратору: parley people.",
  },
  "people.not-fresh": {
    happened: "Вы вошли больше {minutes} минут назад.",
    means: unchangedRu,
    next: "Войдите снова и повторите: parley login ИМЯ.",
  },
  "people.not-yourself": {
    happened: "Свой собственный пароль никто не сбрасывает.",
    means: unchangedRu,
    next: "Обратитесь к другому администратору.",
  },
  "people.short-password": {
    happened: "Пароль короче {charactersMin} знаков.",
    means: unchangedRu,
    next: "Возьмите длиннее: несколько случайных слов набирать легко.",
  },
  "people.unknown-officer": {
    happened: "Сотрудника {name} нет.",
    means: unchangedRu,
    next: "Имена: parley people.",
  },
  "people.wrong-code": {
    happened: "Эти шесть цифр не нынешние или уже использованы.",
    means: unchangedRu,
    next: "Дождитесь следующих и введите их; сверьте часы устройства.",
  },
  "people.wrong-password": {
    happened: "Это не нынешний пароль.",
    means: unchangedRu,
    next: "Для нового второго фактора нужен нынешний пароль. Если потерян и он, администратор отмечает уход и добавляет вас заново.",
  },
  "session.ended": {
    happened: "Ваш сеанс окончен.",
    means: "Ничего не сделано.",
    next: "Войдите снова: parley login ИМЯ.",
  },
  "session.required": {
    happened: "У этой стороны есть сотрудники, а здесь никто не вошёл.",
    means: "Ничего не сделано.",
    next: "Войдите: parley login ИМЯ.",
  },
  "session.unknown": {
    happened: "Такого сеанса нет ({id}).",
    means: unchangedRu,
    next: "Какие есть: parley sessions.",
  },
  "sign-in.refused": {
    happened: "Во входе отказано.",
    means: "Имя, пароль или код неверны, или код уже использован. Вы не вошли.",
    next: "Повторите со следующим кодом или с резервным кодом; иначе обратитесь к администратору.",
  },
  "sign-in.wait": {
    happened: "Слишком много неудачных попыток.",
    means:
      "Отсюда можно продолжить через {seconds} с. Кто уже входил с этого устройства или имеет резервный код, не ждёт.",
    next: "Подождите или введите резервный код вместо шести цифр.",
  },
};

export const peopleFailureTexts = { en, ru };
