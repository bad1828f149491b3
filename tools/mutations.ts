/**
 * From a JSON Schema and a value that fits it: one change for each constraint, after which it does
 * not fit. What schemas cannot say is added by hand, where the vectors are made.
 *
 * @module
 */
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import type { JsonPatchOperation } from "@parley/testkit/json-patch";

export interface Mutation {
  /** What the change breaks. */
  readonly name: string;
  readonly patch: readonly [JsonPatchOperation];
}

type Schema = { readonly [name: string]: JsonValue };

/** Longer texts would make the vectors large, and show nothing that shorter ones do not. */
const textCharsMax = 5_000;
const elementsMax = 64;

export function mutationsOf(schema: Schema, value: JsonValue): readonly Mutation[] {
  const defs = (schema["$defs"] ?? {}) as Readonly<Record<string, Schema>>;
  return walk(schema, value, { defs, path: "" });
}

interface Place {
  readonly defs: Readonly<Record<string, Schema>>;
  readonly path: string;
}

function walk(given: Schema, value: JsonValue, place: Place): readonly Mutation[] {
  const schema = resolve(given, value, place.defs);
  const { path } = place;
  const notBoolean = path === "" ? [] : [replace("of another type", path, true)];
  if (isObject(value)) return [...notBoolean, ...ofObject(schema, value, place)];
  if (Array.isArray(value)) return [...notBoolean, ...ofArray(schema, value, place)];
  if (typeof value === "string") return [...notBoolean, ...ofString(schema, path)];
  if (typeof value === "number") return [...notBoolean, ...ofNumber(schema, path)];
  return notBoolean;
}

function ofObject(schema: Schema, value: Schema, place: Place): readonly Mutation[] {
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Schema>>;
  const required = (schema["required"] ?? []) as readonly string[];
  const { path } = place;
  return [
    ...required
      .filter((name) => Object.hasOwn(value, name))
      .map((name) => mutation("missing", { op: "remove", path: `${path}/${name}` })),
    mutation("a member too many", { op: "add", path: `${path}/extra`, value: null }),
    ...Object.entries(value).flatMap(([name, member]) =>
      walk(properties[name] ?? {}, member, { ...place, path: `${path}/${name}` }),
    ),
  ];
}

function ofArray(schema: Schema, value: readonly JsonValue[], place: Place): readonly Mutation[] {
  const { path } = place;
  const [first] = value;
  const made: Mutation[] = [];
  const fewest = (schema["minItems"] ?? 0) as number;
  const most = (schema["maxItems"] ?? elementsMax) as number;
  if (fewest > 0) made.push(replace("too few", path, value.slice(0, fewest - 1)));
  if (first === undefined) return made;
  if (most < elementsMax) made.push(replace("too many", path, Array(most + 1).fill(first)));
  if (schema["uniqueItems"] === true) made.push(replace("twice the same", path, [first, first]));
  const prefix = schema["prefixItems"] as readonly Schema[] | undefined;
  const element = prefix?.[0] ?? ((schema["items"] ?? {}) as Schema);
  return [...made, ...walk(element, first, { ...place, path: `${path}/0` })];
}

function ofString(schema: Schema, path: string): readonly Mutation[] {
  if (schema["enum"] !== undefined) return [replace("no code of the list", path, "no-such-code")];
  if (schema["const"] !== undefined) return [replace("another constant", path, "no-such-code")];
  const most = schema["maxLength"] as number | undefined;
  const made = [replace("empty", path, "")];
  if (schema["pattern"] !== undefined) {
    made.push(replace("a control character", path, "a\u0007"));
    made.push(replace("a character that turns the line round", path, "a\u202eb"));
  }
  if (most === undefined || most > textCharsMax) return made;
  return [...made, replace("too long", path, "a".repeat(most + 1))];
}

function ofNumber(schema: Schema, path: string): readonly Mutation[] {
  const least = schema["minimum"] as number | undefined;
  const most = schema["maximum"] as number | undefined;
  return [
    replace("no whole number", path, 0.5),
    ...(least === undefined ? [] : [replace("too small", path, least - 1)]),
    ...(most === undefined || most >= Number.MAX_SAFE_INTEGER
      ? []
      : [replace("too large", path, most + 1)]),
  ];
}

/** Follows references, and of alternatives takes the one that the value has the shape of. */
function resolve(schema: Schema, value: JsonValue, defs: Place["defs"]): Schema {
  const reference = schema["$ref"];
  if (typeof reference === "string") {
    return resolve(defs[reference.replace("#/$defs/", "")] ?? {}, value, defs);
  }
  const alternatives = (schema["anyOf"] ?? schema["oneOf"]) as readonly Schema[] | undefined;
  if (alternatives === undefined) return schema;
  const all = alternatives.map((each) => resolve(each, value, defs));
  return all.find((each) => hasShape(each, value)) ?? {};
}

function hasShape(schema: Schema, value: JsonValue): boolean {
  if (schema["const"] !== undefined) return schema["const"] === value;
  if (value === null) return schema["type"] === "null";
  if (typeof value === "number") return schema["type"] === "integer";
  if (Array.isArray(value)) return schema["type"] === "array";
  if (!isObject(value)) return schema["type"] === typeof value;
  if (schema["type"] !== "object") return false;
  const properties = (schema["properties"] ?? {}) as Readonly<Record<string, Schema>>;
  return Object.entries(value).every(([name, member]) => {
    const property = properties[name];
    return property !== undefined && (property["const"] ?? member) === member;
  });
}

function isObject(value: JsonValue): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function replace(what: string, path: string, value: JsonValue): Mutation {
  return mutation(what, { op: "replace", path, value });
}

function mutation(what: string, operation: JsonPatchOperation): Mutation {
  return { name: `${operation.path}: ${what}`, patch: [operation] };
}
