/** A process that appends to one log of a database, one entry a transaction, and says each count. */
import { argv, stdout } from "node:process";
import { encodeUtf8 } from "@parley/core/bytes/utf8";
import { assert } from "@parley/core/fault";
import { openStorage } from "../../packages/node/src/storage/open-storage.ts";
import { appendTo, newLog, oneOf } from "./fixtures.ts";

const [, , path = "", name = "", count = "0"] = argv;
const opened = await openStorage(path, "open");
assert(opened.ok, "the database opens");
await using storage = opened.value;
const log = await storage.write((tx) => tx.logs.createLog(newLog("own")));
for (let made = 0; made < Number(count); ) {
  const { entryCount } = await oneOf(storage.read((tx) => tx.logs.readLog(log.id)));
  const outcome = await appendTo(storage, log.id, [encodeUtf8(`${name} ${made}`)], entryCount);
  if (!outcome.isAppended) continue;
  made += 1;
  stdout.write(`${entryCount + 1}\n`);
}
