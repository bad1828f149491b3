/**
 * Running an operation wherever the home's one writer is: in the server, or in this process.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { refuseLocally } from "../local-refusal.ts";
import { type Home, lockHome } from "../service/home.ts";
import {
  type OperationContext,
  type OperationResult,
  type Operations,
  runOperation,
} from "../service/operation.ts";
import type { CliContext, Platform } from "./command.ts";

/** How long a command waits for another that holds the home, in milliseconds. */
const busyMsMax = 10_000;
const againMs = 100;

type OperationCall = { readonly name: string; readonly input: JsonValue };

/** What `main.ts` hands to the commands. */
export interface Wiring<Service> {
  readonly platform: Platform;
  readonly operations: Operations<Service>;
  /** Asks the server of a home; `undefined` if none listens there. */
  callServer(
    home: Home,
    call: OperationCall,
    context: OperationContext,
  ): Promise<OperationResult | undefined>;
  /** Opens what this operation works on. The caller holds the lock of the home. */
  openService(context: CliContext, home: Home, name: string): Promise<OpenedService<Service>>;
  /** Serves until it is told to stop. The caller holds the lock of the home. */
  serve(context: CliContext, home: Home): Promise<OperationResult>;
}

export type OpenedService<Service> =
  | { readonly ok: true; readonly value: Service & AsyncDisposable }
  | Extract<OperationResult, { readonly ok: false }>;

/**
 * Asks the server; if none listens, takes the lock and does it here; if another command has the
 * lock, waits.
 */
export async function operate<Service>(
  wiring: Wiring<Service>,
  command: { readonly context: CliContext; readonly home: Home },
  call: OperationCall,
): Promise<OperationResult> {
  const { context, home } = command;
  const operationContext: OperationContext = {
    progress: (progress) => context.progress(progress),
    signal: context.signal,
  };
  const giveUpAt = performance.now() + busyMsMax;
  for (;;) {
    const answer = await wiring.callServer(home, call, operationContext);
    if (answer !== undefined) return answer;
    using lock = lockHome(home, 0);
    if (lock !== undefined) {
      const opened = await wiring.openService(context, home, call.name);
      if (!opened.ok) return opened;
      await using service = opened.value;
      return await runOperation(wiring.operations, service, call, operationContext);
    }
    if (performance.now() > giveUpAt) return refuseLocally("home.busy", { home: home.path });
    await setTimeout(againMs, undefined, { signal: context.signal });
  }
}
