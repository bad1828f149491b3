/**
 * Writes what follows from the kinds, the items, the words and the refusal codes: spec/schema/, the
 * tables of spec/kinds.md between their markers, spec/refusals.md, spec/words.json, and the vectors of
 * kinds and items.
 *
 * Run: npx node --conditions=parley-source tools/generate-schema.ts. With `--check` nothing is
 * written, and it fails if anything would change.
 *
 * @module
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { findingCodes } from "@parley/core/item/finding";
import { redactableFields } from "@parley/core/item/item";
import { type ChoiceName, choices } from "@parley/core/kind/choices";
import type { ControlRule, Kind } from "@parley/core/kind/define-kind";
import {
  jsonSchemaOfCommonBlock,
  jsonSchemaOfItem,
  jsonSchemaOfKind,
  type JsonSchema as Schema,
} from "@parley/core/kind/json-schema";
import { kinds } from "@parley/core/kind/kinds";
import type { BlockName } from "@parley/core/message/body";
import { refusalCodes } from "@parley/core/refusal-codes";
import { catalogue, say, sayIfKnown } from "@parley/core/vocabulary/catalogue";
import { itemVectors, kindVectors } from "./kind-vectors.ts";
import { repositoryRoot } from "./project-files.ts";

/** Every generated file, by its path from the root of the repository. */
export function generateSchema(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const kind of Object.values(kinds) as unknown as readonly Kind[]) {
    const schema = jsonSchemaOfKind(kind);
    files.set(`spec/schema/${kind.value}.json`, json(schema));
    files.set(`spec/vectors/kinds/${kind.value}.json`, json(kindVectors(kind, schema)));
  }
  const item = jsonSchemaOfItem();
  files.set("spec/schema/item.v1.json", json(item));
  files.set("spec/vectors/items/items.json", json(itemVectors(item)));
  const kindsText = readFileSync(join(repositoryRoot, "spec/kinds.md"), "utf8");
  files.set("spec/kinds.md", withTables(kindsText, item));
  files.set("spec/refusals.md", refusals());
  files.set("spec/words.json", json(wordsOnPaper()));
  return files;
}

/** What a reader needs besides the schemas, in both languages; a refusal has its table. */
function wordsOnPaper(): JsonValue {
  const keys = Object.keys(catalogue) as (keyof typeof catalogue)[];
  const read = keys
    .filter(
      (key) => !/^(refusal|finding|presend|agreement|agreed|difference|report|source)\./.test(key),
    )
    .sort();
  return Object.fromEntries(read.map((key) => [key, { ...catalogue[key] }]));
}

/** Puts each table between its markers; what stands outside of them is written by hand. */
function withTables(text: string, item: Schema): string {
  const tables: Readonly<Record<string, string>> = {
    kinds: kindTables(),
    blocks: commonTables(),
    values: valueTable(item),
    items: fieldTable(schemaAt(item, "$defs", "item"), item),
    redactable: `Fields that may be redacted: ${codes(redactableFields)}.`,
    lists: listTables(),
    findings: findingTable(),
  };
  return Object.entries(tables).reduce((whole, [name, table]) => {
    const [begin, end] = [`<!-- ${name}: generated -->`, `<!-- ${name}: end -->`];
    const [head, rest] = whole.split(begin);
    const tail = rest?.split(end)[1];
    if (head === undefined || tail === undefined) throw new Error(`no markers for ${name}`);
    return `${head}${begin}\n\n${table}\n\n${end}${tail}`;
  }, text);
}

function kindTables(): string {
  const all = Object.values(kinds) as unknown as readonly Kind[];
  return all.map(kindSection).join("\n\n");
}

function kindSection(kind: Kind): string {
  const { value, definition, schemas } = kind;
  const { summary, by, classes, control, items } = definition;
  const schema = jsonSchemaOfKind(kind);
  const title = sayIfKnown(`kind.${definition.name}.title`, "ru") ?? "";
  const own = (["fact", "notice"] as const).filter((name) => schemas.has(name));
  const presence = [...schemas]
    .filter(([name]) => name !== "handling" && name !== "attachments")
    .map(([name, rule]) => `\`${name}\` ${rule.presence}`);
  return [
    `### \`${value}\``,
    `${summary} (${title}.) Signed by the keys of the ${by}; classes ${classes.join(", ")}; items ${items}. Schema: \`schema/${value}.json\`.`,
    `Control values: ${controlWords(control)}. Blocks: ${presence.join(", ")}.`,
    ...own.map((name) => blockTable(name, schema)),
  ].join("\n\n");
}

