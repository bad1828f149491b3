/**
 * A party's fingerprint: 30 digits that its people read aloud and the other side types in.
 *
 * It is made of the name and the authority keys alone, so that it stays when an address changes.
 * Each party reads its own; one fingerprint over both could be forged by a birthday search.
 * spec/keys.md §4.
 *
 * @module
 */
import { encodeUtf8 } from "../bytes/utf8.ts";
import type { Primitives } from "../crypto/primitives.ts";
import { accept, type Result, refuse } from "../result.ts";
import { authorityKeys, type Descriptor } from "./descriptor.ts";

/** Six groups of five digits, some 99 bits. */
export const fingerprintGroupCount = 6;
const groupDigits = 5;
const groupBytes = 5;

/** What a person may type: room for a separator after every digit. UTF-16 code units. */
export const typedLengthMax = 100;

/** White space, hyphens and dashes of every kind, full stops and commas: what groups are typed with. */
const separators = /[\s.,\u2010-\u2015\u2212-]/gu;

/** Six groups of five digits with a space between them: `31415 92653 58979 32384 62643 38327`. */
export type Fingerprint = string & { readonly fingerprint: unique symbol };

/** The fingerprint of the party that a descriptor speaks of. */
export function fingerprint(p: Primitives, descriptor: Descriptor): Fingerprint {
  const kids = authorityKeys(descriptor).map(({ kid }) => kid);
  return fingerprintOf(p, ["parley fingerprint v1", descriptor.payload.name, ...kids]);
}

/** 30 digits over lines of text; the first says of what. */
export function fingerprintOf(p: Primitives, lines: readonly string[]): Fingerprint {
  const hash = p.sha256(encodeUtf8(lines.map((line) => `${line}\n`).join("")));
  const groups = Array.from({ length: fingerprintGroupCount }, (_, index) => {
    const octets = hash.subarray(index * groupBytes, (index + 1) * groupBytes);
    const number = octets.reduce((sum, octet) => sum * 256 + octet, 0);
    return String(number % 10 ** groupDigits).padStart(groupDigits, "0");
  });
  return groups.join(" ") as Fingerprint;
}

/** @returns The digits in the usual form; or `fingerprint.malformed` if there are not exactly 30. */
export function parseTypedFingerprint(typed: string): Result<Fingerprint, "fingerprint.malformed"> {
  if (typed.length > typedLengthMax) return refuse("fingerprint.malformed", "too long");
  const digits = typed.replace(separators, "");
  if (!/^[0-9]{30}$/.test(digits)) {
    return refuse("fingerprint.malformed", "not 30 digits in six groups of five");
  }
  return accept((digits.match(/[0-9]{5}/g) ?? []).join(" ") as Fingerprint);
}

/**
 * Compares what was heard with what was received.
 *
 * @returns The fingerprint; `fingerprint.malformed`; or `fingerprint.differs`, whose detail counts
 *   the groups, from 1, so that a misheard one can be asked for again.
 */
export function compareFingerprint(
  p: Primitives,
  descriptor: Descriptor,
  typed: string,
): Result<Fingerprint, "fingerprint.malformed" | "fingerprint.differs"> {
  const heard = parseTypedFingerprint(typed);
  if (!heard.ok) return heard;
  const groups = heard.value.split(" ");
  const own = fingerprint(p, descriptor);
  const differing = own
    .split(" ")
    .flatMap((group, index) => (group === groups[index] ? [] : [index + 1]));
  if (differing.length === 0) return accept(own);
  return refuse("fingerprint.differs", `groups that differ: ${differing.join(", ")}`);
}
