/**
 * A PostgreSQL server that is too old: as much of its protocol as a program needs to ask its version.
 *
 * @module
 */
import { once } from "node:events";
import { createServer } from "node:net";
import { assert } from "@parley/core/fault";

/** Says to every question that its version is this. @param version - As `server_version_num`: `150012`. */
export async function startOldPostgres(version: string) {
  const message = (type: string, ...parts: readonly Uint8Array[]) => {
    const body = Buffer.concat(parts);
    const head = Buffer.alloc(5);
    head.write(type);
    head.writeInt32BE(body.length + 4, 1);
    return Buffer.concat([head, body]);
  };
  const ready = message("Z", Buffer.from("I"));
  const columns = ["version", "readOnly", "isStandby"];
  const described = columns.map((name) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      Buffer.from("0000000000000019ffffffffffff0000", "hex"),
    ]),
  );
  const count = Buffer.from([0, columns.length]);
  const values = [version, "off", "f"].map((text) =>
    Buffer.concat([Buffer.from([0, 0, 0, text.length]), Buffer.from(text)]),
  );
  const answer = Buffer.concat([
    ...[message("1"), message("2"), message("T", count, ...described)],
    ...[message("D", count, ...values), message("C", Buffer.from("SELECT 1\0")), ready],
  ]);
  const old = createServer((socket) => {
    socket.once("data", () => {
      socket.write(Buffer.concat([message("R", Buffer.alloc(4)), ready]));
      socket.on("data", () => socket.write(answer));
    });
    socket.on("error", () => undefined);
  });
  old.listen(0, "127.0.0.1");
  await once(old, "listening");
  const address = old.address();
  assert(address !== null && typeof address === "object", "it listens");
  return {
    address: `postgres://parley@127.0.0.1:${address.port}/parley`,
    async [Symbol.asyncDispose]() {
      old.close();
    },
  };
}
