/**
 * What the two capitals say to one another in the practice channel: December 2016, with the
 * indicators that were published (JAR-16-20296A) and words that are invented.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";

type Blocks = Readonly<Record<string, JsonValue>>;

const amber = { tlp: "AMBER", pap: "AMBER", iep: null, flags: ["no-public-attribution"] };
const green = { tlp: "GREEN", pap: null, iep: null, flags: [] };
const en = (text: string) => ({ lang: "en", text });
const ru = (text: string) => ({ lang: "ru", text });

/** Rows of the list that Washington keeps to itself, from 1: the first twenty addresses. */
export const heldBackRows = "36-55";
/** Rows whose description it redacts. */
export const redactedRows = "text:20-35";

export const inquiryBlocks: Blocks = {
  fact: {
    marking: amber,
    who: en("National Cybersecurity and Communications Integration Center"),
    person: {
      name: "Watch officer, NCCIC",
      phone: "+1 202 555 0119",
      email: "watch@washington.example",
      languages: ["en", "ru"],
    },
    firstAware: 1_481_241_600,
    sentences: [
      en("Accounts of a political organisation were entered with stolen passwords."),
      en("The attached 911 indicators were seen in this activity or belong to its tools."),
      en("Two of the addresses are registered in the Russian Federation."),
    ],
    malicious: "yes",
    crossBorder: "unknown",
  },
  assessment: {
    marking: amber,
    text: en("The activity was run through rented servers in several countries."),
    likelihood: "likely",
    confidence: "moderate",
    responsibility: "none-stated",
  },
  ask: {
    marking: amber,
    text: en("Please find out who rented the two servers in December 2016, and tell us."),
  },
};

export const receiptBlocks = (who: string): Blocks => ({
  notice: { marking: green, receivedBy: who, text: null },
});

export const holdingBlocks = (nextWordBy: number): Blocks => ({
  fact: {
    marking: green,
    nextWordBy,
    text: ru("Запрос принят в работу, список передан специалистам."),
  },
});

export const notAnswerableBlocks = (itemCount: number): Blocks => ({
  fact: {
    marking: green,
    missing: [{ field: "observed-time", items: [[0, itemCount]] }],
    text: ru(
      "Ни у одной позиции не указано время наблюдения. Без него адрес ни на кого не указывает.",
    ),
  },
});

export const correctionBlocks: Blocks = {
  fact: { marking: green, text: en("19 hashes listed as MD5 are 17 SHA-256 and 2 SHA-1.") },
};

export const clarificationBlocks: Blocks = {
  fact: {
    marking: green,
    supplies: [{ field: "observed-time", items: [] }],
    text: en("Both addresses were seen between 1 and 9 December 2016, UTC."),
  },
};

export const answerBlocks: Blocks = {
  fact: {
    marking: amber,
    outcome: "partly-done",
    plannedFor: null,
    text: ru(
      "Оба адреса принадлежат поставщику хостинга. Аренда оплачена через посредника; сведения о нём запрошены.",
    ),
  },
};

export const closureBlocks: Blocks = {
  fact: {
    marking: green,
    grounds: "answered",
    summary: en("The two servers were identified; what follows goes on between the services."),
    effectiveAt: null,
  },
};

export const agreementBlocks: Blocks = { fact: { marking: green, text: ru("Согласны.") } };
