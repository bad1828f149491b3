/**
 * Addresses, names of hosts and of accounts, and times of the day in a text: each run of characters
 * that nothing separates is looked at by itself, its pieces once.
 *
 * No expression runs over more than one such run, and none has a repetition within a repetition.
 *
 * @module
 */
import { refang } from "../item/defang.ts";
import { isPrivateAddress, networkSet, parseIpv4, parseIpv6 } from "../item/value-form.ts";
import { isPrivateName, isPublicName, labelsOf } from "./host-names.ts";
import type { OwnLists } from "./own-lists.ts";
import type { PresendCode, Steps } from "./presend-finding.ts";

export interface TextHit {
  readonly code: PresendCode;
  readonly from: number;
  readonly to: number;
}

/** Lists in the form in which they are asked. */
export interface KnownAddresses {
  readonly domains: ReadonlySet<string>;
  /** First labels of the domains: what an account is written behind. */
  readonly accountDomains: ReadonlySet<string>;
  readonly publicNames: ReadonlySet<string>;
  readonly isOwnAddress: (address: string) => boolean;
}

interface Token {
  readonly raw: string;
  readonly from: number;
}

/** What stands in a token between two of its separators. */
interface Piece {
  readonly text: string;
  /** The character before it; empty at the beginning. */
  readonly after: string;
  readonly at: number;
}

