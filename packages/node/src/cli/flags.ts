/**
 * Parsers of flags that several commands have.
 *
 * @module
 */

/** A whole number within bounds; the error is the command line library's. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,12}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw new RangeError(`${min}–${max}`);
  };
}

/** Any text. */
export function asTyped(text: string): string {
  return text;
}

/** `ROLE=REACH`: whom to reach, and how; both judged with the descriptor they stand in. */
export interface TypedContact {
  readonly role: string;
  readonly reach: string;
}

export function contact(text: string): TypedContact {
  const at = text.indexOf("=");
  if (at < 1) throw new SyntaxError("ROLE=REACH");
  return { role: text.slice(0, at), reach: text.slice(at + 1) };
}
