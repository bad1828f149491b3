/**
 * `parley keys handover`: the file that a person brings to a peer when the channel cannot carry it; and
 * the last notice in it issued anew, if the peer has refused the one before.
 *
 * @module
 */
import { accept } from "@parley/core/result";
import type { Command } from "@stricli/core";
import { z } from "zod";
import { issueNoticeAnew } from "../../service/notice-anew.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type FrameContext,
} from "../command.ts";
import { asTyped } from "../flags.ts";
import { entriesFlag, placesOf, type TypedEntries } from "../log-places.ts";
import { checkNewFile, writeNewFile } from "../new-file.ts";
import { openOwnAuthority } from "./keys-change.ts";

const texts = bilingual(
  {
    handover: "Write what a peer must import by hand when the channel cannot be relied on",
    "handover.about":
      "Writes your descriptors and what your authority has told this peer by position. A person brings " +
      "the file; the peer's operator types: parley keys import FILE. It holds no secret. If the peer refused the " +
      "last file because it reaches back too far, stop the server and name with --bar-from or --receipts-from " +
      "the places that the refusal gave: the notice is issued anew, signed with the authority's key. Never do so " +
      "after the peer has imported the file: it would refuse every later one.",
    peer: "The peer that it is for",
    out: "The file to be written; it must not be there yet",
    barFrom:
      "Issue the refused notice anew: first entry of your log that the old keys may not sign, such as live/1/17; may be repeated",
    receiptsFrom:
      "Issue the refused notice anew: first entry of the peer's log that your new mirror keys receipt; may be repeated",
    disown: "With the notice issued anew: entries that were not yours; may be repeated",
    handed:
      "Written to {out}. Have it brought to {peer} by a person; they type: parley keys import FILE",
    anew: "Notice {notice} was issued anew, in place of the one that {peer} refused. Destroy the file before it.",
  },
  {
    handover:
      "Записать то, что другая сторона импортирует вручную, если на канал положиться нельзя",
    "handover.about":
      "Пишет ваши дескрипторы и то, что сторона сказала этому собеседнику о местах в журналах. Файл " +
      "приносит человек; там вводят: parley keys import ФАЙЛ. Тайного в нём нет. Если собеседник отклонил прежний " +
      "файл, потому что тот затрагивает уже подтверждённое, остановите сервер и назовите через --bar-from или " +
      "--receipts-from места из отказа: уведомление выпускается заново, за подписью ключа стороны. Не делайте этого, " +
      "если файл уже импортирован: собеседник отклонит все следующие.",
    peer: "Собеседник, которому файл предназначен",
    out: "Файл, который записать; его ещё не должно быть",
    barFrom:
      "Выпустить отклонённое уведомление заново: первая запись вашего журнала, которую прежние ключи не подписывают, например live/1/17; можно повторять",
    receiptsFrom:
      "Выпустить отклонённое уведомление заново: первая запись журнала собеседника, которую подтверждают новые ключи зеркала; можно повторять",
    disown: "Вместе с новым уведомлением: записи, которые не ваши; можно повторять",
    handed:
      "Записано в {out}. Пусть человек доставит его ({peer}); там вводят: parley keys import ФАЙЛ",
    anew: "Уведомление {notice} выпущено заново вместо отклонённого ({peer}). Прежний файл уничтожьте.",
  },
);

interface HandoverFlags {
  readonly peer: string;
  readonly out: string;
  readonly barFrom?: readonly TypedEntries[];
  readonly receiptsFrom?: readonly TypedEntries[];
  readonly disown?: readonly TypedEntries[];
}

export function handoverCommand(lang: CommandSetup["lang"]): Command<FrameContext> {
  const text = texts[lang];
  return defineCommand<HandoverFlags>(lang, {
    brief: text.handover,
    about: text["handover.about"],
    example:
      "parley keys handover --peer moscow.example --out washington.keys\n" +
      "parley keys handover --peer moscow.example --out washington-2.keys --bar-from live/1/17",
    parameters: {
      flags: {
        peer: { kind: "parsed", parse: asTyped, brief: text.peer, placeholder: "NAME" },
        out: { kind: "parsed", parse: asTyped, brief: text.out, placeholder: "FILE" },
        barFrom: entriesFlag(text.barFrom),
        receiptsFrom: entriesFlag(text.receiptsFrom),
        disown: entriesFlag(text.disown),
      },
    },
    async run(context, flags) {
      const { peer, out, barFrom = [], receiptsFrom = [], disown = [] } = flags;
      const isAnew = barFrom.length + receiptsFrom.length + disown.length > 0;
      const anew = isAnew ? await issueAnew(context, flags) : accept({});
      if (!anew.ok) return anew;
      const answer = await context.operate("keys.handover", { peer });
      if (!answer.ok) return answer;
      const { documents } = z.object({ documents: z.array(z.string()) }).parse(answer.value);
      const written = writeNewFile(out, documents.map((line) => `${line}\n`).join(""));
      if (!written.ok) return written;
      const { notice } = z.object({ notice: z.int().optional() }).parse(anew.value);
      const said = texts[context.lang];
      const lines = [
        ...(notice === undefined ? [] : [fill(said.anew, { notice, peer })]),
        fill(said.handed, { peer, out }),
      ];
      const issued = notice === undefined ? {} : { notice };
      const value = { peer, out, documents: documents.length, ...issued };
      return { ok: true, value, text: lines.join("\n") };
    },
  });
}

/** Nothing is issued for a file that could not be written. */
async function issueAnew(context: CliContext, flags: HandoverFlags) {
  const { peer, out } = flags;
  const checked = checkNewFile(out);
  if (!checked.ok) return checked;
  const authority = await openOwnAuthority(context);
  if (!authority.ok) return authority;
  return context.alone({
    desks: [],
    run: async ({ node }) => {
      const placed = placesOf(node, flags);
      if (!placed.ok) return placed;
      const { barFrom, receiptsFrom, disowned } = placed.value;
      const from = new Map([...barFrom, ...receiptsFrom]);
      const done = await issueNoticeAnew(node, {
        ...{ peer, authority: authority.value, from, disowned },
      });
      return done.ok ? accept({ ...done.value }) : done;
    },
  });
}
