/**
 * The session of whoever types, in a file of their own: what `parley login` leaves for other commands.
 *
 * For its owner only. The token opens what the officer may do until the session ends; the device stays
 * when they sign out, so that strangers who fail do not keep them out.
 *
 * @module
 */
import { mkdirSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import { parseStrictJson } from "@parley/core/bytes/canonical-json";
import { z } from "zod";
import { diskFault, readFileIfThere, writeFileDurably } from "../service/durable-file.ts";
import type { Caller } from "../service/operation.ts";

const fileBytesMax = 4_096;
const headerText = z.string().regex(/^[A-Za-z0-9_.-]{1,200}$/);
const schema = z.strictObject({
  name: z.string().max(64).nullable(),
  token: headerText.nullable(),
  device: headerText.nullable(),
});
export type KeptSession = z.output<typeof schema>;

/** @returns Nobody's, also of a file that another program wrote: signing in writes it anew. */
export function readSessionFile(path: string): KeptSession {
  const text = readFileIfThere(path, fileBytesMax);
  const json =
    text === undefined ? undefined : parseStrictJson(text, { depthMax: 1, bytesMax: fileBytesMax });
  const parsed = schema.safeParse(json?.ok === true ? json.value : undefined);
  return parsed.success ? parsed.data : { name: null, token: null, device: null };
}

export function writeSessionFile(path: string, session: KeptSession): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // One that others could read must not keep its rights.
    rmSync(path, { force: true });
  } catch (cause) {
    throw diskFault(path, cause);
  }
  writeFileDurably(path, `${JSON.stringify(session)}\n`);
}

/** As whom a command acts. */
export function callerOf(path: string): Caller {
  const { token, device } = readSessionFile(path);
  return { token, device, source: "local" };
}
