/**
 * What a kind of message is, said once: from it come types, validation, JSON Schema, the reference in
 * spec/kinds.md, the keys of every translation and the vectors.
 *
 * A kind judges what a message of it says; whether it may be said now is the case's to judge.
 * Spec: spec/kinds.md.
 *
 * @module
 */
import { z } from "zod";
import { parseItem } from "../item/item.ts";
import type { TrafficClass } from "../log/origin.ts";
import type { BlockName } from "../message/body.ts";
import { type ControlValues, severityMax } from "../message/control.ts";
import type { JsonObject } from "../message/members.ts";
import type { Message } from "../message/message.ts";
import { accept, type Refusal, type Result } from "../result.ts";
import { choices } from "./choices.ts";
import { attachmentsBlock, handlingBlock, itemFiles } from "./common-blocks.ts";
import { faultOf, refuseField, refuseForm } from "./field-fault.ts";
import { deskName, instant, jti } from "./values.ts";

/** Which control values a message of the kind has. `new`: it opens a case, named by its own id. */
export interface ControlRule {
  readonly case: "new" | "required" | "optional" | "none";
  readonly answers: "required" | "optional" | "none";
  readonly ask: "required" | "none";
  readonly clock: "required" | "none";
  readonly to: "desk" | "node";
}

/** A required block must be there and shown; an optional one may be committed and held back. */
export interface BlockRule {
  readonly presence: "required" | "optional";
  readonly schema: z.ZodType;
}

/** `handling` and `attachments` may stand in every kind and are not listed. */
export type KindBlocks = {
  readonly [B in Exclude<BlockName, "handling" | "attachments">]?: BlockRule;
};

export interface KindDefinition {
  readonly name: string;
  readonly version: number;
  /** One sentence: what it is for. */
  readonly summary: string;
  /** Whose keys sign it. */
  readonly by: "desk" | "node";
  /** In which logs it may stand. */
  readonly classes: readonly TrafficClass[];
  readonly control: ControlRule;
  readonly blocks: KindBlocks;
  readonly items: "required" | "optional" | "none";
  /** Valid; for the reference, the vectors and a first look at a form. */
  readonly example: {
    readonly control: Omit<ControlValues, "kind">;
    readonly blocks: { readonly [B in BlockName]?: JsonObject };
  };
}

/** What a message says, its form judged already. */
export interface KindContent {
  readonly jti: string;
  readonly control: ControlValues;
  /** `null`: committed to, and not shown. */
  readonly blocks: { readonly [B in BlockName]?: JsonObject | null };
  /** `isAttached`: the list travels beside the log. */
  readonly items: { readonly count: number; readonly isAttached: boolean };
}

export type KindRefusal = "kind.invalid-body" | "kind.invalid-control";

/** By block name: its fields; null where an optional block is absent or not shown. */
export type KindBody<D extends KindDefinition> = {
  readonly [B in keyof D["blocks"]]: D["blocks"][B] extends { readonly schema: infer S }
    ? D["blocks"][B] extends { readonly presence: "required" }
      ? z.output<S>
      : z.output<S> | null
    : never;
} & {
  readonly handling: z.output<typeof handlingBlock> | null;
  readonly attachments: z.output<typeof attachmentsBlock> | null;
};

export interface Kind<D extends KindDefinition = KindDefinition> {
  readonly definition: D;
  /** As the control value `kind` has it: `inquiry.v1`. */
  readonly value: string;
  readonly by: "desk" | "node";
  readonly classes: readonly TrafficClass[];
  /** Of every block that the kind may have, in block order. */
  readonly schemas: ReadonlyMap<BlockName, BlockRule>;
  readonly controlSchema: z.ZodType;
  /**
   * @returns The fields of its blocks; or `kind.invalid-control` if a control value is not one that
   *   the kind has, `kind.invalid-body` if a block or the item list is not.
   */
  parse(content: KindContent): Result<KindBody<D>, KindRefusal>;
  /** What is wrong with an opened message of this kind, its inline items included; null if nothing. */
  judge(message: Message): Refusal<KindRefusal | "item.invalid"> | null;
}

