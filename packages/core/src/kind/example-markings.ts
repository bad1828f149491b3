/**
 * Markings of the examples: how far what the kinds' own examples say may be passed on.
 *
 * @module
 */

export const amber = { tlp: "AMBER", pap: null, iep: null, flags: [] };
export const green = { tlp: "GREEN", pap: null, iep: null, flags: [] };
