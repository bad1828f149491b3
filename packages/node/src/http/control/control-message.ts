/**
 * What goes over the control socket: `POST /op/<name>` with the input as JSON; back come lines of
 * JSON, any number of progress, then exactly one result or fault.
 *
 * Local: only the account that owns the home reaches the socket. Both ends are this program, but not
 * always of one version, so each parses what it reads.
 *
 * @module
 */
import type { IncomingHttpHeaders } from "node:http";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { fieldRules } from "@parley/core/result";
import { z } from "zod";
import type { Caller } from "../../service/operation.ts";

/** Longest input, in bytes: the text of a message, never a file, which goes by its path. */
export const controlInputBytesMax = 1_048_576;
/** Longest line back, in bytes: a list of a command is some kilobytes. */
export const controlLineBytesMax = 67_108_864;

/** As which officer, from which known device: in headers, for they are no part of what is asked. */
const sessionHeader = "x-parley-session";
const deviceHeader = "x-parley-device";

export function callerHeaders(caller: Caller | undefined): Readonly<Record<string, string>> {
  const { token = null, device = null } = caller ?? {};
  return {
    ...(token !== null && { [sessionHeader]: token }),
    ...(device !== null && { [deviceHeader]: device }),
  };
}

/** Judged where it is used; whoever reaches the socket is on this machine. */
export function readCaller(headers: IncomingHttpHeaders): Caller {
  const one = (name: string) => {
    const value = headers[name];
    return typeof value === "string" && value !== "" ? value : null;
  };
  return { token: one(sessionHeader), device: one(deviceHeader), source: "local" };
}

const params = z.record(z.string(), z.string());
const fault = z.strictObject({
  path: z.string(),
  rule: z.enum(fieldRules),
  allowed: z.array(z.string()).readonly(),
  ...{ found: z.number().nullable(), min: z.number().nullable(), max: z.number().nullable() },
});

/** One line of the answer. A fault is in it by its code only: its causes stay in the server's log. */
export const controlLine = z.union([
  z.strictObject({
    progress: z.strictObject({
      what: z.string(),
      done: z.number(),
      total: z.number().exactOptional(),
    }),
  }),
  z.strictObject({ value: z.json().transform((value) => value as JsonValue) }),
  z.strictObject({
    refusal: z.strictObject({
      code: z.string(),
      detail: z.string(),
      params: params.exactOptional(),
      fault: fault.exactOptional(),
    }),
  }),
  z.strictObject({
    fault: z.strictObject({ code: z.string(), detail: z.string(), retryable: z.boolean() }),
  }),
]);
export type ControlLine = z.output<typeof controlLine>;
