/**
 * Goal: while an epoch waits to be closed, entries that cannot be folded yet are looked at once each.
 * Method: a log of entries that say nothing, behind a storage of two functions; what is opened asks
 * for its context. That a good note is found is shown in tests/two-node/restore.test.ts.
 */
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { expect, test } from "vitest";
import type { Channel } from "./channel.ts";
import { ClosingNotes } from "./closing-note.ts";
import { requireLease, soleUser } from "./sharing.ts";
import type { Storage } from "./storage.ts";
import type { LogRow } from "./storage-log.ts";

const channel = { id: "c", me: "washington.example", peer: "moscow.example" } as Channel;

test("each entry that waits is looked at once, and again only when the channel has changed", async () => {
  let opened = 0;
  const tx = {
    logs: {
      listLogs: async () => [{ closedAtSize: null }, { closedAtSize: null }],
      readEntries: async (_: number, from: number, count: number) =>
        Array.from({ length: count }, (_, i) => ({ index: from + i, bytes: new Uint8Array(9) })),
    },
  };
  const notes = new ClosingNotes({
    p,
    storage: { read: (work: (reader: typeof tx) => unknown) => work(tx) } as unknown as Storage,
    contextOf: () => {
      opened += 1;
      return {} as never;
    },
  });
  const lease = requireLease(soleUser, channel.id);
  const look = async (of: Channel, size: number) => {
    opened = 0;
    const log = { id: 7, class: "live", size } as LogRow;
    expect(await notes.lookAhead(of, log, { from: 3, lease })).toBe(false);
    return opened;
  };
  expect(await look(channel, 300)).toBe(297);
  expect(await look(channel, 300)).toBe(0);
  expect(await look(channel, 301)).toBe(1);
  // Other keys, or another notice of ours: what was no note may be one.
  expect(await look({ ...channel }, 301)).toBe(298);
});
