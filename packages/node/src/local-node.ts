/**
 * What a command or a server of this machine works on: the operations, and the node they ask.
 *
 * Part of the wiring, as `main.ts`, which loads it only where no server answers: it brings the
 * database and everything else of a node along.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { parsePartyName } from "@parley/core/party/party-name";
import type { CliContext, LonelyWork } from "./cli/command.ts";
import { createLog } from "./log.ts";
import { openHere, openPartyNode } from "./open-node.ts";
import { serveNode } from "./serve-node.ts";
import { agreementOperations } from "./service/agreement-operations.ts";
import { attachmentOperations } from "./service/attachment-operations.ts";
import { auditOperations } from "./service/audit/audit-operations.ts";
import { systemClock } from "./service/clock.ts";
import { Clockwork } from "./service/clockwork.ts";
import { doctorOperations } from "./service/doctor-operations.ts";
import type { Home } from "./service/home.ts";
import { itemOperations } from "./service/item-operations.ts";
import { keyOperations } from "./service/key-operations.ts";
import { lookupOperations } from "./service/lookup-operations.ts";
import { type NodeService, nodeOperations } from "./service/node-operations.ts";
import { officeOperations } from "./service/office-operations.ts";
import {
  type OperationContext,
  type OperationResult,
  type Operations,
  runOperation,
} from "./service/operation.ts";
import type { PartyNode } from "./service/party-node.ts";
import { type PartyService, partyOperations } from "./service/party-operations.ts";
import { guarded } from "./service/people/gate.ts";
import { peopleOperations } from "./service/people/people-operations.ts";
import { sessionOperations } from "./service/people/session-operations.ts";
import { recordOperations } from "./service/record-operations.ts";
import { sendOperations } from "./service/send-operations.ts";
import { stopRequested } from "./service/stop.ts";

type OpenedService =
  | { readonly ok: true; readonly value: NodeService & PartyService & AsyncDisposable }
  | Extract<OperationResult, { readonly ok: false }>;

/** Needs no secret key: what the authority signs is signed where its key file is. */
const openOperations = guarded<NodeService & PartyService>({
  ...partyOperations,
  ...agreementOperations,
  ...keyOperations,
  ...doctorOperations,
});
const keyedOperations = guarded<NodeService & PartyService>({
  ...officeOperations,
  ...lookupOperations,
  ...sendOperations,
  ...itemOperations,
  ...attachmentOperations,
  ...nodeOperations,
  ...recordOperations,
  ...peopleOperations,
  ...sessionOperations,
  ...auditOperations,
});
const operations: Operations<NodeService & PartyService> = {
  ...openOperations,
  ...keyedOperations,
};

/** Runs one operation in this process. The caller holds the lock of the home. */
export async function runHere(
  context: CliContext,
  home: Home,
  call: { readonly name: string; readonly input: JsonValue },
  operationContext: OperationContext,
): Promise<OperationResult> {
  const opened = await openService(context, home, call.name);
  if (!opened.ok) return opened;
  await using service = opened.value;
  return await runOperation(operations, service, call, operationContext);
}

async function openService(context: CliContext, home: Home, name: string): Promise<OpenedService> {
  if (Object.hasOwn(openOperations, name)) return openWithoutKeys(context, home);
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
}

/** Opens the node for one piece of work that nothing else may disturb. The caller holds the lock. */
export async function workAlone(
  context: CliContext,
  home: Home,
  work: LonelyWork,
): Promise<OperationResult> {
  const opened = await openPartyNode(context, home, {
    ...{ desks: false, needed: work.desks, alone: true },
  });
  if (!opened.ok) return opened;
  await using node = opened.value;
  return await work.run({ node, rings: opened.rings, home });
}

/** Serves until it is told to stop. The caller holds the lock of the home. */
export async function serveHere(context: CliContext, home: Home): Promise<OperationResult> {
  const opened = await openPartyNode(context, home, { desks: true });
  if (!opened.ok) return opened;
  await using node = opened.value;
  // What an earlier process wrote down and could not sign any more.
  await node.audit.sign();
  const { config } = context;
  const log = createLog(config.logLevel);
  const make = (own: PartyNode, serving: Pick<NodeService, "clockwork" | "linkStates">) =>
    serviceOf(home, own, serving);
  const served = await serveNode({ node, home, config, log, operations, serviceOf: make });
  const { port, probePort } = served;
  const serving = { event: "serving", party: home.party, port, ...(probePort && { probePort }) };
  context.io.out(`${JSON.stringify(serving)}\n`);
  await stopRequested(context.signal);
  log.event("node.stopping", {});
  const isClean = await served.stop();
  return { ok: true, value: { party: home.party, isClean } };
}

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
async function openWithoutKeys({ config }: CliContext, home: Home) {
  const opened = await openHere(config, config.storage ?? home.database, "shared");
  if (!opened.ok) return opened;
  const { storage, presence } = opened.value;
  const party = parsePartyName(home.party);
  assert(party.ok, "the record of a home holds a name that was parsed");
  const service = {
    primitives: nodePrimitives,
    clock: systemClock,
    storage,
    party: party.value,
    // Nothing is held in memory beyond this one operation; other processes find it at their next look.
    partiesChanged: async () => {},
    async [Symbol.asyncDispose]() {
      await storage[Symbol.asyncDispose]();
      await presence?.[Symbol.asyncDispose]();
    },
  };
  // Operations of this table ask for nothing else.
  return {
    ok: true as const,
    value: service as unknown as NodeService & PartyService & AsyncDisposable,
  };
}
