/**
 * A node that serves: the peers' listener, the exchange, the clockwork and the control socket around
 * one {@link PartyNode}.
 *
 * Part of the wiring, as `main.ts`, which alone uses it. What is started last stops first.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { assert, Fault } from "@parley/core/fault";
import { ChannelWorks } from "./channel-works.ts";
import type { Config } from "./config.ts";
import { startControlServer } from "./http/control/control-server.ts";
import { closeServer, listen } from "./http/listen.ts";
import { createPeerListener } from "./http/peer/peer-app.ts";
import { createPeerDialer } from "./http/peer/peer-client.ts";
import { createPeerServer, makeTlsIdentity, type TlsIdentity } from "./http/peer/tls.ts";
import { Metrics } from "./http/probes/metrics.ts";
import type { ServingState } from "./http/probes/probe-server.ts";
import { type ProbedLinks, startProbes } from "./http/probes/start-probes.ts";
import type { Log } from "./log.ts";
import { filesOf } from "./service/attached-files.ts";
import { AttachmentIntake } from "./service/attachment-intake.ts";
import { AttachmentTransfer } from "./service/attachment-transfer.ts";
import type { Channel } from "./service/channel.ts";
import { Clockwork } from "./service/clockwork.ts";
import { takeNotice } from "./service/ended-epochs.ts";
import { ExchangeQuota } from "./service/exchange-quota.ts";
import type { ForkEvidence } from "./service/fork-evidence.ts";
import type { Home } from "./service/home.ts";
import { Inbox } from "./service/inbox.ts";
import { parseKeptMessage } from "./service/kept-message.ts";
import { LinkStates } from "./service/link-states.ts";
import { Mirror } from "./service/mirror.ts";
import type { NodeService } from "./service/node-operations.ts";
import type { Operations } from "./service/operation.ts";
import type { PartyNode } from "./service/party-node.ts";
import type { LinkObserver, PeerDialer } from "./service/peer-link.ts";
import { PeerLogs } from "./service/peer-logs.ts";
import { clearMarking } from "./service/post.ts";
import { openOwn } from "./service/rebuild.ts";
import { ReceiptIntake } from "./service/receipt-intake.ts";
import { Sender } from "./service/sender.ts";
import { type StopStep, stopInOrder } from "./service/stop.ts";
import type { AttachmentKey } from "./service/storage-content.ts";
import { entriesPerBatchMax, type LogRow } from "./service/storage-log.ts";

/** How often the clockwork looks whether something is due. Milliseconds. */
const tickMs = 5_000;
/** An exchange that is short by its nature; one that may carry half a gigabyte. Milliseconds. */
const shortMs = 60_000;
const longMs = 3_600_000;

/** Operations of the control socket: `service` is the node that serves. */
export interface ServeOptions {
  readonly node: PartyNode;
  readonly home: Home;
  readonly config: Config;
  readonly log: Log;
  readonly operations: Operations<NodeService>;
  serviceOf(node: PartyNode, serving: Pick<NodeService, "clockwork" | "linkStates">): NodeService;
}

export interface Serving {
  readonly port: number;
  /** Of health, readiness and metrics; `undefined` if no setting asks for them. */
  readonly probePort: number | undefined;
  /** @returns Whether everything ended in time. */
  stop(): Promise<boolean>;
}

/** Starts serving; if anything cannot be started, what was started is stopped and the fault thrown. */
export async function serveNode(given: ServeOptions): Promise<Serving> {
  const metrics = new Metrics();
  const options = { ...given, log: metrics.counting(given.log) };
  const { node, config, log, home } = options;
  const steps: StopStep[] = [];
  const state: ServingState = { stage: "starting" };
  const stop = () => {
    const wasServing = state.stage === "serving";
    state.stage = "stopping";
    return stopInOrder(steps, config.stopMs, log, wasServing);
  };
  try {
    const links: ProbedLinks = { linkStates: async () => [] };
    const probes = { metrics, state, links, steps, log };
    const probePort = await startProbes(node, config.probeListen, probes);
    const identity = await makeTlsIdentity(node.party, node.keys.tlsSeed);
    const exchange = makeExchange({ ...options, ...config, dialerOf: dialing(options, identity) });
    steps.push(async () => exchange.dialer[Symbol.asyncDispose]());
    const server = makeServer(options, identity, exchange.listener);
    const port = await listen(server, config.peerListen);
    steps.push(() => closeServer(server));
    log.event("node.listening", { address: config.peerListen.host, port });
    const clockwork = await beginExchange(options, exchange, steps);
    const linkStates = () => exchange.sender.linkStates();
    links.linkStates = linkStates;
    const service = options.serviceOf(node, { clockwork, linkStates });
    steps.push(await startControlServer(home, { operations: options.operations, service, log }));
    state.stage = "serving";
    log.event("node.started", { party: node.party, pid: process.pid });
    return { port, probePort, stop };
  } catch (fault) {
    await stop();
    throw fault;
  }
}

