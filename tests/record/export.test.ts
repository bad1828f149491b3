/**
 * Goal: what an export shows is what both parties signed, and any octet that is changed shows.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { viewClass } from "@parley/core/case/case-view";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { signCheckpoint } from "@parley/core/log/checkpoint";
import { cosign } from "@parley/core/log/cosignature";
import { formatReceiptList, parseReceiptList } from "@parley/core/log/receipt-list";
import { digestOf } from "@parley/core/message/disclosure";
import { formatCheckpointList, parseCheckpointList } from "@parley/core/record/checkpoint-list";
import { formatExportIndex, parseExportIndex } from "@parley/core/record/export-index";
import { verifyExport } from "@parley/core/record/verify-export";
import { type PairedParty, pairedNodes } from "@parley/testkit/paired-nodes";
import { must } from "@parley/testkit/sample-message";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportChannel } from "../../packages/node/src/service/export.ts";
import { ask, foldOf, tell } from "../two-node/speak.ts";
import { exportOf, filesIn, type MemoryExport, quiet } from "./exported.ts";
import { exchangeAll, type History, makeHistory } from "./history.ts";

/** A history is two databases and some twenty messages: long on a busy machine. */
const hookMs = 60_000;

let history: History;
let sealed: MemoryExport;
let opened: MemoryExport;

beforeAll(async () => {
  history = await makeHistory();
  sealed = await exportOf(history.pair.washington, false);
  opened = await exportOf(history.pair.washington, true);
}, hookMs);
afterAll(() => history[Symbol.asyncDispose]());

function codeOf(memory: MemoryExport): Promise<string> {
  return verifyExport(p, filesIn(memory)).then((result) =>
    result.ok ? "proven" : result.refusal.code,
  );
}

/** With one file otherwise. */
function spoil(memory: MemoryExport, path: string, octets: Uint8Array | undefined): MemoryExport {
  const spoilt = new Map(memory);
  if (octets === undefined) spoilt.delete(path);
  else spoilt.set(path, octets);
  return spoilt;
}

function flip(octets: Uint8Array, at: number): Uint8Array {
  const flipped = octets.slice();
  flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
  return flipped;
}

/** Every place of a small file; of a large one the ends and places spread over it. */
function places(length: number, countMax: number): readonly number[] {
  if (length <= countMax) return Array.from({ length }, (_, at) => at);
  const step = (length - 1) / (countMax - 1);
  return Array.from({ length: countMax }, (_, at) => Math.round(at * step));
}

const washingtonLive = "logs/washington.example/live/1";

describe("an export as it was made", () => {
  test("[REC-1] [REC-4] [REC-5] [REC-6] [REC-7] is proven, sealed and opened, of either party", async () => {
    const theirs = await exportOf(history.pair.moscow, true);
    for (const memory of [sealed, opened, theirs]) {
      const verified = must(await verifyExport(p, filesIn(memory)));
      const live = verified.logs.filter(({ place }) => place.class === "live");
      expect(live.map(({ index }) => index.size)).toEqual(memory === theirs ? [6, 4] : [5, 4]);
      // Moscow refused a message for want of its attachment.
      expect(verified.index.attachments).toHaveLength(memory === theirs ? 2 : 3);
      expect(live.every(({ receipts }) => receipts.length > 0)).toBe(true);
    }
  });

  test("holds nothing of the messages' text unless it is opened", async () => {
    const verified = must(await verifyExport(p, filesIn(sealed)));
    expect(verified.opened).toBeNull();
    const text = Buffer.concat([...sealed.values()]).toString("latin1");
    expect(text).not.toContain("198.51.100.");
    expect([...sealed.keys()].some((path) => path.includes("keys/"))).toBe(false);
  });

  test("[REC-10] [REC-11] folds to what the party's own node holds, at the same cut", async () => {
    const verified = must(await verifyExport(p, filesIn(opened)));
    const [live] = verified.opened?.classes ?? [];
    expect(live).toMatchObject({ cut: [5, 3], inFlight: [0, 1], answered: 1, unanswered: 1 });
    expect(live?.kinds).toContainEqual({ side: 0, kind: "answer", count: 1 });
    expect(live?.refused).toEqual([
      { side: 1, code: "attachment.missing", count: 1, byPeer: true },
    ]);
    expect(verified.opened?.attachments).toEqual({ opened: 3, unopened: 0, absent: 0 });
    const own = viewClass(await foldOf(history.pair.washington), 0);
    expect(live?.state).toBe(digestOf(p, canonicalJson(own as unknown as JsonValue)));
  });

  test("[REC-10] both parties' exports fold to one state when all has arrived", async () => {
    await using other = await makeHistory();
    await exchangeAll(other.pair);
    const [ours, theirs] = await Promise.all(
      [other.pair.washington, other.pair.moscow].map(async (party) => {
        const verified = must(await verifyExport(p, filesIn(await exportOf(party, true))));
        return verified.opened?.classes.map(({ state, cut }) => ({ state, cut }));
      }),
    );
    expect(ours?.[0]?.cut).toEqual([6, 4]);
    expect(theirs).toEqual(ours);
  });
});

