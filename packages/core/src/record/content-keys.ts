/**
 * The content keys of entries, as an opened export shows them: one line for each entry of a bundle.
 *
 * An entry commits to its key, so that a wrong one shows. Spec: spec/record.md §5.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "../bytes/base64.ts";
import { inputKeyBytes } from "../crypto/chunked-encryption.ts";
import { accept, type Result, refuse } from "../result.ts";
import { recordsPerFileMax } from "./export-index.ts";

/** UTF-16 code units: two lines, then 44 for each key. */
export const contentKeysLengthMax = 512 + recordsPerFileMax * 64;

const header = "parley/content-keys@v1";
/** In place of the key of an entry that did not open. */
const noKey = "-";

/** @param keys - By entry, in log order; `undefined` where there is none. */
export function formatContentKeys(
  origin: string,
  keys: readonly (Uint8Array | undefined)[],
): string {
  const lines = keys.map((key) => (key === undefined ? noKey : toBase64Url(key)));
  return [header, origin, ...lines].map((line) => `${line}\n`).join("");
}

/** @returns As many keys as `count`; or `record.bad-keys` if not what {@link formatContentKeys} writes. */
export function parseContentKeys(
  text: string,
  origin: string,
  count: number,
): Result<readonly (Uint8Array | undefined)[], "record.bad-keys"> {
  if (text.length > contentKeysLengthMax || !text.endsWith("\n")) {
    return refuse("record.bad-keys", "longer than it may be, or cut off");
  }
  const [first, second, ...lines] = text.slice(0, -1).split("\n");
  if (first !== header || second !== origin) {
    return refuse("record.bad-keys", "not the keys of this log");
  }
  if (lines.length !== count) return refuse("record.bad-keys", "not a line for each entry");
  const keys: (Uint8Array | undefined)[] = [];
  for (const [at, line] of lines.entries()) {
    const key = line === noKey ? undefined : fromBase64Url(line);
    if (line !== noKey && key?.length !== inputKeyBytes) {
      return refuse("record.bad-keys", `line ${at} is neither a key nor "${noKey}"`);
    }
    keys.push(key);
  }
  return accept(keys);
}
