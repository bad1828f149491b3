/**
 * Two homes made, paired and agreed by the commands that an operator types, in this process; nothing
 * serves.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { importCsv } from "@parley/node/adapters/csv/import-csv";
import { runCli } from "@parley/node/cli/cli";
import type { Wiring } from "@parley/node/cli/operate";
import { storageImages } from "@parley/node/storage/database-image";
import { inspectHeadFile, openHeadFile } from "@parley/node/storage/head-file";
import { inspectSqlite } from "@parley/node/storage/inspect-sqlite";
import { openSqliteStorage } from "@parley/node/storage/open-sqlite";
import { undoCreate } from "@parley/node/storage/undo-create";
import { makeTlsIdentity } from "../../packages/node/src/http/peer/tls.ts";
import { runHere, workAlone } from "../../packages/node/src/local-node.ts";
import { systemClock } from "../../packages/node/src/service/clock.ts";

const wiring: Wiring = {
  platform: {
    ...{ primitives: nodePrimitives, clock: systemClock, importCsv },
    stretchCost: { memoryKib: 8, passCount: 1, laneCount: 1 },
    createStorage: (path) => openSqliteStorage(path, "create"),
    inspectDatabase: async (path) => inspectSqlite(path),
    inspectHeads: async (path) => inspectHeadFile(path),
    undoCreate,
    migrateStorage: () => Promise.reject(new Error("not in this test")),
    migrateHeads: () => Promise.reject(new Error("not in this test")),
    images: async () => storageImages,
    async createHeadStore(path) {
      const opened = openHeadFile(path, "create");
      if (!opened.ok) return opened;
      await opened.value[Symbol.asyncDispose]();
      return { ok: true, value: true };
    },
    tlsPinOf: async (name, seed) => (await makeTlsIdentity(name, seed)).pin,
  },
  callServer: async () => undefined,
  runHere,
  workAlone,
  serve: () => Promise.reject(new Error("nothing serves here")),
};

export interface TypedHomes {
  /** A path in the directory of both homes. */
  at(name: string): string;
  /** What stands in the file of the passphrase; none of that name: nobody can be asked. */
  passphraseFile: string;
  type(
    home: string,
    line: string,
    signal?: AbortSignal,
  ): Promise<{ exitCode: number; out: string; err: string }>;
  // biome-ignore lint/suspicious/noExplicitAny: what a command prints is looked at by the test.
  json(home: string, line: string): Promise<any>;
  remove(): void;
}

export async function typedHomes(): Promise<TypedHomes> {
  const root = mkdtempSync(join(tmpdir(), "parley-homes-"));
  const at = (name: string) => join(root, name);
  const homes: TypedHomes = {
    at,
    passphraseFile: "passphrase",
    async type(home, line, signal = new AbortController().signal) {
      const said = { out: "", err: "" };
      const exitCode = await runCli(["--home", at(home), ...line.split(" ")], {
        io: {
          out: (text) => {
            said.out += text;
          },
          err: (text) => {
            said.err += text;
          },
          ...{ isInteractive: false, isErrTerminal: false, ask: async () => undefined },
        },
        environment: { PARLEY_PASSPHRASE_FILE: at(homes.passphraseFile) },
        wiring,
        ...{ signal },
        version: "0.0.0",
      });
      return { exitCode, ...said };
    },
    async json(home, line) {
      const { exitCode, out, err } = await homes.type(home, `${line} --json`);
      if (err !== "") throw new Error(err);
      return { exitCode, ...JSON.parse(out) };
    },
    remove: () => rmSync(root, { recursive: true }),
  };
  const { json } = homes;
  writeFileSync(at("passphrase"), "five random words are good\n", { mode: 0o600 });
  const digits: Record<string, string> = {};
  for (const name of ["washington", "moscow"]) {
    const made = await json(name, `init --party ${name}.example --address https://127.0.0.1:7650`);
    digits[name] = made.fingerprint.replaceAll(" ", "");
    await json(name, `descriptor --out ${at(`${name}.descriptor`)}`);
  }
  await json("washington", `pair ${at("moscow.descriptor")} --digits ${digits["moscow"]}`);
  await json("moscow", `pair ${at("washington.descriptor")} --digits ${digits["washington"]}`);
  await json("washington", `agreement propose --peer moscow.example --out ${at("proposal")}`);
  await json("moscow", `agreement sign ${at("proposal")} --out ${at("signed")}`);
  await json("washington", `agreement import ${at("signed")}`);
  return homes;
}
