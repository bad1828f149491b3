/**
 * What a node measures of itself, for Prometheus: counts, sizes and times of its logs and links.
 *
 * No content and no secret. A label is a name of a party, a class of traffic, or out of a closed list
 * of ours: nothing that a peer chooses, or a flood of its would be a flood of series. Read when asked
 * for, from the database and from what the links know. docs/operate.md lists the names and units.
 *
 * @module
 */
import { Counter, collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { events, Log, LogEvent } from "../../log.ts";
import type { PartyNode } from "../../service/party-node.ts";
import type { PeerLinkState } from "../../service/sender.ts";

/** Every series of our own: its kind, its labels in order, and what it says. */
export const metricTable = {
  parley_log_entries: [
    "gauge",
    ["peer", "class", "direction"],
    "Entries of a log: own as signed, mirror as receipted.",
  ],
  parley_log_waiting_entries: [
    "gauge",
    ["peer", "class"],
    "Own entries that the peer has not receipted.",
  ],
  parley_log_unopened_entries: [
    "gauge",
    ["peer", "class"],
    "Entries of the peer that are here and not opened yet.",
  ],
  parley_link_last_contact_timestamp_seconds: [
    "gauge",
    ["peer"],
    "When the peer last answered or asked, POSIX seconds; 0: not since the start.",
  ],
  parley_link_clock_skew_seconds: [
    "gauge",
    ["peer"],
    "The peer's clock less ours, as last measured.",
  ],
  parley_link_problems: ["gauge", ["peer"], "Logs and addresses of the peer that fail now."],
  parley_ready: ["gauge", [], "1 if /readyz answers 200, else 0."],
  parley_events_total: [
    "counter",
    ["event"],
    "Events as the log of the program names them, since the start.",
  ],
} as const satisfies Readonly<
  Record<string, readonly ["gauge" | "counter", readonly string[], string]>
>;
type MetricName = keyof typeof metricTable;
type GaugeName = Exclude<MetricName, "parley_events_total">;

export interface MetricSources {
  readonly node: PartyNode;
  linkStates(): Promise<readonly PeerLinkState[]>;
  isReady(): Promise<boolean>;
}

export class Metrics {
  readonly #registry = new Registry();
  readonly #gauges: ReadonlyMap<string, Gauge>;
  readonly #events: Counter;

  constructor() {
    const registers = [this.#registry];
    const gauges = new Map<string, Gauge>();
    for (const [name, [kind, labelNames, help]] of Object.entries(metricTable)) {
      if (kind === "counter") continue;
      gauges.set(name, new Gauge({ name, help, labelNames: [...labelNames], registers }));
    }
    this.#gauges = gauges;
    const [, labelNames, help] = metricTable.parley_events_total;
    const name = "parley_events_total";
    this.#events = new Counter({ name, help, labelNames: [...labelNames], registers });
    collectDefaultMetrics({ register: this.#registry });
  }

  /** A log that counts what it is told. */
  counting(log: Log): Log {
    return {
      event: (name, fields, cause) => {
        this.#events.inc({ event: name satisfies LogEvent & keyof typeof events });
        log.event(name, fields, cause);
      },
      flush: () => log.flush(),
    };
  }

  readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;

  /** In Prometheus' text format, as things stand now. */
  async scrape(sources: MetricSources): Promise<string> {
    for (const gauge of this.#gauges.values()) gauge.reset();
    this.#set("parley_ready", {}, (await sources.isReady()) ? 1 : 0);
    await this.#readLogs(sources);
    await this.#readLinks(sources);
    return this.#registry.metrics();
  }

  async #readLogs({ node }: MetricSources): Promise<void> {
    for (const channel of node.channels.channels()) {
      const { peer } = channel;
      for (const log of await node.listLogs(channel)) {
        const { class: of, direction, size, receiptedSize, entryCount, openedSize } = log;
        // Later epochs come last and stand: what waits, waits in the newest.
        this.#set("parley_log_entries", { peer, class: of, direction }, size);
        const labels = { peer, class: of };
        if (direction === "own") {
          this.#set("parley_log_waiting_entries", labels, size - receiptedSize);
        } else {
          this.#set("parley_log_unopened_entries", labels, entryCount - openedSize);
        }
      }
    }
  }

  async #readLinks({ linkStates }: MetricSources): Promise<void> {
    for (const { peer, lastAnswerAt, lastRequestAt, skewSeconds, problems } of await linkStates()) {
      const last = Math.max(lastAnswerAt ?? 0, lastRequestAt ?? 0);
      this.#set("parley_link_last_contact_timestamp_seconds", { peer }, last);
      this.#set("parley_link_problems", { peer }, problems.length);
      if (skewSeconds !== null) this.#set("parley_link_clock_skew_seconds", { peer }, skewSeconds);
    }
  }

  #set(name: GaugeName, labels: Readonly<Record<string, string>>, value: number): void {
    this.#gauges.get(name)?.set({ ...labels }, value);
  }
}