function dialing({ node, config }: ServeOptions, identity: TlsIdentity) {
  const { peerConnectMs: connectMs, peerAnswerMs: answerMs } = config;
  const limits = { connectMs, answerMs, shortMs, longMs };
  const { clock } = node;
  return (observer: LinkObserver) => createPeerDialer({ identity, clock, observer, limits });
}

function makeServer({ node, log }: ServeOptions, identity: TlsIdentity, listener: Listener) {
  const strangers = { count: 0 };
  return createPeerServer({
    identity,
    peerOf: (pin) => node.channels.peerByPin(pin),
    onRequest: createPeerListener(listener),
    onStranger: (reason) => {
      strangers.count += 1;
      log.event("peer.stranger", { reason, count: strangers.count });
    },
  });
}

/** `dialerOf`: how peers are reached. */
export interface ExchangeOptions {
  readonly node: PartyNode;
  readonly log: Log;
  readonly pollMs: number;
  readonly retryMsMax: number;
  dialerOf(observer: LinkObserver): PeerDialer;
}

export type Exchange = ReturnType<typeof makeExchange>;
type Listener = Exchange["listener"];

/** What a node that serves has around it, but for its sockets; nothing of it runs yet. */
export function makeExchange({ node, log, pollMs, retryMsMax, dialerOf }: ExchangeOptions) {
  const { primitives: p, storage, clock, channels: book } = node;
  const states = new LinkStates(clock, log);
  const quota = new ExchangeQuota(clock);
  const listeners: { onMirrored?: (channel: Channel, logId: number) => void } = {};
  const receiptListeners: { onReceipt?: (channel: Channel, logId: number) => void } = {};
  const late: { sender?: Sender } = {};
  const mirror = new Mirror({
    ...{ p, storage, clock, log, book, quota },
    signersAt: (...at) => node.mirrorSignersAt(...at),
    receiptsLost: async (channel, row) => late.sender?.readReceiptsBack(channel, row),
    onMirrored: (channel, logId) => listeners.onMirrored?.(channel, logId),
    onFork: (evidence) => keepFork(node, evidence),
  });
  const receipts = new ReceiptIntake({
    ...{ p, storage, log },
    onReceipt: (channel, logId) => receiptListeners.onReceipt?.(channel, logId),
    onBadReceipt: ({ channel }) => log.event("peer.bad-receipt", { peer: channel.peer }),
  });
  const intake = new AttachmentIntake({ p, storage, clock, log, book });
  const attachmentsOf = ({ id, channel }: LogRow, from: number, to: number) =>
    listAttachments(node, { logId: id, channel }, { from, to });
  const attachments = new AttachmentTransfer({ storage, log, intake, attachmentsOf });
  const dialer = dialerOf(states);
  const sender = new Sender({
    ...{ p, storage, clock, log, book, dialer, states, mirror, receipts, attachments },
    sharing: node.sharing,
    ...{ pollMs, retryMsMax },
    openOwn: (channel, log, entry) => openOwn(node, channel, log, entry),
  });
  late.sender = sender;
  const logs = new PeerLogs(p, storage, book);
  const ports = { p, storage, log, book, quota, mirror, logs, receipts, attachments: intake };
  const listener = {
    ...ports,
    onContact: (peer: string) => sender.contact(peer),
    takeNotice: (peer: string, text: string) => takeNotice(node, peer, text),
  };
  const sweep = (): StopStep => {
    const ended = new AbortController();
    const sweeping = intake.sweepOrphans(ended.signal);
    return async () => {
      ended.abort();
      await sweeping;
    };
  };
  return { listener, sender, dialer, listeners, receiptListeners, sweep };
}

/** Takes up what an earlier process left, then goes on by itself. @param steps - Grows as things start. */
export async function beginExchange(
  { node, log }: Pick<ExchangeOptions, "node" | "log">,
  exchange: Exchange,
  steps: StopStep[],
): Promise<Clockwork> {
  const clockwork = new Clockwork(node, log);
  const inbox = new Inbox(node, log, clockwork);
  connect(node, { exchange, inbox, log });
  reportDamage(node, log);
  steps.push(
    () => inbox.stop(),
    () => exchange.sender.stop(),
  );
  const works = new ChannelWorks(node, { inbox, sender: exchange.sender, log });
  if (!node.sharing.isShared) await inbox.openAll();
  exchange.sender.start();
  works.start();
  steps.push(works.stop, startTicking({ node, clockwork, works }, log), exchange.sweep());
  return clockwork;
}

