/**
 * The same body by OpenPGP.js: signed and encrypted, written, decrypted and verified, written.
 *
 * Its own defaults, Curve25519 keys and no post-quantum algorithm; no network and no receipt.
 *
 * @module
 */
import { createMessage, decrypt, encrypt, generateKey, readMessage } from "openpgp";
import type { DurableFile } from "./durable-file.ts";

export interface OpenPgp {
  /** @returns Milliseconds a message. */
  run(body: Uint8Array, amount: Amount): Promise<number>;
}

interface Amount {
  readonly count: number;
  /** Messages on their way at the same time. */
  readonly atOnce: number;
}

/** Enough to keep both cores and the disk busy; more made it slower. */
export const openPgpAtOnce = 4;

export async function makeOpenPgp(files: readonly [DurableFile, DurableFile]): Promise<OpenPgp> {
  const [author, reader] = await Promise.all([makeKeys("author"), makeKeys("reader")]);
  const turns = files.map(() => Promise.resolve());
  /** One write of a file at a time, as a program with one file would do it. */
  const store = (side: 0 | 1, octets: Uint8Array) => {
    const written = (turns[side] ?? Promise.resolve()).then(() => files[side].write(octets));
    turns[side] = written;
    return written;
  };
  const pass = async (body: Uint8Array) => {
    const encrypted = await encrypt({
      message: await createMessage({ binary: body }),
      encryptionKeys: reader.publicKey,
      signingKeys: author.privateKey,
      format: "binary",
    });
    await store(0, encrypted);
    const opened = await decrypt({
      message: await readMessage({ binaryMessage: encrypted }),
      decryptionKeys: reader.privateKey,
      verificationKeys: author.publicKey,
      expectSigned: true,
      format: "binary",
    });
    if (opened.data.length !== body.length) throw new Error("OpenPGP.js lost octets");
    await store(1, encrypted);
  };
  return {
    run: async (body, { count, atOnce }) => {
      let begun = 0;
      const startedAt = performance.now();
      const lane = async () => {
        while (begun < count) {
          begun += 1;
          await pass(body);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, lane));
      return (performance.now() - startedAt) / count;
    },
  };
}

function makeKeys(name: string) {
  return generateKey({ userIDs: [{ name }], type: "curve25519", format: "object" });
}
