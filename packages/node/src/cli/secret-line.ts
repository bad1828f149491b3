/**
 * A password or a code: from a file that is named, else typed unseen.
 *
 * @module
 */
import { type LocalResult, refuseLocally } from "../local-refusal.ts";
import { readFileIfThere } from "../service/durable-file.ts";
import type { CliContext } from "./command.ts";

const fileBytesMax = 4_096;

/**
 * @param asked - `flag` is what to give where nobody can type; `again` asks twice.
 * @returns The line; `cli.no-such-file`, `cli.cancelled`, `keys.passphrase-mismatch` or `cli.usage`.
 */
export async function readSecretLine(
  { io }: CliContext,
  asked: {
    readonly file: string | undefined;
    readonly flag: string;
    readonly question: string;
    readonly again?: string;
  },
): Promise<LocalResult<string, string>> {
  const { file, flag, question, again } = asked;
  if (file !== undefined) {
    const text = readFileIfThere(file, fileBytesMax);
    if (text === undefined) return refuseLocally("cli.no-such-file", { file, cause: "ENOENT" });
    // Editors end a file with a line feed that nobody typed.
    return { ok: true, value: text.replace(/\r?\n$/, "") };
  }
  if (!io.isInteractive) return refuseLocally("cli.usage", { flag });
  const typed = await io.ask(question, { isSecret: true });
  if (typed === undefined) return refuseLocally("cli.cancelled", {});
  if (again !== undefined && (await io.ask(again, { isSecret: true })) !== typed) {
    return refuseLocally("keys.passphrase-mismatch", {});
  }
  return { ok: true, value: typed };
}
