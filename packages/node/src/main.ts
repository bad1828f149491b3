#!/usr/bin/env -S node --conditions=parley-source --disable-warning=ExperimentalWarning
/**
 * The program `parley`: the only place where ports and what implements them are put together.
 *
 * @module
 */
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { runCli } from "./cli/cli.ts";
import type { Platform } from "./cli/command.ts";
import { processIo } from "./cli/io.ts";
import type { Wiring } from "./cli/operate.ts";
import { processEnvironment } from "./config.ts";
import { callOperation } from "./http/control/control-client.ts";
import { systemClock } from "./service/clock.ts";

const version = "0.1.0";

/** What few commands need is loaded when it is needed: most ask a server and are done. */
const platform: Platform = {
  primitives: nodePrimitives,
  clock: systemClock,
  async createStorage(place) {
    const { openStorage } = await import("./storage/open-storage.ts");
    return openStorage(place, "create");
  },
  async createHeadStore(place, storage) {
    const { openHeadStore } = await import("./storage/open-head-store.ts");
    const opened = await openHeadStore(place, "create", storage);
    if (!opened.ok) return opened;
    await opened.value[Symbol.asyncDispose]();
    return { ok: true, value: true };
  },
  async migrateStorage(move) {
    const { migrateStorage } = await import("./storage/migrate-storage.ts");
    return migrateStorage(move);
  },
  async migrateHeads(...move) {
    const { migrateHeads } = await import("./storage/migrate-storage.ts");
    return migrateHeads(...move);
  },
  async images() {
    return (await import("./storage/database-image.ts")).storageImages;
  },
  async undoCreate(place) {
    const { undoCreate } = await import("./storage/undo-create.ts");
    await undoCreate(place);
  },
  async importCsv(source, settings) {
    const { importCsv } = await import("./adapters/csv/import-csv.ts");
    return importCsv(source, settings);
  },
  async inspectDatabase(path) {
    const { inspectSqlite } = await import("./storage/inspect-sqlite.ts");
    return inspectSqlite(path);
  },
  async inspectHeads(path) {
    const { inspectHeadFile } = await import("./storage/head-file.ts");
    return inspectHeadFile(path);
  },
  async tlsPinOf(partyName, seed) {
    const { makeTlsIdentity } = await import("./http/peer/tls.ts");
    return (await makeTlsIdentity(partyName, seed)).pin;
  },
};

const wiring: Wiring = {
  platform,
  callServer: callOperation,
  async runHere(...call) {
    const { runHere } = await import("./local-node.ts");
    return runHere(...call);
  },
  async workAlone(...work) {
    const { workAlone } = await import("./local-node.ts");
    return workAlone(...work);
  },
  async serve(context, home) {
    const { serveHere } = await import("./local-node.ts");
    return serveHere(context, home);
  },
};

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupted.abort());
process.exitCode = await runCli(process.argv.slice(2), {
  io: processIo(interrupted.signal),
  environment: processEnvironment,
  wiring,
  signal: interrupted.signal,
  version,
});
