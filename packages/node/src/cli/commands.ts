/**
 * The commands there are. A new one is a module in `commands/` and an entry here; the module is
 * loaded when its command is run, and all of them only for completion.
 *
 * @module
 */
import { buildCommand, buildRouteMap, type RouteMap } from "@stricli/core";
import type { Language } from "../config.ts";
import type { CommandSetup, FrameContext, Target } from "./command.ts";
import { frameTexts } from "./texts.ts";

interface CommandEntry {
  readonly en: string;
  readonly ru: string;
  load(): Promise<(setup: CommandSetup) => Target>;
}

export const commands: Readonly<Record<string, CommandEntry>> = {};

/** @param name - The command that is asked for, whose flags are wanted; the others by their brief. */
export async function buildRoutes(
  lang: Language,
  name: string | undefined,
): Promise<RouteMap<FrameContext>> {
  const routes: Record<string, Target> = {};
  for (const [route, entry] of Object.entries(commands)) {
    const brief = entry[lang];
    routes[route] = route === name ? (await entry.load())({ lang, brief }) : placeholder(brief);
  }
  return buildRouteMap({ routes, docs: { brief: frameTexts[lang].brief } });
}

function placeholder(brief: string): Target {
  return buildCommand<NonNullable<unknown>, [], FrameContext>({
    docs: { brief },
    parameters: {},
    func: () => undefined,
  });
}
