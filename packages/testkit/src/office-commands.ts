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
import { importCsv } from "@parley/node/adapters/csv/import-csv";
import { runCli } from "@parley/node/cli/cli";
import type { Io } from "@parley/node/cli/io";
import type { Wiring } from "@parley/node/cli/operate";
import { createLog } from "@parley/node/log";
import { attachmentOperations } from "@parley/node/service/attachment-operations";
import { Clockwork } from "@parley/node/service/clockwork";
import { finishHome, prepareHome } from "@parley/node/service/home";
import { itemOperations } from "@parley/node/service/item-operations";
import { lookupOperations } from "@parley/node/service/lookup-operations";
import { type NodeService, nodeOperations } from "@parley/node/service/node-operations";
import { officeOperations } from "@parley/node/service/office-operations";
import { type Operations, runOperation } from "@parley/node/service/operation";
import { sendOperations } from "@parley/node/service/send-operations";
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
      ...{
        createStorage: never,
        createHeadStore: never,
        inspectDatabase: never,
        inspectHeads: never,
        undoCreate: async () => undefined,
        ...{ migrateStorage: never, migrateHeads: never, images: never },
        tlsPinOf: never,
      },
    },
    callServer: (_home, call, context) => runOperation(operations, service, call, context),
    runHere: never,
    workAlone: never,
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
