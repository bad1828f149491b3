/**
 * The texts of the default agreement, in English and Russian.
 *
 * Link tests carry sentences about the world that nobody can take for a message. The bands of
 * likelihood are those of ICD 203. spec/agreement.md §6.
 *
 * @module
 */
import type { AgreementPayload } from "./agreement-schema.ts";

/** In order of id. */
export const linkTexts: AgreementPayload["linkTests"]["texts"] = [
  {
    id: "baikal",
    en: "Lake Baikal holds about a fifth of the unfrozen fresh water on the surface of the Earth.",
    ru: "В Байкале сосредоточена примерно пятая часть незамёрзшей пресной воды на поверхности Земли.",
  },
  {
    id: "bees",
    en: "A honey bee visits several hundred flowers before it returns to the hive.",
    ru: "Прежде чем вернуться в улей, медоносная пчела облетает несколько сотен цветков.",
  },
  {
    id: "birch",
    en: "The bark of the birch is white because of betulin, which reflects light.",
    ru: "Кора берёзы белая благодаря бетулину – веществу, отражающему свет.",
  },
  {
    id: "cranes",
    en: "Cranes fly south in a wedge; those at its ends take their turn in front.",
    ru: "Журавли летят на юг клином и по очереди сменяют вожака.",
  },
  {
    id: "equinox",
    en: "On the day of the equinox the Sun rises almost exactly in the east.",
    ru: "В день равноденствия Солнце восходит почти точно на востоке.",
  },
  {
    id: "granite",
    en: "Granite consists for the most part of quartz, feldspar and mica.",
    ru: "Гранит состоит главным образом из кварца, полевого шпата и слюды.",
  },
  {
    id: "hour-glass",
    en: "Sand runs through an hourglass at the same rate whether the upper bulb is full or nearly empty.",
    ru: "Песок в песочных часах сыплется с одной и той же скоростью, полна верхняя колба или почти пуста.",
  },
  {
    id: "ice",
    en: "Ice floats because water expands by about a tenth when it freezes.",
    ru: "Лёд плавает, потому что вода, замерзая, расширяется примерно на одну десятую.",
  },
  {
    id: "meridian",
    en: "All meridians meet at the poles, where every direction is south or north.",
    ru: "Все меридианы сходятся в полюсах, откуда всякий путь ведёт на юг или на север.",
  },
  {
    id: "mississippi",
    en: "The Mississippi flows from Lake Itasca to the Gulf of Mexico.",
    ru: "Миссисипи течёт от озера Итаска до Мексиканского залива.",
  },
  {
    id: "oak",
    en: "An oak may bear its first acorns only after thirty years.",
    ru: "Первые жёлуди дуб может дать лишь через тридцать лет.",
  },
  {
    id: "polaris",
    en: "The Pole Star stands less than one degree from the celestial pole.",
    ru: "Полярная звезда отстоит от полюса мира менее чем на один градус.",
  },
  {
    id: "rainbow",
    en: "In a rainbow red lies on the outside and violet on the inside.",
    ru: "В радуге красный цвет лежит снаружи, а фиолетовый – внутри.",
  },
  {
    id: "snowflake",
    en: "A snowflake has six arms because water molecules freeze in a hexagonal lattice.",
    ru: "У снежинки шесть лучей, потому что молекулы воды, замерзая, образуют шестиугольную решётку.",
  },
  {
    id: "tides",
    en: "High water comes some fifty minutes later each day, as the Moon does.",
    ru: "Прилив с каждым днём наступает примерно на пятьдесят минут позже – как и восход Луны.",
  },
  {
    id: "volga",
    en: "The Volga is the longest river in Europe and flows into the Caspian Sea.",
    ru: "Волга – самая длинная река Европы; она впадает в Каспийское море.",
  },
];

/** In order of the English term. */
export const glossary: AgreementPayload["glossary"] = [
  { en: "attack", ru: "атака", disputed: true },
  { en: "attribution", ru: "установление источника", disputed: true },
  { en: "critical infrastructure", ru: "критическая инфраструктура", disputed: true },
  { en: "cybersecurity", ru: "информационная безопасность", disputed: true },
  { en: "incident", ru: "инцидент", disputed: false },
  { en: "indicator", ru: "индикатор", disputed: false },
  { en: "malicious software", ru: "вредоносное программное обеспечение", disputed: false },
  { en: "receipt", ru: "подтверждение приёма", disputed: false },
];