function controlWords(rule: ControlRule): string {
  const words = {
    new: "its own `jti`",
    required: "required",
    optional: "optional",
    none: "null",
  } as const;
  const to = rule.to === "node" ? "`node`" : "a desk";
  return [
    `\`case\` ${words[rule.case]}`,
    `\`answers\` ${words[rule.answers]}`,
    `\`ask\` ${words[rule.ask]}`,
    `\`clock\` ${words[rule.clock]}`,
    `\`to\` ${to}`,
  ].join(", ");
}

function blockTable(name: BlockName, schema: Schema): string {
  const blocks = schemaAt(schema, "properties", "blocks", "properties", name);
  const alternatives = blocks["oneOf"] as readonly Schema[] | undefined;
  if (alternatives === undefined) return `\`${name}\`:\n\n${fieldTable(blocks, schema)}`;
  return alternatives
    .map((each) => {
      const subject = schemaAt(each, "properties", "subject");
      const says = `\`${name}\` with \`subject\` \`"${String(subject["const"])}"\``;
      return `${says} (${String(subject["description"])}):\n\n${fieldTable(each, schema)}`;
    })
    .join("\n\n");
}

function commonTables(): string {
  const inquiry = jsonSchemaOfKind(kinds.inquiry as unknown as Kind);
  const sections = (["assessment", "ask", "legal"] as const).map((name) => {
    const block = schemaAt(inquiry, "properties", "blocks", "properties", name);
    return `\`${name}\`:\n\n${fieldTable(block, inquiry)}`;
  });
  const lists = { handling: "heldBack", attachments: "files" } as const;
  for (const name of ["handling", "attachments"] as const) {
    const block = jsonSchemaOfCommonBlock(name);
    const rows = schemaAt(block, "properties", lists[name], "items");
    sections.push(`\`${name}\`:`, fieldTable(block, block));
    sections.push(`Each of \`${lists[name]}\`:`, fieldTable(rows, block));
  }
  const marking = schemaAt(inquiry, "$defs", "marking");
  return [...sections, "`marking`:", fieldTable(marking, inquiry)].join("\n\n");
}

/** `marking` is a field of every block and not repeated. */
function fieldTable(schema: Schema, whole: Schema): string {
  const properties = schemaAt(schema, "properties");
  const required = (schema["required"] ?? []) as readonly string[];
  const rows = Object.entries(properties as Readonly<Record<string, Schema>>)
    .filter(([name]) => name !== "marking" || whole["title"] === "item.v1")
    .map(([name, field]) => {
      const presence = required.includes(name) ? "" : "; may be absent";
      const description = String(field["description"] ?? "");
      return `| \`${name}\` | ${typeOf(field, whole)}${presence} | ${description} |`;
    });
  if (rows.length === 0) return "No fields but its marking.";
  return ["| field | value | |", "|---|---|---|", ...rows].join("\n");
}

function typeOf(schema: Schema, whole: Schema): string {
  const alternatives = (schema["anyOf"] ?? schema["oneOf"]) as readonly Schema[] | undefined;
  if (alternatives !== undefined)
    return alternatives.map((each) => typeOf(each, whole)).join(" or ");
  const reference = schema["$ref"];
  if (typeof reference === "string") return `*${reference.replace("#/$defs/", "")}*`;
  if (schema["const"] !== undefined) return `\`${JSON.stringify(schema["const"])}\``;
  if (schema["enum"] !== undefined) return listName(schema["enum"] as readonly string[]);
  switch (schema["type"]) {
    case "null":
      return "null";
    case "integer":
      return integerType(schema);
    case "array":
      return arrayType(schema, whole);
    case "object":
      return objectType(schema, whole);
    default:
      return stringType(schema);
  }
}

function integerType(schema: Schema): string {
  return `integer ${String(schema["minimum"])} to ${String(schema["maximum"])}`;
}

function stringType(schema: Schema): string {
  const pattern = String(schema["pattern"] ?? "");
  const most = schema["maxLength"];
  if (pattern !== "" && !pattern.startsWith("^[^\\u0000")) {
    return `text like \`${pattern.replaceAll("|", "\\|")}\``;
  }
  return `${pattern.includes("u001f") && !pattern.includes("u000b") ? "line" : "text"} of 1 to ${String(most)}`;
}

