/**
 * What one command is: its flags, an example, and a function that returns an outcome.
 *
 * A command prints nothing itself. It returns a value for `--json` and a text for a person, or a
 * refusal; faults are thrown. So every command says both alike, and a test reads what was returned.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import type { Primitives } from "@parley/core/crypto/primitives";
import type { Finding } from "@parley/core/item/finding";
import type { Item } from "@parley/core/item/item";
import type { SourceSettings } from "@parley/core/item/source-row";
import type { Result } from "@parley/core/result";
import {
  type BaseArgs,
  type BaseFlags,
  buildCommand,
  type Command,
  type CommandContext,
  type RouteMap,
  type TypedCommandParameters,
} from "@stricli/core";
import type { Config, ConfigResult, Language } from "../config.ts";
import type { LocalResult } from "../local-refusal.ts";
import type { Clock } from "../service/clock.ts";
import type { Home } from "../service/home.ts";
import type { Desk, RingKey } from "../service/key-ring.ts";
import type { OperationRefusal, OperationResult, Progress } from "../service/operation.ts";
import type { PartyNode } from "../service/party-node.ts";
import type { StretchCost } from "../service/secret-box.ts";
import type { Storage } from "../service/storage.ts";
import type { MovedStorage, StorageImages, StorageMove } from "../service/storage-move.ts";
import type { FailureText } from "./failure-texts-en.ts";
import type { Io } from "./io.ts";
import type { PassphraseSource } from "./passphrase.ts";
import { frameTexts } from "./texts.ts";

/** What was done; or why not. */
export type Outcome =
  | {
      readonly ok: true;
      /** Stable: documented, and only added to. */
      readonly value: Readonly<Record<string, JsonValue>>;
      /** Lines for a person; no line feed at the end. */
      readonly text: string;
      /** Done, and what it says is not well: an examination that found problems. */
      readonly exitCode?: 1;
    }
  | { readonly ok: false; readonly refusal: OperationRefusal };

/** What a file of indicators holds, and what is wrong with it. */
export interface ImportedItems {
  readonly items: readonly Item[];
  readonly findings: readonly Finding[];
  readonly rowCount: number;
}

/** One head of a head store's file; the root in base64url. */
export interface InspectedHead {
  readonly log: string;
  readonly epoch: number;
  readonly size: number;
  readonly root: string;
}

/** What of a database file can be seen from outside; bytes. */
export interface SqliteFacts {
  readonly bytes: number;
  readonly walBytes: number;
  readonly freeBytes: number;
  readonly library: string;
  readonly problems: readonly string[];
}

/** What a command may use of the machine, handed in by `main.ts`. */
export interface Platform {
  readonly primitives: Primitives;
  readonly clock: Clock;
  /** What sealing a key file costs; the default is for real keys. */
  readonly stretchCost?: StretchCost;
  /** Makes the database of a new home, at a path or an address. */
  createStorage(place: string): Promise<LocalResult<Storage, string>>;
  /** Makes the head store of a new home, apart from its database. */
  createHeadStore(place: string, storage: string): Promise<LocalResult<true, string>>;
  /** Carries all rows of one database to another. */
  migrateStorage(move: StorageMove): Promise<LocalResult<MovedStorage, string>>;
  /** Carries all heads of one head store to another, apart from the database at `storage`. */
  migrateHeads(
    move: { readonly from: string; readonly to: string },
    storage: string,
  ): Promise<LocalResult<{ readonly heads: number }, string>>;
  /** A database as octets: for a backup, and from one. */
  images(): Promise<StorageImages>;
  /** Takes away a database or head store that was just made. */
  undoCreate(place: string): Promise<void>;
  /** Reads a file of indicators. */
  importCsv(
    source: AsyncIterable<Uint8Array>,
    settings: SourceSettings,
  ): Promise<Result<ImportedItems, string>>;
  /** A look at the database file beside whatever uses it; `undefined` if it cannot be read. */
  inspectDatabase(path: string): Promise<SqliteFacts | undefined>;
  /** The heads in a head store's file; `undefined` if it is damaged. */
  inspectHeads(path: string): Promise<readonly InspectedHead[] | undefined>;
  /** The pin of a TLS key; see `http/peer/tls.ts`. */
  tlsPinOf(partyName: string, seed: Uint8Array): Promise<string>;
}

