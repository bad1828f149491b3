/**
 * Changes to what was good: of octets, of lines, of JSON and of JSON within base64url, all from one
 * seed, so that a finding can be made again.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { concatBytes } from "@parley/core/bytes/octets";
import { decodeUtf8, encodeUtf8 } from "@parley/core/bytes/utf8";

/** Longest input that is made: above the bounds of most parsers, and short enough for many tries. */
const inputBytesMax = 400_000;

/** Mulberry32: small, and the same everywhere. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0, below `count`. */
  below(count: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % count;
  }

  of<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T;
  }
}

const oddTexts = [
  ...["", " ", "\0", "\n", "\r\n", "\u2028", "\ufeff", "\ud800", "\u202e", "é", "e\u0301", "ß"],
  ...["__proto__", "constructor", "toString", "...", "_sd", "null", "NaN", "-0", "1e999", "0x10"],
  ...["9007199254740993", "18446744073709551616", "=", "+", "/", "../", "%00", "<script>", "="],
] as const;
const oddValues: readonly JsonValue[] = [
  ...[null, true, false, 0, -1, 1, 0.5, 2 ** 31, 2 ** 53, 1e21, -1e-7, 253_402_300_800],
  ...["", "x", [], {}, [[]], [null], { "": 0 }, { "...": "x" }],
];

/** One to six changes. */
export function mutateOctets(random: Random, octets: Uint8Array, others: readonly Uint8Array[]) {
  let changed = octets;
  for (let left = 1 + random.below(6); left > 0; left--)
    changed = changeOctets(random, changed, others);
  return changed.subarray(0, inputBytesMax);
}

function changeOctets(random: Random, octets: Uint8Array, others: readonly Uint8Array[]) {
  const at = random.below(octets.length + 1);
  const to = Math.min(octets.length, at + 1 + random.below(64));
  const [head, part, tail] = [octets.subarray(0, at), octets.subarray(at, to), octets.subarray(to)];
  const other = random.of(others);
  const from = random.below(other.length + 1);
  switch (random.below(9)) {
    case 0:
      return octets.map((octet, index) => (index === at ? octet ^ (1 << random.below(8)) : octet));
    case 1:
      return concatBytes(head, tail);
    case 2:
      return head;
    case 3:
      return concatBytes(head, part, part, tail);
    case 4:
      return concatBytes(head, Uint8Array.of(random.of([0, 10, 0x7f, 0xff])), part, tail);
    case 5:
      return concatBytes(head, other.subarray(from));
    case 6:
      return concatBytes(head, other.subarray(from, from + 40), tail);
    case 7:
      return concatBytes(
        head,
        new Uint8Array(random.of([1, 255, 4_096])).fill(random.below(256)),
        tail,
      );
    default:
      return concatBytes(head, encodeUtf8(random.of(oddTexts).toWellFormed()), tail);
  }
}

/** As text: by octets, by lines, or as the JSON that it is or holds. */
export function mutateText(random: Random, text: string, others: readonly string[]): string {
  const json = random.below(3) > 0 ? parsed(text) : undefined;
  if (json !== undefined)
    return writeJson(random, mutateJson(random, json, others.map(parsed)), text);
  if (random.below(2) === 0) return mutateLines(random, text);
  const octets = others.map((other) => encodeUtf8(other.toWellFormed()));
  const changed = mutateOctets(random, encodeUtf8(text.toWellFormed()), octets);
  return decodeUtf8(changed) ?? Buffer.from(changed).toString("latin1");
}

function mutateLines(random: Random, text: string): string {
  const lines = text.split("\n");
  const [at, to] = [random.below(lines.length), random.below(lines.length)];
  const line = lines[at] ?? "";
  switch (random.below(7)) {
    case 0:
      return lines.toSpliced(at, 1).join("\n");
    case 1:
      return lines.toSpliced(at, 0, line).join("\n");
    case 2:
      return lines
        .with(at, lines[to] ?? "")
        .with(to, line)
        .join("\n");
    case 3:
      return lines
        .with(
          at,
          line.replace(/[0-9]+/, () => random.of(oddTexts)),
        )
        .join("\n");
    case 4:
      return lines.with(at, `${line}${random.of(oddTexts)}`).join("\n");
    case 5:
      return lines
        .with(at, line.repeat(1 + random.below(40)))
        .join("\n")
        .slice(0, inputBytesMax);
    default:
      return lines.with(at, line.split("").reverse().join("")).join("\n");
  }
}

