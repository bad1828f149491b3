/**
 * The checkpoints of a log as its author signed them, in one text: what it said of itself, and when.
 *
 * Only the two lines of the log itself are kept, so that nothing in the text is unproven.
 * Spec: spec/record.md §3.
 *
 * @module
 */
import { type Checkpoint, parseSignedCheckpoint } from "../log/checkpoint.ts";
import { formatNote, parseNote } from "../log/note.ts";
import { accept, type Result, refuse } from "../result.ts";
import { recordsPerFileMax } from "./export-index.ts";

/** UTF-16 code units: a checkpoint has some 3.5 KB, and 1,000 of names. */
export const checkpointListLengthMax = recordsPerFileMax * 8_192;

export type ListedCheckpoint = { readonly checkpoint: Checkpoint; readonly note: string };

export type CheckpointListRefusal = "log.bad-note" | "log.bad-checkpoint";

const header = "parley/checkpoints@v1";
/** Origin, size, root, an empty line, two signatures; an empty line before. */
const rowsPerCheckpoint = 7;

/** A note with the lines of its log alone: those of mirrors are kept as receipts. */
export function ownNoteOf(note: string): Result<string, CheckpointListRefusal> {
  const parsed = parseNote(note);
  if (!parsed.ok) return parsed;
  const { text, signatures } = parsed.value;
  const origin = text.slice(0, text.indexOf("\n"));
  const own = signatures.filter(({ name }) => name === origin);
  if (own.length !== 2) return refuse("log.bad-checkpoint", "not two lines of its log");
  return accept(formatNote({ text, signatures: own }));
}

/** @param notes - As {@link ownNoteOf} makes them, in order of size. */
export function formatCheckpointList(origin: string, notes: readonly string[]): string {
  return `${header}\n${origin}\n${notes.map((note) => `\n${note}`).join("")}`;
}

/**
 * Reads the form: whether the checkpoints are good is to be verified.
 *
 * @returns `log.bad-checkpoint` if it is not what {@link formatCheckpointList} writes for this log.
 */
export function parseCheckpointList(
  text: string,
  origin: string,
): Result<readonly ListedCheckpoint[], CheckpointListRefusal> {
  if (text.length > checkpointListLengthMax || !text.endsWith("\n")) {
    return refuse("log.bad-checkpoint", "longer than a list may be, or cut off");
  }
  const [first, second, ...rows] = text.slice(0, -1).split("\n");
  if (first !== header || second !== origin) {
    return refuse("log.bad-checkpoint", "not the checkpoints of this log");
  }
  const count = rows.length / rowsPerCheckpoint;
  if (!Number.isInteger(count) || count > recordsPerFileMax) {
    return refuse("log.bad-checkpoint", "not whole checkpoints, or too many");
  }
  const list: ListedCheckpoint[] = [];
  for (let at = 0; at < rows.length; at += rowsPerCheckpoint) {
    const [empty, ...own] = rows.slice(at, at + rowsPerCheckpoint);
    const note = own.map((row) => `${row}\n`).join("");
    const parsed = parseSignedCheckpoint(note);
    if (!parsed.ok) return parsed;
    const { checkpoint, note: read } = parsed.value;
    const isExact = empty === "" && formatNote(read) === note && read.signatures.length === 2;
    if (!isExact) return refuse("log.bad-checkpoint", "not as a list writes it");
    list.push({ checkpoint, note });
  }
  return accept(list);
}
