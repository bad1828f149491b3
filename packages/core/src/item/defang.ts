/**
 * Values as they are shown, so that nobody can click them, and as they are kept.
 *
 * An item holds its value as it is; defanging is for eyes, and what others have defanged is restored
 * when it is imported.
 *
 * @module
 */
import type { Choice } from "../kind/choices.ts";

type ItemKind = Choice<"itemKind">;

/** Kinds whose values a program might turn into something to click or to connect to. */
const reachable: ReadonlySet<ItemKind> = new Set([
  "ipv4-addr",
  "ipv6-addr",
  "domain-name",
  "url",
  "email-addr",
  "other",
]);

/** `198[.]51[.]100[.]7`, `hxxps[:]//a[.]example`, `x[@]a[.]example`, `2001[:]db8[:][:]1`. */
export function defang(value: string, kind: ItemKind): string {
  if (!reachable.has(kind)) return value;
  const colons = kind === "ipv6-addr" ? value.replaceAll(":", "[:]") : value;
  return colons
    .replace(/\bhttp(s?):\/\//gi, (_, s: string) => `hxxp${s}[:]//`)
    .replaceAll("://", "[:]//")
    .replaceAll(".", "[.]")
    .replaceAll("@", "[@]");
}

/** Restores what {@link defang} and the other customs of the trade have made of a value. */
export function refang(value: string): string {
  return value
    .replace(/\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)/gi, ".")
    .replace(/\[@\]|\(@\)|\[at\]|\(at\)/gi, "@")
    .replace(/\[:\/\/\]/g, "://")
    .replace(/\[:\]|\(:\)/g, ":")
    .replace(/\bh(?:xx|\*\*)p(s?):\/\//gi, (_, s: string) => `http${s}://`);
}
