/**
 * An opened message as the opened cache keeps it, and where it is read again.
 *
 * @module
 */
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import type { OpenedMessage } from "@parley/core/entry/open-message";

export function formatKeptMessage(opened: OpenedMessage): string {
  return canonicalJson(opened as JsonValue);
}

/** @param text - That this program wrote: it is not judged again. */
export function parseKeptMessage(text: string): OpenedMessage {
  return JSON.parse(text) as OpenedMessage;
}
