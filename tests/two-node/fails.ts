/**
 * A command that must fail, typed at a process of its own.
 *
 * @module
 */
import { Fault } from "@parley/core/fault";
import { describeRefusal, describeThrown } from "@parley/node/cli/failure";
import { runParley } from "@parley/testkit/real-capitals";
import { expect } from "vitest";

/** Runs what must fail, in Russian, and checks that both languages have words for it. */
export async function fails(home: string, ...words: readonly string[]) {
  const ran = await runParley([...words, "--home", home, "--json", "--lang", "ru"]);
  const said = JSON.parse(ran.out.trim().split("\n").at(-1) ?? "");
  const { code } = said;
  expect(said).toEqual({
    ok: false,
    code: expect.any(String),
    message: expect.stringMatching(/[а-я]{3,}.*\. .*[а-я]{3,}.*\./),
    next: expect.stringMatching(/[а-я]{3,}/),
  });
  const isFault = ran.exitCode === 3;
  const describe = (name: string) =>
    isFault
      ? describeThrown("en", new Fault(name, "", { retryable: false }))
      : describeRefusal("en", { code: name, detail: "" });
  expect(describe(code).next).not.toBe(describe("no.such-code").next);
  return { code, exitCode: ran.exitCode };
}
