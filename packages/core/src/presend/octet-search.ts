/**
 * Plain words in octets.
 *
 * @module
 */
import type { Steps } from "./presend-finding.ts";

/** @returns Octets as characters of Latin-1. */
export function asciiOf(octets: Uint8Array, from: number, length: number): string {
  return String.fromCharCode(...octets.subarray(from, from + length));
}

export function hasAscii(octets: Uint8Array, word: string, steps: Steps): boolean {
  steps.count += octets.length;
  return findAscii(octets, word) >= 0;
}

/**
 * R. N. Horspool's search (1980): it skips as far as the octet under the word's end allows.
 *
 * @param word - Short: the work is its length for each octet at most.
 * @returns Where it begins; −1 if it is not there.
 */
export function findAscii(octets: Uint8Array, word: string): number {
  const last = word.length - 1;
  const skips = new Uint8Array(256).fill(word.length);
  for (let at = 0; at < last; at += 1) skips[word.charCodeAt(at) & 0xff] = last - at;
  for (let at = last; at < octets.length; at += skips[octets[at] ?? 0] ?? 1) {
    let left = last;
    while (left >= 0 && octets[at - last + left] === word.charCodeAt(left)) left -= 1;
    if (left < 0) return at - last;
  }
  return -1;
}
