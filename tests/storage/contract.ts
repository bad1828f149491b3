/**
 * Goal: what every database under the storage port must keep to, whichever it is. Method: each rule
 * of `spec/storage.md` as a test that takes the place where the database lies; logs are in
 * `log-contract.ts`, what is made of them in `content-contract.ts`.
 */

import { expect, test } from "vitest";
import type { SealedKey, Storage } from "../../packages/node/src/service/storage.ts";
import { contentContract } from "./content-contract.ts";
import { draftContract } from "./draft-contract.ts";
import { appendTo, channel, entriesOf, newLog, oneOf, type StoragePlace } from "./fixtures.ts";
import { logContract } from "./log-contract.ts";
import { peopleContract } from "./people-contract.ts";
import { sharingContract } from "./sharing-contract.ts";

const peer = { party: "moscow.example", importedAt: 5, typedDigits: null, confirmedAt: null };
const home = { party: "washington.example", protocol: 1, isPractice: true, createdAt: 1 };

export function storageContract(place: () => Promise<StoragePlace>): void {
  transactionContract(place);
  recordContract(place);
  logContract(place);
  contentContract(place);
  sharingContract(place);
  peopleContract(place);
  draftContract(place);
}

function transactionContract(place: () => Promise<StoragePlace>): void {
  test("[STO-1] what was written is there after closing and opening", async () => {
    await using at = await place();
    {
      await using storage = await at.open();
      await storage.write((tx) => tx.parties.writePeer(peer));
    }
    await using storage = await at.openAgain();
    expect(await storage.read((tx) => tx.parties.listPeers())).toEqual([peer]);
  });

  test("[STO-1] nothing is kept of a write that throws, whatever it did before", async () => {
    await using at = await place();
    await using storage = await at.open();
    const failing = storage.write(async (tx) => {
      await tx.parties.writePeer(peer);
      const log = await tx.logs.createLog(newLog("own"));
      await tx.logs.closeLog(log.id, 0);
      throw new Error("changed its mind");
    });
    await expect(failing).rejects.toThrow("changed its mind");
    await storage.read(async (tx) => {
      expect(await tx.parties.listPeers()).toEqual([]);
      expect(await tx.logs.listLogs({})).toEqual([]);
    });
    await storage.write((tx) => tx.parties.writePeer(peer));
  });

  test("[STO-2] a transaction inside another is a defect, not a deadlock", async () => {
    await using at = await place();
    await using storage = await at.open();
    const nest = (outer: "read" | "write", inner: "read" | "write") =>
      storage[outer](() => storage[inner](async () => true));
    for (const outer of ["read", "write"] as const) {
      for (const inner of ["read", "write"] as const) {
        await expect(nest(outer, inner)).rejects.toThrow("not nested");
      }
    }
    expect(await storage.write(async () => "goes on")).toBe("goes on");
  });

  test("[STO-2] work that outlives its transaction may begin another", async () => {
    await using at = await place();
    await using storage = await at.open();
    let later: Promise<boolean> | undefined;
    await storage.write(async () => {
      later = new Promise((resolve) => setTimeout(resolve, 20)).then(() =>
        storage.write(async () => true),
      );
    });
    expect(await later).toBe(true);
  });

  test("[STO-3] a read sees one moment, and no write waits for it", async () => {
    await using at = await place();
    await using storage = await at.open();
    const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
    const count = async (tx: Parameters<Parameters<Storage["read"]>[0]>[0]) =>
      (await oneOf(tx.logs.readLog(log.id))).entryCount;
    const begun = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const reading = storage.read(async (tx) => {
      const before = await count(tx);
      begun.resolve();
      await written.promise;
      return [before, await count(tx)];
    });
    await begun.promise;
    await appendTo(storage, log.id, entriesOf(0, 1), 0);
    written.resolve();
    expect(await reading).toEqual([0, 0]);
    expect(await storage.read(count)).toBe(1);
  });

  test("[STO-3] more readers at once than connections all get their turn", async () => {
    await using at = await place();
    await using storage = await at.open();
    const reads = Array.from({ length: 20 }, () => storage.read((tx) => tx.parties.listPeers()));
    expect(await Promise.all(reads)).toHaveLength(20);
  });

  test("[STO-1] closing waits for what runs, and refuses what comes after", async () => {
    await using at = await place();
    const storage = await at.open();
    const writing = storage.write((tx) => tx.parties.writePeer(peer));
    await storage[Symbol.asyncDispose]();
    await writing;
    await expect(storage.read((tx) => tx.parties.listPeers())).rejects.toMatchObject({
      code: "storage.unavailable",
    });
  });
}