/** Mostly in canonical form, so that the change itself is judged; else as nobody should write it. */
function writeJson(random: Random, value: JsonValue, original: string): string {
  const text = original.endsWith("\n") ? "\n" : "";
  if (!isWellFormed(value)) return JSON.stringify(value) + text;
  const canonical = canonicalJson(value) + text;
  switch (random.below(10)) {
    case 0:
      return JSON.stringify(value, null, 1) + text;
    case 1:
      // One member twice: two readers see two values.
      return canonical.replace(
        /"([\w.-]+)":/,
        (member) => `${member}${random.of(["0", '"x"'])},${member}`,
      );
    case 2:
      return canonical.replace(
        /"([a-z])/,
        (_, letter: string) => `"\\u00${letter.charCodeAt(0).toString(16)}`,
      );
    case 3:
      return canonical.replace(/:(\d+)/, ":$1.0");
    default:
      return canonical;
  }
}

/** A change somewhere in the value, also in JSON that a text of it holds in base64url. */
export function mutateJson(
  random: Random,
  value: JsonValue,
  others: readonly (JsonValue | undefined)[],
): JsonValue {
  let changed = value;
  for (let left = 1 + random.below(3); left > 0; left--)
    changed = changeJson(random, changed, others);
  return changed;
}

function changeJson(
  random: Random,
  value: JsonValue,
  others: readonly (JsonValue | undefined)[],
): JsonValue {
  const isDeep = random.below(5) > 0;
  if (isArray(value)) {
    const at = random.below(value.length + 1);
    const there = value[at];
    if (isDeep && there !== undefined) return value.with(at, changeJson(random, there, others));
    return changeArray(random, value, at);
  }
  if (typeof value === "object" && value !== null) {
    const names = Object.keys(value);
    const name = names[random.below(names.length + 1)];
    const members = value as { readonly [name: string]: JsonValue };
    const there = name === undefined ? undefined : members[name];
    if (name === undefined || there === undefined) {
      return { ...members, [random.of(oddTexts)]: random.of(oddValues) };
    }
    if (isDeep) return { ...members, [name]: changeJson(random, there, others) };
    const { [name]: _, ...rest } = members;
    return random.below(2) === 0 ? rest : { ...rest, [random.of(names)]: there };
  }
  return changeLeaf(random, value, others);
}

function changeArray(random: Random, list: readonly JsonValue[], at: number): JsonValue {
  const there = list[at] ?? null;
  switch (random.below(5)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.toSpliced(at, 0, there);
    case 2:
      return list.toReversed();
    case 3:
      return list.toSpliced(at, 0, random.of(oddValues));
    default:
      return Array(random.of([2, 17, 300])).fill(there);
  }
}

function changeLeaf(
  random: Random,
  leaf: string | number | boolean | null,
  others: readonly (JsonValue | undefined)[],
): JsonValue {
  const own = random.below(4) > 0 ? changeOwn(random, leaf, others) : undefined;
  if (own !== undefined) return own;
  const other = random.below(4) === 0 ? random.of(others) : undefined;
  return other ?? (random.below(3) === 0 ? random.of(oddTexts) : random.of(oddValues));
}

/** What is near to what stood there. */
function changeOwn(
  random: Random,
  leaf: string | number | boolean | null,
  others: readonly (JsonValue | undefined)[],
): JsonValue | undefined {
  if (typeof leaf === "number") return leaf + random.of([-1, 1, 0.5, 2 ** 32]);
  if (typeof leaf !== "string") return undefined;
  const inside = insideOf(leaf);
  if (inside !== undefined) {
    const changed = changeJson(random, inside, others);
    return isWellFormed(changed) ? toBase64Url(encodeUtf8(canonicalJson(changed))) : leaf;
  }
  const octets = random.below(2) === 0 ? fromBase64Url(leaf) : undefined;
  if (octets === undefined) return mutateLines(random, leaf);
  return toBase64Url(changeOctets(random, octets, [octets]));
}

function insideOf(text: string): JsonValue | undefined {
  const octets = text.length > 8 ? fromBase64Url(text) : undefined;
  const inner = octets && decodeUtf8(octets);
  return inner?.startsWith("{") || inner?.startsWith("[") ? parsed(inner) : undefined;
}

function parsed(text: string): JsonValue | undefined {
  if (!/^[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // Not JSON: it is changed as text.
    return undefined;
  }
}

function isWellFormed(value: JsonValue): boolean {
  return JSON.stringify(value).isWellFormed() && !/\\ud[89a-f]/.test(JSON.stringify(value));
}

function isArray(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
