/**
 * Goal: an operator lets an older database go on with one command, and is told why when it must not.
 * Method: two homes made, paired and agreed by commands, in this process; nothing serves.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { lockHome, openHome } from "@parley/node/service/home";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TypedHomes, typedHomes } from "./typed-homes.ts";

let homes: TypedHomes;

beforeAll(async () => {
  homes = await typedHomes();
}, 60_000);
afterAll(() => homes.remove());

const restore = (rest: string) => homes.json("washington", `restore ${rest}`.trim());
const heads = () => `${homes.at("washington")}.heads`;

test("[LOG-29] new epochs are opened by one command, and by the next the ones after", async () => {
  const record = join(homes.at("washington"), "authority.key.notices");
  for (const epoch of [2, 3]) {
    expect(await restore("--promoted")).toMatchObject({
      ...{ exitCode: 0, record },
      channels: [{ peer: "moscow.example", epochs: { live: epoch, exercise: epoch, link: epoch } }],
    });
  }
  expect(JSON.parse(readFileSync(record, "utf8")).notices).toHaveLength(2);
  const said = await homes.type("washington", "restore --promoted --lang ru");
  expect(said.out).toContain("moscow.example: ");
  expect(said.out).toContain(record);
});

test("[LOG-29] what must not go on is refused with a sentence, and nothing is changed", async () => {
  const record = join(homes.at("washington"), "authority.key.notices");
  const before = readFileSync(record, "utf8");
  expect(await restore("")).toMatchObject({ exitCode: 1, code: "restore.not-promoted" });
  const other = `--promoted --authority-key ${join(homes.at("moscow"), "authority.key")}`;
  expect(await restore(other)).toMatchObject({ exitCode: 1, code: "restore.other-authority" });
  writeFileSync(record, before.slice(0, -30));
  expect(await restore("--promoted")).toMatchObject({
    exitCode: 3,
    code: "restore.damaged-record",
  });
  writeFileSync(record, before);
  const home = openHome(homes.at("washington"));
  if (!home.ok) throw new Error("made above");
  {
    using lock = lockHome(home.value, 0);
    expect(lock).toBeDefined();
    expect(await restore("--promoted")).toMatchObject({ code: "home.served" });
  }
  expect(readFileSync(record, "utf8")).toBe(before);
});

test("[LOG-29] a head store that is lost or damaged is made anew; the damaged one is kept", async () => {
  rmSync(heads());
  expect(await restore("--promoted")).toMatchObject({
    ...{ exitCode: 0, channels: [{ epochs: { live: 5 } }] },
  });
  for (const [name, epoch] of [
    [`${heads()}.damaged`, 6],
    [`${heads()}.damaged-2`, 7],
  ] as const) {
    writeFileSync(heads(), "spoilt\n");
    expect(await restore("--promoted")).toMatchObject({
      ...{ exitCode: 0, movedHeads: name, channels: [{ epochs: { live: epoch } }] },
    });
    expect(readFileSync(name, "utf8")).toBe("spoilt\n");
  }
  expect(await homes.json("washington", "doctor")).toMatchObject({ ok: true });
});
