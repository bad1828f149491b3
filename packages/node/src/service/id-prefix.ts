/**
 * An id as a person types it: whole, or how it begins.
 *
 * @module
 */

/** Fewer characters would name too many. */
export const idCharactersMin = 4;
export const idCharacters = 22;

export const idPrefixPattern = new RegExp(`^[A-Za-z0-9_-]{${idCharactersMin},${idCharacters}}$`);