/** Ties what happens in the node to what is done about it. */
function connect(
  node: PartyNode,
  made: { readonly exchange: Exchange; readonly inbox: Inbox; readonly log: Log },
): void {
  const { exchange, inbox, log } = made;
  const { sender, listeners, receiptListeners } = exchange;
  node.events = {
    onSigned: (log) => sender.wake(log),
    onUnsigned: (logId) => inbox.sign(logId),
    onReceiptMissing: (channel) => sender.receiptMissing(channel),
    onAttachmentMissing: async (channel, { digest, bytes }) => {
      // A peer that does not answer has not sent it. A fault of ours says nothing of the peer.
      await sender.fetchAttachment(channel, digest, bytes).catch((cause: unknown) => {
        if (!(cause instanceof Fault && cause.code.startsWith("peer."))) throw cause;
      });
    },
    onOpened: (channel, rows) => inbox.answer(channel, rows),
    onChannels: () => {
      reportDamage(node, log);
      sender.start();
      inbox.closeEnded();
    },
    onEpochClosed: (channel) => {
      sender.receiptMissing(channel);
      inbox.foldAgain(channel);
    },
  };
  // Whatever process a peer reaches takes what it brings; whoever works the channel goes on with it.
  const { sharing } = node;
  const goOn = (channel: Channel, here: () => void) => {
    if (sharing.leaseOf(channel.id) !== undefined) here();
    else sharing.tell({ about: "work", channel: channel.id });
  };
  listeners.onMirrored = (channel, logId) => goOn(channel, () => inbox.open(channel, logId));
  receiptListeners.onReceipt = (channel, logId) =>
    goOn(channel, () => inbox.foldReceipts(channel, logId));
}

/** Channels that are closed because what is stored of them does not verify; the others go on. */
function reportDamage({ channels }: PartyNode, log: Log): void {
  for (const { peer, cause } of channels.damaged()) log.event("channel.damaged", { peer }, cause);
}

interface Ticking {
  readonly node: PartyNode;
  readonly clockwork: Clockwork;
  readonly works: ChannelWorks;
}

function startTicking({ node, clockwork, works }: Ticking, log: Log): StopStep {
  const stop = new AbortController();
  const running = (async () => {
    while (!stop.signal.aborted) {
      try {
        await works.look();
        await clockwork.tick();
      } catch (cause) {
        // The next tick finds what is due from the logs.
        log.event("node.fault", {}, cause);
      }
      await node.clock.sleep(tickMs, stop.signal);
    }
  })();
  return async () => {
    stop.abort();
    await running;
  };
}

/** Into our own log at once, so that the accused's cosignature dates the evidence. */
async function keepFork(node: PartyNode, evidence: ForkEvidence): Promise<void> {
  const { channel, origin, held, shown } = evidence;
  const trafficClass = node.channels.byOrigin(origin)?.class ?? "live";
  const prefix = evidence.prefix && {
    root: toBase64Url(evidence.prefix.root),
    proof: evidence.prefix.proof.map((hash) => toBase64Url(hash)),
  };
  const sent = await node.post.send(channel, {
    class: trafficClass,
    by: "node",
    control: {
      ...{ kind: "service-note.v1", case: null, answers: null, ask: null, clock: null },
      to: "node",
    },
    blocks: {
      notice: {
        marking: clearMarking,
        subject: "fork",
        first: held,
        second: shown,
        prefix: prefix ?? null,
      },
    },
    items: null,
  });
  assert(sent.ok, "two checkpoints fit a note, and the node key is open");
}

async function listAttachments(
  node: PartyNode,
  { logId, channel }: { readonly logId: number; readonly channel: string },
  range: { readonly from: number; readonly to: number },
): Promise<readonly AttachmentKey[]> {
  const keys: AttachmentKey[] = [];
  for (let from = range.from; from < range.to; from += entriesPerBatchMax) {
    const count = Math.min(entriesPerBatchMax, range.to - from);
    const recent = node.recent.list(logId, from, count);
    if (recent !== undefined) {
      for (const { files } of recent)
        keys.push(...files.map(({ digest }) => ({ channel, digest })));
      continue;
    }
    const rows = await node.storage.read((tx) => tx.opened.listOpened(logId, from, count));
    for (const { message } of rows) {
      if (message === null) continue;
      const files = filesOf(parseKeptMessage(message).message);
      keys.push(...files.map(({ digest }) => ({ channel, digest })));
    }
  }
  return keys;
}