const separators = /[\s"'`«»„“”‘’()<>{},;|=*–—…!]/u;
/** The same, by code, because most characters are asked. */
const asciiSeparators = Uint8Array.from({ length: 0x80 }, (_, code) =>
  separators.test(String.fromCharCode(code)) ? 1 : 0,
);
/** Whatever is found in a token has one of these. */
const telling = /[.:\\/[]/;
const pieceSeparators = /[/\\@?&#%:[\]~$^+]/;
/** RFC 4291 §2.2 has 45 characters at most. */
const ipv6CharsMax = 45;
const ipv6Run = /(?<![0-9a-z])[0-9a-f:.]{2,256}(?![0-9a-z])/gi;
const home = /[\\/](?:users|home)[\\/]([^\\/]{1,64})/i;
const everybody: ReadonlySet<string> = new Set(["all", "default", "public", "shared", "user"]);
const timeOfDay =
  /^(?:\d{4}-\d\d-\d\d[Tt])?(\d{1,2}):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d\d:?\d\d)?$/;
const daySeconds = 86_400;

export function knownAddresses(lists: OwnLists): KnownAddresses {
  const domains = lists.domains.map((name) => name.toLowerCase());
  return {
    domains: new Set(domains),
    accountDomains: new Set(domains.map((name) => name.split(".")[0] ?? name)),
    publicNames: new Set(lists.publicNames.map((name) => name.toLowerCase())),
    isOwnAddress: networkSet(lists.networks),
  };
}

/** What is looked at by itself, each once. */
export type Tokens = readonly Token[];

/** Every address and name in a text that tells something of its author, or that could be clicked. */
export function addressHits(
  tokens: Tokens,
  known: KnownAddresses,
  steps: Steps,
): readonly TextHit[] {
  return tokens.flatMap((token) => hitsOfToken(token, known, steps));
}

/** @param grainSeconds - Times of the day that are no multiple of it are finer. */
export function timeHits(tokens: Tokens, grainSeconds: number, steps: Steps): readonly TextHit[] {
  return tokens.flatMap(({ raw, from }) => {
    if (!raw.includes(":")) return [];
    const time = raw.replace(/[.:]$/, "");
    if (time.length > 40) return [];
    steps.count += time.length;
    const [match, hour, minute, second] = timeOfDay.exec(time) ?? [];
    if (match === undefined || Number(hour) > 24 || Number(minute) > 59) return [];
    const seconds = Number(hour) * 3_600 + Number(minute) * 60 + Number(second ?? 0);
    const isFiner = (seconds % daySeconds) % Math.min(grainSeconds, daySeconds) !== 0;
    return isFiner ? [{ code: "time-in-text", from, to: from + time.length } as const] : [];
  });
}

function hitsOfToken(
  { raw, from }: Token,
  known: KnownAddresses,
  steps: Steps,
): readonly TextHit[] {
  if (!telling.test(raw)) return [];
  const restored = refang(raw);
  const ofIpv6 = ipv6Parts(restored, known);
  const parts = ofIpv6.length > 0 ? ofIpv6 : namedParts(restored, known);
  const own = parts.filter(({ code }) => code !== "not-defanged");
  const account = accountParts(restored, known);
  const found = [...own, ...account, ...(own.length > 0 ? [] : sharePart(restored))];
  steps.count += 6 * raw.length + parts.length;
  const whole = { from, to: from + raw.replace(/[.:?]{1,8}$/, "").length };
  if (found.length > 0) {
    if (restored === raw) return found.map((part) => ({ code: part.code, ...spanOf(part, from) }));
    return [...new Set(found.map(({ code }) => code))].map((code) => ({ code, ...whole }));
  }
  const asWritten = restored === raw ? undefined : new Set(piecesOf(raw).map(({ text }) => text));
  const isClickable = parts.some(({ text }) => asWritten?.has(text) ?? true);
  return isClickable ? [{ code: "not-defanged", ...whole }] : [];
}

/** What a part of a token is; what is none of one's own, and could be clicked, is not defanged. */
interface Part {
  readonly code: PresendCode;
  readonly text: string;
  /** Where it begins in the token, defanging undone. */
  readonly at: number;
}

function namedParts(text: string, known: KnownAddresses): readonly Part[] {
  const pieces = piecesOf(text);
  return pieces.flatMap((piece, index) => {
    const before = piece.after === "@" ? pieces[index - 1] : undefined;
    const name = `${before === undefined ? "" : `${before.text}@`}${piece.text}`;
    const code = codeOfPiece(piece, name, known);
    if (code === undefined) return [];
    const isMailbox = code === "own-email" && before !== undefined;
    return [
      isMailbox ? { code, text: name, at: before.at } : { code, text: piece.text, at: piece.at },
    ];
  });
}

function ipv6Parts(text: string, known: KnownAddresses): readonly Part[] {
  return ipv6AddressesOf(text).map(({ address, at }) => {
    return { code: codeOfAddress(address, known) ?? "not-defanged", text: address, at };
  });
}

/** A share names a host of one network: `\\HOST\share`. */
function sharePart(text: string): readonly Part[] {
  const host = /^\\\\([^\\.]{1,63})(?:\\|$)/.exec(text)?.[1];
  return host === undefined ? [] : [{ code: "internal-host", text: host, at: 2 }];
}

/** @param name - The piece, or the mailbox that it is the end of. */
function codeOfPiece(
  { text, after }: Piece,
  name: string,
  known: KnownAddresses,
): PresendCode | undefined {
  if (parseIpv4(text) !== undefined) return codeOfAddress(text, known) ?? "not-defanged";
  const labels = labelsOf(text.toLowerCase());
  if (labels === undefined) return undefined;
  if (isPrivateName(labels)) return "internal-host";
  if (isOwn(labels, known)) {
    if (known.publicNames.has(name.toLowerCase())) return undefined;
    return after === "@" ? "own-email" : "own-host";
  }
  return isPublicName(labels) ? "not-defanged" : undefined;
}

function codeOfAddress(address: string, known: KnownAddresses): PresendCode | undefined {
  if (isPrivateAddress(address)) return "private-address";
  return known.isOwnAddress(address) ? "own-address" : undefined;
}

function isOwn(labels: readonly string[], { domains }: KnownAddresses): boolean {
  return labels.some((_, at) => domains.has(labels.slice(at).join(".")));
}

/** `\Users\NAME\`, `/home/NAME`, `DOMAIN\NAME`. */
function accountParts(text: string, { accountDomains }: KnownAddresses): readonly Part[] {
  const inHome = home.exec(text);
  const [path = "", folder = ""] = inHome ?? [];
  if (inHome !== null && !everybody.has(folder.toLowerCase())) {
    return [{ code: "user-name", text: folder, at: inHome.index + path.length - folder.length }];
  }
  const [domain = "", name = "", ...rest] = text.split("\\");
  const isAccount = name !== "" && rest.length === 0 && accountDomains.has(domain.toLowerCase());
  return isAccount ? [{ code: "user-name", text: name, at: domain.length + 1 }] : [];
}

function ipv6AddressesOf(text: string): readonly { address: string; at: number }[] {
  if (!text.includes(":")) return [];
  return [...text.matchAll(ipv6Run)]
    .map(({ 0: run, index }) => ({ address: run.replace(/(?<!:):$|\.$/, ""), at: index }))
    .filter(({ address }) => address.length <= ipv6CharsMax && /[0-9]/.test(address))
    .filter(({ address }) => parseIpv6(address) !== undefined);
}

function piecesOf(text: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let [start, after] = [0, ""];
  for (let at = 0; at <= text.length; at += 1) {
    const character = text.charAt(at);
    if (at < text.length && !pieceSeparators.test(character)) continue;
    const whole = text.slice(start, at).replace(/[.\-_]{1,8}$/, "");
    const piece = whole.replace(/^[.\-_]{1,8}/, "");
    const isPiece = piece !== "" || character === "@";
    if (isPiece) pieces.push({ text: piece, after, at: start + whole.length - piece.length });
    [start, after] = [at + 1, character];
  }
  return pieces;
}

export function tokensOf(text: string, steps: Steps): Tokens {
  const tokens: Token[] = [];
  let start = 0;
  steps.count += text.length;
  for (let at = 0; at <= text.length; at += 1) {
    if (at < text.length && !isSeparator(text, at)) continue;
    if (at > start) tokens.push({ raw: text.slice(start, at), from: start });
    start = at + 1;
  }
  return tokens;
}

function isSeparator(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 0x80 ? asciiSeparators[code] === 1 : separators.test(text.charAt(at));
}

function spanOf({ text, at }: Part, from: number): { from: number; to: number } {
  return { from: from + at, to: from + at + text.length };
}
