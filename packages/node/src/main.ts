#!/usr/bin/env -S node --conditions=parley-source --disable-warning=ExperimentalWarning
/**
 * The program `parley`: the only place where ports and what implements them are put together.
 *
 * @module
 */
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { parsePartyName } from "@parley/core/party/party-name";
import { runCli } from "./cli/cli.ts";
import type { Platform } from "./cli/command.ts";
import { processIo } from "./cli/io.ts";
import type { Wiring } from "./cli/operate.ts";
import { processEnvironment } from "./config.ts";
import { callOperation } from "./http/control/control-client.ts";
import { makeTlsIdentity } from "./http/peer/tls.ts";
import { agreementOperations } from "./service/agreement-operations.ts";
import { systemClock } from "./service/clock.ts";
import { type PartyService, partyOperations } from "./service/party-operations.ts";
import { openHeadFile } from "./storage/head-file.ts";
import { openSqliteStorage } from "./storage/open-sqlite.ts";

const version = "0.1.0";

const platform: Platform = {
  primitives: nodePrimitives,
  clock: systemClock,
  createStorage: (home) => openSqliteStorage(home.database, "create"),
  async createHeadStore(path) {
    const opened = openHeadFile(path, "create");
    if (!opened.ok) return opened;
    await opened.value[Symbol.asyncDispose]();
    return { ok: true, value: true };
  },
  tlsPinOf: async (partyName, seed) => (await makeTlsIdentity(partyName, seed)).pin,
};

const wiring: Wiring<PartyService> = {
  platform,
  callServer: callOperation,
  operations: { ...partyOperations, ...agreementOperations },
  async openService(_context, home) {
    const storage = await openSqliteStorage(home.database, "open");
    if (!storage.ok) return storage;
    const party = parsePartyName(home.party);
    assert(party.ok, "the record of a home holds a name that was parsed");
    const service = {
      primitives: nodePrimitives,
      clock: systemClock,
      storage: storage.value,
      party: party.value,
      // Nothing is held in memory beyond this one operation.
      partiesChanged: async () => {},
      [Symbol.asyncDispose]: () => storage.value[Symbol.asyncDispose](),
    };
    return { ok: true, value: service };
  },
};

const interrupted = new AbortController();
process.once("SIGINT", () => interrupted.abort());
process.exitCode = await runCli(process.argv.slice(2), {
  io: processIo(interrupted.signal),
  environment: processEnvironment,
  wiring,
  signal: interrupted.signal,
  version,
});
