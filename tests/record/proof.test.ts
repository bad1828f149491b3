/**
 * Goal: one entry is proven to a stranger: sent, received, what its owner shows of it, unanswered.
 */

import { toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson, type JsonValue } from "@parley/core/bytes/canonical-json";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { nodePrimitives as p } from "@parley/core/crypto/crypto-node";
import { signCheckpoint } from "@parley/core/log/checkpoint";
import { cosign } from "@parley/core/log/cosignature";
import type { LogOrigin } from "@parley/core/log/origin";
import { leafHash } from "@parley/core/log/tree";
import { controlNames } from "@parley/core/message/control";
import { digestOf } from "@parley/core/message/disclosure";
import { parseShown } from "@parley/core/message/present";
import { signStatement } from "@parley/core/message/statement";
import type { ChannelNotice } from "@parley/core/party/channel-notice";
import { ownNoteOf } from "@parley/core/record/checkpoint-list";
import { parseProof, proofBytesMax } from "@parley/core/record/proof-bundle";
import { verifyShown } from "@parley/core/record/shown-statement";
import { formatTlogProof, parseTlogProof } from "@parley/core/record/tlog-proof";
import { verifyProof } from "@parley/core/record/verify-proof";
import { verifySilence } from "@parley/core/record/verify-silence";
import type { PairedParty } from "@parley/testkit/paired-nodes";
import { must } from "@parley/testkit/sample-message";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Posted } from "../../packages/node/src/service/post.ts";
import { type ProofOrder, proveEntry } from "../../packages/node/src/service/prove.ts";
import { type History, makeHistory } from "./history.ts";

/** A history is two databases and some twenty messages: long on a busy machine. */
const hookMs = 60_000;

let history: History;
beforeAll(async () => {
  history = await makeHistory();
}, hookMs);
afterAll(() => history[Symbol.asyncDispose]());

function prove(
  { node, channel }: PairedParty,
  { jti }: Pick<Posted, "jti">,
  order: Partial<ProofOrder> = {},
) {
  return proveEntry(node, channel, { entry: { jti }, show: [], silentUntil: null, ...order });
}

async function proofOf(...args: Parameters<typeof prove>): Promise<string> {
  return must(await prove(...args)).text;
}

async function codeOf(text: string): Promise<string> {
  const verified = await verifyProof(p, text);
  return verified.ok ? "proven" : verified.refusal.code;
}

type Json = { [name: string]: JsonValue };

function change(text: string, spoil: (json: Json) => void): string {
  const json = JSON.parse(text) as Json;
  spoil(json);
  return `${canonicalJson(json)}\n`;
}

function flips(text: string, countMax: number): readonly string[] {
  const step = Math.max(1, Math.floor(text.length / countMax));
  const spoilt: string[] = [];
  for (let at = 0; at < text.length; at += step) {
    const octet = text.charCodeAt(at);
    // A character that is not ASCII stands in the dash of a signature line.
    const other = octet > 0x7f ? "-" : String.fromCharCode(octet ^ (1 << (at % 7)));
    spoilt.push(text.slice(0, at) + other + text.slice(at + 1));
  }
  return spoilt;
}

