/**
 * Opens new epochs on the home of a command: after a restore, or for a database that goes on.
 *
 * @module
 */
import { existsSync, renameSync } from "node:fs";
import type { JwsSigner } from "@parley/core/crypto/jws";
import { z } from "zod";
import type { LocalResult } from "../local-refusal.ts";
import { isPostgresAddress } from "../postgres-address.ts";
import { openAuthority } from "../service/key-ring.ts";
import { type OpenedEpochs, openNewEpochs } from "../service/new-epochs.ts";
import type { CliContext, Refused } from "./command.ts";

const openedSchema = z.object({
  channels: z.array(
    z.object({
      ...{ peer: z.string(), channel: z.string() },
      epochs: z.record(z.string(), z.int()),
    }),
  ),
});

export interface EpochsOpened {
  readonly channels: z.output<typeof openedSchema>["channels"];
  /** The file beside the authority's key that says which epochs were opened. */
  readonly record: string;
  /** Where a head store that was damaged is kept. */
  readonly movedHeads?: string;
}

type Answer<T> = { readonly ok: true; readonly value: T } | Refused;

/** Asks for the passphrase of the authority, whose key the settings name. */
export async function askAuthority(context: CliContext): Promise<Answer<readonly JwsSigner[]>> {
  const passphrase = await context.passphrase("authority");
  if (!passphrase.ok) return passphrase;
  const { config, platform } = context;
  return openAuthority(platform.primitives, config.authorityKey, passphrase.value);
}

/**
 * @param place - Where the database lies.
 * @param made - Filled with the place of a head store that had to be made.
 */
export async function openEpochs(
  context: CliContext,
  authority: readonly JwsSigner[],
  { place, made }: { readonly place: string; readonly made: string[] },
): Promise<Answer<EpochsOpened>> {
  const { config, platform } = context;
  const heads = await readyHeadStore(context, place);
  if (!heads.ok) return heads;
  const { isNew, movedTo } = heads.value;
  if (isNew) made.push(config.headStore);
  const record = `${config.authorityKey}.notices`;
  const { primitives: p, clock } = platform;
  const answer = await context.alone({
    desks: [],
    opensEpochs: true,
    run: async ({ node: { storage, headStore } }) => {
      const ports = { p, storage, headStore, authority };
      const order = { ...ports, recordPath: record, now: clock.nowSeconds() };
      const opened = await openNewEpochs(order);
      return opened.ok ? { ok: true, value: { channels: opened.value.map(asJson) } } : opened;
    },
  });
  if (!answer.ok) return answer;
  const { channels } = openedSchema.parse(answer.value);
  return { ok: true, value: { channels, record, ...(movedTo && { movedHeads: movedTo }) } };
}

/**
 * An empty head store lets nothing be signed that was signed before: the logs are read until then. One
 * that is damaged says as little as none, and is kept under another name.
 */
async function readyHeadStore(
  { config, platform }: CliContext,
  place: string,
): Promise<LocalResult<{ readonly isNew: boolean; readonly movedTo: string | undefined }, string>> {
  const { headStore } = config;
  const made = await platform.createHeadStore(headStore, place);
  if (made.ok) return { ok: true, value: { isNew: true, movedTo: undefined } };
  if (made.refusal.code !== "head-store.exists") return made;
  const isFile = !isPostgresAddress(headStore);
  if (!isFile || (await platform.inspectHeads(headStore)) !== undefined) {
    return { ok: true, value: { isNew: false, movedTo: undefined } };
  }
  const movedTo = freeName(`${headStore}.damaged`);
  renameSync(headStore, movedTo);
  const again = await platform.createHeadStore(headStore, place);
  if (again.ok) return { ok: true, value: { isNew: true, movedTo } };
  renameSync(movedTo, headStore);
  return again;
}

function freeName(path: string): string {
  for (let count = 1; ; count++) {
    const name = count === 1 ? path : `${path}-${count}`;
    if (!existsSync(name)) return name;
  }
}

function asJson({ peer, channel, epochs }: OpenedEpochs) {
  return { peer, channel, epochs: { ...epochs } };
}
