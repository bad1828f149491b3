/**
 * A message as a note verbale: in the third person, with the courtesies of the form, unsigned.
 *
 * The courtesies are in the reader's language, what the author wrote in the author's own. The names of
 * the parties stand as they are on the wire.
 *
 * @module
 */
import { kindNameOf, kindOf } from "../kind/kinds.ts";
import { say, sayIfKnown } from "../vocabulary/catalogue.ts";
import { framed, type LegibleContext, type LegibleMessage, legibleBody } from "./legible.ts";
import { formatUtc } from "./utc.ts";
import { escapeLine } from "./visible-text.ts";

/** @returns Lines that end with a line feed each. */
export function noteVerbale(message: LegibleMessage, context: LegibleContext): string {
  const { language, place } = context;
  const { head, control } = message;
  const name = kindNameOf(control.kind);
  const isKnown = kindOf(control.kind)?.by === "desk";
  const act = isKnown ? sayIfKnown(`verbale.act.${name}`, language) : undefined;
  const parties = { author: head.iss, addressee: head.aud };
  const opening = say("verbale.opening", language, {
    ...parties,
    act: act ?? say("verbale.act.other", language),
  });
  const about = [
    ...(control.case === null ? [] : [`${say("control.case", language)}: ${control.case}`]),
    ...(control.answers === null
      ? []
      : [`${say("control.answers", language)}: ${control.answers}`]),
    ...(control.ask === null
      ? []
      : [
          `${say("control.ask", language)}: ${sayIfKnown(`choice.ask.${control.ask}`, language) ?? escapeLine(control.ask)}`,
        ]),
  ];
  const end = `${head.aud}, ${escapeLine(control.to)}\n${formatUtc(head.iat)}`;
  return framed(message, language, [
    say("verbale.title", language).toUpperCase(),
    say("verbale.number", language, { number: place ?? head.jti }),
    opening,
    ...(about.length === 0 ? [] : [about.join("\n")]),
    legibleBody(message, language),
    say("verbale.closing", language, parties),
    end,
  ]);
}
