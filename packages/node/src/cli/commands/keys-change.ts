/**
 * `parley keys change`, `revoke` and `retire`: new keys for old ones, as planned or after a theft.
 *
 * The home must be at rest, because what a server has signed with the old keys and not yet written
 * would be refused. The authority's key is asked for here and never reaches the node.
 *
 * @module
 */
import { existsSync, rmSync } from "node:fs";
import type { JwsSigner } from "@parley/core/crypto/jws";
import { accept } from "@parley/core/result";
import type { Command } from "@stricli/core";
import { z } from "zod";
import { refuseLocally } from "../../local-refusal.ts";
import { changeKeys, retireTls } from "../../service/key-change.ts";
import type { KeyChangeOrder } from "../../service/key-documents.ts";
import {
  createAuthority,
  desks,
  type KeyKind,
  keyKinds,
  openAuthority,
} from "../../service/key-ring.ts";
import { fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type FrameContext,
  type LonelyWork,
  type Outcome,
} from "../command.ts";
import { asTyped } from "../flags.ts";
import { entriesFlag, placesOf, type TypedEntries } from "../log-places.ts";
import { keysChangeTexts as texts } from "./keys-change-texts.ts";

const changeableKinds = [...keyKinds, "authority"] as const;
type ChangeableKind = (typeof changeableKinds)[number];

const doneSchema = z.object({
  serial: z.int(),
  isOutOfBand: z.boolean(),
  channels: z.array(
    z.object({
      peer: z.string(),
      channel: z.string(),
      notice: z.int().nullable(),
      places: z.array(z.string()),
    }),
  ),
});

type ChangeFlags = { readonly newAuthorityKey?: string };
type RevokeFlags = {
  readonly peer?: string;
  readonly disown?: readonly TypedEntries[];
  readonly barFrom?: readonly TypedEntries[];
};
type Lang = CommandSetup["lang"];

const kindsParameter = (brief: string) =>
  ({
    kind: "array",
    parameter: { parse: kindOf, brief, placeholder: "KIND" },
    minimum: 1,
  }) as const;

export function changeCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<ChangeFlags, ChangeableKind[]>(lang, {
    brief: text.change,
    about: text["change.about"],
    example:
      "parley keys change technical\nparley keys change node log mirror\nparley keys change authority",
    parameters: {
      flags: {
        newAuthorityKey: {
          kind: "parsed",
          parse: asTyped,
          brief: text.newAuthorityKey,
          placeholder: "FILE",
          optional: true,
        },
      },
      positional: kindsParameter(text.kinds),
    },
    async run(context, flags, ...kinds) {
      const own = kinds.filter((kind): kind is KeyKind => kind !== "authority");
      const order = { kinds: own, isStolen: false, flags: {} };
      if (own.length === kinds.length) return change(context, order);
      return withNewAuthority(context, flags.newAuthorityKey, (nextAuthority) =>
        change(context, { ...order, nextAuthority }),
      );
    },
  });
}

export function revokeCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<RevokeFlags, ChangeableKind[]>(lang, {
    brief: text.revoke,
    about: text["revoke.about"],
    example:
      "parley keys revoke technical --disown live/1/17-20\nparley keys revoke node log mirror tls",
    parameters: {
      flags: {
        peer: {
          kind: "parsed",
          parse: asTyped,
          brief: text.peer,
          placeholder: "NAME",
          optional: true,
        },
        disown: entriesFlag(text.disown),
        barFrom: entriesFlag(text.barFrom),
      },
      positional: kindsParameter(text.kinds),
    },
    async run(context, flags, ...kinds) {
      const own = kinds.filter((kind): kind is KeyKind => kind !== "authority");
      if (own.length < kinds.length) return refuseLocally("keys.no-remedy", {});
      return change(context, { kinds: own, isStolen: true, flags });
    },
  });
}

export function retireCommand(lang: Lang): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<NonNullable<unknown>, [kind: "tls"]>(lang, {
    brief: text.retire,
    about: text["retire.about"],
    example: "parley keys retire tls",
    parameters: {
      positional: {
        kind: "tuple",
        parameters: [{ parse: tlsOf, brief: text["retire.kind"], placeholder: "tls" }],
      },
    },
    async run(context) {
      const authority = await openOwnAuthority(context);
      if (!authority.ok) return authority;
      const answer = await context.alone({
        desks: [],
        run: async ({ node, home }) => {
          const order = { authority: authority.value, spoolPath: home.path };
          return asAnswer(await retireTls(node, order));
        },
      });
      return answer.ok ? report(context, answer.value, texts[context.lang].retired) : answer;
    },
  });
}

