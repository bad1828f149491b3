/**
 * The flags that every command has, taken from the command line before the command is looked for:
 * `--home`, `--lang`, `--json`, and every setting of `parley.json`.
 *
 * @module
 */
import { type ConfigFlags, type ConfigKey, configKeys, nameIn } from "../config.ts";

export interface CommandLine {
  readonly flags: ConfigFlags;
  readonly isJson: boolean;
  /** The command and its own flags and arguments. */
  readonly rest: readonly string[];
  /** A flag at the end that has no value. */
  readonly withoutValue: string | undefined;
}

const keyByFlag: ReadonlyMap<string, ConfigKey | "home"> = new Map(
  (["home", ...configKeys] as const).map((key) => [nameIn("flag", key), key]),
);

/** Flags may stand before or after the command, as `--home DIR` or `--home=DIR`; after `--`, none. */
export function splitCommandLine(inputs: readonly string[]): CommandLine {
  const flags: Partial<Record<ConfigKey | "home", string>> = {};
  const rest: string[] = [];
  let isJson = false;
  let withoutValue: string | undefined;
  for (let index = 0; index < inputs.length; index += 1) {
    const input = inputs[index] ?? "";
    if (input === "--") {
      rest.push(...inputs.slice(index));
      break;
    }
    const [name = "", ...joined] = input.split("=");
    const key = keyByFlag.get(name);
    if (input === "--json") isJson = true;
    else if (key === undefined) rest.push(input);
    else if (joined.length > 0) flags[key] = joined.join("=");
    else {
      index += 1;
      const value = inputs[index];
      if (value === undefined) withoutValue = name;
      else flags[key] = value;
    }
  }
  return { flags, isJson, rest, withoutValue };
}
