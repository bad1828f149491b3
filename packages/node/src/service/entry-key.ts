/**
 * The content key of an entry of either log, wherever this node can still find it.
 *
 * @module
 */
import type { Primitives } from "@parley/core/crypto/primitives";
import { type EntryOpener, parseEntry, unsealEntry } from "@parley/core/entry/entry";
import type { KeyRing } from "./key-ring.ts";
import type { OpenedRow } from "./storage-content.ts";
import type { LogEntry, LogRow } from "./storage-log.ts";

/**
 * An entry that was refused, or is not opened yet, may open all the same.
 *
 * @returns 32 octets; or `undefined` if it opens under no key of this node.
 */
export async function contentKeyOf(
  { p, keys }: { readonly p: Primitives; readonly keys: KeyRing },
  { origin, direction }: LogRow,
  { bytes }: LogEntry,
  row: OpenedRow | undefined,
): Promise<Uint8Array | undefined> {
  if (row?.contentKey != null) return row.contentKey;
  const parsed = parseEntry(p, bytes);
  if (!parsed.ok) return undefined;
  const { own, peer } = parsed.value.header.to;
  const archiveKey = direction === "own" ? keys.archiveKey(own.id) : undefined;
  const opener = direction === "mirror" ? keys.opener(peer.id) : undefined;
  const way: EntryOpener | undefined =
    archiveKey === undefined ? opener && { origin, opener } : { origin, archiveKey };
  if (way === undefined) return undefined;
  const opened = await unsealEntry(p, parsed.value, way);
  return opened.ok ? opened.value.contentKey : undefined;
}