export function defineKind<const D extends KindDefinition>(definition: D): Kind<D> {
  const value = `${definition.name}.v${definition.version}`;
  const schemas = schemasOf(definition.blocks);
  const controlSchema = controlSchemaOf(value, definition.control);

  function parse(content: KindContent): Result<KindBody<D>, KindRefusal> {
    const control = controlSchema.safeParse(content.control);
    if (!control.success)
      return refuseField("kind.invalid-control", faultOf(control.error, content.control));
    if (definition.control.case === "new" && content.control.case !== content.jti) {
      return refuseForm(
        "kind.invalid-control",
        "case",
        "the kind opens a case, named by its own id",
      );
    }
    if (content.items.count > 0 && definition.items === "none") {
      return refuseForm("kind.invalid-body", "items", "the kind has none");
    }
    if (content.items.count === 0 && definition.items === "required") {
      return refuseForm("kind.invalid-body", "items", "the kind is nothing without them");
    }
    return parseBlocks(content);
  }

  function parseBlocks({ blocks, items }: KindContent): Result<KindBody<D>, KindRefusal> {
    const stray = Object.keys(blocks).find((name) => !schemas.has(name as BlockName));
    if (stray !== undefined)
      return refuseForm("kind.invalid-body", stray, "the kind has no such block");
    const body: Partial<Record<BlockName, unknown>> = {};
    for (const [name, rule] of schemas) {
      const fields = parseBlock(name, rule, blocks[name] ?? null);
      if (!fields.ok) return fields;
      body[name] = fields.value;
    }
    const attachments = body.attachments as z.output<typeof attachmentsBlock> | null;
    if (itemFiles(attachments?.files ?? []) !== (items.isAttached ? 1 : 0)) {
      return refuseForm(
        "kind.invalid-body",
        "attachments.files",
        "not where the item list travels",
      );
    }
    return accept(body as KindBody<D>);
  }

  function judge(message: Message): Refusal<KindRefusal | "item.invalid"> | null {
    const parsed = parse(contentOf(message));
    if (!parsed.ok) return parsed.refusal;
    for (const { item } of message.itemLines ?? []) {
      const read = item === null ? accept(null) : parseItem(item);
      if (!read.ok) return read.refusal;
    }
    return null;
  }

  const { by, classes } = definition;
  return { definition, value, by, classes, schemas, controlSchema, parse, judge };
}

/** What a kind looks at in an opened message. */
export function contentOf({ head, control, blocks, items, itemLines }: Message): KindContent {
  return {
    jti: head.jti,
    control,
    blocks: Object.fromEntries(blocks.map(({ name, value }) => [name, value])),
    items: { count: items.count, isAttached: itemLines === null },
  };
}

/** @param fields - Null if the block is absent or not shown. */
function parseBlock(
  name: BlockName,
  { presence, schema }: BlockRule,
  fields: JsonObject | null,
): Result<unknown, "kind.invalid-body"> {
  if (fields === null) {
    if (presence === "optional") return accept(null);
    return refuseForm("kind.invalid-body", name, "must be there and shown");
  }
  const parsed = schema.safeParse(fields);
  if (parsed.success) return accept(parsed.data);
  return refuseField("kind.invalid-body", faultOf(parsed.error, fields, name));
}

function schemasOf(blocks: KindBlocks): ReadonlyMap<BlockName, BlockRule> {
  const { fact, assessment, ask, legal, notice } = blocks;
  const common = {
    handling: { presence: "optional", schema: handlingBlock },
    attachments: { presence: "optional", schema: attachmentsBlock },
  } as const;
  const rules = Object.entries({ fact, assessment, ask, legal, ...common, notice });
  return new Map(
    rules.flatMap(([name, rule]) => (rule === undefined ? [] : [[name as BlockName, rule]])),
  );
}

function controlSchemaOf(kindValue: string, rule: ControlRule): z.ZodType {
  const reference = { new: jti, required: jti, optional: jti.nullable(), none: z.null() };
  const severity = z.int().min(0).max(severityMax);
  const clock = z.strictObject({ severity, replyBy: instant.nullable() });
  return z.strictObject({
    kind: z.literal(kindValue),
    case: reference[rule.case],
    answers: reference[rule.answers],
    ask: rule.ask === "required" ? z.enum(choices.ask) : z.null(),
    clock: rule.clock === "required" ? clock : z.null(),
    to: rule.to === "node" ? z.literal("node") : deskName,
  });
}
