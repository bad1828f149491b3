/**
 * What the node says about itself: one JSON object a line, without content and without secrets.
 *
 * Not by deleting what must not be there, but because there is no way to say it: an event is one of
 * {@link events}, its fields are numbers, codes, names of parties and log positions, and a value of
 * another form is written as `"(withheld)"`. There is no free text and no event without an entry.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import { type DestinationStream, destination, pino } from "pino";
import type { logLevels } from "./config.ts";

/** Forms of a field. A peer may choose a value: none of these can hold a sentence. */
const forms = {
  /** A count, an index, a size, a port, milliseconds. */
  number: (value: unknown) => Number.isSafeInteger(value),
  /** A refusal or fault, `area.reason`, or a name out of a closed list. */
  code: (value: unknown) => typeof value === "string" && /^[a-z0-9.-]{1,64}$/.test(value),
  /** A party name. */
  party: (value: unknown) => typeof value === "string" && /^[a-z0-9.-]{3,63}$/.test(value),
  /** The origin of a log; spec/log.md. */
  origin: (value: unknown) => typeof value === "string" && /^[a-z0-9./-]{1,255}$/.test(value),
  /** A SHA-256 in base64url. */
  digest: (value: unknown) => typeof value === "string" && /^[\w-]{43}$/.test(value),
  /** Where we listen, or where a peer does. */
  address: (value: unknown) =>
    typeof value === "string" && /^[0-9A-Za-z.:[\]-]{1,262}$/.test(value),
} as const;
type Form = keyof typeof forms;

type Level = "debug" | "info" | "warn" | "error" | "fatal";
interface EventEntry {
  readonly level: Level;
  readonly fields: Readonly<Record<string, Form>>;
}

/** Every event there is. A new one is one line here. */
export const events = {
  "node.started": { level: "info", fields: { party: "party", pid: "number" } },
  "node.listening": { level: "info", fields: { address: "address", port: "number" } },
  "node.stopping": { level: "info", fields: {} },
  "node.stopped": { level: "info", fields: { afterMs: "number" } },
  "node.stop-cut": { level: "warn", fields: { afterMs: "number" } },
  "node.fault": { level: "error", fields: {} },
  "node.defect": { level: "fatal", fields: {} },
  "peer.stranger": { level: "info", fields: { reason: "code", count: "number" } },
  "peer.connected": { level: "debug", fields: { peer: "party" } },
  "peer.address-failed": {
    level: "info",
    fields: { peer: "party", address: "address", code: "code" },
  },
  "peer.unreachable": {
    level: "warn",
    fields: { peer: "party", code: "code", attempt: "number", retryMs: "number" },
  },
  "peer.refused-us": { level: "warn", fields: { peer: "party", origin: "origin", code: "code" } },
  "peer.bad-receipt": { level: "warn", fields: { peer: "party" } },
  "channel.damaged": { level: "error", fields: { peer: "party" } },
  "peer.clock-off": { level: "warn", fields: { peer: "party", seconds: "number" } },
  "link.test-missed": { level: "warn", fields: { peer: "party" } },
  "lease.gained": { level: "info", fields: { token: "number" } },
  "lease.lost": { level: "info", fields: { token: "number" } },
  "log.appended": { level: "info", fields: { origin: "origin", index: "number" } },
  "log.receipted": { level: "info", fields: { origin: "origin", size: "number" } },
  "log.restored": { level: "warn", fields: { origin: "origin", size: "number", head: "number" } },
  "mirror.cosigned": { level: "info", fields: { origin: "origin", size: "number" } },
  "mirror.fork": { level: "error", fields: { origin: "origin", size: "number" } },
  "entry.refused": { level: "info", fields: { origin: "origin", index: "number", code: "code" } },
  "attachment.stored": { level: "info", fields: { digest: "digest", bytes: "number" } },
  "control.operation": { level: "info", fields: { name: "code", ms: "number", outcome: "code" } },
} as const satisfies Readonly<Record<string, EventEntry>>;

export type LogEvent = keyof typeof events;
type ValueOf<F extends Form> = F extends "number" ? number : string;
export type LogFields<E extends LogEvent> = {
  readonly [K in keyof (typeof events)[E]["fields"]]: (typeof events)[E]["fields"][K] extends Form
    ? ValueOf<(typeof events)[E]["fields"][K]>
    : never;
};

export interface Log {
  event<E extends LogEvent>(name: E, fields: LogFields<E>, cause?: unknown): void;
  /** Waits until what was said is written. */
  flush(): void;
}

/** @param out - Standard error by default: standard output is for results. */
export function createLog(level: (typeof logLevels)[number], out?: DestinationStream): Log {
  const stream = out ?? destination({ fd: 2, sync: true });
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, stream);
  return {
    event(name, fields, cause) {
      const entry: EventEntry = events[name];
      const line: Record<string, unknown> = { event: name };
      for (const [field, form] of Object.entries(entry.fields)) {
        const value = (fields as Readonly<Record<string, unknown>>)[field];
        line[field] = forms[form](value) ? value : "(withheld)";
      }
      if (cause !== undefined) line["cause"] = describeCause(cause);
      logger[entry.level](line);
    },
    flush: () => logger.flush(),
  };
}

/** Longest chain of causes written. */
const causeDepthMax = 4;

/**
 * Kind, code and place of an error, and of its causes. Never its message: that of JSON.parse quotes
 * what it read, and that of a database may quote a row.
 */
function describeCause(cause: unknown, depth = 0): unknown {
  if (!(cause instanceof Error)) return { kind: typeof cause };
  const code = cause instanceof Fault || "code" in cause ? String(cause.code) : undefined;
  return {
    kind: cause.name,
    ...(code !== undefined && /^[\w.-]{1,64}$/.test(code) ? { code } : {}),
    at: (cause.stack ?? "")
      .split("\n")
      .filter((line) => /^ {4}at /.test(line))
      .slice(0, 8)
      .map((line) => line.trim()),
    ...(cause.cause === undefined || depth === causeDepthMax
      ? {}
      : { cause: describeCause(cause.cause, depth + 1) }),
  };
}