/** ICD 203; the words in the order of rising likelihood. */
export const probability: AgreementPayload["probability"] = [
  band("almost-no-chance", [1, 5], { en: "almost no chance", ru: "практически исключено" }),
  band("very-unlikely", [5, 20], { en: "very unlikely", ru: "очень маловероятно" }),
  band("unlikely", [20, 45], { en: "unlikely", ru: "маловероятно" }),
  band("roughly-even", [45, 55], { en: "roughly even chance", ru: "примерно равные шансы" }),
  band("likely", [55, 80], { en: "likely", ru: "вероятно" }),
  band("very-likely", [80, 95], { en: "very likely", ru: "весьма вероятно" }),
  band("almost-certain", [95, 99], { en: "almost certain", ru: "почти наверняка" }),
];

export const commonSeverity: AgreementPayload["severity"]["common"] = [
  { en: "0 – no effect", ru: "0 – без последствий" },
  { en: "1 – slight", ru: "1 – незначительная" },
  { en: "2 – limited", ru: "2 – ограниченная" },
  { en: "3 – serious", ru: "3 – серьёзная" },
  { en: "4 – severe", ru: "4 – тяжёлая" },
  {
    en: "5 – grave, with danger to life or to the state",
    ru: "5 – с угрозой жизни или государству",
  },
];

/** A scale of one's own that is the common one; a party with another one puts it in its place. */
export const ownSeverity = {
  name: { en: "Scale of three levels", ru: "Шкала из трёх уровней" },
  levels: [
    { code: "low", title: { en: "low", ru: "низкая" }, common: 1 },
    { code: "medium", title: { en: "medium", ru: "средняя" }, common: 3 },
    { code: "high", title: { en: "high", ru: "высокая" }, common: 5 },
  ],
};

export const deskTitles = {
  political: { en: "Political desk", ru: "Политическая служба" },
  technical: { en: "Technical desk", ru: "Техническая служба" },
  watch: { en: "Watch desk", ru: "Дежурная служба" },
};

export const handlingTexts = {
  organisation: {
    en: "The desk and those in its own service who need the information to act on it.",
    ru: "Сама служба и те сотрудники её ведомства, кому сведения нужны для работы.",
  },
  clients: {
    en: "Bodies that the desk protects and that need the information to protect themselves.",
    ru: "Организации, которые служба защищает и которым сведения нужны для собственной защиты.",
  },
  community: {
    en: "Incident response teams of the same state; nobody outside of it.",
    ru: "Группы реагирования на инциденты того же государства и никто за его пределами.",
  },
};

export const defaultLine = {
  en: "This message admits nothing and alleges nothing beyond the assessment that it states.",
  ru: "Настоящее сообщение не является признанием чего-либо и не содержит утверждений сверх изложенной в нём оценки.",
};

export const cosignatureText = {
  en: "By cosigning a checkpoint the mirror states that it holds every entry of the log below that size durably, that it serves them to the owner of the log on request, and that it has never seen another history of the log. It says nothing about attachments, nor whether anybody has read an entry.",
  ru: "Подписывая контрольную точку, зеркало заявляет, что надёжно хранит все записи журнала до указанного размера, по запросу предоставляет их владельцу журнала и никогда не видело иной его истории. О вложениях и о том, прочитана ли какая-либо запись, эта подпись ничего не говорит.",
};

export const exerciseRules = {
  en: "An exercise is announced to the watch desk of the other party beforehand. It uses exercise traffic alone; nothing in it obliges anybody. Either party may end it at any time, and ends it when a real case needs the same people.",
  ru: "Об учении заранее извещают дежурную службу другой стороны. На учении используется только учебный трафик, и ничто в нём никого ни к чему не обязывает. Любая сторона может прекратить учение в любой момент и прекращает его, если те же люди нужны для настоящего дела.",
};

function band(
  code: string,
  [fromPercent, toPercent]: readonly [number, number],
  title: { readonly en: string; readonly ru: string },
): AgreementPayload["probability"][number] {
  return { code, fromPercent, toPercent, title };
}
