/**
 * What the command says when a backup cannot be written or opened.
 *
 * @module
 */
import type { FailureText } from "./failure-texts-en.ts";

type BackupCode =
  | `backup.${"no-recovery-key" | "not-as-written" | "other-schema"}`
  | `restore.${"bad-recovery-key" | "damaged" | "foreign" | "home-in-use" | "not-a-backup"}`
  | `restore.${"other-recovery-key" | "other-schema"}`
  | "home.awaits-epochs";

type Words = Readonly<Record<BackupCode, FailureText>>;

const en: Words = {
  "backup.no-recovery-key": {
    happened: "This home has no recovery key that a backup could be sealed to ({file}).",
    means: "No backup was written.",
    next: "Make one, and keep it apart from the backups: parley keys recovery --out FILE",
  },
  "backup.not-as-written": {
    happened: "What was read back from the medium is not what was written ({detail}).",
    means: "No backup was kept; the node is as it was.",
    next: "Check the medium and try another one; see also: parley doctor",
  },
  "backup.other-schema": {
    happened: "{database} was not written by this version of Parley.",
    means: "No backup was written, and the database is as it was.",
    next: "Start the server of this version once (parley serve), which brings it up to date, and try again.",
  },
  "restore.bad-recovery-key": {
    happened: "{file} is not a recovery key, or is damaged.",
    means: "Nothing was restored and nothing was changed.",
    next: "Name the file that parley init wrote as recovery.key, or its copy: --recovery-key FILE.",
  },
  "restore.damaged": {
    happened: "The backup {file} is damaged: it is cut off, or not as it was written.",
    means: "Nothing was restored. No part of it can be trusted.",
    next: "Copy it anew from its medium, or use another backup.",
  },
  "restore.foreign": {
    happened: "The backup {file} was not made by a node of {party}, whose recovery key this is.",
    means: "Nothing was restored. Somebody else sealed it to your key, or it is of another party.",
    next: "Use a backup that you made yourself, and find out how this one came to be where it was.",
  },
  "restore.home-in-use": {
    happened: "{home} is the home of {party}.",
    means: "Nothing was restored, and nothing in it was touched.",
    next: "Name a directory that is not there or empty: --home DIR. Stop the old node first, and never serve it again.",
  },
  "restore.not-a-backup": {
    happened: "{file} is not a backup that Parley wrote.",
    means: "Nothing was restored.",
    next: "Name the file that parley backup --to FILE wrote.",
  },
  "restore.other-recovery-key": {
    happened: "The backup {file} is sealed to another recovery key.",
    means: "Nothing was restored. The backup may be whole.",
    next: "Name the recovery key that was in force when it was made; it may be an older one, or another party's.",
  },
  "restore.other-schema": {
    happened: "The backup {file} was written by another version of Parley ({version}, {found}).",
    means: "Nothing was restored. The backup is whole as far as it was read.",
    next: "Restore it with that version, and then upgrade the node.",
  },
  "home.awaits-epochs": {
    happened:
      "{home} was restored from a backup, and does not know what was signed after that was made.",
    means: "Nothing is signed, sent or received until new epochs are open. What it holds is safe.",
    next: "Bring the authority's key: parley restore --promoted --authority-key FILE",
  },
};

const ru: Words = {
  "backup.no-recovery-key": {
    happened: "У этого узла нет ключа восстановления, к которому можно запечатать копию ({file}).",
    means: "Копия не записана.",
    next: "Создайте его и храните отдельно от копий: parley keys recovery --out ФАЙЛ",
  },
  "backup.not-as-written": {
    happened: "С носителя прочитано не то, что было записано ({detail}).",
    means: "Копия не сохранена; узел остался как был.",
    next: "Проверьте носитель и попробуйте другой; смотрите также: parley doctor",
  },
  "backup.other-schema": {
    happened: "База {database} записана не этой версией Parley.",
    means: "Копия не записана, база осталась как была.",
    next: "Запустите один раз сервер этой версии (parley serve), он обновит базу, и повторите.",
  },
  "restore.bad-recovery-key": {
    happened: "{file} — не ключ восстановления, или он повреждён.",
    means: "Ничего не восстановлено и не изменено.",
    next: "Назовите файл recovery.key, записанный parley init, или его копию: --recovery-key ФАЙЛ.",
  },
  "restore.damaged": {
    happened: "Резервная копия {file} повреждена: обрезана или не такова, какой была записана.",
    means: "Ничего не восстановлено. Ни одной её части доверять нельзя.",
    next: "Скопируйте её с носителя заново или возьмите другую копию.",
  },
  "restore.foreign": {
    happened: "Копию {file} создал не узел стороны {party}, чей это ключ восстановления.",
    means: "Ничего не восстановлено. Её запечатал к вашему ключу кто-то другой, или она чужая.",
    next: "Возьмите копию, сделанную вами, и выясните, откуда взялась эта.",
  },
  "restore.home-in-use": {
    happened: "{home} — каталог узла стороны {party}.",
    means: "Ничего не восстановлено, и в нём ничего не тронуто.",
    next: "Назовите каталог, которого нет или который пуст: --home КАТАЛОГ. Прежний узел сначала остановите и больше не запускайте.",
  },
  "restore.not-a-backup": {
    happened: "{file} — не резервная копия Parley.",
    means: "Ничего не восстановлено.",
    next: "Назовите файл, записанный parley backup --to ФАЙЛ.",
  },
  "restore.other-recovery-key": {
    happened: "Копия {file} запечатана к другому ключу восстановления.",
    means: "Ничего не восстановлено. Сама копия может быть цела.",
    next: "Назовите ключ, действовавший при её создании: более ранний или ключ другой стороны.",
  },
  "restore.other-schema": {
    happened: "Копию {file} записала другая версия Parley ({version}, {found}).",
    means: "Ничего не восстановлено. Насколько она прочитана, копия цела.",
    next: "Восстановите её той версией, а затем обновите узел.",
  },
  "home.awaits-epochs": {
    happened: "{home} восстановлен из копии и не знает, что было подписано после неё.",
    means:
      "Пока не открыты новые эпохи, ничего не подписывается, не отправляется и не принимается. Имеющееся в сохранности.",
    next: "Принесите ключ органа: parley restore --promoted --authority-key ФАЙЛ",
  },
};

export const backupFailureTexts = { en, ru } as const;
