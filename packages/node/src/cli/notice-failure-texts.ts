/**
 * What the command says when a channel notice cannot be issued anew.
 *
 * @module
 */
import type { FailureText, NoticeFailureCode } from "./failure-texts-en.ts";

type Words = Readonly<Record<NoticeFailureCode, FailureText>>;

const en: Words = {
  "keys.not-by-hand": {
    happened: "The last notice to {peer} is none that persons hand over.",
    means:
      "Nothing was changed and no file was written. What stands in a log, or opens an epoch, is given to {peer} by the node.",
    next: "If {peer} needs the file: parley keys handover without --bar-from, --receipts-from and --disown.",
  },
  "keys.not-higher": {
    happened: "No position of the notice to {peer} is raised by what was named ({logs}).",
    means: "Nothing was changed and no file was written. The notice stays as it was issued.",
    next: "Name the places exactly as the refusal at {peer} gave them.",
  },
  "keys.notice-taken": {
    happened:
      "{peer} has taken notice {serial} already: it has receipted what your new keys signed.",
    means:
      "Nothing was changed and no file was written. A second notice {serial} would make it refuse every later one.",
    next: "There is nothing to issue anew. To bar keys once more, change them: parley keys revoke.",
  },
  "keys.signed-since": {
    happened:
      "Your new keys have signed at {place} already, where the notice to {peer} would now give the old ones.",
    means:
      "Nothing was changed and no file was written. What was signed there would verify no more, and is not signed twice.",
    next: "Name a lower place, if {peer} takes it. Else this channel cannot take your new keys: begin a new one with {peer} (parley init, pair and agree anew), and keep both databases.",
  },
};

const ru: Words = {
  "keys.not-by-hand": {
    happened: "Последнее уведомление для {peer} не из тех, что передают вручную.",
    means:
      "Ничего не изменено, файл не записан. То, что стоит в журнале или открывает эпоху, узел передаёт сам.",
    next: "Если файл нужен: parley keys handover без --bar-from, --receipts-from и --disown.",
  },
  "keys.not-higher": {
    happened: "Названное не поднимает ни одного места в уведомлении для {peer} ({logs}).",
    means: "Ничего не изменено, файл не записан. Уведомление остаётся прежним.",
    next: "Назовите места точно так, как они даны в отказе у {peer}.",
  },
  "keys.notice-taken": {
    happened:
      "{peer} уже принимает уведомление {serial}: подтверждено подписанное вашими новыми ключами.",
    means:
      "Ничего не изменено, файл не записан. Из-за второго уведомления {serial} отклонялись бы все следующие.",
    next: "Выпускать заново нечего. Чтобы снова отозвать ключи, смените их: parley keys revoke.",
  },
  "keys.signed-since": {
    happened:
      "Новые ключи уже подписали {place}, а по новому уведомлению для {peer} там стояли бы прежние.",
    means:
      "Ничего не изменено, файл не записан. Подписанное там больше не проверялось бы, а дважды оно не подписывается.",
    next: "Назовите место ниже, если {peer} его примет. Иначе этот канал не примет новых ключей: начните с {peer} новый (parley init, соединитесь и договоритесь заново) и сохраните обе базы.",
  },
};

export const noticeFailureTexts = { en, ru };
