/**
 * What can be asked of a node: by the command in its own process, or through the control socket.
 *
 * Both ways run the same function on the same input, parsed by the same schema, so that a command
 * does not know, and need not know, whether a server is running.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { faultOf, refuseField } from "@parley/core/kind/field-fault";
import type { JsonObject } from "@parley/core/message/members";
import { type Refusal, type Result, refuse } from "@parley/core/result";
import type { z } from "zod";
import type { RefusalParams } from "../local-refusal.ts";
import type { Actor } from "./actor.ts";
import type { StorageTransaction } from "./storage.ts";

/** How far a long operation is. `what` is a name that the text catalogues have. */
export interface Progress {
  readonly what: string;
  readonly done: number;
  /** Absent while nobody knows. */
  readonly total?: number;
}

/** What whoever asks shows of itself, before anybody has looked at it. */
export interface Caller {
  /** Of a session; null without one. */
  readonly token: string | null;
  /** Of a device from which somebody signed in before. */
  readonly device: string | null;
  /** Where it comes from: `local`, or an address. */
  readonly source: string;
}

export interface OperationContext {
  /** Absent: whoever has the machine. */
  readonly caller?: Caller;
  /** Who it is; set by `guarded` of `people/gate.ts`. Absent: whoever has the machine. */
  readonly actor?: Actor;
  /**
   * Writes into the audit log what this operation does. Called last in the transaction that does it;
   * absent where nobody keeps account.
   */
  record?(tx: StorageTransaction, what: JsonObject): Promise<void>;
  progress(progress: Progress): void;
  /** Aborted when whoever asked has gone. */
  readonly signal: AbortSignal;
}

/** A refusal of an operation; `params` where a sentence for a person names values. */
export type OperationRefusal = Refusal<string> & { readonly params?: RefusalParams };
export type OperationResult =
  | { readonly ok: true; readonly value: JsonValue }
  | { readonly ok: false; readonly refusal: OperationRefusal };

/** One thing that can be asked. Input and output are JSON, because a socket may lie between. */
export interface Operation<Service> {
  readonly input: z.ZodType;
  run(service: Service, input: unknown, context: OperationContext): Promise<OperationResult>;
}

/** By name, `area.verb`. */
export type Operations<Service> = Readonly<Record<string, Operation<Service>>>;

/** Ties the type of the input to its schema. */
export function defineOperation<Service, Schema extends z.ZodType>(
  input: Schema,
  run: (
    service: Service,
    input: z.output<Schema>,
    context: OperationContext,
  ) => Promise<OperationResult>,
): Operation<Service> {
  return {
    input,
    // `runOperation` is the only caller, and hands in what the schema made.
    run: (service, parsed, context) => run(service, parsed as z.output<Schema>, context),
  };
}

/**
 * Parses the input and runs the operation.
 *
 * @returns What the operation returns; or `control.unknown-operation`, `control.bad-input`.
 */
export async function runOperation<Service>(
  operations: Operations<Service>,
  service: Service,
  call: { readonly name: string; readonly input: unknown },
  context: OperationContext,
): Promise<OperationResult> {
  const operation = Object.hasOwn(operations, call.name) ? operations[call.name] : undefined;
  if (operation === undefined) return unknownOperation(call.name);
  const parsed = operation.input.safeParse(call.input);
  if (!parsed.success) return refuseField("control.bad-input", faultOf(parsed.error, call.input));
  return operation.run(service, parsed.data, context);
}

function unknownOperation(name: string): Result<never, "control.unknown-operation"> {
  return refuse("control.unknown-operation", name);
}