function arrayType(schema: Schema, whole: Schema): string {
  const pair = schema["prefixItems"] as readonly Schema[] | undefined;
  if (pair !== undefined) return `[${pair.map((each) => typeOf(each, whole)).join(", ")}]`;
  const element = schemaAt(schema, "items");
  const least = String(schema["minItems"] ?? 0);
  const isLong = Object.keys(schemaAt(element, "properties")).length > 3;
  if (isLong) return `list of ${least} to ${String(schema["maxItems"])}, each as below`;
  return `list of ${least} to ${String(schema["maxItems"])}: ${typeOf(element, whole)}`;
}

function objectType(schema: Schema, whole: Schema): string {
  const properties = Object.entries(
    schemaAt(schema, "properties") as Readonly<Record<string, Schema>>,
  );
  const names = properties.map(([name]) => name).join();
  if (names === "lang,text") {
    const most = schemaAt(schema, "properties", "text")["maxLength"];
    return `\`{lang, text}\` of 1 to ${String(most)}`;
  }
  const members = properties.map(([name, field]) => `\`${name}\` ${typeOf(field, whole)}`);
  return `object: ${members.join(", ")}`;
}

function listName(list: readonly string[]): string {
  const found = Object.entries(choices).find(
    ([, known]) => known.length === list.length && known.every((code, n) => code === list[n]),
  );
  if (found !== undefined) return `one of *${found[0]}*`;
  if (list.length === findingCodes.length) return "one of the findings";
  return `one of ${codes(list)}`;
}

/** Values that have a name in the schemas. */
function valueTable(item: Schema): string {
  const all: { [name: string]: JsonValue } = {};
  for (const kind of Object.values(kinds)) {
    Object.assign(all, schemaAt(jsonSchemaOfKind(kind as unknown as Kind), "$defs"));
  }
  Object.assign(all, schemaAt(item, "$defs"));
  const rows = Object.entries(all as Readonly<Record<string, Schema>>)
    .filter(([name]) => !["marking", "iep", "item"].includes(name))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => {
      return `| *${name}* | ${typeOf(value, {})} | ${String(value["description"])} |`;
    });
  return ["| name | value | |", "|---|---|---|", ...rows].join("\n");
}

function listTables(): string {
  const rows = (Object.keys(choices) as ChoiceName[]).map(
    (name) => `| *${name}* | ${codes(choices[name])} |`,
  );
  return ["| list | codes, in their order |", "|---|---|", ...rows].join("\n");
}

function findingTable(): string {
  const rows = findingCodes.map(
    (code) => `| \`${code}\` | ${say(`finding.${code}`, "en").replaceAll("|", "\\|")} |`,
  );
  return ["| code | what the author is told |", "|---|---|", ...rows].join("\n");
}

function refusals(): string {
  const rows = Object.entries(refusalCodes).map(([code, { status, audience, rule }]) => {
    const words = sayIfKnown(`refusal.${code}`, "en") ?? "";
    return `| \`${code}\` | ${status} | ${audience} | ${rule} | ${words.replaceAll("|", "\\|")} |`;
  });
  return `# Refusals

Version 1. Generated from the program's table of codes; every code with which something is refused.

The key words MUST, MUST NOT, SHOULD and MAY are to be read as in BCP 14.

A code is \`area.reason\`. It is never renamed and never used for something else. A receiver MUST take a code that it does not know for a refusal. *status* is that of
HTTP, where the refusal is an answer to a request. *audience* says who is told: the *peer*, over the wire (in a message of kind \`refusal\` or in an answer); *local*, the
party's own people; or *both*. *rule* is the rule of this specification that it enforces; for what never leaves one party it is the document that explains it, and its
words are with the commands.

| code | status | audience | rule | what it means, and what to do |
|---|---|---|---|---|
${rows.join("\n")}
`;
}

function schemaAt(schema: Schema, ...steps: readonly string[]): Schema {
  return steps.reduce<Schema>((each, step) => (each[step] ?? {}) as Schema, schema);
}

function codes(list: readonly string[]): string {
  return list.map((code) => `\`${code}\``).join(", ");
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`;
}

function main(): void {
  const isCheck = process.argv.includes("--check");
  for (const [path, text] of generateSchema()) {
    const file = join(repositoryRoot, path);
    if (isCheck) {
      const committed = readFileSync(file, "utf8");
      if (committed === text) continue;
      console.error(`${path} is not as generated: run npm run generate and commit.`);
      process.exitCode = 1;
    } else {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }
}

if (import.meta.main) main();
