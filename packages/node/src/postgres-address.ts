/**
 * Addresses of PostgreSQL databases as settings hold them: `postgres://user:password@host:port/name`.
 *
 * @module
 */

export function isPostgresAddress(place: string): boolean {
  return /^postgres(?:ql)?:\/\//.test(place);
}

/** The place as it may stand in a log or on a screen: an address without account and password. */
export function publicPlace(place: string): string {
  if (!isPostgresAddress(place)) return place;
  const url = URL.parse(place);
  return url === null ? "postgres://…" : `postgres://${url.host}${url.pathname}`;
}
