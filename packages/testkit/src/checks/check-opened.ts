/**
 * Checks of the opened cache: each row is what its entry says, once; and what we refused is refused
 * in our own log, once.
 *
 * @module
 */
import { fromBase64Url, toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { toHex } from "@parley/core/bytes/hex";
import { equalBytes } from "@parley/core/bytes/octets";
import type { Primitives } from "@parley/core/crypto/primitives";
import { openEntry } from "@parley/core/entry/entry";
import { type Message, openStatement } from "@parley/core/message/message";
import { parseStatement } from "@parley/core/message/statement";
import { filesOf } from "@parley/node/service/attached-files";
import { parseKeptMessage, wholeMessage } from "@parley/node/service/kept-message";
import type { Storage } from "@parley/node/service/storage";
import type { OpenedRow } from "@parley/node/service/storage-content";
import { once, type SignedPorts } from "./check-signed.ts";
import type { LogImage } from "./log-image.ts";

const refusalKind = "refusal.v1";

/** Rows and entries of one log, one by one. */
export async function checkOpened(ports: SignedPorts, image: LogImage): Promise<void> {
  const { findings } = ports;
  const { row, opened, entries } = image;
  const isWhole = opened.length === row.openedSize && opened.every((one, at) => one.index === at);
  findings.expect(isWhole, "opened", row.origin, "rows are missing below openedSize");
  const end = row.direction === "own" ? row.size : row.openedSize;
  findings.expect(row.openedSize === end, "opened", row.origin, "an entry of ours without its row");
  findings.expect(
    row.openedSize <= row.size,
    "opened",
    row.origin,
    "opened before it was receipted",
  );
  for (const one of opened) {
    const where = `${row.origin} ${one.index}`;
    const entry = entries[one.index];
    const isOfEntry = entry !== undefined && equalBytes(entry.leafHash, one.leafHash);
    const isPlaced = one.author === row.author && one.class === row.class;
    findings.expect(isOfEntry && isPlaced, "opened", where, "a row of another entry");
    const isAccepted = one.verdict === "accepted";
    const hasMessage = one.message !== null && one.jti !== null && one.contentKey !== null;
    findings.expect(isAccepted === hasMessage, "opened", where, "verdict and message differ");
    if (entry === undefined || one.message === null) continue;
    const about = ["opened", where, toHex(entry.leafHash), rowText(one)];
    const isSame = await once(ports, about, () =>
      saysTheSame(ports.p, row.origin, entry.bytes, one),
    );
    findings.expect(isSame, "opened", where, "the cache says other than the entry");
  }
}

function rowText(row: OpenedRow): string {
  const { jti, kind, case: caseId, desk, iat, message } = row;
  return canonicalJson([jti, kind, caseId, desk, iat, message]);
}

async function saysTheSame(
  p: Primitives,
  origin: string,
  bytes: Uint8Array,
  row: OpenedRow,
): Promise<boolean> {
  if (row.contentKey === null || row.message === null) return false;
  const entry = await openEntry(p, bytes, { contentKey: row.contentKey });
  const statement = entry.ok ? parseStatement(entry.value.statementLine) : undefined;
  if (!entry.ok || !statement?.ok) return false;
  const message = openStatement(p, statement.value, entry.value.lines);
  if (!message.ok) return false;
  const kept = parseKeptMessage(row.message);
  const { head, control } = message.value;
  const isKeptWhole =
    kept.origin === origin &&
    kept.contentKey === toBase64Url(row.contentKey) &&
    textOf(wholeMessage(kept)) === textOf(message.value);
  const isRowRight =
    row.jti === head.jti &&
    row.kind === control.kind &&
    row.case === control.case &&
    row.iat === head.iat;
  return isKeptWhole && isRowRight;
}

function textOf(message: Message): string {
  return canonicalJson(message as unknown as JsonValue);
}

/** No id is accepted twice from one author, and no entry of ours stands twice. */
export function checkDoubled({ findings }: SignedPorts, images: readonly LogImage[]): void {
  const seen = new Map<string, string>();
  for (const { row, opened } of images) {
    for (const one of opened) {
      const where = `${row.origin} ${one.index}`;
      const names = [`${row.author} leaf ${toHex(one.leafHash)}`];
      if (one.verdict === "accepted") names.push(`${row.author} id ${one.jti}`);
      for (const name of names) {
        // A peer may repeat an entry: it is kept and refused.
        if (row.direction === "mirror" && name.includes(" leaf ")) continue;
        const before = seen.get(name);
        findings.expect(before === undefined, "doubled", where, `as ${before}`);
        seen.set(name, where);
      }
    }
  }
}

/** Whatever we refuse is refused in our log once, by its code; and nothing else is. */
export function checkRefusals(
  { findings }: SignedPorts,
  images: readonly LogImage[],
  refusedByFold: (image: LogImage, index: number) => string | undefined,
): void {
  const refused = listRefusals(images);
  for (const image of images.filter(({ row }) => row.direction === "mirror")) {
    for (const one of image.opened) {
      const where = `${image.row.origin} ${one.index}`;
      const isOpen = one.verdict === "accepted";
      const code = isOpen ? refusedByFold(image, one.index) : one.verdict;
      const codes = refused.get(where) ?? [];
      // A fold that stands before this entry does not know yet how it judges it.
      if (isOpen && code === undefined && codes.length === 1) continue;
      const expected = code === undefined || one.kind === refusalKind ? [] : [code];
      const isSame = codes.join() === expected.join();
      findings.expect(isSame, "refusal", where, `refused as [${codes}], not [${expected}]`);
    }
  }
}

/** By place, the codes with which our own logs refuse it. */
function listRefusals(images: readonly LogImage[]): ReadonlyMap<string, readonly string[]> {
  const refused = new Map<string, string[]>();
  const own = images.filter(({ row }) => row.direction === "own");
  for (const { kind, message } of own.flatMap(({ opened }) => opened)) {
    if (kind !== refusalKind || message === null) continue;
    const notice = noticeOf(message);
    const place = `${notice?.["origin"]} ${notice?.["index"]}`;
    refused.set(place, [...(refused.get(place) ?? []), String(notice?.["code"])]);
  }
  return refused;
}

function noticeOf(message: string) {
  return parseKeptMessage(message).message.blocks.find(({ name }) => name === "notice")?.value;
}

/** What an accepted message names is here whole, and is what its name says. */
export async function checkAttachments(
  ports: SignedPorts,
  storage: Storage,
  images: readonly LogImage[],
): Promise<number> {
  const named = images.flatMap(({ row, opened }) =>
    opened.flatMap(({ message, index, channel }) =>
      message === null
        ? []
        : filesOf(parseKeptMessage(message).message).map(({ digest }) => {
            return { where: `${row.origin} ${index}`, key: { channel, digest } };
          }),
    ),
  );
  for (const { where, key } of named) {
    const isWhole = await once(ports, ["attachment", where, key.digest], async () => {
      const row = await storage.read((tx) => tx.attachments.readAttachment(key));
      if (row?.state !== "complete") return false;
      const hasher = ports.p.createSha256();
      const range = { from: 0, to: row.bytesTotal };
      for await (const part of storage.streamAttachment(key, range)) hasher.update(part);
      return equalBytes(hasher.digest(), fromBase64Url(key.digest) ?? new Uint8Array());
    });
    ports.findings.expect(isWhole, "attachment", where, `${key.digest} is not here whole`);
  }
  return named.length;
}
