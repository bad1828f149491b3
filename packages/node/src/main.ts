#!/usr/bin/env -S node --conditions=parley-source --disable-warning=ExperimentalWarning
/**
 * The program `parley`: the only place where ports and what implements them are put together.
 *
 * @module
 */
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { parsePartyName } from "@parley/core/party/party-name";
import { importCsv } from "./adapters/csv/import-csv.ts";
import { runCli } from "./cli/cli.ts";
import type { Platform } from "./cli/command.ts";
import { processIo } from "./cli/io.ts";
import type { Wiring } from "./cli/operate.ts";
import { processEnvironment } from "./config.ts";
import { callOperation } from "./http/control/control-client.ts";
import { makeTlsIdentity } from "./http/peer/tls.ts";
import { createLog } from "./log.ts";
import { openPartyNode } from "./open-node.ts";
import { serveNode } from "./serve-node.ts";
import { agreementOperations } from "./service/agreement-operations.ts";
import { attachmentOperations } from "./service/attachment-operations.ts";
import { systemClock } from "./service/clock.ts";
import { Clockwork } from "./service/clockwork.ts";
import type { Home } from "./service/home.ts";
import { itemOperations } from "./service/item-operations.ts";
import { lookupOperations } from "./service/lookup-operations.ts";
import { type NodeService, nodeOperations } from "./service/node-operations.ts";
import { officeOperations } from "./service/office-operations.ts";
import type { Operations } from "./service/operation.ts";
import type { PartyNode } from "./service/party-node.ts";
import { type PartyService, partyOperations } from "./service/party-operations.ts";
import { recordOperations } from "./service/record-operations.ts";
import { sendOperations } from "./service/send-operations.ts";
import { stopRequested } from "./service/stop.ts";
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
  importCsv,
  tlsPinOf: async (partyName, seed) => (await makeTlsIdentity(partyName, seed)).pin,
};

/** Needs no secret key: what the authority signs is signed where its key file is. */
const openOperations = { ...partyOperations, ...agreementOperations };
const operations: Operations<NodeService & PartyService> = {
  ...openOperations,
  ...officeOperations,
  ...lookupOperations,
  ...sendOperations,
  ...itemOperations,
  ...attachmentOperations,
  ...nodeOperations,
  ...recordOperations,
};

const wiring: Wiring<NodeService & PartyService> = {
  platform,
  callServer: callOperation,
  operations,
  async openService(context, home, name) {
    if (Object.hasOwn(openOperations, name)) return openWithoutKeys(home);
    const opened = await openPartyNode(context, home, { desks: false });
    if (!opened.ok) return opened;
    const node = opened.value;
    const clockwork = new Clockwork(node, createLog("silent"));
    const service = serviceOf(home, node, { clockwork, linkStates: async () => [] });
    return {
      ok: true,
      value: {
        ...service,
        isServing: false,
        [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
      },
    };
  },
  async serve(context, home) {
    const opened = await openPartyNode(context, home, { desks: true });
    if (!opened.ok) return opened;
    await using node = opened.value;
    const { config } = context;
    const log = createLog(config.logLevel);
    const make = (own: PartyNode, serving: Pick<NodeService, "clockwork" | "linkStates">) =>
      serviceOf(home, own, serving);
    const served = await serveNode({ node, home, config, log, operations, serviceOf: make });
    context.io.out(
      `${JSON.stringify({ event: "serving", party: home.party, port: served.port })}\n`,
    );
    const reason = await stopRequested();
    log.event("node.stopping", { signal: reason });
    const isClean = await served.stop();
    return { ok: true, value: { party: home.party, isClean } };
  },
};

function serviceOf(
  home: Home,
  node: PartyNode,
  serving: Pick<NodeService, "clockwork" | "linkStates">,
): NodeService & PartyService {
  const { primitives, storage, clock, party } = node;
  return {
    ...{ node, primitives, storage, clock, party, isServing: true, spoolPath: home.path },
    ...serving,
    partiesChanged: () => node.partiesChanged(),
  };
}

/** For what concerns descriptors and agreements: nobody is asked for a passphrase. */
async function openWithoutKeys(home: Home) {
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
  // Operations of this table ask for nothing else.
  return {
    ok: true as const,
    value: service as unknown as NodeService & PartyService & AsyncDisposable,
  };
}

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupted.abort());
process.exitCode = await runCli(process.argv.slice(2), {
  io: processIo(interrupted.signal),
  environment: processEnvironment,
  wiring,
  signal: interrupted.signal,
  version,
});
