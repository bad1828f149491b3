/**
 * Properties draw the same examples at each run of the tests, so that CI is no lottery;
 * `PARLEY_SEED=N npm test` draws others. A failure names the seed that it was drawn from.
 *
 * @module
 */
import { fc } from "@fast-check/vitest";

const seedDefault = 20_161_229;

fc.configureGlobal({ seed: Number(process.env["PARLEY_SEED"] ?? seedDefault) });
