import { expect, test } from "vitest";
import { splitCommandLine } from "./global-flags.ts";

test("takes the flags of every command from before and after the command", () => {
  const inputs = "--home /h queue --json --desk watch --log-level=debug --lang ru x=y".split(" ");
  expect(splitCommandLine(inputs)).toEqual({
    flags: { home: "/h", logLevel: "debug", lang: "ru" },
    isJson: true,
    rest: ["queue", "--desk", "watch", "x=y"],
    withoutValue: undefined,
  });
});

test("takes nothing after --, and an empty value only where one is written", () => {
  expect(splitCommandLine(["send", "--", "--json", "--home"])).toMatchObject({
    flags: {},
    isJson: false,
    rest: ["send", "--", "--json", "--home"],
  });
  expect(splitCommandLine(["--home="]).flags).toEqual({ home: "" });
  expect(splitCommandLine(["queue", "--home"]).withoutValue).toBe("--home");
});
