/**
 * Writes spec/vectors/markings: pairs of markings, and the strictest of both.
 *
 * Run: npx node --conditions=parley-source tools/generate-vectors-marking.ts
 *
 * @module
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type IepPolicy,
  joinMarkings,
  leastMarking,
  type Marking,
  stricterMembers,
} from "@parley/core/kind/marking";

const folder = join(import.meta.dirname, "../spec/vectors/markings");

const policy: IepPolicy = {
  ...{ id: "0224bfdf-ea3a-49c3-96f6-66d908bb1845", name: "TLP-AMBER", iep_version: 2 },
  ...{ start_date: "2022-10-01T00:00:00Z", end_date: "2027-10-01T00:00:00Z", tlp: "amber" },
  ...{ encrypt_in_transit: "may", permitted_actions: "externally-visible-direct-actions" },
  ...{
    affected_party_notifications: "may",
    attribution: "must-not",
    unmodified_resale: "must-not",
  },
};
const marking = (change: Partial<Marking>): Marking => ({ ...leastMarking, ...change });
const bearing = (change: Partial<IepPolicy>) => marking({ iep: { ...policy, ...change } });

const pairs: Readonly<Record<string, readonly [Marking, Marking]>> = {
  "every TLP against the next": [marking({ tlp: "RED" }), marking({ tlp: "AMBER+STRICT" })],
  "AMBER+STRICT is stricter than AMBER": [
    marking({ tlp: "AMBER" }),
    marking({ tlp: "AMBER+STRICT" }),
  ],
  "each member for itself": [
    marking({ tlp: "GREEN", pap: "RED", flags: ["no-third-state"] }),
    marking({ tlp: "AMBER", pap: "GREEN", flags: ["ask-first", "no-court-use"] }),
  ],
  "no PAP is laxer than PAP:CLEAR": [marking({ pap: "CLEAR" }), marking({})],
  "the one policy is kept": [bearing({}), marking({ tlp: "RED" })],
  "one policy in two versions keeps its name": [
    bearing({}),
    bearing({ end_date: null, encrypt_in_transit: "must" }),
  ],
  "two policies bear the name of neither": [
    bearing({ description: "Until the review" }),
    bearing({
      ...{ id: "other", name: "Other", start_date: "2020-01-01T00:00:00Z", tlp: "red" },
      ...{ permitted_actions: "none", attribution: "must", unmodified_resale: "may" },
    }),
  ],
  "a join with a third policy stays a join": [
    bearing({ id: "strictest-of-several", name: "The strictest of several policies" }),
    bearing({}),
  ],
};

const vectors = {
  description:
    "Pairs of markings, the strictest of both, and the members in which each binds to more than the other.",
  pairs: Object.entries(pairs).map(([name, [a, b]]) => ({
    ...{ name, a, b, strictest: joinMarkings(a, b) },
    ...{ aAboveB: stricterMembers(a, b), bAboveA: stricterMembers(b, a) },
  })),
};

mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "strictest.json"), `${JSON.stringify(vectors, null, 1)}\n`);
