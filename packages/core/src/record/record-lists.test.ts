/**
 * Goal: lists of checkpoints and keys have one text, of one log, and say how many they are.
 */
import { expect, test } from "vitest";
import { nodePrimitives as p } from "../crypto/crypto-node.ts";
import { signCheckpoint } from "../log/checkpoint.ts";
import { cosign } from "../log/cosignature.ts";
import { formatCheckpointList, ownNoteOf, parseCheckpointList } from "./checkpoint-list.ts";
import { formatContentKeys, parseContentKeys } from "./content-keys.ts";

const origin = "a.example/b.example/0000000000000000/live/1";
const key = new Uint8Array(32).fill(7);

function signers(seed: number) {
  const of = (octet: number) => new Uint8Array(32).fill(octet);
  return { ed25519: p.signer("Ed25519", of(seed)), mlDsa44: p.signer("ML-DSA-44", of(seed)) };
}

test("[REC-5] a list of checkpoints holds the lines of the log alone, and is read as written", async () => {
  const checkpoint = { origin, size: 3, root: key };
  const note = await signCheckpoint(p, { checkpoint, time: 5 }, signers(1));
  const mirror = { name: "b.example/mirror", signers: signers(2), time: 6 };
  const { lines } = await cosign(p, checkpoint, mirror);
  expect(ownNoteOf(`${note}${lines}`)).toEqual({ ok: true, value: note });
  expect(ownNoteOf(lines).ok).toBe(false);
  const text = formatCheckpointList(origin, [note, note]);
  const parsed = parseCheckpointList(text, origin);
  expect(parsed.ok && parsed.value.map((one) => one.note)).toEqual([note, note]);
  const others = [
    text.replace("@v1", "@v2"),
    text.trimEnd(),
    `${text}\n`,
    text.replace("\n\n", "\n"),
    formatCheckpointList(origin, [`${note}${lines}`]),
  ];
  for (const other of others) expect(parseCheckpointList(other, origin).ok).toBe(false);
  expect(parseCheckpointList(text, origin.replace("live", "link")).ok).toBe(false);
});

test("[REC-8] a list of keys has a line for each entry: a key of 32 octets, or a hyphen", () => {
  const text = formatContentKeys(origin, [key, undefined, key]);
  expect(parseContentKeys(text, origin, 3)).toEqual({ ok: true, value: [key, undefined, key] });
  const line = text.split("\n")[2] ?? "";
  const others = [
    text.replace("\n-\n", "\n\n"),
    text.replace("\n-\n", "\n--\n"),
    text.replace(line, line.slice(1)),
    text.replace(line, `${line}=`),
    text.trimEnd(),
    `${text}\n`,
  ];
  for (const other of others) expect(parseContentKeys(other, origin, 3).ok, other).toBe(false);
  expect(parseContentKeys(text, origin, 2).ok).toBe(false);
  expect(parseContentKeys(text, origin.replace("live", "link"), 3).ok).toBe(false);
});
