/**
 * What an operator says about the party, at `parley init` and whenever it changes.
 *
 * @module
 */

import type { Language } from "../../config.ts";
import { type PartyProfile, validDaysDefault } from "../../service/own-party.ts";
import { bilingual } from "../bilingual.ts";
import { asTyped, contact, type TypedContact, wholeNumber } from "../flags.ts";

const texts = bilingual(
  {
    address:
      "Where peers reach this node, such as https://washington.example:7650; may be repeated",
    contact: "Whom to reach and how, such as duty-officer=+1-202-555-0100; may be repeated",
    validDays: "Days for which the descriptor is valid (default: 730)",
  },
  {
    address: "Где собеседники находят узел, например https://moscow.example:7650; можно повторять",
    contact: "Кого и как найти, например duty-officer=+7-495-555-0100; можно повторять",
    validDays: "Сколько дней действует дескриптор (по умолчанию 730)",
  },
);

export type ProfileFlags = {
  readonly address?: readonly string[];
  readonly contact?: readonly TypedContact[];
  readonly validDays?: number;
};

export function profileFlags(lang: Language) {
  const text = texts[lang];
  return {
    address: {
      kind: "parsed",
      parse: asTyped,
      brief: text.address,
      placeholder: "URL",
      optional: true,
      variadic: true,
    },
    contact: {
      kind: "parsed",
      parse: contact,
      brief: text.contact,
      placeholder: "ROLE=REACH",
      optional: true,
      variadic: true,
    },
    validDays: {
      kind: "parsed",
      parse: wholeNumber(1, 36_500),
      brief: text.validDays,
      placeholder: "DAYS",
      optional: true,
    },
  } as const;
}

/** What is not said stays as it is in `before`; at first it is empty. */
export function profileOf(
  flags: ProfileFlags,
  lang: Language,
  before: Pick<PartyProfile, "addresses" | "contacts"> = { addresses: [], contacts: [] },
): PartyProfile {
  const contacts = flags.contact?.map(({ role, reach }) => ({
    role,
    reach: [reach],
    languages: [lang],
  }));
  return {
    addresses: flags.address ?? before.addresses,
    contacts: contacts ?? before.contacts,
    validDays: flags.validDays ?? validDaysDefault,
  };
}
