/**
 * `parley doctor`: what is well with this node, what is not, and what to do about it.
 *
 * @module
 */

import { Fault } from "@parley/core/fault";
import type { Home } from "../../service/home.ts";
import { bilingual, fill } from "../bilingual.ts";
import {
  type CliContext,
  type CommandSetup,
  defineCommand,
  type Outcome,
  type Target,
} from "../command.ts";
import { checkBackups } from "../doctor/check-backups.ts";
import { checkDatabase, checkDisk, checkFiles, checkVersions } from "../doctor/check-machine.ts";
import {
  checkClock,
  checkDescriptors,
  checkHeads,
  checkKeys,
  checkPeers,
  checkServing,
  type Inspected,
  parseInspected,
} from "../doctor/check-node.ts";
import { type Finding, type FindingLevel, problem } from "../doctor/finding.ts";
import { findingTexts } from "../doctor/texts.ts";
import { exitCodes } from "../failure.ts";

const texts = bilingual(
  {
    about:
      "Looks at clock, disk, files, keys, descriptors, head store, peers, database and versions, beside " +
      "a running server or without one, and asks for no passphrase. Exit code 0 if there is no problem " +
      "(warnings are none), 1 if there is one.",
    all: "Show what is well too",
    ok: "ok",
    warning: "warning",
    problem: "PROBLEM",
    well: "All is well ({count:check|checks}). --all shows each.",
    summary: "problems: {problems}, warnings: {warnings}, well: {count}",
  },
  {
    about:
      "Осматривает часы, диск, файлы, ключи, дескрипторы, хранилище вершин, другие стороны, базу данных и " +
      "версии, при работающем сервере и без него, не спрашивая парольных фраз. Код завершения 0, если бед " +
      "нет (предупреждения не в счёт), и 1, если есть.",
    all: "Показать и то, что в порядке",
    ok: "хорошо",
    warning: "внимание",
    problem: "БЕДА",
    well: "Всё в порядке ({count:проверка|проверки|проверок}). --all покажет каждую.",
    summary: "бед: {problems}, предупреждений: {warnings}, в порядке: {count}",
  },
);

export function doctorCommand({ lang, brief }: CommandSetup): Target {
  const text = texts[lang];
  return defineCommand<{ readonly all: boolean }>(lang, {
    brief,
    about: text.about,
    example: "parley doctor\nparley doctor --all --json",
    parameters: {
      flags: { all: { kind: "boolean", brief: text.all, default: false, withNegated: false } },
    },
    async run(context, { all }) {
      const home = context.openHome();
      if (!home.ok) return home;
      return report(context, await examine(context, home.value), all);
    },
  });
}

async function examine(context: CliContext, home: Home): Promise<readonly Finding[]> {
  const { config, platform, version } = context;
  const inspected = await inspect(context);
  const machine = [
    ...checkFiles(config, home),
    ...checkBackups(platform.primitives, home, platform.clock.nowSeconds()),
    ...checkDisk(config, home),
    ...(await checkDatabase(platform, config, home)),
    ...checkVersions({ version, node: process.version, protocol: inspected.facts?.protocol }),
  ];
  const { facts } = inspected;
  if (facts === undefined) return [...machine, ...inspected.findings];
  const keys = await context.operate("keys.list", {});
  return [
    ...machine,
    ...checkServing(facts),
    ...checkClock(facts),
    ...(keys.ok ? checkKeys(keys.value, facts.now) : []),
    ...checkDescriptors(facts),
    ...(await checkHeads(platform, { config, home }, facts)),
    ...checkPeers(facts),
  ];
}

/** What keeps the node from being asked is a finding, not the end of the examination. */
async function inspect(context: CliContext): Promise<{
  readonly facts: Inspected | undefined;
  readonly findings: readonly Finding[];
}> {
  const failed = ({ happened, next }: ReturnType<CliContext["describe"]>) => {
    return { facts: undefined, findings: [problem("home.none", { message: happened, next })] };
  };
  let answer: Awaited<ReturnType<CliContext["operate"]>>;
  try {
    answer = await context.operate("doctor.inspect", {});
  } catch (fault) {
    if (fault instanceof Fault) return failed(context.describe(fault));
    throw fault;
  }
  if (answer.ok) return { facts: parseInspected(answer.value), findings: [] };
  const { refusal } = answer;
  if (refusal.code === "home.busy") return { facts: undefined, findings: [problem("home.busy")] };
  return failed(context.describe(refusal));
}

function report(context: CliContext, findings: readonly Finding[], isAll: boolean): Outcome {
  const text = texts[context.lang];
  const words = findingTexts[context.lang];
  const count = (level: FindingLevel) => findings.filter((each) => each.level === level).length;
  const said = findings.map(({ code, level, values }) => {
    return { code, level, message: fill(words[code], values) };
  });
  const order: readonly FindingLevel[] = ["problem", "warning", "ok"];
  const shown = order
    .filter((level) => isAll || level !== "ok")
    .flatMap((level) => said.filter((each) => each.level === level));
  const width = Math.max(...order.map((level) => text[level].length));
  const lines = shown.map(({ level, message }) => `${text[level].padEnd(width)}  ${message}`);
  const [problems, warnings] = [count("problem"), count("warning")];
  const last =
    problems + warnings === 0
      ? fill(text.well, { count: findings.length })
      : fill(text.summary, { problems, warnings, count: count("ok") });
  return {
    ok: true,
    value: { problems, warnings, findings: said },
    text: [...lines, last].join("\n"),
    ...(problems > 0 && { exitCode: exitCodes.refused }),
  };
}
