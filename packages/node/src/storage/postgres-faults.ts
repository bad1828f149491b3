/**
 * What PostgreSQL and the way to it say when they fail, by the names that faults have in Parley.
 *
 * @module
 */
import { Defect, Fault } from "@parley/core/fault";

type Named = { readonly code: string; readonly retryable: boolean };

const unavailable: Named = { code: "storage.unavailable", retryable: true };
const denied: Named = { code: "storage.denied", retryable: false };
const locked: Named = { code: "storage.locked", retryable: true };
const io: Named = { code: "storage.io", retryable: true };
const damaged: Named = { code: "storage.damaged", retryable: false };

/**
 * By SQLSTATE, or by its class: https://www.postgresql.org/docs/18/errcodes-appendix.html. What is
 * not here is our own mistake.
 */
const faultCodes: Readonly<Record<string, Named>> = {
  "08": unavailable,
  // A password that is wrong, an account that pg_hba.conf does not let in.
  "28": denied,
  "42501": denied,
  // No schema that the account may use: nothing can be made in it.
  "3F000": denied,
  // No such database.
  "3D000": unavailable,
  // A server that is starting, stopping or full; a session that was ended, as one that kept a
  // transaction open for too long is.
  "57P": unavailable,
  "53300": unavailable,
  "25P03": unavailable,
  // A standby, or a database that was set so.
  "25006": { code: "storage.read-only", retryable: true },
  "53100": { code: "storage.full", retryable: true },
  "53": io,
  "55P03": locked,
  "57014": locked,
  "40": locked,
  "58": io,
  XX000: io,
  XX001: damaged,
  XX002: damaged,
};

/** Of Node's own network, and of pg, which gives some of its errors no code. */
const unreachable =
  /^(?:E(?:CONN|HOST|NET|TIMEDOUT|PIPE|AI_)|ENOTFOUND)|connection terminated|timeout exc|not queryable|Client was closed/i;

/** Gives what pg throws the name it has in Parley. No text of it holds a password. */
export function namedPostgresError(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof Fault || cause instanceof Defect) return cause;
  const code = "code" in cause ? String(cause.code) : "";
  const inner = cause instanceof AggregateError ? String(cause.errors[0]) : cause.message;
  const fault = faultCodes[code] ?? faultCodes[code.slice(0, 3)] ?? faultCodes[code.slice(0, 2)];
  if (fault !== undefined) return made(fault, `PostgreSQL ${code}: ${inner}`, cause);
  if (unreachable.test(code) || unreachable.test(inner)) return made(unavailable, inner, cause);
  return new Defect(`PostgreSQL ${code}: ${inner}`, { cause });
}

function made({ code, retryable }: Named, detail: string, cause: unknown): Fault {
  return new Fault(code, detail, { cause, retryable });
}
