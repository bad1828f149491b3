/**
 * Two parties and the agreement between them, signed by one side or by both.
 *
 * @module
 */

import {
  type Agreement,
  type BindingAgreement,
  parseAgreement,
  requireBoth,
  signAgreement,
} from "@parley/core/agreement/agreement";
import type { AgreementPayload } from "@parley/core/agreement/agreement-schema";
import { defaultAgreement } from "@parley/core/agreement/default-agreement";
import type { Primitives } from "@parley/core/crypto/primitives";
import type { Descriptor } from "@parley/core/party/descriptor";
import { must } from "./sample-message.ts";
import { sampleDescriptor, sampleIssuedAt, sampleParty } from "./sample-party.ts";

/** In order of name. */
export const samplePartyNames = ["moscow.example", "washington.example"] as const;

/** The descriptors of both, in order of name. */
export function sampleDescriptors(p: Primitives): Promise<readonly [Descriptor, Descriptor]> {
  const [first, second] = samplePartyNames;
  return Promise.all([sampleDescriptor(p, first), sampleDescriptor(p, second)]);
}

/** The default agreement of both, version 1. */
export function sampleAgreement(parties: readonly [Descriptor, Descriptor]): AgreementPayload {
  return defaultAgreement({
    parties,
    createdAt: sampleIssuedAt,
    adoptBy: sampleIssuedAt + 30 * 86_400,
  });
}

/** @returns The text after these parties have signed, one after the other. */
export async function signedBy(
  p: Primitives,
  payload: AgreementPayload,
  parties: readonly Descriptor[],
): Promise<Agreement> {
  let document: AgreementPayload | Agreement = payload;
  for (const { payload: own } of parties) {
    const { signers } = sampleParty(p, own.name);
    const now = payload.createdAt;
    const text: string = must(await signAgreement(document, { party: own.name, signers, now }));
    document = must(await parseAgreement(p, text, await sampleDescriptors(p)));
  }
  return document as Agreement;
}

export async function bindingAgreement(
  p: Primitives,
  payload: AgreementPayload,
): Promise<BindingAgreement> {
  return must(requireBoth(await signedBy(p, payload, await sampleDescriptors(p))));
}