function recordContract(place: () => Promise<StoragePlace>): void {
  test("[STO-16] a record is stored once: the same again is present, another a conflict", async () => {
    await using at = await place();
    await using storage = await at.open();
    const key: SealedKey = {
      purpose: "sign",
      ...{ id: "k1", owner: "watch", algorithm: "Ed25519" },
      ...{ publicKey: new Uint8Array([1]), sealed: new Uint8Array([2]) },
      ...{ createdAt: 1, retiredAt: null },
    };
    const notice = { channel, author: "moscow.example", digest: "n1", jws: "{}", storedAt: 1 };
    const open = { id: channel, peer: "moscow.example", state: "open", createdAt: 1 } as const;
    await storage.write(async ({ home: homes, keys, channels }) => {
      const thrice = async <R>(insert: (row: R) => Promise<string>, row: R, other: R) => {
        return [await insert(row), await insert(row), await insert(other)];
      };
      const each = ["stored", "present", "conflict"];
      const renamed = { ...home, party: "other.example" };
      expect(await thrice((row) => homes.insertHome(row), home, renamed)).toEqual(each);
      const resealed = { ...key, sealed: new Uint8Array([3]) };
      expect(await thrice((row) => keys.insertKey(row), key, resealed)).toEqual(each);
      const other = { ...open, peer: "paris.example" };
      expect(await thrice((row) => channels.insertChannel(row), open, other)).toEqual(each);
      expect([await channels.insertNotice(notice), await channels.insertNotice(notice)]).toEqual([
        "stored",
        "present",
      ]);
      const anew = { ...notice, digest: "n2", jws: "[]", storedAt: 2 };
      expect([
        await channels.replaceNotice("n1", { ...anew, author: "paris.example" }),
        await channels.replaceNotice("n1", anew),
        await channels.replaceNotice("n1", notice),
      ]).toEqual(["conflict", "stored", "conflict"]);
      expect(await channels.listNotices(channel)).toEqual([anew]);
      await keys.retireKey("k1", 9);
      expect(await keys.listKeys({ purpose: "sign", owner: "watch" })).toEqual([
        { ...key, retiredAt: 9 },
      ]);
      expect(await keys.listKeys({ owner: null })).toEqual([]);
    });
  });

  test("[STO-16] a chain of descriptors has no gap and no second link", async () => {
    await using at = await place();
    await using storage = await at.open();
    const link = (serial: number, digest = `d${serial}`) => {
      return { party: "moscow.example", serial, digest, jws: "{}", storedAt: serial };
    };
    await storage.write(async ({ parties }) => {
      expect(await parties.insertDescriptor(link(2))).toBe("conflict");
      expect(await parties.insertDescriptor(link(1))).toBe("stored");
      expect(await parties.insertDescriptor(link(2))).toBe("stored");
      expect(await parties.insertDescriptor(link(2))).toBe("present");
      expect(await parties.insertDescriptor(link(2, "forged"))).toBe("conflict");
      expect(await parties.insertDescriptor(link(4))).toBe("conflict");
      expect((await parties.readDescriptor("moscow.example", "last"))?.serial).toBe(2);
    });
  });

  test("[STO-16] an agreement gains signatures and never loses one", async () => {
    await using at = await place();
    await using storage = await at.open();
    const version = (number: number, signedBy: readonly string[], digest = `a${number}`) => {
      return { channel, version: number, digest, jws: signedBy.join(), signedBy, storedAt: 1 };
    };
    await storage.write(async ({ channels }) => {
      expect(await channels.writeAgreement(version(1, ["a"]))).toBe("stored");
      expect(await channels.readAgreement(channel, "last")).toBeUndefined();
      expect(await channels.writeAgreement(version(1, ["a", "b"]))).toBe("stored");
      expect(await channels.writeAgreement(version(1, ["a", "b"]))).toBe("present");
      expect(await channels.writeAgreement(version(1, ["b"]))).toBe("conflict");
      expect(await channels.writeAgreement(version(1, ["a", "b"], "other"))).toBe("conflict");
      expect(await channels.writeAgreement(version(2, ["b"]))).toBe("stored");
      expect((await channels.readAgreement(channel, "last"))?.version).toBe(1);
      expect(await channels.readAgreement(channel, 2)).toEqual(version(2, ["b"]));
    });
  });
}
