/**
 * Goal: an operator's tools learn whether a node is well, and nothing that is not theirs to know.
 * Method: the listener over real HTTP on the loopback, with a storage that is there, slow or away.
 */
import { readFileSync } from "node:fs";
import { createLog } from "@parley/node/log";
import { pairedNodes } from "@parley/testkit/paired-nodes";
import { expect, test } from "vitest";
import { finishRebuild } from "../../service/rebuild.ts";
import { type StopStep, stopInOrder } from "../../service/stop.ts";
import { Metrics, metricTable } from "./metrics.ts";
import { type Readiness, readReadiness, type ServingState } from "./probe-server.ts";
import { startProbes } from "./start-probes.ts";

const silent = createLog("silent");

async function probed(node: Parameters<typeof startProbes>[0], state: ServingState) {
  const steps: StopStep[] = [];
  const metrics = new Metrics();
  const link = { peer: "moscow.example", lastAnswerAt: 7, lastRequestAt: 9, skewSeconds: -3 };
  const links = { linkStates: async () => [{ ...link, isClockOff: false, problems: [] }] as never };
  const log = metrics.counting(silent);
  const parts = { metrics, state, links, steps, log };
  const port = await startProbes(node, { host: "127.0.0.1", port: 0 }, parts);
  const ask = async (path: string, method = "GET") => {
    const answered = await fetch(`http://127.0.0.1:${port}${path}`, { method });
    return [answered.status, await answered.text()] as const;
  };
  return { ask, log, stop: () => stopInOrder(steps, 1_000, silent) };
}

test("ready while it serves, and not before, after, or while it rebuilds", async () => {
  await using pair = await pairedNodes();
  const { node } = pair.washington;
  const state: ServingState = { stage: "starting" };
  const { ask, stop } = await probed(node, state);
  const asked: Readiness[] = [];
  for (const stage of ["starting", "serving", "stopping"] as const) {
    state.stage = stage;
    const [status, text] = await ask("/readyz");
    expect([status, await ask("/healthz")]).toEqual([
      stage === "serving" ? 200 : 503,
      [200, "ok\n"],
    ]);
    asked.push(text.trim() as Readiness);
  }
  expect(asked).toEqual(["starting", "ready", "stopping"]);
  state.stage = "serving";
  await node.storage.write((tx) => tx.home.markRebuilding(true));
  expect(await ask("/readyz")).toEqual([503, "rebuilding\n"]);
  await finishRebuild(node);
  expect(await ask("/readyz")).toEqual([200, "ready\n"]);
  expect([(await ask("/readyz", "POST"))[0], (await ask("/other"))[0]]).toEqual([405, 404]);
  await stop();
  await expect(ask("/healthz")).rejects.toThrow();
});

test("a storage that fails, or does not answer, is away", async () => {
  const state: ServingState = { stage: "serving" };
  const failing = { read: () => Promise.reject(new Error("gone")) };
  const hanging = { read: () => new Promise<never>(() => undefined) };
  expect(await readReadiness(state, failing)).toBe("storage");
  expect(await readReadiness(state, hanging)).toBe("storage");
});

test("metrics are those that the manual lists, with its labels and words, and no others of ours", async () => {
  await using pair = await pairedNodes();
  const { ask, log, stop } = await probed(pair.washington.node, { stage: "serving" });
  log.event("mirror.fork", { origin: "a/b/c/live/1", size: 3 });
  const [status, text] = await ask("/metrics");
  await stop();
  expect(status).toBe(200);
  const helped = [...text.matchAll(/^# HELP (parley_\w+) /gm)].map(([, name]) => name);
  expect(helped.sort()).toEqual(Object.keys(metricTable).sort());
  expect(text).toContain(
    'parley_log_entries{peer="moscow.example",class="live",direction="own"} 0',
  );
  expect(text).toContain('parley_link_last_contact_timestamp_seconds{peer="moscow.example"} 9');
  expect(text).toContain('parley_link_clock_skew_seconds{peer="moscow.example"} -3');
  expect(text).toContain('parley_events_total{event="mirror.fork"} 1');
  expect(text).toContain("parley_ready 1");
  const manual = readFileSync(new URL("../../../../../docs/operate.md", import.meta.url), "utf8");
  const rows = [...manual.matchAll(/^\| `(parley_\w+)` \| (\w+) \| (.+?) \| (.+) \|$/gm)];
  const listed = rows.map(([, name, kind, labels, says]) => [name, kind, labels, says]);
  const wanted = Object.entries(metricTable).map(([name, [kind, labels, says]]) => [
    ...[name, kind, labels.map((label) => `\`${label}\``).join(", ") || "none", says],
  ]);
  expect(listed).toEqual(wanted);
});
