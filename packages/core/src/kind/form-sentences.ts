/**
 * What a field wants that is no type, choice, length or number, in both languages.
 *
 * The English stands in the schema as the message of its check, and is the key here: `form` refuses
 * to compile with a sentence that has no Russian.
 *
 * @module
 */

export const formSentences = {
  "codes must be in the order of their list, each once":
    "коды должны идти в порядке своего перечня, каждый один раз",
  "names must be in order, each once": "имена должны идти по порядку, каждое один раз",
  "ranges must rise, hold something and not touch":
    "диапазоны должны возрастать, быть непустыми и не соприкасаться",
  "a field is named once": "поле называется один раз",
  "a file is named once": "файл называется один раз",
  "at most one file is the item list": "списком позиций может быть только один файл",
  "a file name without path": "имя файла без пути",
  "a block has no items, and items no block": "у раздела нет позиций, а у позиций нет раздела",
  "hours end after they begin": "часы кончаются позже, чем начинаются",
  "an outage ends after it begins": "перерыв кончается не раньше, чем начинается",
  "a change of keys brings a document": "смена ключей приносит документ",
  "a plan has a date, and nothing else has": "дата есть у плана, и больше ни у чего",
  "from must be before to": "начало (from) должно быть раньше конца (to)",
  "not Unicode": "текст должен быть правильным Unicode",
  "not a network such as 192.0.2.0/24": "сеть, например 192.0.2.0/24",
  "an absolute path": "полный путь",
  "a language tag such as en or ru": "метка языка, например en или ru",
  "the id of a message: 22 characters of base64url": "номер сообщения: 22 знака base64url",
  "a digest: 43 characters of base64url": "хеш: 43 знака base64url",
  "the name of a desk: 1 to 32 of a-z, 0-9 and -, and not node":
    "имя отдела: от 1 до 32 знаков a-z, 0-9 и -, и не node",
  "the name of a kind: 1 to 40 of a-z, 0-9 and -, a letter first":
    "имя вида: от 1 до 40 знаков a-z, 0-9 и -, сначала буква",
  "an Admiralty grade: a letter A to F and a number 1 to 6":
    "оценка Адмиралтейства: буква от A до F и цифра от 1 до 6",
  "a media type such as text/plain": "тип данных, например text/plain",
  "the kind opens a case, named by its own id":
    "вид открывает дело, и номер дела — его собственный",
  "the kind has none": "у этого вида их нет",
  "the kind is nothing without them": "без них этот вид ничего не значит",
  "the kind has no such block": "у этого вида нет такого раздела",
  "must be there and shown": "раздел должен быть, и быть показан",
  "not where the item list travels": "список позиций передаётся не так, как здесь сказано",
  "a file hash names its function, and nothing else does":
    "у хеша файла названа его функция, и больше ни у чего",
  "JSON in UTF-8": "JSON в UTF-8",
  "an object": "объект JSON",
} as const;

/** A sentence that has its Russian. */
export function form(sentence: keyof typeof formSentences): string {
  return sentence;
}