describe("that an entry was sent and received", () => {
  test("[REC-12] [REC-13] is proven to anybody, by either party, with nothing of it shown", async () => {
    const { washington, moscow } = history.pair;
    for (const party of [washington, moscow]) {
      const proven = must(await verifyProof(p, await proofOf(party, history.answered)));
      expect(proven).toMatchObject({
        log: { author: "washington.example", peer: "moscow.example", class: "live", epoch: 1 },
        ...{ index: 0, size: 1, shown: null, silence: null },
        receivedAt: 1_480_593_600,
      });
    }
  });

  test("[REC-13] is not proven while no receipt covers it", async () => {
    const { washington } = history.pair;
    const entry = { author: "washington.example", class: "live", epoch: 1, index: 3 } as const;
    const made = await prove(washington, { jti: "" }, { entry });
    expect(made).toMatchObject({ ok: false, refusal: { code: "record.not-received" } });
    const unknown = await prove(washington, { jti: "A".repeat(22) });
    expect(unknown).toMatchObject({ ok: false, refusal: { code: "record.unknown-entry" } });
  });

  test("[REC-13] a note with another line, or the receipt of another size, is refused", async () => {
    const text = await proofOf(history.pair.washington, history.answered);
    const later = await proofOf(history.pair.washington, history.unanswered);
    const entryOf = (json: string) => String((JSON.parse(json) as Json)["entry"]);
    const lastLines = (note: string) => note.trimEnd().split("\n").slice(-2).join("\n");
    const doubled = change(text, (json) => {
      json["entry"] = `${entryOf(text)}${lastLines(entryOf(text))}\n`;
    });
    expect(await codeOf(doubled)).not.toBe("proven");
    const stranger = "— example.org AAAAAAAAAAAA\n";
    const withStranger = change(text, (json) => {
      json["entry"] = `${entryOf(text)}${stranger}`;
    });
    expect(await codeOf(withStranger)).toBe("record.other-file");
    const moved = change(text, (json) => {
      json["entry"] = entryOf(text).replace(lastLines(entryOf(text)), lastLines(entryOf(later)));
    });
    expect(await codeOf(moved)).toBe("log.bad-signature");
    const otherIndex = change(text, (json) => {
      json["entry"] = entryOf(later).replace("index 2", "index 1");
    });
    expect(await codeOf(otherIndex)).toBe("log.bad-proof");
  });
});

describe("what an entry says", () => {
  test("[REC-14] [REC-15] its kind alone can be shown", async () => {
    const text = await proofOf(history.pair.washington, history.answered, { show: ["kind"] });
    const { shown } = must(await verifyProof(p, text));
    expect(shown?.by).toBe("technical");
    expect(shown?.message.control).toEqual({ kind: "inquiry.v1" });
    expect(shown?.message.blocks).toEqual({});
    expect(text).not.toContain("investigate");
    const ask = await proofOf(history.pair.washington, history.answered, { show: ["ask"] });
    const { message } = must(await verifyProof(p, ask)).shown ?? {};
    expect(message).toMatchObject({ control: { ask: "investigate" }, blocks: {} });
  });

  test("[REC-15] all of it can be shown by its author, what was held back included", async () => {
    const { washington, moscow } = history.pair;
    const everything = [
      ...controlNames,
      ...(["fact", "assessment", "ask", "handling"] as const).map(
        (name) => `block.${name}` as const,
      ),
    ];
    const own = await prove(washington, history.answered, { show: everything });
    const { shown } = must(await verifyProof(p, must(own).text));
    expect(Object.keys(shown?.message.control ?? {}).sort()).toEqual([...controlNames].sort());
    expect(shown?.message.blocks.assessment).toMatchObject({ likelihood: "likely" });
    const theirs = await prove(moscow, history.answered, { show: everything });
    expect(theirs).toMatchObject({ ok: false, refusal: { code: "message.not-shown" } });
    const none = await prove(washington, history.answered, { show: ["block.legal"] });
    expect(none).toMatchObject({ ok: false, refusal: { code: "message.not-shown" } });
  });

  test("[REC-14] a statement of another entry, or a disclosure of another, is refused", async () => {
    const { washington, moscow } = history.pair;
    const text = await proofOf(washington, history.answered, { show: ["kind"] });
    const other = await proofOf(washington, history.unanswered, { show: ["kind"] });
    const answer = await proofOf(moscow, history.answer, { show: ["kind"] });
    const statementOf = (json: string) => (JSON.parse(json) as Json)["statement"] ?? null;
    const put = (statement: JsonValue) =>
      change(text, (json) => {
        json["statement"] = statement;
      });
    expect(await codeOf(put(statementOf(other)))).toBe("entry.wrong-hash");
    expect(await codeOf(put(statementOf(answer)))).toBe("jws.wrong-signers");
    const header = (json: string) =>
      /"header":\{[^}]*\}/.exec(String(statementOf(json)))?.[0] ?? "";
    const mixed = String(statementOf(text)).replace(header(text), header(other));
    expect(await codeOf(put(mixed))).toBe("message.bad-disclosure");
  });
});

