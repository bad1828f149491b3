/** What the storage tests share: a place with a database, and logs of made-up entries in it. */
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import type { TrafficClass } from "@parley/core/log/origin";
import { appendLeaves, emptyRoot, leafHash, readRange, rootOf } from "@parley/core/log/tree";
import type { Storage } from "../../packages/node/src/service/storage.ts";
import type {
  AppendOutcome,
  LogDirection,
  NewLog,
} from "../../packages/node/src/service/storage-log.ts";

/** One database that outlives the storages opened on it; disposed with its files. */
export interface StoragePlace extends AsyncDisposable {
  /** What `openStorage` takes: a path, or an address. */
  readonly place: string;
  open(): Promise<Storage>;
  /** Beside the first, as another process would. */
  openAgain(): Promise<Storage>;
}

export const channel = "channel-one";

export function newLog(
  direction: LogDirection,
  over: { class?: TrafficClass; epoch?: number; channel?: string } = {},
): NewLog {
  const author = direction === "own" ? "washington.example" : "moscow.example";
  const { class: trafficClass = "live", epoch = 1, channel: id = channel } = over;
  const origin = `${author}/${id}/${trafficClass}/${epoch}`;
  return {
    ...{ channel: id, class: trafficClass, author, epoch, origin, direction },
    emptyRoot: emptyRoot(p),
  };
}

export function entriesOf(first: number, count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => encodeUtf8(`entry ${first + i}`));
}

export function leafHashOf(entry: Uint8Array | undefined): Uint8Array {
  assert(entry !== undefined, "the entry is there");
  return leafHash(p, entry);
}

/** Appends as the service does: the range from stored nodes, then entries, nodes and root at once. */
export function appendTo(
  storage: Storage,
  logId: number,
  entries: readonly Uint8Array[],
  expectedCount: number,
): Promise<AppendOutcome> {
  return storage.write(async ({ logs }) => {
    const { entryCount, direction } = await oneOf(logs.readLog(logId));
    const isMirror = direction === "mirror";
    if (entryCount !== expectedCount) {
      // The nodes below are not there to be read; the guard is what is under test.
      const nodes = entries.map((entry, i) => {
        return { level: 0, index: expectedCount + i, hash: leafHashOf(entry) };
      });
      const root = isMirror ? null : emptyRoot(p);
      return logs.append(logId, { expectedCount, entries, nodes, root });
    }
    const before = await readRange((ids) => logs.readNodes(logId, ids), expectedCount);
    const { range, nodes } = appendLeaves(p, before, entries.map(leafHashOf));
    const root = isMirror ? null : rootOf(p, range);
    return logs.append(logId, { expectedCount, entries, nodes, root });
  });
}

export async function oneOf<T>(found: Promise<T | undefined>): Promise<T> {
  const value = await found;
  assert(value !== undefined, "it is there");
  return value;
}
