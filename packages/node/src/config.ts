/**
 * What an operator may set, and the only reader of the environment.
 *
 * A setting comes from a flag, else from the environment (`PARLEY_…`), else from `parley.json` in the
 * home directory, else from the default. A wrong value is refused, never corrected: the refusal names
 * the setting, where it came from and what was found; the text catalogues say what to write instead.
 * Passphrases come from files that a setting names. The address of a database may hold a password:
 * a refusal does not repeat it, and nothing logs it (`publicPlace`).
 *
 * @module
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseStrictJson } from "@parley/core/bytes/canonical-json";
import { z } from "zod";
import { type LocalRefusal, type LocalResult, refuseLocally } from "./local-refusal.ts";
import { isPostgresAddress } from "./postgres-address.ts";

/** Longest `parley.json`, in bytes. */
export const configFileBytesMax = 65_536;
/** How much of a wrong value a refusal repeats, in characters. */
const foundCharactersMax = 80;

export const languages = ["en", "ru"] as const;
export type Language = (typeof languages)[number];
export const logLevels = ["silent", "fatal", "error", "warn", "info", "debug"] as const;

/** Where to listen. Port 0 lets the system choose. */
export type ListenAddress = { readonly host: string; readonly port: number };

const listenAddress = z
  .string()
  .regex(/^(?:\[[0-9a-fA-F:.]+\]|[0-9A-Za-z.-]{1,253}):\d{1,5}$/)
  .transform((text): ListenAddress => {
    const at = text.lastIndexOf(":");
    return { host: text.slice(0, at).replace(/[[\]]/g, ""), port: Number(text.slice(at + 1)) };
  })
  .refine(({ port }) => port <= 65_535);

/** Milliseconds: a number in the file, digits in a flag or the environment. */
const milliseconds = (min: number, max: number) =>
  z
    .union([
      z.int(),
      z
        .string()
        .regex(/^\d{1,9}$/)
        .transform(Number),
    ])
    .pipe(z.int().min(min).max(max));

const path = z.string().min(1).max(4_096);
const address = path.refine((text) => isPostgresAddress(text) && URL.canParse(text));

/** Every setting with what it takes. A path in the file is relative to the home directory. */
const settings = {
  lang: z.enum(languages),
  logLevel: z.enum(logLevels),
  peerListen: listenAddress,
  probeListen: listenAddress,
  storage: address,
  headStore: path.refine((text) => !isPostgresAddress(text) || URL.canParse(text)),
  authorityKey: path,
  passphraseFile: path,
  authorityPassphraseFile: path,
  technicalPassphraseFile: path,
  watchPassphraseFile: path,
  politicalPassphraseFile: path,
  sessionFile: path,
  peerConnectMs: milliseconds(100, 600_000),
  peerAnswerMs: milliseconds(100, 3_600_000),
  pollMs: milliseconds(100, 86_400_000),
  retryMsMax: milliseconds(100, 86_400_000),
  stopMs: milliseconds(0, 600_000),
  leaseMs: milliseconds(1_000, 600_000),
} as const satisfies Record<string, z.ZodType>;

export type ConfigKey = keyof typeof settings;
export const configKeys = Object.keys(settings) as readonly ConfigKey[];

/** The settings in force. Paths are absolute; `undefined` is "not set". */
export interface Config {
  readonly home: string;
  readonly lang: Language;
  readonly logLevel: (typeof logLevels)[number];
  readonly peerListen: ListenAddress;
  /** Where health, readiness and metrics are answered; `undefined`: nowhere. */
  readonly probeListen: ListenAddress | undefined;
  /** Address of the PostgreSQL database; `undefined`: SQLite, in the home directory. */
  readonly storage: string | undefined;
  /**
   * Where the head of each log is kept outside the backup; by default beside the home directory.
   * The address of a PostgreSQL database, where several processes share it.
   */
  readonly headStore: string;
  readonly authorityKey: string;
  /** Opens whatever has no file of its own below. */
  readonly passphraseFile: string | undefined;
  readonly authorityPassphraseFile: string | undefined;
  readonly technicalPassphraseFile: string | undefined;
  readonly watchPassphraseFile: string | undefined;
  readonly politicalPassphraseFile: string | undefined;
  /** Where `parley login` keeps the session of whoever types: by default in their own directory. */
  readonly sessionFile: string;
  readonly peerConnectMs: number;
  readonly peerAnswerMs: number;
  readonly pollMs: number;
  readonly retryMsMax: number;
  /** How long a stop may take before what is still running is cut off. */
  readonly stopMs: number;
  /**
   * On PostgreSQL: for how long a process has a channel to itself without asking again. If it dies,
   * another goes on after so long.
   */
  readonly leaseMs: number;
}

export type ConfigSource = "flag" | "environment" | "file";
export type ConfigCode =
  | "config.bad-value"
  | "config.unknown-key"
  | "config.unreadable-file"
  | "config.not-json";

export type ConfigResult = LocalResult<Config, ConfigCode>;

export type ConfigFlags = Readonly<Partial<Record<ConfigKey | "home", string>>>;
export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's own environment; handed in by whoever wants another. */
// biome-ignore lint/style/noProcessEnv: this module is the one reader of the environment.
export const processEnvironment: Environment = process.env;

