import { createServer } from "node:net";
import { expect, test } from "vitest";
import { listen } from "./listen.ts";

const local = { host: "127.0.0.1", port: 0 };

test("says the port that the system chose, and that a port is taken", async () => {
  const [first, second] = [createServer(), createServer()];
  const port = await listen(first, local);
  expect(port).toBeGreaterThan(0);
  const fault = { code: "listen.port-taken", message: `127.0.0.1:${port}`, retryable: true };
  await expect(listen(second, { ...local, port })).rejects.toMatchObject(fault);
  first.close();
});

test("says that an address is not this machine's", async () => {
  const elsewhere = listen(createServer(), { host: "192.0.2.1", port: 0 });
  await expect(elsewhere).rejects.toMatchObject({ code: "listen.no-such-address" });
});
