/**
 * HPKE, single shot in base mode, with empty associated data: how an entry's key reaches the peer.
 *
 * X-Wing (KEM 0x647a), HKDF-SHA256 (KDF 0x0001), AES-256-GCM (AEAD 0x0002). Key schedule and framing
 * are those of the `hpke` package; the KEM is run here, beforehand, so that a token or a thread pool
 * that fails stays a fault and is not taken for a bad ciphertext. RFC 9180 §5.1.1, §6.1;
 * draft-ietf-hpke-pq for the KEM.
 *
 * @module
 */
import {
  type AEADFactory,
  CipherSuite,
  type KDFFactory,
  type KEMFactory,
  type Key,
  OpenError,
} from "hpke";
import { Defect } from "../fault.ts";
import { type Opener, type Primitives, seedBytes, xWingSizes } from "./primitives.ts";

export const hpkeIds = { kem: 0x647a, kdf: 0x0001, aead: 0x0002 } as const;

/** Octets that {@link sealHpke} adds to the plaintext, beside `enc`. */
export const hpkeTagBytes = 16;

export interface HpkeSealed {
  readonly enc: Uint8Array;
  readonly ciphertext: Uint8Array;
}

/** What stands where the package expects a key: one encapsulation, already run. */
interface Encapsulation extends Key {
  readonly sharedSecret: Uint8Array;
  readonly enc: Uint8Array;
}

/** @returns Sealed for the holder of `publicKey`; or `undefined` if that key is malformed. */
export async function sealHpke(
  p: Primitives,
  {
    publicKey,
    info,
    plaintext,
  }: {
    readonly publicKey: Uint8Array;
    readonly info: Uint8Array;
    readonly plaintext: Uint8Array;
  },
): Promise<HpkeSealed | undefined> {
  const encapsulated = await p.encapsulate(publicKey);
  if (encapsulated === undefined) return undefined;
  const suite = new CipherSuite(() => encapsulatedKem, hpkeKdf(p), hpkeAead(p));
  const sealed = await suite.Seal(asKey("public", encapsulated), plaintext, { info });
  return { enc: encapsulated.enc, ciphertext: sealed.ciphertext };
}

/** @returns The plaintext; or `undefined` if anything was not sealed for `opener` under `info`. */
export async function openHpke(
  p: Primitives,
  opener: Opener,
  {
    info,
    enc,
    ciphertext,
  }: { readonly info: Uint8Array; readonly enc: Uint8Array; readonly ciphertext: Uint8Array },
): Promise<Uint8Array | undefined> {
  const sharedSecret = await opener.decapsulate(enc);
  if (sharedSecret === undefined) return undefined;
  const suite = new CipherSuite(() => encapsulatedKem, hpkeKdf(p), hpkeAead(p));
  try {
    return await suite.Open(asKey("private", { sharedSecret, enc }), enc, ciphertext, { info });
  } catch (error) {
    if (error instanceof OpenError) return undefined;
    throw error;
  }
}

/** HKDF-SHA256 of the port, as the package wants it. */
export function hpkeKdf(p: Primitives): KDFFactory {
  return () => ({
    id: hpkeIds.kdf,
    type: "KDF",
    name: "HKDF-SHA256",
    Nh: 32,
    stages: 2,
    Extract: async (salt, inputKey) => p.hkdfExtract("SHA-256", salt, inputKey),
    Expand: async (prk, info, lengthBytes) => p.hkdfExpand("SHA-256", prk, info, lengthBytes),
    Derive: unused,
  });
}

/** AES-256-GCM of the port, as the package wants it. */
export function hpkeAead(p: Primitives): AEADFactory {
  return () => ({
    id: hpkeIds.aead,
    type: "AEAD",
    name: "AES-256-GCM",
    Nk: 32,
    Nn: 12,
    Nt: hpkeTagBytes,
    Seal: async (key, nonce, aad, plaintext) => p.sealAead(key, nonce, aad, plaintext),
    Open: async (key, nonce, aad, ciphertext) => {
      const plaintext = p.openAead(key, nonce, aad, ciphertext);
      if (plaintext === undefined) throw new OpenError("not authentic");
      return plaintext;
    },
  });
}

const encapsulatedKem: ReturnType<KEMFactory<Encapsulation>> = {
  id: hpkeIds.kem,
  type: "KEM",
  name: "MLKEM768-X25519",
  Nsecret: xWingSizes.sharedSecretBytes,
  Nenc: xWingSizes.encBytes,
  Npk: xWingSizes.publicKeyBytes,
  Nsk: seedBytes,
  Encap: async ({ sharedSecret, enc }) => ({ shared_secret: sharedSecret, enc }),
  Decap: async (_enc, { sharedSecret }) => sharedSecret,
  DeriveKeyPair: unused,
  GenerateKeyPair: unused,
  SerializePublicKey: unused,
  DeserializePublicKey: unused,
  SerializePrivateKey: unused,
  DeserializePrivateKey: unused,
};

function asKey(
  type: "public" | "private",
  encapsulated: { readonly sharedSecret: Uint8Array; readonly enc: Uint8Array },
): Encapsulation {
  return { ...encapsulated, type, extractable: false, algorithm: { name: encapsulatedKem.name } };
}

function unused(): Promise<never> {
  return Promise.reject(new Defect("single-shot HPKE does not call this"));
}
