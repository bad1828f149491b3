/**
 * Starts the listener of health, readiness and metrics beside a node that serves.
 *
 * @module
 */
import type { ListenAddress } from "../../config.ts";
import type { Log } from "../../log.ts";
import type { PartyNode } from "../../service/party-node.ts";
import type { PeerLinkState } from "../../service/sender.ts";
import type { StopStep } from "../../service/stop.ts";
import { closeServer, listen } from "../listen.ts";
import type { Metrics } from "./metrics.ts";
import { createProbeServer, readReadiness, type ServingState } from "./probe-server.ts";

/** How the links go, once there are any. */
export interface ProbedLinks {
  linkStates(): Promise<readonly PeerLinkState[]>;
}

export interface ProbedParts {
  readonly metrics: Metrics;
  readonly state: ServingState;
  readonly links: ProbedLinks;
  readonly log: Log;
  /** What ends the listener is added. */
  readonly steps: StopStep[];
}

/** @returns The port; `undefined` if no setting asks for probes. */
export async function startProbes(
  node: PartyNode,
  address: ListenAddress | undefined,
  { metrics, state, links, log, steps }: ProbedParts,
): Promise<number | undefined> {
  if (address === undefined) return undefined;
  const readiness = () => readReadiness(state, node.storage);
  const sources = {
    node,
    linkStates: () => links.linkStates(),
    isReady: async () => (await readiness()) === "ready",
  };
  const { contentType } = metrics;
  const scrape = () => metrics.scrape(sources);
  const server = createProbeServer({ readiness, metrics: scrape, contentType });
  const port = await listen(server, address);
  steps.push(() => closeServer(server));
  log.event("node.listening", { address: address.host, port });
  return port;
}
