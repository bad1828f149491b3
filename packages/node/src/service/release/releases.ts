/**
 * Drafts on their way to the wire: written, cleared, approved and sent by officers, each step kept with
 * its entry in the audit log.
 *
 * A step is taken only from where its officer believed the draft to be: a version, or the hash of what
 * was frozen. A refused step changes nothing. Whether an officer has the role for a step, and sees the
 * draft at all, is decided by who calls.
 *
 * @module
 */
import { toBase64Url } from "@parley/core/bytes/base64";
import { canonicalJson } from "@parley/core/bytes/canonical-json";
import { assert, Fault } from "@parley/core/fault";
import type { AuditActor } from "@parley/core/record/audit-entry";
import {
  foldRelease,
  personsFor,
  type Release,
  type ReleaseRefusal,
  type ReleaseStep,
  takeStep,
  type VoidReason,
} from "@parley/core/release/release";
import { accept, type Result, refuse } from "@parley/core/result";
import { appendAct } from "../audit/audit-log.ts";
import type { Channel } from "../channel.ts";
import { judgeMove, makeDraft, referToFiles, type Said, type SayRefusal } from "../messages.ts";
import type { PartyNode } from "../party-node.ts";
import type { Posted } from "../post.ts";
import type { StorageReader, StorageTransaction } from "../storage.ts";
import { type Page, type PageRequest, pageRowsMax } from "../storage-content.ts";
import {
  type DraftChange,
  type DraftHead,
  type DraftRow,
  draftTextCharsMax,
  stepsPerDraftMax,
} from "../storage-release.ts";
import {
  type Frozen,
  formatFrozen,
  formatSaid,
  parseFrozen,
  parseSaid,
  publishedKeys,
  voidedBy,
} from "./draft-text.ts";

const idBytes = 16;

export interface ReleasePorts {
  readonly node: PartyNode;
  readonly spoolPath: string;
  /** Persons by kind, where this party wants more than the agreement. */
  readonly policy: { readonly [kind: string]: number };
}

/** Who takes a step: the officer's id, or the operator of a party without officers. */
export interface Doer {
  readonly id: string;
  readonly actor: AuditActor;
}

export type DraftRefusal =
  | ReleaseRefusal
  | "draft.moved"
  | "draft.too-long"
  | "draft.too-many-steps"
  | "draft.unknown"
  | "draft.voided";

/** A draft with how far it is. */
export interface Standing {
  readonly draft: DraftRow;
  readonly release: Release;
  readonly steps: readonly ReleaseStep[];
  /** Persons who must sign it, and where that comes from. */
  readonly persons: number;
}

export class Releases {
  readonly #ports: ReleasePorts;

  constructor(ports: ReleasePorts) {
    this.#ports = ports;
  }

  /** Begins a draft; what it says need not be whole yet. */
  async begin(channel: Channel, said: Said, doer: Doer): Promise<Result<DraftRow, DraftRefusal>> {
    const { node } = this.#ports;
    const text = formatSaid(said);
    if (text.length > draftTextCharsMax) return tooLong();
    const at = node.clock.nowSeconds();
    const step: ReleaseStep = { what: "written", by: doer.id, at };
    const draft: DraftRow = {
      ...{ id: toBase64Url(node.primitives.random(idBytes)), channel: channel.id },
      ...{ class: said.class, desk: said.by, kind: said.kind, case: said.case ?? null },
      ...{ phase: "drafted", version: 1, stepCount: 1, approvalHash: null, jti: null },
      ...{ createdAt: at, changedAt: at, text, frozen: null },
    };
    await node.storage.write(async (tx) => {
      await tx.drafts.insertDraft(draft, canonicalJson(step));
      await this.#act(tx, "draft.write", doer.actor, { draft });
    });
    return accept(draft);
  }

