/**
 * Names of parties and of their desks.
 *
 * A party's name is that of a log, of a mirror and of an issuer, so it is ASCII and never changes.
 * spec/keys.md §1.
 *
 * @module
 */
import { z } from "zod";
import { accept, type Result, refuse } from "../result.ts";

/** Where a message goes that a machine answers. It has keys as a desk has, and is none. */
export const nodeName = "node";

export const partyName = z
  .string()
  .regex(/^[a-z0-9.-]{3,63}$/)
  .brand<"PartyName">();
export type PartyName = z.output<typeof partyName>;

export const deskName = z
  .string()
  .regex(/^[a-z0-9-]{1,32}$/)
  .refine((name) => name !== nodeName, { error: "a desk cannot be called node" })
  .brand<"DeskName">();
export type DeskName = z.output<typeof deskName>;

/** @returns The name; or `party.bad-name` if it is not 3 to 63 of `a-z0-9.-`. */
export function parsePartyName(text: string): Result<PartyName, "party.bad-name"> {
  const parsed = partyName.safeParse(text);
  if (parsed.success) return accept(parsed.data);
  return refuse("party.bad-name", "a party's name is 3 to 63 of a-z, 0-9, dot and hyphen");
}

/** @returns The name; or `party.bad-desk-name` if it is not 1 to 32 of `a-z0-9-`, or is `node`. */
export function parseDeskName(text: string): Result<DeskName, "party.bad-desk-name"> {
  const parsed = deskName.safeParse(text);
  if (parsed.success) return accept(parsed.data);
  return refuse("party.bad-desk-name", "a desk's name is 1 to 32 of a-z, 0-9 and -, but not node");
}
