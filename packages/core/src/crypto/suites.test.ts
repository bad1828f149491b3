/** Goal: the table of suites is that of spec/00-overview.md. */
import { expect, test } from "vitest";
import { isSuiteName, suites } from "./suites.ts";

test("[CRY-1] pq1 is Ed25519 and ML-DSA-65, X-Wing and Cobblestone-256, and nothing else is a suite", () => {
  expect(suites).toEqual({
    pq1: { signatures: ["Ed25519", "ML-DSA-65"], kem: "X-Wing", sealing: "Cobblestone-256" },
  });
  expect(isSuiteName("pq1")).toBe(true);
  for (const text of ["", "PQ1", "pq2", "toString", "__proto__"]) {
    expect(isSuiteName(text)).toBe(false);
  }
});