describe("that a message was not answered", () => {
  const hours = 3_600;
  const until = 1_480_593_600 + 30 * 60;

  test("[REC-16] is proven up to a head that the peer stated at that time or later", async () => {
    const { washington } = history.pair;
    const text = await proofOf(washington, history.unanswered, { silentUntil: until });
    const { silence, shown } = must(await verifyProof(p, text));
    expect(shown?.message.control).toEqual({});
    expect(silence).toMatchObject({ until, named: [{ index: 4, kind: "receipt" }] });
    expect(silence?.statedAt).toBeGreaterThanOrEqual(until);
  });

  test("[REC-16] is not proven of one that was answered, nor beyond the last head", async () => {
    const { washington } = history.pair;
    const answered = await prove(washington, history.answered, { silentUntil: until - 28 * 60 });
    expect(answered).toMatchObject({ ok: false, refusal: { code: "record.answered" } });
    const later = await prove(washington, history.unanswered, { silentUntil: until + 24 * hours });
    expect(later).toMatchObject({ ok: false, refusal: { code: "record.no-head" } });
  });

  test("[REC-16] what is left out, or put in, or claimed for later, is refused", async () => {
    const { washington } = history.pair;
    const text = await proofOf(washington, history.unanswered, { silentUntil: until });
    type Silence = { entries: Json[]; prefix: JsonValue[]; until: number };
    const spoil = (work: (silence: Silence) => void) =>
      codeOf(change(text, (json) => work(json["silence"] as unknown as Silence)));
    const spoilt = {
      lastLeftOut: await spoil((silence) => silence.entries.pop()),
      firstLeftOut: await spoil((silence) => silence.entries.shift()),
      swapped: await spoil((silence) => silence.entries.reverse()),
      prefixLeftOut: await spoil((silence) => silence.prefix.pop()),
      claimedLater: await spoil((silence) => {
        silence.until += 24 * hours;
      }),
      claimedEarlier: await spoil((silence) => {
        silence.until = 1_480_593_600;
      }),
      answersHidden: await spoil((silence) => {
        for (const one of silence.entries) {
          one["statement"] = String(one["statement"]).replace(/"[\w-]+"(?=\]\})/, "");
        }
      }),
    };
    expect(Object.entries(spoilt).filter(([, code]) => code === "proven")).toEqual([]);
    expect(spoilt.claimedLater).toBe("record.no-head");
  });
});