test("[REC-9] an entry that nobody could open is counted as that, and needs no key", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  const log = (await washington.node.listLogs(washington.channel)).find(
    (one) => one.direction === "own" && one.class === "live",
  );
  await washington.node.ownLogs.append(log?.id ?? 0, {
    bytes: new TextEncoder().encode("not an entry"),
    keep: ({ index, leafHash }) => ({
      opened: {
        ...{ channel: washington.channel.id, class: "live", logId: log?.id ?? 0, index, leafHash },
        ...{ author: washington.channel.me, verdict: "entry.unreadable", jti: null, kind: null },
        ...{ case: null, desk: null, iat: null, openedAt: 0, message: null, contentKey: null },
      },
      secret: null,
    }),
  });
  await ask(washington);
  await exchangeAll(pair);
  for (const party of [washington, moscow]) {
    const verified = must(await verifyExport(p, filesIn(await exportOf(party, true))));
    const [live] = verified.opened?.classes ?? [];
    expect(live?.unopened).toEqual([0, 1]);
    expect(live?.refused).toEqual([{ side: 1, code: "entry.unreadable", count: 1, byPeer: true }]);
  }
});

test("an export of a channel on which nothing was sent yet is proven, and says so", async () => {
  await using pair = await pairedNodes();
  const verified = must(await verifyExport(p, filesIn(await exportOf(pair.moscow, true))));
  expect(verified.logs.map(({ index }) => index.size)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(verified.opened?.classes.map(({ cut }) => cut)).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});

test("a log longer than a bundle has its lists and tiles in several files, all of them proven", async () => {
  await using pair = await pairedNodes();
  const { washington, moscow } = pair;
  for (let at = 0; at < 260; at += 1) {
    await tell(washington, { kind: "note", case: null, answers: null });
    if (at % 130 === 0) await exchangeAll(pair);
  }
  await exchangeAll(pair);
  const memory = await exportOf(moscow, true);
  expect([...memory.keys()]).toContain(`${washingtonLive}/tile/0/000`);
  expect([...memory.keys()]).toContain(`${washingtonLive}/tile/1/000.p/1`);
  expect([...memory.keys()]).toContain(`${washingtonLive}/keys/001`);
  const ours = await exportOf(washington, false);
  expect([...ours.keys()]).toContain(`${washingtonLive}/checkpoints/001`);
  for (const one of [memory, ours]) expect(await codeOf(one)).toBe("proven");
  const swapped = spoil(memory, `${washingtonLive}/tile/0/000`, new Uint8Array(256 * 32));
  expect(await codeOf(swapped)).toBe("record.other-root");
});

describe("an export that was changed", () => {
  test("[REC-2] [REC-3] any octet of the index shows", async () => {
    const octets = sealed.get("index.json") ?? new Uint8Array();
    const passed: number[] = [];
    for (const at of places(octets.length, 4_000)) {
      const code = await codeOf(spoil(sealed, "index.json", flip(octets, at)));
      if (code === "proven") passed.push(at);
    }
    expect(octets.length).toBeGreaterThan(1_000);
    expect(passed).toEqual([]);
  });

  test("[REC-3] a file that is missing, renamed, doubled or not of an export shows", async () => {
    for (const [path, octets] of opened) {
      const without = spoil(opened, path, undefined);
      const missing = path === "index.json" ? "record.not-an-export" : "record.missing-file";
      expect(await codeOf(without), path).toBe(missing);
      expect(await codeOf(spoil(without, `${path}x`, octets)), path).toBe(missing);
      expect(await codeOf(spoil(opened, `${path}/copy`, octets)), path).toBe("record.stray-file");
    }
    expect(await codeOf(spoil(opened, "../../etc/passwd", new Uint8Array(1)))).toBe(
      "record.stray-file",
    );
  });

  test("[REC-1] [REC-4] [REC-5] [REC-6] [REC-7] [REC-8] any octet of any other file shows", async () => {
    const passed: string[] = [];
    let tried = 0;
    for (const [path, octets] of opened) {
      const countMax = octets.length <= 300 ? 300 : 14;
      for (const at of places(octets.length, countMax)) {
        tried += 1;
        const code = await codeOf(spoil(opened, path, flip(octets, at)));
        if (code === "proven") passed.push(`${path} at ${at}`);
      }
    }
    expect(tried).toBeGreaterThan(600);
    expect(passed).toEqual([]);
  });

  test("a file that is cut off, longer, or empty shows", async () => {
    for (const [path, octets] of opened) {
      const longer = new Uint8Array(octets.length + 1);
      longer.set(octets);
      longer[octets.length] = 0x0a;
      for (const spoilt of [octets.subarray(0, -1), longer, new Uint8Array(0)]) {
        expect(await codeOf(spoil(opened, path, spoilt)), path).not.toBe("proven");
      }
    }
  });

  test("a file of another history in its place shows", async () => {
    await using other = await makeHistory();
    const foreign = await exportOf(other.pair.washington, true);
    const shared = [...opened.keys()].filter((path) => foreign.has(path));
    expect(shared.length).toBeGreaterThan(10);
    for (const path of shared) {
      expect(await codeOf(spoil(opened, path, foreign.get(path))), path).not.toBe("proven");
    }
  });

  test("[REC-5] [REC-6] statements that are left out show, with the index changed to match or not", async () => {
    for (const of of ["checkpoints", "receipts"] as const) {
      const path = `${washingtonLive}/${of}/000`;
      const rows = new TextDecoder().decode(sealed.get(path)).trimEnd().split("\n");
      const shorter = rows.slice(0, of === "receipts" ? -4 : -7).join("\n");
      const cut = spoil(sealed, path, new TextEncoder().encode(`${shorter}\n`));
      expect(await codeOf(cut), of).toBe("record.bad-count");
      const index = must(parseExportIndex(sealed.get("index.json") ?? new Uint8Array()));
      const logs = index.logs.map((log) =>
        log.origin.startsWith("washington") && log.size > 0
          ? {
              ...log,
              receiptCount: log.receiptCount - (of === "receipts" ? 1 : 0),
              checkpointCount: log.checkpointCount - (of === "checkpoints" ? 1 : 0),
            }
          : log,
      );
      const text = new TextEncoder().encode(formatExportIndex({ ...index, logs }));
      // A receipt less is an earlier cut, which is as true; a head less leaves entries unsigned.
      const expected = of === "receipts" ? "proven" : "record.bad-count";
      expect(await codeOf(spoil(cut, "index.json", text)), of).toBe(expected);
    }
  });

  test("[REC-5] [REC-6] a second history that a party signed shows, whoever shows it", async () => {
    const { washington, moscow } = history.pair;
    const path = `${washingtonLive}/checkpoints/000`;
    const text = new TextDecoder().decode(sealed.get(path));
    const [log] = must(parseExportIndex(sealed.get("index.json") ?? new Uint8Array())).logs.filter(
      ({ origin, size }) => origin.startsWith("washington") && size > 0,
    );
    const origin = log?.origin ?? "";
    const listed = must(parseCheckpointList(text, origin)).map(({ note }) => note);
    const checkpoint = { origin, size: 2, root: new Uint8Array(32).fill(7) };
    const logSigners = washington.node.keys.logSigners(washington.channel.logKeys(origin, 2));
    if (logSigners === undefined) throw new Error("both log keys");
    const forked = await signCheckpoint(p, { checkpoint, time: 1 }, logSigners);
    const list = formatCheckpointList(origin, listed.toSpliced(1, 1, forked));
    expect(await codeOf(spoil(sealed, path, new TextEncoder().encode(list)))).toBe(
      "record.other-root",
    );
    const receiptsPath = `${washingtonLive}/receipts/000`;
    const receipts = must(parseReceiptList(new TextDecoder().decode(sealed.get(receiptsPath))));
    const { keys } = moscow.channel.mirrorOf("washington.example", origin, 2);
    const signers = moscow.node.keys.logSigners(keys);
    if (signers === undefined) throw new Error("both keys");
    const { time } = receipts.receipts[1] ?? { time: 1 };
    const mirror = { name: "moscow.example/mirror", signers, time };
    const { lines } = await cosign(p, checkpoint, mirror);
    const other = receipts.receipts.toSpliced(1, 1, { size: 2, time, lines });
    const otherText = formatReceiptList({ origin, receipts: other });
    expect(await codeOf(spoil(sealed, receiptsPath, new TextEncoder().encode(otherText)))).toBe(
      "log.bad-signature",
    );
  });

  test("[REC-8] [REC-9] a key of another entry, or one left out, shows", async () => {
    const path = `${washingtonLive}/keys/000`;
    const [head, origin, first, second, ...rest] = new TextDecoder()
      .decode(opened.get(path))
      .split("\n");
    const write = (...lines: readonly (string | undefined)[]) =>
      spoil(opened, path, new TextEncoder().encode([head, origin, ...lines].join("\n")));
    expect(await codeOf(write(second, first, ...rest))).toBe("record.wrong-key");
    expect(await codeOf(write("-", second, ...rest))).toBe("record.bad-count");
    const index = must(parseExportIndex(opened.get("index.json") ?? new Uint8Array()));
    const logs = index.logs.map((log) =>
      log.origin.startsWith("washington") && log.size > 0 ? { ...log, keyCount: 3 } : log,
    );
    const text = new TextEncoder().encode(formatExportIndex({ ...index, logs }));
    const hidden = spoil(write("-", second, ...rest), "index.json", text);
    expect(await codeOf(hidden)).toBe("record.missing-key");
  });

  test("[REC-1] an epoch that no notice opened is refused", async () => {
    const index = must(parseExportIndex(sealed.get("index.json") ?? new Uint8Array()));
    const [log] = index.logs;
    const origin = `${log?.origin.slice(0, -1)}2`;
    const epoch = { origin, size: 0, checkpointCount: 0, receiptCount: 0, keyCount: null };
    const logs = [...index.logs, epoch].sort((a, b) => (a.origin < b.origin ? -1 : 1));
    const text = new TextEncoder().encode(formatExportIndex({ ...index, logs }));
    expect(await codeOf(spoil(sealed, "index.json", text))).toBe("record.unopened-epoch");
  });

  test("[REC-2] an index that claims more than there is ends at the first file that is missing", async () => {
    const index = must(parseExportIndex(sealed.get("index.json") ?? new Uint8Array()));
    const logs = index.logs.map((log) => ({ ...log, size: 2 ** 40, checkpointCount: 2 ** 40 }));
    const text = new TextEncoder().encode(formatExportIndex({ ...index, logs }));
    expect(await codeOf(spoil(sealed, "index.json", text))).toBe("record.missing-file");
  });
});

describe("writing an export", () => {
  async function target(): Promise<{ above: string; directory: string }> {
    const above = await mkdtemp(join(tmpdir(), "parley-target-"));
    return { above, directory: join(above, "export") };
  }
  const order = (party: PairedParty, directory: string) => {
    return { channel: party.channel, directory, isOpened: false };
  };

  test("[REC-18] a place where there is something is refused, an empty one is not", async () => {
    const { washington } = history.pair;
    const { above, directory } = await target();
    await mkdir(directory);
    const made = await exportChannel(washington.node, order(washington, directory), quiet);
    expect(made.ok).toBe(true);
    const again = await exportChannel(washington.node, order(washington, directory), quiet);
    expect(again).toMatchObject({ ok: false, refusal: { code: "record.target-exists" } });
    await writeFile(join(above, "file"), "");
    const onFile = await exportChannel(
      washington.node,
      order(washington, join(above, "file")),
      quiet,
    );
    expect(onFile).toMatchObject({ ok: false, refusal: { code: "record.target-exists" } });
    expect((await readdir(above)).sort()).toEqual(["export", "file"]);
    await rm(above, { recursive: true });
  });

  test("[REC-18] an export that is broken off leaves nothing", async () => {
    const { washington } = history.pair;
    const { above, directory } = await target();
    const aborter = new AbortController();
    const context = { progress: () => aborter.abort(), signal: aborter.signal };
    const making = exportChannel(washington.node, order(washington, directory), context);
    await expect(making).rejects.toMatchObject({ name: "AbortError" });
    expect(existsSync(directory)).toBe(false);
    expect(await readdir(above)).toEqual([]);
    await rm(above, { recursive: true });
  });

  test("a place that cannot be written is a fault of the disk", async () => {
    const { washington } = history.pair;
    const directory = "/proc/parley/export";
    const making = exportChannel(washington.node, order(washington, directory), quiet);
    await expect(making).rejects.toMatchObject({ name: "Fault" });
  });
});