interface Order {
  readonly kinds: readonly KeyKind[];
  readonly isStolen: boolean;
  readonly flags: RevokeFlags;
  readonly nextAuthority?: readonly JwsSigner[];
}

async function change(context: CliContext, order: Order): Promise<Outcome> {
  const authority = await openOwnAuthority(context);
  if (!authority.ok) return authority;
  const { kinds, isStolen, flags, nextAuthority } = order;
  const run: LonelyWork["run"] = async ({ node, rings, home }) => {
    const placed = placesOf(node, flags);
    if (!placed.ok) return placed;
    const whole: KeyChangeOrder = {
      ...{ kinds, isStolen, rings, authority: authority.value, spoolPath: home.path },
      ...(nextAuthority && { nextAuthority }),
      ...placed.value,
      pinOf: (seed) => context.platform.tlsPinOf(node.party, seed),
    };
    return asAnswer(await changeKeys(node, whole));
  };
  const needed = desks.filter((desk) => kinds.includes(desk));
  const answer = await context.alone({ desks: needed, run });
  if (!answer.ok) return answer;
  const text = texts[context.lang];
  const isOverlapping = kinds.includes("tls") && !isStolen;
  const after = [
    doneSchema.parse(answer.value).isOutOfBand ? text["restart.byHand"] : text.restart,
    ...(isOverlapping ? [text.overlap] : []),
    ...(nextAuthority === undefined ? [] : [text.authority]),
  ];
  return report(context, answer.value, after.join("\n"));
}

/** The file of the next authority is taken away again if nothing came of it. */
async function withNewAuthority(
  context: CliContext,
  path: string | undefined,
  run: (signers: readonly JwsSigner[]) => Promise<Outcome>,
): Promise<Outcome> {
  const file = path ?? `${context.config.authorityKey}.next`;
  if (existsSync(file)) return refuseLocally("keys.exists", { file });
  const passphrase = await context.newPassphrase("authority", undefined);
  if (!passphrase.ok) return passphrase;
  const { primitives: p, stretchCost: cost } = context.platform;
  const made = await createAuthority(p, { path: file, ...(cost && { cost }) }, passphrase.value);
  if (!made.ok) return made;
  let isDone = false;
  try {
    const outcome = await run(made.value);
    isDone = outcome.ok;
    if (!outcome.ok) return outcome;
    const value = { ...outcome.value, authorityKey: file };
    const where = fill(texts[context.lang]["authority.file"], { file });
    return { ok: true, value, text: `${outcome.text}\n${where}` };
  } finally {
    if (!isDone) rmSync(file, { force: true });
  }
}

/** The authority of this home, whose passphrase is asked for. */
export async function openOwnAuthority(context: CliContext) {
  const home = context.openHome();
  if (!home.ok) return home;
  const passphrase = await context.passphrase("authority");
  if (!passphrase.ok) return passphrase;
  const { primitives } = context.platform;
  return openAuthority(primitives, context.config.authorityKey, passphrase.value);
}

/** What the service says, as an answer of an operation: JSON that may be shown. */
function asAnswer(result: Awaited<ReturnType<typeof changeKeys>>) {
  return result.ok ? accept(JSON.parse(JSON.stringify(result.value))) : result;
}

function report(context: CliContext, value: unknown, after: string): Outcome {
  const done = doneSchema.parse(value);
  const text = texts[context.lang];
  const lines = [fill(text.done, { serial: done.serial })];
  for (const { peer, places } of done.channels) {
    const said = done.isOutOfBand ? text["done.byHand"] : text["done.channel"];
    lines.push(fill(said, { peer, places: places.join(", ") }));
  }
  return { ok: true, value: JSON.parse(JSON.stringify(done)), text: [...lines, after].join("\n") };
}

function kindOf(text: string): ChangeableKind {
  const found = changeableKinds.find((each) => each === text);
  if (found === undefined) throw new SyntaxError(changeableKinds.join(", "));
  return found;
}

function tlsOf(text: string): "tls" {
  if (text !== "tls") throw new SyntaxError("tls");
  return text;
}
