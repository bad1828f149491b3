/**
 * The payload of a party descriptor: a party's keys, addresses and contacts.
 *
 * Whatever is not listed here is refused, and every list has a bound. spec/keys.md §2.
 *
 * @module
 */
import { z } from "zod";
import { xWingSizes } from "../crypto/primitives.ts";
import { deskName, partyName } from "./party-name.ts";
import {
  code,
  digest,
  ed25519Key,
  isSortedSet,
  languageTag,
  line,
  logKeyPair,
  mlDsa65Key,
  octets,
  protocolMax,
  serial,
  time,
} from "./signed-fields.ts";

/** Each takes some 4.4 KB of keys. */
export const desksMax = 16;
/** Two certificates overlap while one replaces the other; each carrier may have its own. */
export const tlsPinsMax = 4;
export const addressesMax = 8;
export const contactsMax = 32;
export const protocolsMax = 8;
/** UTF-16 code units of one address. */
export const addressLengthMax = 255;

/**
 * Scheme, host, port and path, nothing else; the path does not end in a slash. Parties' names say
 * who somebody is, addresses only where: they may be of any network.
 */
const addressForm =
  /^https:\/\/(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::([1-9][0-9]{0,4}))?(?:\/[A-Za-z0-9._~-]+)*$/;

const suite = z.literal("pq1");
/** In the order of the suite `pq1`. */
const pq1Keys = z.tuple([ed25519Key, mlDsa65Key]);
const openingKey = octets(xWingSizes.publicKeyBytes);

const desk = z.strictObject({ name: deskName, suite, keys: pq1Keys, opening: openingKey });
const node = z.strictObject({ suite, keys: pq1Keys, opening: openingKey });

const contact = z.strictObject({
  role: code,
  languages: z.array(languageTag).min(1).max(8),
  reach: z.array(line(200)).min(1).max(4),
});

const address = z.string().max(addressLengthMax).refine(isAddress, { error: "not an address" });

export const descriptorPayload = z
  .strictObject({
    v: z.literal(1),
    protocol: z.array(z.int().min(1).max(protocolMax)).min(1).max(protocolsMax),
    name: partyName,
    serial,
    previous: digest.nullable(),
    issuedAt: time,
    validUntil: time,
    authority: pq1Keys,
    desks: z.array(desk).min(1).max(desksMax),
    node,
    log: logKeyPair,
    mirror: logKeyPair,
    tls: z.array(digest).min(1).max(tlsPinsMax),
    addresses: z.array(address).max(addressesMax),
    contacts: z.array(contact).max(contactsMax),
  })
  .superRefine((payload, context) => {
    const wrong = inconsistencyOf(payload);
    if (wrong !== undefined) context.addIssue({ code: "custom", message: wrong });
  });

export type DescriptorPayload = z.output<typeof descriptorPayload>;

/** What the schema of each member alone cannot say. */
function inconsistencyOf(payload: {
  readonly protocol: readonly number[];
  readonly serial: number;
  readonly previous: string | null;
  readonly issuedAt: number;
  readonly validUntil: number;
  readonly desks: readonly { readonly name: string }[];
  readonly tls: readonly string[];
  readonly addresses: readonly string[];
}): string | undefined {
  const { protocol, desks, tls, addresses } = payload;
  if (protocol.some((version, index) => index > 0 && version <= (protocol[index - 1] as number))) {
    return "protocol versions do not rise";
  }
  if ((payload.serial === 1) !== (payload.previous === null)) {
    return "previous is null in serial 1 and nowhere else";
  }
  if (payload.validUntil <= payload.issuedAt) return "validUntil is not after issuedAt";
  if (!isSortedSet(desks.map(({ name }) => name))) return "desks are not in order of name";
  if (new Set(tls).size !== tls.length) return "a pin comes twice";
  if (new Set(addresses).size !== addresses.length) return "an address comes twice";
  return undefined;
}

function isAddress(text: string): boolean {
  const match = addressForm.exec(text);
  return match !== null && Number(match[1] ?? 443) <= 65_535;
}
