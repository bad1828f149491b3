/**
 * The command `parley` typed at a party of a pair: the whole command, in this process, as beside a
 * server that answers.
 *
 * @module
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { nodePrimitives } from "@parley/core/crypto/crypto-node";
import { assert } from "@parley/core/fault";
import { importCsv } from "../../node/src/adapters/csv/import-csv.ts";
import { runCli } from "../../node/src/cli/cli.ts";
import type { Io } from "../../node/src/cli/io.ts";
import type { Wiring } from "../../node/src/cli/operate.ts";
import { createLog } from "../../node/src/log.ts";
import { attachmentOperations } from "../../node/src/service/attachment-operations.ts";
import { Clockwork } from "../../node/src/service/clockwork.ts";
import { finishHome, prepareHome } from "../../node/src/service/home.ts";
import { itemOperations } from "../../node/src/service/item-operations.ts";
import { lookupOperations } from "../../node/src/service/lookup-operations.ts";
import { type NodeService, nodeOperations } from "../../node/src/service/node-operations.ts";
import { officeOperations } from "../../node/src/service/office-operations.ts";
import { type Operations, runOperation } from "../../node/src/service/operation.ts";
import { sendOperations } from "../../node/src/service/send-operations.ts";
import type { PairedParty } from "./paired-nodes.ts";

const operations: Operations<NodeService> = {
  ...officeOperations,
  ...lookupOperations,
  ...sendOperations,
  ...itemOperations,
  ...attachmentOperations,
  ...nodeOperations,
};

/** What one command printed, and its exit code. */
export interface Typed {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** What `--json` printed, and the exit code. */
export interface TypedJson {
  readonly exitCode: number;
  readonly [name: string]: unknown;
}

/** A party at whose node commands are typed. Words are separated by the test, as a shell would. */
export interface Office {
  /** Files of the tests may lie here. */
  readonly directory: string;
  type(...words: readonly string[]): Promise<Typed>;
  json(...words: readonly string[]): Promise<TypedJson>;
}

export function officeOf(party: PairedParty): Office {
  const { node, directory } = party;
  const path = join(directory, "home");
  mkdirSync(join(directory, "spool"), { recursive: true });
  const home = prepareHome(path, node.party);
  assert(home.ok, "one office to a party");
  finishHome(home.value);
  const service: NodeService = {
    node,
    spoolPath: join(directory, "spool"),
    clockwork: new Clockwork(node, createLog("silent")),
    linkStates: async () => [],
    isServing: false,
  };
  const wiring = wiringOf(node.clock, service);
  async function type(...words: readonly string[]): Promise<Typed> {
    const said = { out: "", err: "" };
    const exitCode = await runCli(["--home", path, ...words], {
      io: ioInto(said),
      environment: {},
      wiring,
      signal: new AbortController().signal,
      version: "0.0.0",
    });
    return { exitCode, ...said };
  }
  return {
    directory,
    type,
    async json(...words) {
      const { exitCode, out } = await type(...words, "--json");
      return { exitCode, ...JSON.parse(out) };
    },
  };
}

function wiringOf(clock: PairedParty["node"]["clock"], service: NodeService): Wiring {
  const never = () => Promise.reject(new Error("not in this test"));
  return {
    platform: {
      ...{ primitives: nodePrimitives, clock, importCsv },
      ...{ createStorage: never, createHeadStore: never, tlsPinOf: never },
    },
    callServer: (_home, call, context) => runOperation(operations, service, call, context),
    runHere: never,
    serve: never,
  };
}

function ioInto(said: { out: string; err: string }): Io {
  return {
    out: (text) => {
      said.out += text;
    },
    err: (text) => {
      said.err += text;
    },
    isInteractive: false,
    isErrTerminal: false,
    ask: async () => undefined,
  };
}
