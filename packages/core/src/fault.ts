/**
 * Faults (the environment failed) and defects (we did): the two things that are thrown.
 *
 * @module
 */

/** Disk, network, database or clock failed. `code` is `area.reason`; `retryable` says whether trying again may help. */
export class Fault extends Error {
  readonly code: string;
  readonly retryable: boolean;

  constructor(code: string, detail: string, options: { cause?: unknown; retryable: boolean }) {
    super(detail, { cause: options.cause });
    this.name = "Fault";
    this.code = code;
    this.retryable = options.retryable;
  }
}

/** Something that cannot happen happened. Never caught to go on: the node stops writing. */
export class Defect extends Error {
  constructor(detail: string, options?: { cause?: unknown }) {
    super(detail, options);
    this.name = "Defect";
  }
}

export function assert(condition: unknown, detail: string): asserts condition {
  if (!condition) throw new Defect(detail);
}
