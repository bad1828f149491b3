/**
 * A statement shown to an outsider, tied to the entry in which it was sent: the header names its
 * hash, the leaf holds the header. Nothing of the ciphertext is needed. Spec: spec/record.md §6.
 *
 * @module
 */
import type { Primitives } from "../crypto/primitives.ts";
import { assert } from "../fault.ts";
import type { LogOrigin } from "../log/origin.ts";
import { openShown, parseShown, type ShownMessage } from "../message/present.ts";
import { classOfStatement, verifyStatement } from "../message/statement.ts";
import { keyHolder } from "../party/key-positions.ts";
import type { RefusalCode } from "../refusal-codes.ts";
import type { ChannelKeys } from "./channel-texts.ts";
import { placeRefusal, proven, type RecordResult, refuseAt } from "./export-files.ts";

export interface ShownStatement {
  /** Desk that signed, or `node`. */
  readonly by: string;
  readonly message: ShownMessage;
}

export interface ShownPlace {
  readonly keys: ChannelKeys;
  readonly log: LogOrigin;
  readonly origin: string;
  readonly index: number;
  /** What the header of the entry names. */
  readonly statement: string | null;
  readonly path: string;
}

/**
 * @returns What is shown; or a refusal if it is not the statement of that entry, not signed by a desk
 *   of the log's author, or was not made for this place.
 */
export async function verifyShown(
  p: Primitives,
  text: string,
  place: ShownPlace,
): Promise<RecordResult<ShownStatement>> {
  const { keys, log, origin, index, path } = place;
  const shown = parseShown(text);
  if (!shown.ok) return placeRefusal(path, shown.refusal);
  const { statement } = shown.value;
  const kid = statement.jws.signatures[0]?.header.kid;
  assert(kid !== undefined, "a JWS has a signature");
  const holder = keyHolder(keys.keysOf(log.author), { kid, origin });
  if (holder === undefined || classOfStatement(statement) !== log.class) {
    return refuseAt(path, "jws.wrong-signers", "no key of the author, or of another class");
  }
  const signed = await verifyStatement(p, statement, log.class, holder.keys);
  if (!signed.ok) return placeRefusal(path, signed.refusal);
  const opened = openShown(p, shown.value);
  if (!opened.ok) return placeRefusal(path, opened.refusal);
  if (opened.value.hash !== place.statement) {
    return refuseAt(path, "entry.wrong-hash", "the entry names another statement");
  }
  const misplaced = misplacedAs(opened.value, place);
  if (misplaced !== null) return refuseAt(path, misplaced, "made for another place");
  if (holder.barredFrom !== null && index >= holder.barredFrom) {
    return refuseAt(path, "entry.key-barred", "signed by a key that may sign here no longer");
  }
  return proven({ by: holder.name, message: opened.value });
}

function misplacedAs({ head }: ShownMessage, { keys, log }: ShownPlace): RefusalCode | null {
  if (head.iss !== log.author) return "entry.wrong-issuer";
  if (head.aud !== log.peer) return "entry.wrong-audience";
  if (head.channel !== keys.channel) return "entry.wrong-channel";
  if (head.class !== log.class) return "entry.wrong-class";
  return head.epoch === log.epoch ? null : "entry.wrong-epoch";
}
