/**
 * Text of a message as a screen or a sheet may have it: what cannot be seen is written out, so that nothing
 * steers the screen, turns the line round, or passes for a line of ours.
 *
 * @module
 */

/** Control, format (bidirectional marks among them), private and broken characters, line separators. */
const unseen = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** `\u{202e}` for what cannot be seen; tabs as spaces; line feeds stay. */
export function escapeText(text: string): string {
  return text.replaceAll("\t", "    ").replace(unseen, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return character === "\n" ? character : `\\u{${code.toString(16)}}`;
  });
}

/** On one line. */
export function escapeLine(text: string): string {
  return escapeText(text).replaceAll("\n", "\\u{a}");
}

/** Every line behind `prefix`: the second line of a text is never at the margin, as ours are. */
export function indent(text: string, prefix: string): string {
  return text
    .split("\n")
    .map((line) => `${prefix}${line}`.trimEnd())
    .join("\n");
}