describe("a proof that its maker composed to deceive", () => {
  /** Silence on the answered inquiry: Moscow's receipt and answer, shown as far as told. */
  async function deceive(show: ProofOrder["show"]): Promise<string> {
    const { washington } = history.pair;
    const { node, channel } = washington;
    const text = await proofOf(washington, history.answered, { show: ["kind"] });
    const entries: JsonValue[] = [];
    for (const index of [0, 1]) {
      const entry = { author: "moscow.example", class: "live", epoch: 1, index } as const;
      const one = await proofOf(washington, { jti: "" }, { entry, show });
      const { entry: proof, statement } = JSON.parse(one) as Json;
      const sealed = must(parseTlogProof(String(proof))).extra ?? new Uint8Array();
      entries.push({ entry: toBase64Url(sealed), statement: statement ?? null });
    }
    const log = (await node.listLogs(channel)).find(
      (one) => one.direction === "mirror" && one.class === "live",
    );
    const row = await node.storage.read((tx) => tx.logs.readCheckpoint(log?.id ?? 0, 2));
    const checkpoint = must(ownNoteOf(row?.note ?? ""));
    const silence = { checkpoint, entries, prefix: [], until: 1_480_593_600 };
    return change(text, (json) => {
      json["silence"] = silence;
    });
  }

  test("[REC-16] an answer among the entries refutes, and one that is not shown proves nothing", async () => {
    expect(await codeOf(await deceive(["answers", "kind"]))).toBe("record.answered");
    expect(await codeOf(await deceive(["answers"]))).toBe("message.not-shown");
    expect(await codeOf(await deceive(["kind"]))).toBe("message.not-shown");
  });

  test("[REC-16] silence before the receipt, and on a message of which nothing is shown, is refused", async () => {
    const text = await deceive(["answers", "kind"]);
    const early = change(text, (json) => {
      (json["silence"] as Json)["until"] = 1_480_593_599;
    });
    expect(await codeOf(early)).toBe("record.no-head");
    const hidden = change(text, (json) => {
      json["statement"] = null;
    });
    expect(await codeOf(hidden)).toBe("record.not-a-proof");
  });

  test("[REC-13] an entry of another channel of the same two parties is refused", async () => {
    const { washington, moscow } = history.pair;
    const text = await proofOf(washington, history.answered);
    const origin = "washington.example/moscow.example/0123456789abcdef/live/1";
    const extra = encodeUtf8("an entry");
    const checkpoint = { origin, size: 1, root: leafHash(p, extra) };
    const signers = washington.node.keys.logSigners(washington.channel.logKeys(origin, 1));
    const mirror = moscow.channel.mirrorOf("washington.example", origin, 1);
    const mirrorSigners = moscow.node.keys.logSigners(mirror.keys);
    if (!signers || !mirrorSigners) throw new Error("keys of both");
    const note = await signCheckpoint(p, { checkpoint, time: 5 }, signers);
    const cosigner = { name: "moscow.example/mirror", signers: mirrorSigners, time: 5 };
    const { lines } = await cosign(p, checkpoint, cosigner);
    const foreign = change(text, (json) => {
      json["entry"] = formatTlogProof({
        ...{ extra, index: 0, hashes: [], checkpoint: `${note}${lines}` },
      });
    });
    expect(await codeOf(foreign)).toBe("log.other-log");
  });

  test("[REC-16] a message that claims to have seen what the peer did not write proves no silence", async () => {
    const { washington } = history.pair;
    const silentUntil = 1_480_593_600 + 30 * 60;
    const text = await proofOf(washington, history.unanswered, { silentUntil });
    const { keys, shown, log, receivedAt } = must(await verifyProof(p, text));
    const { silence } = must(parseProof(text));
    if (shown === null || silence === null) throw new Error("shown, and silent");
    const judge = async (root: string) => {
      const { head } = shown.message;
      const message = { ...shown.message, head: { ...head, seen: { ...head.seen, root } } };
      const subject = { log, receivedAt, shown: { ...shown, message } };
      const verified = await verifySilence(p, silence, keys, subject);
      return verified.ok ? "proven" : verified.refusal.code;
    };
    expect(await judge(shown.message.head.seen.root)).toBe("proven");
    expect(await judge("A".repeat(43))).toBe("log.bad-proof");
  });

  test("[REC-14] a statement that its desk did not sign, or made for another place, is refused", async () => {
    const { washington } = history.pair;
    const text = await proofOf(washington, history.answered, { show: ["kind"] });
    const { keys } = washington.node;
    const statement = must(parseShown(String((JSON.parse(text) as Json)["statement"]))).statement;
    const sign = async (
      payload: Json,
      trafficClass: "live" | "exercise",
      owner: "technical" | "node" = "technical",
    ) => {
      const signers = keys.messageSigners(owner) ?? [];
      const line = await signStatement(canonicalJson(payload), trafficClass, signers);
      return line.replace('[{"', '[{"header":{"disclosures":[]},"');
    };
    const payload = statement.jws.payload as Json;
    const place = { keys: must(await verifyProof(p, text)).keys, index: 0, path: "statement" };
    const log = { author: "washington.example", peer: "moscow.example", class: "live", epoch: 1 };
    const { origin } = must(await verifyProof(p, text));
    const judge = async (shown: string, hash?: string) => {
      const named = hash ?? digestOf(p, must(parseShown(shown)).statement.line);
      const about = { ...place, log: log as unknown as LogOrigin, origin, statement: named };
      const verified = await verifyShown(p, shown, about);
      return verified.ok ? "proven" : verified.refusal.code;
    };
    expect(await judge(await sign(payload, "live"))).toBe("proven");
    expect(await judge(await sign(payload, "live"), "A".repeat(43))).toBe("entry.wrong-hash");
    expect(await judge(await sign(payload, "exercise"))).toBe("jws.wrong-signers");
    const forged = (await sign(payload, "live")).replace(/[A-Za-z](?="\}\]\})/, (last) =>
      last === "A" ? "B" : "A",
    );
    expect(await judge(forged)).not.toBe("proven");
    const elsewhere = [
      [{ iss: "paris.example" }, "entry.wrong-issuer"],
      [{ aud: "paris.example" }, "entry.wrong-audience"],
      [{ channel: "A".repeat(43) }, "entry.wrong-channel"],
      [{ class: "exercise" }, "entry.wrong-class"],
      [{ epoch: 2 }, "entry.wrong-epoch"],
    ] as const;
    for (const [change, code] of elsewhere) {
      expect(await judge(await sign({ ...payload, ...change }, "live"))).toBe(code);
    }
    const barred = {
      ...place.keys,
      keysOf: (party: string) => ({
        ...place.keys.keysOf(party),
        notices: [barring(statement.jws.signatures[0]?.header.kid ?? "", origin)],
      }),
    };
    const shown = await sign(payload, "live");
    const named = digestOf(p, must(parseShown(shown)).statement.line);
    const about = { ...place, keys: barred, log: log as unknown as LogOrigin, origin };
    expect(await verifyShown(p, shown, { ...about, statement: named })).toMatchObject({
      ok: false,
      refusal: { code: "entry.key-barred" },
    });
  });
});

function barring(kid: string, origin: string): ChannelNotice {
  const statements = [{ type: "key-may-not-sign", kid, origin, firstIndex: 0 }];
  return { payload: { statements }, digest: "", text: "" } as unknown as ChannelNotice;
}

describe("a proof that was changed", () => {
  test("[REC-12] any octet of it shows", async () => {
    const text = await proofOf(history.pair.washington, history.unanswered, {
      ...{ show: ["kind", "ask"], silentUntil: 1_480_593_600 + 30 * 60 },
    });
    expect(await codeOf(text)).toBe("proven");
    const passed: number[] = [];
    for (const [at, spoilt] of flips(text, 400).entries()) {
      if ((await codeOf(spoilt)) === "proven") passed.push(at);
    }
    expect(passed).toEqual([]);
  });

  test("[REC-12] what is no proof is refused by its form, and at once if it is too long", async () => {
    for (const text of ["", "{}", "{}\n", "null\n", "\u0000", '{"v":1}\n']) {
      expect(await codeOf(text), text).toBe("record.not-a-proof");
    }
    expect(await codeOf(`"${"x".repeat(proofBytesMax)}"\n`)).toBe("record.not-a-proof");
  });

  test("[REC-1] a party's descriptor of another history is refused", async () => {
    await using other = await makeHistory();
    const text = await proofOf(history.pair.washington, history.answered);
    const foreign = JSON.parse(await proofOf(other.pair.washington, other.answered)) as Json;
    for (const name of ["parties", "agreements", "entry", "channel"]) {
      const mixed = change(text, (json) => {
        json[name] = foreign[name] ?? null;
      });
      expect(await codeOf(mixed), name).not.toBe("proven");
    }
  });
});
