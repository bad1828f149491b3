/**
 * What a value looks like: whether it has the form of its kind, and which addresses are no evidence.
 *
 * Nothing is looked up. Sources: RFC 791 and RFC 4291 text forms; IANA special-purpose address
 * registries (RFC 6890); RFC 1123 §2.1 host names; RFC 3986 §3.1 schemes.
 *
 * @module
 */
import type { Choice } from "../kind/choices.ts";

type ItemKind = Choice<"itemKind">;
type HashName = Choice<"hash">;

/** Hexadecimal digits of a digest, by function. */
export const hashDigits = {
  md5: 32,
  "sha-1": 40,
  "sha-224": 56,
  "sha-256": 64,
  "sha-384": 96,
  "sha-512": 128,
} as const satisfies Partial<Record<HashName, number>>;

/** First octets of the networks that are no place on the Internet, with the bits that count. */
const specialIpv4: readonly (readonly [network: string, bits: number])[] = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
];
const specialIpv6: readonly (readonly [network: string, bits: number])[] = [
  ["::", 128],
  ["::1", 128],
  ["::ffff:0:0", 96],
  ["64:ff9b:1::", 48],
  ["100::", 64],
  ["2001::", 23],
  ["2001:db8::", 32],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
];

/** Of these, the addresses that stand in somebody's network: RFC 1918, 3927, 4193, 6598, loopback. */
const privateNetworks: readonly string[] = [
  ...["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"],
  ...["127.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10", "fec0::/10"],
];

/** @returns The function whose digests have this form; `undefined` for what is no digest. */
export function hashOfDigits(value: string): HashName | undefined {
  if (!/^[0-9a-fA-F]+$/.test(value)) return undefined;
  const found = Object.entries(hashDigits).find(([, digits]) => digits === value.length);
  return found?.[0] as HashName | undefined;
}

/** @returns Whether `value` has the form of `kind`; kinds without a form of their own take any. */
export function isOfKind(value: string, kind: ItemKind): boolean {
  switch (kind) {
    case "ipv4-addr":
      return parseIpv4(value) !== undefined;
    case "ipv6-addr":
      return parseIpv6(value) !== undefined;
    case "domain-name":
      return isDomain(value);
    case "url":
      return /^[a-z][a-z0-9+.-]*:\/\/[^\s/]+/i.test(value);
    case "email-addr":
      return isEmail(value);
    case "file-hash":
      return hashOfDigits(value) !== undefined || /^[0-9]+:[0-9A-Za-z+/]+:|^T1/.test(value);
    case "mac-addr":
      return /^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i.test(value);
    case "autonomous-system":
      return /^(AS)?[0-9]{1,10}$/i.test(value);
    case "file-name":
    case "email-subject":
    case "user-agent":
    case "registry-key":
    case "mutex":
    case "certificate":
    case "rule":
    case "other":
      return true;
  }
}

/** @returns Four octets; `undefined` if not dotted decimal without leading zeros. */
export function parseIpv4(value: string): readonly number[] | undefined {
  const parts = value.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9][0-9]{0,2})$/.test(part)))
    return undefined;
  const octets = parts.map(Number);
  return octets.every((octet) => octet <= 255) ? octets : undefined;
}

/** @returns Sixteen octets; `undefined` if not RFC 4291 §2.2. A zone is no part of an address. */
export function parseIpv6(value: string): readonly number[] | undefined {
  const halves = value.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map(groupsOf);
  if (head === undefined || (halves.length === 2 && tail === undefined)) return undefined;
  const missing = 16 - head.length - (tail?.length ?? 0);
  if (tail === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])];
}

/** Private, reserved, documentation, loopback, multicast: an address that names no host outside. */
export function isSpecialAddress(value: string): boolean {
  const ipv4 = parseIpv4(value);
  if (ipv4 !== undefined) return isWithin(ipv4, specialIpv4, parseIpv4);
  const ipv6 = parseIpv6(value);
  return ipv6 !== undefined && isWithin(ipv6, specialIpv6, parseIpv6);
}

/** Whether an address names a host only inside of somebody's network. */
export function isPrivateAddress(value: string): boolean {
  const octets = parseIpv6(value);
  const isMapped = octets?.slice(0, 12).every((octet, at) => octet === (at < 10 ? 0 : 0xff));
  return isPrivate(isMapped ? (octets?.slice(12).join(".") ?? "") : value);
}

/**
 * Whether an address is in one of many networks, asked as often as there are lengths of prefixes.
 *
 * @param networks - Address and bits: `192.0.2.0/24`. An address of the other family is in none.
 */
export function networkSet(networks: readonly string[]): (address: string) => boolean {
  const prefixes = new Set<string>();
  const lengths = new Set<number>();
  for (const network of networks) {
    const [start = "", bits = ""] = network.split("/");
    prefixes.add(prefixOf(parseIpv4(start) ?? parseIpv6(start) ?? [], Number(bits)));
    lengths.add(Number(bits));
  }
  return (address) => {
    const octets = parseIpv4(address) ?? parseIpv6(address);
    return (
      octets !== undefined && [...lengths].some((bits) => prefixes.has(prefixOf(octets, bits)))
    );
  };
}

/** `a.b.1.1`: what people write when they know a network and not the host. */
export function isPlaceholderAddress(value: string): boolean {
  const octets = parseIpv4(value);
  return octets !== undefined && octets[2] === 1 && octets[3] === 1;
}

/** `a.b.c.0` or `a.b.c.255`: mostly the address of a network or of all its hosts. */
export function isNetworkAddress(value: string): boolean {
  const last = parseIpv4(value)?.[3];
  return last === 0 || last === 255;
}

const isPrivate = networkSet(privateNetworks);

/** Family, length and first bits as one text. */
function prefixOf(octets: readonly number[], bits: number): string {
  const kept = octets.slice(0, Math.ceil(bits / 8));
  const rest = 8 * kept.length - bits;
  const last = kept.pop();
  if (last !== undefined) kept.push((last >> rest) << rest);
  return `${octets.length}/${bits}/${kept.join(".")}`;
}

function isDomain(value: string): boolean {
  const labels = value.toLowerCase().split(".");
  const last = labels.at(-1) ?? "";
  return (
    value.length <= 253 &&
    labels.length >= 2 &&
    labels.every((label) => /^[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?$/.test(label)) &&
    /[a-z]/.test(last)
  );
}

function isEmail(value: string): boolean {
  const at = value.lastIndexOf("@");
  return at > 0 && at <= 64 && !/\s/.test(value) && isDomain(value.slice(at + 1));
}

/** Two octets for each group; an IPv4 address may stand last. */
function groupsOf(text: string): readonly number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const octets: number[] = [];
  for (const [index, group] of groups.entries()) {
    const ipv4 = index === groups.length - 1 ? parseIpv4(group) : undefined;
    if (ipv4 === undefined && !/^[0-9a-f]{1,4}$/i.test(group)) return undefined;
    const number = Number.parseInt(group, 16);
    octets.push(...(ipv4 ?? [number >> 8, number & 0xff]));
  }
  return octets.length <= 16 ? octets : undefined;
}

function isWithin(
  octets: readonly number[],
  networks: readonly (readonly [string, number])[],
  parse: (text: string) => readonly number[] | undefined,
): boolean {
  return networks.some(([text, bits]) => {
    const network = parse(text) ?? [];
    return network.every((octet, index) => {
      const kept = Math.min(8, Math.max(0, bits - 8 * index));
      const mask = (0xff << (8 - kept)) & 0xff;
      return (octet & mask) === ((octets[index] ?? 0) & mask);
    });
  });
}
