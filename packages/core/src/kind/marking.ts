/**
 * A marking: how far a block or an item may be passed on and what may be done with it.
 *
 * TLP 2.0 labels are never translated. PAP and IEP 2.0 may be added, and four flags that neither has
 * (R-42, R-43).
 *
 * @module
 */
import { z } from "zod";
import { choices } from "./choices.ts";
import { field } from "./field.ts";
import { choicesOf, line } from "./values.ts";

const mayOrMustNot = z.enum(["may", "must-not"]);
const utcDate = z
  .string()
  .regex(/^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$/)
  .meta({ description: "RFC 3339, UTC." });

/** FIRST Information Exchange Policy, version 2.0: all of its statements and no others. */
const iepSchema = z
  .strictObject({
    id: line(100),
    name: line(),
    description: line(1_000).optional(),
    iep_version: z.literal(2),
    start_date: utcDate,
    end_date: utcDate.nullable(),
    encrypt_in_transit: z.enum(["must", "may"]),
    permitted_actions: z.enum(choices.use),
    affected_party_notifications: mayOrMustNot,
    tlp: z.enum(["red", "amber", "green", "clear"]),
    attribution: z.enum(["may", "must", "must-not"]),
    unmodified_resale: mayOrMustNot,
    external_reference: line(1_000).optional(),
  })
  .meta({ id: "iep", description: "FIRST Information Exchange Policy 2.0." });

export const markingSchema = z
  .strictObject({
    tlp: field("choice", "Traffic Light Protocol 2.0.", z.enum(choices.tlp)),
    pap: field("choice", "Permissible Actions Protocol, or null.", z.enum(choices.pap).nullable()),
    iep: field("document", "Information Exchange Policy 2.0, or null.", iepSchema.nullable()),
    flags: field("choices", "Flags beyond these.", choicesOf(choices.flag)),
  })
  .meta({ id: "marking", description: "How far this may be passed on and used." });

export type Marking = Readonly<z.output<typeof markingSchema>>;
