/**
 * One thing that `parley doctor` looked at, and how it is.
 *
 * @module
 */
import type { FillValues } from "@parley/core/vocabulary/words";
import type { FindingCode } from "./texts.ts";

export type FindingLevel = "ok" | "warning" | "problem";

export interface Finding {
  readonly code: FindingCode;
  readonly level: FindingLevel;
  /** What the sentence names. No secret, nothing of a message. */
  readonly values: FillValues;
}

export function ok(code: FindingCode, values: FillValues = {}): Finding {
  return { code, level: "ok", values };
}

export function warning(code: FindingCode, values: FillValues = {}): Finding {
  return { code, level: "warning", values };
}

export function problem(code: FindingCode, values: FillValues = {}): Finding {
  return { code, level: "problem", values };
}