  /** @returns The draft and its steps; or `draft.unknown`. */
  async read(id: string): Promise<Result<Standing, "draft.unknown">> {
    const { storage } = this.#ports.node;
    return storage.read((tx) => this.#read(tx, id));
  }

  /**
   * Says it otherwise. Whatever was cleared or approved is void. Class, desk and channel stay.
   *
   * @param version - That the officer changed.
   */
  async write(
    id: string,
    version: number,
    said: Said,
    doer: Doer,
  ): Promise<Result<Standing, DraftRefusal>> {
    const text = formatSaid(said);
    if (text.length > draftTextCharsMax) return tooLong();
    const { kind } = said;
    return this.#move(id, doer, {
      act: "draft.write",
      step: (at) => ({ what: "written", by: doer.id, at }),
      isHere: ({ draft }) => draft.version === version && isSamePlace(draft, said),
      change: () => ({ kind, case: said.case ?? null, text, frozen: null }),
    });
  }

  /**
   * Fixes the payload with its salts: from now on this and nothing else is approved and sent.
   *
   * @returns Also whatever `say` refuses; the draft is then as it was.
   */
  async clear(
    channel: Channel,
    id: string,
    version: number,
    doer: Doer,
  ): Promise<Result<Standing, DraftRefusal | SayRefusal>> {
    const { node } = this.#ports;
    const found = await this.read(id);
    if (!found.ok) return found;
    const said = parseSaid(found.value.draft.text);
    // Asked before anything is made: who may not clear it is told so first.
    const mayBe = takeStep(
      found.value.release,
      { what: "cleared", by: doer.id, at: 0, approvalHash: "" },
      { persons: found.value.persons },
    );
    if (!mayBe.ok) return mayBe;
    const made = await makeDraft(this.#ports, channel, said);
    if (!made.ok) return made;
    const message = await node.post.freeze(channel, made.value.draft);
    if (!message.ok) return message;
    const { files } = made.value;
    const frozen = { message: message.value, files, deskKeys: publishedKeys(channel, said.by) };
    const { approvalHash } = message.value.payload;
    const { jti } = message.value.statement.head;
    return this.#move(id, doer, {
      act: "draft.clear",
      step: (at) => ({ what: "cleared", by: doer.id, at, approvalHash }),
      isHere: ({ draft }) => draft.version === version,
      change: () => ({ frozen: formatFrozen(frozen) }),
      within: (tx) => referToFiles(tx, channel, { draft: message.value, files, jti }),
    });
  }

  /** @param approvalHash - Of what the officer has read. */
  approve(id: string, approvalHash: string, doer: Doer): Promise<Result<Standing, DraftRefusal>> {
    return this.#move(id, doer, {
      act: "draft.approve",
      step: (at) => ({ what: "approved", by: doer.id, at, approvalHash }),
    });
  }

  /** Sends it back to its author: nothing that was signed stands. */
  return(id: string, reason: string, doer: Doer): Promise<Result<Standing, DraftRefusal>> {
    return this.#move(id, doer, {
      act: "draft.return",
      step: (at) => ({ what: "returned", by: doer.id, at, reason }),
    });
  }

  /** Takes back what was approved and is not sent. */
  recall(id: string, reason: string, doer: Doer): Promise<Result<Standing, DraftRefusal>> {
    return this.#move(id, doer, {
      act: "draft.recall",
      step: (at) => ({ what: "recalled", by: doer.id, at, reason }),
    });
  }

  discard(id: string, doer: Doer): Promise<Result<Standing, DraftRefusal>> {
    return this.#move(id, doer, {
      act: "draft.discard",
      step: (at) => ({ what: "discarded", by: doer.id, at }),
    });
  }

  /**
   * Lets what was approved go: at once if the desk's keys are open, else as soon as they are.
   *
   * @returns What became of it: see {@link sendOne}.
   */
  async send(
    channel: Channel,
    id: string,
    approvalHash: string,
    doer: Doer,
  ): Promise<Result<Posted | "awaiting-key", DraftRefusal>> {
    const asked = await this.#move(id, doer, {
      act: "draft.send",
      step: (at) => ({ what: "send", by: doer.id, at, approvalHash }),
    });
    return asked.ok ? this.sendOne(channel, id) : asked;
  }

  /**
   * Sends a draft that waits for it, once, to the letter of what was approved.
   *
   * @returns The message; `awaiting-key` while its desk is locked; or `draft.voided` if agreement, epoch,
   *   desk key or case changed since, which makes it a draft again; `draft.moved` if it does not wait.
   */
  async sendOne(
    channel: Channel,
    id: string,
  ): Promise<Result<Posted | "awaiting-key", "draft.moved" | "draft.unknown" | "draft.voided">> {
    const { node } = this.#ports;
    const found = await this.read(id);
    if (!found.ok) return found;
    const { draft, release } = found.value;
    if (release.phase !== "awaiting-key") return moved();
    assert(draft.frozen !== null, "what is approved was frozen");
    const frozen = parseFrozen(draft.frozen);
    const why = await this.#voided(channel, frozen, parseSaid(draft.text));
    if (why !== null) return this.#void(id, why);
    const sealed = await node.post.seal(channel, frozen.message, {
      within: (tx, { jti }) => this.#noteSent(tx, found.value, jti),
    });
    if (!sealed.ok) {
      if (sealed.refusal.code === "desk.locked") return accept("awaiting-key");
      // The peer's desk is gone, or the epoch moved meanwhile: surroundings, all of them.
      return this.#void(id, sealed.refusal.code === "desk.unknown" ? "agreement" : "epoch");
    }
    try {
      return accept(await node.post.append(sealed.value));
    } catch (cause) {
      if (cause instanceof Fault && cause.code === movedCode) return moved();
      throw cause;
    }
  }

  /** Sends whatever waits for keys that are open now. @returns How many were sent. */
  async sendWaiting(channel: Channel): Promise<number> {
    const { storage } = this.#ports.node;
    const visible = { channels: [channel.id], classes: "all", desks: "all" } as const;
    let sentCount = 0;
    for (let after: string | null = null; ; ) {
      const page: PageRequest = { after, rowsMax: pageRowsMax };
      const { rows, next }: Page<DraftHead> = await storage.read((tx) =>
        tx.drafts.listDrafts({ isOpen: true }, visible, page),
      );
      for (const { id } of rows.filter(({ phase }) => phase === "awaiting-key")) {
        const sent = await this.sendOne(channel, id);
        if (sent.ok && sent.value !== "awaiting-key") sentCount += 1;
      }
      if (next === null) return sentCount;
      after = next;
    }
  }

  async #voided(channel: Channel, frozen: Frozen, said: Said): Promise<VoidReason | null> {
    const { node } = this.#ports;
    const filter = { channel: channel.id, class: said.class, author: channel.me };
    const logs = await node.storage.read((tx) => tx.logs.listLogs(filter));
    const why = voidedBy(frozen, channel, logs.at(-1)?.epoch ?? 0);
    if (why !== null) return why;
    return (await judgeMove(node, channel, said)).ok ? null : "case";
  }

  async #void(id: string, why: VoidReason): Promise<Result<never, "draft.moved" | "draft.voided">> {
    const voided = await this.#move(id, null, {
      act: "draft.void",
      step: (at) => ({ what: "voided", at, why }),
    });
    return voided.ok ? refuse("draft.voided", why) : moved();
  }

  /** In the transaction that appends the message: sent once, or not at all. */
  async #noteSent(tx: StorageTransaction, { draft }: Standing, jti: string): Promise<void> {
    const at = this.#ports.node.clock.nowSeconds();
    const step: ReleaseStep = { what: "sent", at, jti };
    const change = { phase: "sent", jti, changedAt: at } as const;
    if (await tx.drafts.moveDraft(draft.id, draft.stepCount, change, canonicalJson(step))) return;
    throw new Fault(movedCode, `the draft ${draft.id} moved`, { retryable: false });
  }

  async #move(
    id: string,
    doer: Doer | null,
    move: {
      readonly act: string;
      step(at: number): ReleaseStep;
      /** Whether the draft is still where the officer believed it to be. */
      isHere?(standing: Standing): boolean;
      change?(): DraftChange;
      within?(tx: StorageTransaction): Promise<void>;
    },
  ): Promise<Result<Standing, DraftRefusal>> {
    const { storage, clock } = this.#ports.node;
    return storage.write(async (tx): Promise<Result<Standing, DraftRefusal>> => {
      const found = await this.#read(tx, id);
      if (!found.ok) return found;
      const { draft, release, steps, persons } = found.value;
      if (move.isHere?.(found.value) === false) return moved();
      if (draft.stepCount >= stepsPerDraftMax) {
        return refuse("draft.too-many-steps", `more than ${stepsPerDraftMax}`);
      }
      const at = clock.nowSeconds();
      const step = move.step(at);
      const taken = takeStep(release, step, { persons });
      if (!taken.ok) return taken;
      const { phase, version, approvalHash } = taken.value;
      const frozen = approvalHash === null ? { frozen: null } : {};
      const change = { phase, version, approvalHash, changedAt: at, ...frozen, ...move.change?.() };
      const isMoved = await tx.drafts.moveDraft(id, draft.stepCount, change, canonicalJson(step));
      assert(isMoved, "read in the same transaction");
      await move.within?.(tx);
      const next = { ...draft, ...change, stepCount: draft.stepCount + 1 };
      if (doer !== null) await this.#act(tx, move.act, doer.actor, { draft: next });
      return accept({ draft: next, release: taken.value, steps: [...steps, step], persons });
    });
  }

  async #read(tx: StorageReader, id: string): Promise<Result<Standing, "draft.unknown">> {
    const draft = await tx.drafts.readDraft(id);
    const channel = draft && this.#ports.node.channels.byId(draft.channel);
    if (draft === undefined || channel === undefined)
      return refuse("draft.unknown", "no such draft");
    const steps = (await tx.drafts.listSteps(id)).map((text) => JSON.parse(text) as ReleaseStep);
    const persons = personsFor(channel.agreement, draft.kind, this.#ports.policy);
    return accept({ draft, steps, persons, release: foldRelease(steps, { persons }) });
  }

  /** Never what the draft says. */
  async #act(
    tx: StorageTransaction,
    act: string,
    by: AuditActor,
    { draft }: { readonly draft: DraftRow },
  ): Promise<void> {
    const { primitives: p, clock } = this.#ports.node;
    const { id, channel, desk, kind, version, approvalHash } = draft;
    const what = { draft: id, channel, class: draft.class, desk, kind, version, approvalHash };
    await appendAct(tx, p, { act, at: clock.nowSeconds(), by, what });
  }
}

const movedCode = "draft.moved";

function isSamePlace({ class: of, desk }: DraftRow, said: Said): boolean {
  return of === said.class && desk === said.by;
}

function moved() {
  return refuse("draft.moved", "somebody took another step meanwhile");
}

function tooLong() {
  return refuse("draft.too-long", `more than ${draftTextCharsMax} characters`);
}
