/**
 * A field of a form: its schema, the control that enters it, and what it is for.
 *
 * The JSON Schema that is generated from it carries all three, so that a form can be drawn from the
 * schema alone.
 *
 * @module
 */
import { z } from "zod";

// The console's content security policy forbids eval, and to ask for it would be reported.
z.config({ jitless: true });

/** How a person enters a field: the console has one component for each. */
export type FieldControl =
  | "choice"
  | "choices"
  | "paragraph"
  | "paragraphs"
  | "line"
  | "instant"
  | "time-of-day"
  | "number"
  | "person"
  | "marking"
  | "reference"
  | "document"
  | "rows";

/** Call it last: what stands inside `.optional()` or `.nullable()` is not seen from outside. */
export function field<S extends z.ZodType>(
  control: FieldControl,
  description: string,
  schema: S,
): S {
  return schema.meta({ control, description });
}
