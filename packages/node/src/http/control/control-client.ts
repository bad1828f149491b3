/**
 * The command's side of the control socket. See `control-message.ts`.
 *
 * @module
 */
import { once } from "node:events";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import type { JsonValue } from "@parley/core/bytes/canonical-json";
import { Fault } from "@parley/core/fault";
import type { Home } from "../../service/home.ts";
import type { OperationContext, OperationResult } from "../../service/operation.ts";
import {
  type ControlLine,
  callerHeaders,
  controlLine,
  controlLineBytesMax,
} from "./control-message.ts";
import { shortenSocketPath } from "./short-path.ts";

/**
 * Asks the server of a home.
 *
 * @returns Its answer; or `undefined` if no server listens there.
 * @throws Fault as the server had it; `control.cut-off` if the server ended without an answer: what
 *   was asked may have been done or not.
 */
export async function callOperation(
  home: Home,
  call: { readonly name: string; readonly input: JsonValue },
  context: OperationContext,
): Promise<OperationResult | undefined> {
  using short = shortenSocketPath(home.controlSocket);
  const outgoing = request({
    socketPath: short.path,
    method: "POST",
    path: `/op/${call.name}`,
    headers: { "content-type": "application/json", ...callerHeaders(context.caller) },
    signal: context.signal,
  });
  const response = await send(outgoing, JSON.stringify(call.input), context.signal);
  if (response === undefined) return undefined;
  for await (const line of linesOf(response, context.signal)) {
    if ("progress" in line) context.progress(line.progress);
    else if ("value" in line) return { ok: true, value: line.value };
    else if ("refusal" in line) return { ok: false, refusal: line.refusal };
    else {
      const { code, detail, retryable } = line.fault;
      throw new Fault(code, detail, { retryable });
    }
  }
  throw cutOff();
}

async function send(
  outgoing: ClientRequest,
  text: string,
  signal: AbortSignal,
): Promise<IncomingMessage | undefined> {
  outgoing.end(text);
  try {
    const [response] = await once(outgoing, "response");
    return response;
  } catch (cause) {
    signal.throwIfAborted();
    // Nobody took the connection, so nothing was asked.
    if ((cause as NodeJS.ErrnoException).syscall === "connect") return undefined;
    throw cutOff(cause);
  }
}

async function* linesOf(
  response: IncomingMessage,
  signal: AbortSignal,
): AsyncGenerator<ControlLine> {
  let rest = "";
  response.setEncoding("utf8");
  try {
    for await (const chunk of response) {
      const lines = `${rest}${chunk}`.split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > controlLineBytesMax) throw cutOff();
      for (const line of lines) yield controlLine.parse(JSON.parse(line));
    }
  } catch (cause) {
    signal.throwIfAborted();
    // The server died while it answered, or is another program.
    if (cause instanceof Fault) throw cause;
    throw cutOff(cause);
  }
}

function cutOff(cause?: unknown): Fault {
  const detail = "the server ended without an answer";
  return new Fault("control.cut-off", detail, { cause, retryable: true });
}
