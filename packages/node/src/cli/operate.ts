/**
 * Running an operation wherever the home's one writer is: in the server, or in this process.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { refuseLocally } from "../local-refusal.ts";
import { type Home, lockHome } from "../service/home.ts";
import type { OperationContext, OperationResult } from "../service/operation.ts";
import type { CliContext, LonelyWork, Platform } from "./command.ts";
import { callerOf } from "./session-file.ts";

/** How long a command waits for another that holds the home, in milliseconds. */
const busyMsMax = 10_000;
const againMs = 100;

type OperationCall = { readonly name: string; readonly input: JsonValue };

/** What `main.ts` hands to the commands. */
export interface Wiring {
  readonly platform: Platform;
  /** Asks the server of a home; `undefined` if none listens there. */
  callServer(
    home: Home,
    call: OperationCall,
    context: OperationContext,
  ): Promise<OperationResult | undefined>;
  /** Does it in this process. The caller holds the lock of the home. */
  runHere(
    context: CliContext,
    home: Home,
    call: OperationCall,
    operationContext: OperationContext,
  ): Promise<OperationResult>;
  /** Opens the node for what only one process may do. The caller holds the lock of the home. */
  workAlone(context: CliContext, home: Home, work: LonelyWork): Promise<OperationResult>;
  /** Serves until it is told to stop. The caller holds the lock of the home. */
  serve(context: CliContext, home: Home): Promise<OperationResult>;
}

/**
 * Asks the server; if none listens, takes the lock and does it here; if another command has the
 * lock, waits.
 */
export async function operate(
  wiring: Wiring,
  command: { readonly context: CliContext; readonly home: Home },
  call: OperationCall,
): Promise<OperationResult> {
  const { context, home } = command;
  const operationContext: OperationContext = {
    caller: callerOf(context.config.sessionFile),
    progress: (progress) => context.progress(progress),
    signal: context.signal,
  };
  const giveUpAt = performance.now() + busyMsMax;
  for (;;) {
    const answer = await wiring.callServer(home, call, operationContext);
    if (answer !== undefined) return answer;
    using lock = lockHome(home, 0);
    if (lock !== undefined) return await wiring.runHere(context, home, call, operationContext);
    if (performance.now() > giveUpAt) return refuseLocally("home.busy", { home: home.path });
    await setTimeout(againMs, undefined, { signal: context.signal });
  }
}
