/**
 * What a party knows of itself and does not tell: its domains, networks, hosts, people, tools.
 *
 * The operator supplies it, as a file; it never leaves the node. docs/presend.md, "Your lists".
 *
 * @module
 */
import { z } from "zod";
import { parseIpv4, parseIpv6 } from "../item/value-form.ts";
import { faultOf, refuseField } from "../kind/field-fault.ts";
import { form } from "../kind/form-sentences.ts";
import { line } from "../kind/values.ts";
import { accept, type Result } from "../result.ts";
import { type PresendCode, presendCodes } from "./presend-finding.ts";

/** Names of one list. */
export const listNamesMax = 10_000;
/** Characters of a name. */
export const listNameCharsMax = 200;

const names = z.array(line(listNameCharsMax)).max(listNamesMax);

const ownListsSchema = z.strictObject({
  /** `washington.example`: every name below it is a host of one's own, every mailbox a person's. */
  domains: names,
  /** Names and mailboxes of one's own that everybody may know: `www.…`, `watch@…`. */
  publicNames: names,
  /** Networks of one's own, `192.0.2.0/24`; the private ones are known. */
  networks: z
    .array(line(listNameCharsMax).refine(isNetwork, form("not a network such as 192.0.2.0/24")))
    .max(listNamesMax),
  /** Names of hosts that are in no domain. */
  hosts: names,
  /** Names of accounts and of people who are not to be named. */
  users: names,
  tools: names,
  sensors: names,
  /** What else stops a draft here, besides what always does. */
  stopping: z.array(z.enum(presendCodes as [PresendCode, ...PresendCode[]])).max(64),
});

export type OwnLists = Readonly<z.output<typeof ownListsSchema>>;

/** Nothing is listed: what can be found without lists still is. */
export const emptyLists: OwnLists = {
  ...{ domains: [], publicNames: [], networks: [], hosts: [], users: [], tools: [], sensors: [] },
  stopping: [],
};

/** @param value - Members that are absent are empty lists. @returns `presend.bad-lists` for the rest. */
export function parseOwnLists(value: unknown): Result<OwnLists, "presend.bad-lists"> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const parsed = ownListsSchema.safeParse(isObject ? { ...emptyLists, ...value } : value);
  return parsed.success
    ? accept(parsed.data)
    : refuseField("presend.bad-lists", faultOf(parsed.error, value));
}

function isNetwork(text: string): boolean {
  const [address = "", bits = "", ...rest] = text.split("/");
  const length = (parseIpv4(address) ?? parseIpv6(address))?.length;
  if (length === undefined || rest.length > 0) return false;
  return /^\d{1,3}$/.test(bits) && Number(bits) <= 8 * length;
}
