/**
 * The token by which a browser or a machine account shows that an officer signed in from it before.
 *
 * It opens nothing: it only keeps its holder out of the lanes that strangers fill (`lanes.ts`). It is
 * a code of authentication over officer, device and enrolment, so that nothing is stored, and all of an
 * officer's tokens end when they enrol again.
 *
 * @module
 */
import { timingSafeEqual } from "node:crypto";
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import type { Primitives } from "@parley/core/crypto/primitives";
import type { OfficerRow } from "../storage-people.ts";

const deviceIdBytes = 16;
const form = /^([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

type Ports = { readonly p: Primitives; readonly key: Uint8Array };

export function makeDeviceToken({ p, key }: Ports, officer: OfficerRow): string {
  const device = toBase64Url(p.random(deviceIdBytes));
  return `${device}.${toBase64Url(macOf({ p, key }, officer, device))}`;
}

/** @returns The id of the device; undefined if the token is not one of this officer. */
export function deviceOf(
  ports: Ports,
  officer: OfficerRow,
  token: string | null,
): string | undefined {
  const [, device = "", macText = ""] = form.exec(token ?? "") ?? [];
  const mac = fromBase64Url(macText);
  if (mac?.length !== 32 || officer.enrolledAt === null) return undefined;
  return timingSafeEqual(mac, macOf(ports, officer, device)) ? device : undefined;
}

/** HKDF-Extract is HMAC-SHA-256 (RFC 5869 §2.2). */
function macOf({ p, key }: Ports, { id, enrolledAt }: OfficerRow, device: string): Uint8Array {
  const about = encodeUtf8(`parley known device v1\n${id}\n${enrolledAt}\n${device}\n`);
  return p.hkdfExtract("SHA-256", key, about);
}
