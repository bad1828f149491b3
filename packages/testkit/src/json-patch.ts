/**
 * Changes to a JSON value written as data: the operations `add`, `remove` and `replace` of RFC 6902,
 * with which vectors say how a good document was made bad.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";

export interface JsonPatchOperation {
  readonly op: "add" | "remove" | "replace";
  /** JSON Pointer, RFC 6901. */
  readonly path: string;
  readonly value?: JsonValue;
}

/** @returns A copy of `value` after all operations, in their order. */
export function patchJson(value: JsonValue, operations: readonly JsonPatchOperation[]): JsonValue {
  const copy = structuredClone(value);
  for (const operation of operations) {
    const steps = operation.path.split("/").slice(1).map(unescapeStep);
    const last = steps.pop() ?? "";
    const holder = steps.reduce<unknown>((each, step) => (each as Holder)[step], copy);
    if (Array.isArray(holder)) changeElement(holder, last, operation);
    else changeMember(holder as Holder, last, operation);
  }
  return copy;
}

type Holder = Record<string, unknown>;

function changeElement(holder: unknown[], step: string, change: JsonPatchOperation): void {
  const index = step === "-" ? holder.length : Number(step);
  const added = change.op === "remove" ? [] : [change.value];
  holder.splice(index, change.op === "add" ? 0 : 1, ...added);
}

function changeMember(holder: Holder, name: string, change: JsonPatchOperation): void {
  if (change.op === "remove") delete holder[name];
  else holder[name] = change.value;
}

function unescapeStep(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