/** Work for which the home must be at rest, with the node open in this process. */
export interface LonelyWork {
  /** Whose keys must be open besides the node's. */
  readonly desks: readonly Desk[];
  /** Whether it is what a home from a backup waits for; any other work is then refused. */
  readonly opensEpochs?: true;
  run(opened: {
    readonly node: PartyNode;
    readonly rings: readonly RingKey[];
    readonly home: Home;
  }): Promise<OperationResult>;
}

/** What a command may use. */
export interface CliContext extends CommandContext, PassphraseSource {
  readonly lang: Language;
  readonly config: Config;
  readonly io: Io;
  readonly platform: Platform;
  /** Of the program. */
  readonly version: string;
  /** A refusal, or what was thrown, in the reader's words. */
  describe(failure: OperationRefusal | Error): FailureText;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  progress(progress: Progress): void;
  /** With the settings as they stand now: a restore brings some along. */
  again(): { readonly ok: true; readonly value: CliContext } | Refused;
  /** Opens the home that the settings name. */
  openHome(): { readonly ok: true; readonly value: Home } | Refused;
  /** Asks the server of any home on this machine; `undefined` if none listens there. */
  askServer(path: string, name: string, input: JsonValue): Promise<OperationResult | undefined>;
  /** Does it while no other process of this machine has the home; else `home.served`. */
  locked(work: (home: Home) => Promise<Outcome>): Promise<Outcome>;
  /** Serves the home until it is told to stop; `home.served` if another process has it. */
  serve(): Promise<OperationResult>;
  /** Does something with the node open and nobody else at it; `home.served` if somebody is. */
  alone(work: LonelyWork): Promise<OperationResult>;
  /** Asks the server of the home, or does it in this process if there is none. */
  operate(name: string, input: JsonValue): Promise<OperationResult>;
}
export type Refused = { readonly ok: false; readonly refusal: OperationRefusal };

/** What the frame knows and a command does not need: where an outcome goes. */
export interface FrameContext extends CommandContext {
  readonly lang: Language;
  readonly configResult: ConfigResult;
  contextFor(config: Config): CliContext;
  finish(outcome: Outcome): void;
  fail(error: unknown): void;
}

export type Target = Command<FrameContext> | RouteMap<FrameContext>;
/** Handed to a command's module. `brief` is the line of the list of commands. */
export interface CommandSetup {
  readonly lang: Language;
  readonly brief: string;
}

export interface CommandDefinition<Flags extends BaseFlags, Args extends BaseArgs> {
  readonly brief: string;
  /** More than the brief says; whole sentences. */
  readonly about?: string;
  /** As it is typed, `parley …`; several lines are several examples. */
  readonly example: string;
  readonly parameters: TypedCommandParameters<Flags, Args, FrameContext>;
  run(context: CliContext, flags: Flags, ...args: Args): Promise<Outcome>;
}

/** Makes a command of the frame. */
export function defineCommand<
  Flags extends Readonly<Partial<Record<keyof Flags, unknown>>> = NonNullable<unknown>,
  Args extends BaseArgs = [],
>(lang: Language, definition: CommandDefinition<Flags, Args>): Command<FrameContext> {
  return buildCommand<Flags, Args, FrameContext>({
    docs: { brief: definition.brief, fullDescription: describe(lang, definition) },
    parameters: definition.parameters,
    async func(flags, ...args) {
      if (!this.configResult.ok) return this.finish(this.configResult);
      try {
        const context = this.contextFor(this.configResult.value);
        this.finish(await definition.run(context, flags, ...args));
      } catch (error) {
        // The frame says what failed, in the reader's language, and chooses the exit code.
        this.fail(error);
      }
    },
  });
}

/** Settings and other words that every command understands, below its own help. */
export function describe(
  lang: Language,
  definition: { readonly brief: string; readonly about?: string; readonly example: string },
): string {
  const texts = frameTexts[lang];
  const globals: readonly (readonly [string, string])[] = [
    ["--home DIR", texts["globals.home"]],
    ["--lang en|ru", texts["globals.lang"]],
    ["--json", texts["globals.json"]],
    ["--SETTING VALUE", texts["globals.setting"]],
  ];
  return [
    definition.about ?? definition.brief,
    "",
    texts["example.title"],
    ...definition.example.split("\n").map((line) => `  ${line}`),
    "",
    texts["globals.title"],
    ...globals.map(([flag, text]) => `  ${flag.padEnd(16)} ${text}`),
    "",
    texts["exit.title"],
    `  ${texts["exit.codes"]}`,
  ].join("\n");
}
