/**
 * The form of a witness policy: which witnesses there are and which of them suffice.
 *
 * Read for its form alone, so that both parties have signed one that can be evaluated. Log lines are
 * refused: which logs there are is said by the channel. C2SP tlog-policy at 5ba5ee8.
 *
 * @module
 */

export const witnessesMax = 32;
export const witnessGroupsMax = 32;

const vkeyForm = /^[^+\s]{1,255}\+[0-9a-f]{8}\+[A-Za-z0-9+/]{1,3000}={0,2}$/u;
const addressForm = /^https:\/\/[\x21-\x7e]{1,255}$/;
const noWitness = "none";

/** @returns Whether `text` defines each name before its use and once, and has one quorum. */
export function isWitnessPolicy(text: string): boolean {
  if (!/^[\t\n\x20-\x7e]*$/.test(text) || !text.endsWith("\n")) return false;
  const names = new Set<string>([noWitness]);
  const keys = new Set<string>();
  const members = new Set<string>([noWitness]);
  const counts = { witness: 0, group: 0, quorum: 0 };
  for (const line of text.split("\n")) {
    const [word = "", ...rest] = line.split(/[\t ]+/).filter((part) => part !== "");
    if (word === "" || word.startsWith("#")) continue;
    const isGood =
      (word === "witness" && defineWitness(rest, names, keys)) ||
      (word === "group" && defineGroup(rest, names, members)) ||
      (word === "quorum" && rest.length === 1 && names.has(rest[0] as string));
    if (!isGood) return false;
    counts[word as keyof typeof counts] += 1;
  }
  const { witness, group, quorum } = counts;
  return quorum === 1 && witness <= witnessesMax && group <= witnessGroupsMax;
}

/** `witness <name> <vkey> [<url>]` */
function defineWitness(rest: readonly string[], names: Set<string>, keys: Set<string>): boolean {
  const [name, vkey, address, ...more] = rest;
  if (name === undefined || vkey === undefined || more.length > 0 || names.has(name)) return false;
  if (!vkeyForm.test(vkey) || (address !== undefined && !addressForm.test(address))) return false;
  const publicKey = vkey.slice(vkey.indexOf("+", vkey.indexOf("+") + 1));
  if (keys.has(publicKey)) return false;
  keys.add(publicKey);
  names.add(name);
  return true;
}

/** `group <name> all|any|<k> <name>...`; each name is a member of one group at most. */
function defineGroup(rest: readonly string[], names: Set<string>, members: Set<string>): boolean {
  const [name, rule = "", ...own] = rest;
  if (name === undefined || names.has(name) || own.length === 0) return false;
  const isRule = rule === "all" || rule === "any" || /^[1-9][0-9]?$/.test(rule);
  if (!isRule || Number(rule) > own.length) return false;
  for (const member of own) {
    if (!names.has(member) || members.has(member)) return false;
    members.add(member);
  }
  names.add(name);
  return true;
}