/** Reads all sources. Only `home` comes from outside the file, which lies in it. */
export function loadConfig(
  flags: ConfigFlags,
  environment: Environment = processEnvironment,
): ConfigResult {
  const home = resolve(flags.home ?? environment["PARLEY_HOME"] ?? join(homedir(), ".parley"));
  const unknown = unknownVariable(environment);
  if (unknown !== undefined) return unknown;
  const file = readConfigFile(join(home, "parley.json"));
  if (!file.ok) return file;
  const found: Partial<Record<ConfigKey, unknown>> = {};
  for (const key of configKeys) {
    const given = givenFor(key, flags, environment, file.value);
    if (given === undefined) continue;
    const parsed = settings[key].safeParse(given.value);
    if (!parsed.success) return badValue(key, given);
    found[key] = isPath(key, parsed.data)
      ? resolve(given.base ?? home, String(parsed.data))
      : parsed.data;
  }
  return { ok: true, value: { ...defaultsFor(home, environment), ...found } as Config };
}

/** How a setting is called in a source: `peerListen` is `--peer-listen` and `PARLEY_PEER_LISTEN`. */
export function nameIn(source: ConfigSource, key: ConfigKey | "home"): string {
  const words = key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (source === "flag") return `--${words}`;
  if (source === "file") return key;
  return `PARLEY_${words.replaceAll("-", "_").toUpperCase()}`;
}

/** The reader's language before anything else is known: flag, then environment, then English. */
export function languageOf(
  flag: string | undefined,
  environment: Environment = processEnvironment,
): Language {
  const wanted =
    flag ??
    environment["PARLEY_LANG"] ??
    environment["LC_ALL"] ??
    environment["LC_MESSAGES"] ??
    environment["LANG"] ??
    "en";
  return wanted.toLowerCase().startsWith("ru") ? "ru" : "en";
}

type Refused = { readonly ok: false; readonly refusal: LocalRefusal<ConfigCode> };

type Given = {
  readonly value: unknown;
  readonly source: ConfigSource;
  /** What a relative path is relative to; the home directory if absent. */
  readonly base?: string;
};

function givenFor(
  key: ConfigKey,
  flags: ConfigFlags,
  environment: Environment,
  file: Readonly<Record<string, unknown>>,
): Given | undefined {
  const here = process.cwd();
  if (flags[key] !== undefined) return { value: flags[key], source: "flag", base: here };
  const variable = environment[nameIn("environment", key)];
  if (variable !== undefined) return { value: variable, source: "environment", base: here };
  if (Object.hasOwn(file, key)) return { value: file[key], source: "file" };
  return undefined;
}

function defaultsFor(home: string, environment: Environment): Config {
  return {
    home,
    lang: languageOf(undefined, environment),
    logLevel: "info",
    peerListen: { host: "127.0.0.1", port: 7_650 },
    probeListen: undefined,
    storage: undefined,
    headStore: `${home}.heads`,
    authorityKey: join(home, "authority.key"),
    passphraseFile: undefined,
    authorityPassphraseFile: undefined,
    technicalPassphraseFile: undefined,
    watchPassphraseFile: undefined,
    politicalPassphraseFile: undefined,
    sessionFile: defaultSessionFile(home, environment),
    peerConnectMs: 10_000,
    peerAnswerMs: 60_000,
    pollMs: 15_000,
    retryMsMax: 300_000,
    stopMs: 10_000,
    leaseMs: 10_000,
  };
}

/** One for each home, in the directory of whoever types (XDG Base Directory). */
function defaultSessionFile(home: string, environment: Environment): string {
  const own = environment["XDG_CONFIG_HOME"] || join(homedir(), ".config");
  const name = createHash("sha256").update(home).digest("hex").slice(0, 16);
  return join(own, "parley", `session-${name}`);
}

function isPath(key: ConfigKey, value: unknown): boolean {
  if (key === "headStore") return !isPostgresAddress(String(value));
  return settings[key] === path;
}

type ConfigFile = Readonly<Record<string, unknown>>;

function readConfigFile(file: string): LocalResult<ConfigFile, ConfigCode> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown";
    // No file is no setting; before `parley init` there is not even a directory.
    // Of a home that cannot be read, whoever opens it says so: the file is not what is wrong.
    if (code === "ENOENT" || !canList(dirname(file))) return { ok: true, value: {} };
    return refuseLocally("config.unreadable-file", { file, cause: code });
  }
  const json = parseStrictJson(text, { depthMax: 2, bytesMax: configFileBytesMax });
  const parsed = z.record(z.string(), z.unknown()).safeParse(json.ok ? json.value : undefined);
  if (!parsed.success) return refuseLocally("config.not-json", { file });
  const value = parsed.data;
  for (const name of Object.keys(value)) {
    if (!Object.hasOwn(settings, name)) return unknownKey("file", name);
  }
  return { ok: true, value };
}

function canList(directory: string): boolean {
  try {
    readdirSync(directory);
    return true;
  } catch {
    return false;
  }
}

/** A misspelt `PARLEY_…` would otherwise be a setting that silently does nothing. */
function unknownVariable(environment: Environment): Refused | undefined {
  const known = new Set<string>([
    nameIn("environment", "home"),
    ...configKeys.map((key) => nameIn("environment", key)),
  ]);
  const name = Object.keys(environment).find(
    (variable) => variable.startsWith("PARLEY_") && !known.has(variable),
  );
  return name === undefined ? undefined : unknownKey("environment", name);
}

function unknownKey(source: ConfigSource, name: string): Refused {
  const known = configKeys.map((key) => nameIn(source, key)).join(", ");
  return refuseLocally("config.unknown-key", { source, name: name.slice(0, 80), known });
}

function badValue(key: ConfigKey, { source, value }: Given): Refused {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const mayHoldPassword = key === "storage" || key === "headStore";
  const found = mayHoldPassword ? "…" : text.slice(0, foundCharactersMax);
  return refuseLocally("config.bad-value", { key, source, name: nameIn(source, key), found });
}
