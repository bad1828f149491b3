/**
 * What the command says when new epochs cannot be opened.
 *
 * @module
 */
import type { FailureText } from "./failure-texts-en.ts";

type RestoreCode =
  | `restore.${"damaged-record" | "foreign-notices" | "notices-missing" | "not-promoted"}`
  | "restore.other-authority";

type Words = Readonly<Record<RestoreCode, FailureText>>;

const en: Words = {
  "restore.damaged-record": {
    happened: "The record of the notices that the authority has signed is damaged ({detail}).",
    means: "Nothing was changed. Without it an epoch could be opened twice.",
    next: "Put back the copy that was kept with the authority's key.",
  },
  "restore.foreign-notices": {
    happened:
      "The notices kept beside the authority's key do not follow what this database holds of the channel with {peer} ({reason}).",
    means: "Nothing was changed.",
    next: "Check that key and database are of the same party. If keys were changed since the database was copied, take a newer copy.",
  },
  "restore.notices-missing": {
    happened: "The head store knows a later epoch of the channel with {peer} than this database.",
    means: "Nothing was changed. The same epoch could else be opened a second time.",
    next: "Put the file of notices back beside the authority's key (authority.key.notices), or take a newer copy of the database.",
  },
  "restore.not-promoted": {
    happened: "It was not said from what the node is to go on.",
    means: "Nothing was changed.",
    next: "From a backup: parley restore --from FILE --recovery-key FILE. With the database in place: parley restore --promoted. Both are explained by parley restore --help.",
  },
  "restore.other-authority": {
    happened: "This key is not that of the authority in force ({reason}).",
    means: "Nothing was changed.",
    next: "Name the newest key file of the authority: --authority-key FILE.",
  },
};

const ru: Words = {
  "restore.damaged-record": {
    happened: "Перечень уведомлений, подписанных органом, повреждён ({detail}).",
    means: "Ничего не изменено. Без него одну эпоху можно было бы открыть дважды.",
    next: "Верните копию, хранившуюся с ключом органа.",
  },
  "restore.foreign-notices": {
    happened:
      "Уведомления, хранящиеся рядом с ключом органа, не продолжают того, что эта база знает о канале с {peer} ({reason}).",
    means: "Ничего не изменено.",
    next: "Проверьте, что ключ и база одной стороны. Если после копирования базы меняли ключи, возьмите более новую копию.",
  },
  "restore.notices-missing": {
    happened: "Хранилище вершин знает более позднюю эпоху канала с {peer}, чем эта база.",
    means: "Ничего не изменено. Иначе одну эпоху можно было бы открыть второй раз.",
    next: "Верните файл уведомлений к ключу органа (authority.key.notices) или возьмите более новую копию базы.",
  },
  "restore.not-promoted": {
    happened: "Не сказано, с чего узлу продолжать.",
    means: "Ничего не изменено.",
    next: "Из копии: parley restore --from ФАЙЛ --recovery-key ФАЙЛ. С имеющейся базой: parley restore --promoted. О том и другом: parley restore --help.",
  },
  "restore.other-authority": {
    happened: "Это не ключ действующего органа ({reason}).",
    means: "Ничего не изменено.",
    next: "Назовите новейший файл ключа органа: --authority-key ФАЙЛ.",
  },
};

export const restoreFailureTexts = { en, ru } as const;
