/**
 * Goal: what is sealed opens for one key, under one info. Method: everything that can be changed is
 * changed. The published vectors and the interchange with the package's own suite are in
 * tests/conformance/hpke.test.ts.
 */
import { describe, expect, test } from "vitest";
import { Fault } from "../fault.ts";
import { noblePrimitives } from "./crypto-noble.ts";
import { nodePrimitives } from "./crypto-node.ts";
import { hpkeTagBytes, openHpke, sealHpke } from "./hpke.ts";
import { xWingSizes } from "./primitives.ts";

const noble = noblePrimitives(nodePrimitives.random);

describe.each([
  { name: "node to noble", p: nodePrimitives, q: noble },
  { name: "noble to node", p: noble, q: nodePrimitives },
])("$name", ({ p, q }) => {
  const opener = q.opener(new Uint8Array(32).fill(5));
  const info = new Uint8Array(100).fill(1);
  const plaintext = new Uint8Array(32).fill(2);

  async function seal() {
    const sealed = await sealHpke(p, { publicKey: opener.publicKey, info, plaintext });
    if (sealed === undefined) throw new Error("our own key is good");
    return sealed;
  }

  test("[CRY-6] opens for its key and info, each time other octets", async () => {
    const sealed = await seal();
    expect(sealed.enc).toHaveLength(xWingSizes.encBytes);
    expect(sealed.ciphertext).toHaveLength(plaintext.length + hpkeTagBytes);
    expect(await openHpke(q, opener, { ...sealed, info })).toEqual(plaintext);
    const again = await seal();
    expect(again.enc).not.toEqual(sealed.enc);
    expect(again.ciphertext).not.toEqual(sealed.ciphertext);
  });

  test("[CRY-6] opens to nothing if anything differs", async () => {
    const sealed = await seal();
    const other = q.opener(new Uint8Array(32).fill(6));
    for (const [who, what] of [
      [other, { ...sealed, info }],
      [opener, { ...sealed, info: info.subarray(1) }],
      [opener, { ...sealed, info, enc: flip(sealed.enc) }],
      [opener, { ...sealed, info, enc: sealed.enc.subarray(1) }],
      [opener, { ...sealed, info, enc: new Uint8Array(xWingSizes.encBytes) }],
      [opener, { ...sealed, info, ciphertext: flip(sealed.ciphertext) }],
      [opener, { ...sealed, info, ciphertext: sealed.ciphertext.subarray(1) }],
      [opener, { ...sealed, info, ciphertext: new Uint8Array(0) }],
    ] as const) {
      expect(await openHpke(q, who, what)).toBeUndefined();
    }
  });

  test("[CRY-6] seals nothing to a malformed key", async () => {
    for (const publicKey of [new Uint8Array(0), new Uint8Array(1216), flipAll(opener.publicKey)]) {
      expect(await sealHpke(p, { publicKey, info, plaintext })).toBeUndefined();
    }
  });

  test("a token that fails is a fault, not a bad ciphertext", async () => {
    const sealed = await seal();
    const fault = new Fault("token.absent", "pulled out", { retryable: true });
    const broken = { publicKey: opener.publicKey, decapsulate: () => Promise.reject(fault) };
    await expect(openHpke(q, broken, { ...sealed, info })).rejects.toBe(fault);
    const failing = {
      ...q,
      hkdfExtract: () => {
        throw fault;
      },
    };
    await expect(openHpke(failing, opener, { ...sealed, info })).rejects.toBe(fault);
  });
});

function flip(bytes: Uint8Array): Uint8Array {
  return bytes.map((octet, index) => (index === 3 ? octet ^ 1 : octet));
}

/** Coefficients of 4,095 are not reduced modulo 3,329. */
function flipAll(bytes: Uint8Array): Uint8Array {
  return bytes.map((octet, index) => (index < 1184 ? 0xff : octet));
}
