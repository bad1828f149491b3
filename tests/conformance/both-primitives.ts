/**
 * The two implementations of the primitives, to be asked the same questions.
 *
 * @module
 */

import { nobleOpener, noblePrimitives } from "@parley/core/crypto/crypto-noble";
import { nodeOpener, nodePrimitives } from "@parley/core/crypto/crypto-node";

export const bothPrimitives = [
  { name: "node", p: nodePrimitives, openerOf: nodeOpener },
  { name: "noble", p: noblePrimitives(nodePrimitives.random), openerOf: nobleOpener },
] as const;
