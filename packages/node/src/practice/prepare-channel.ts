/**
 * From nothing to a channel: homes, keys, pairing and an agreement, by the commands an operator types.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Capital } from "./capital.ts";

export interface PreparePorts {
  readonly directory: string;
  passphrase(): string;
}

type Say = (step: string, values?: Readonly<Record<string, string>>) => void;
type Capitals = readonly [Capital, Capital];

/** Written last: without it nobody relies on what is there. */
const readyFile = "ready";

/** @returns Whether the channel was made now; false if an earlier start has made it. */
export async function prepareChannel(
  ports: PreparePorts,
  capitals: Capitals,
  say: Say,
): Promise<boolean> {
  const { directory } = ports;
  if (existsSync(join(directory, readyFile))) return false;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const free = await freePorts(capitals.length);
  await Promise.all(capitals.map((capital, i) => initialise(ports, capital, free[i] ?? 0)));
  say("init");
  await pair(directory, capitals, say);
  await agree(directory, capitals);
  say("agreement");
  await writeFile(join(directory, readyFile), "");
  return true;
}

async function initialise(ports: PreparePorts, capital: Capital, port: number): Promise<void> {
  const { passphraseFile, party, home } = capital;
  await writeFile(passphraseFile, `${ports.passphrase()}\n`, { mode: 0o600 });
  const address = ["--address", `https://127.0.0.1:${port}`];
  const file = ["--passphrase-file", passphraseFile];
  await capital.command("init", "--party", party, "--practice", ...address, ...file);
  const settings = { peerListen: `127.0.0.1:${port}`, passphraseFile, pollMs: 2_000 };
  await writeFile(join(home, "parley.json"), `${JSON.stringify(settings, null, 2)}\n`);
}

async function pair(directory: string, capitals: Capitals, say: Say): Promise<void> {
  const given = await Promise.all(
    capitals.map(async (capital) => {
      const file = join(directory, `${capital.party}.descriptor`);
      // An earlier start may have been cut off between writing it and pairing.
      await rm(file, { force: true });
      const { fingerprint } = await capital.command("descriptor", "--out", file);
      return { file, digits: String(fingerprint) };
    }),
  );
  const [a, b] = given;
  if (a === undefined || b === undefined) return;
  // Each types what it hears the other read aloud.
  await Promise.all([
    capitals[0].command("pair", b.file, "--digits", b.digits),
    capitals[1].command("pair", a.file, "--digits", a.digits),
  ]);
  say("pair", { a: a.digits, b: b.digits });
}

async function agree(directory: string, [first, second]: Capitals): Promise<void> {
  const proposal = join(directory, "proposal.agreement");
  const signed = join(directory, "signed.agreement");
  for (const file of [proposal, signed]) await rm(file, { force: true });
  await first.command("agreement", "propose", "--peer", second.party, "--out", proposal);
  await second.command("agreement", "sign", proposal, "--out", signed);
  await Promise.all([first, second].map((each) => each.command("agreement", "import", signed)));
}

/** Ports that were free a moment ago; the system gives none twice while all are held. */
async function freePorts(count: number): Promise<readonly number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
