/**
 * A real Chromium from an npm package, and a page of ours in it.
 *
 * @module
 */
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import chromiumPackage, { inflate } from "@sparticuz/chromium";
import { chromium, type Page } from "playwright-core";
import { build } from "vite";

/** Our own: the package's arguments switch the security of the web off. */
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"];
const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];

/** @returns The entry and all that it imports, as one script for a browser. */
export async function bundle(entry: string): Promise<string> {
  const built = await build({
    ...{ configFile: false, logLevel: "error", root: import.meta.dirname },
    resolve: { conditions: ["parley-source", "browser", "import", "default"] },
    build: {
      write: false,
      minify: false,
      lib: { entry: join(import.meta.dirname, entry), formats: ["es"], fileName: "page" },
    },
  });
  const [result] = [built].flat();
  const output = result !== undefined && "output" in result ? result.output : [];
  const [script, ...more] = output.flatMap((file) => (file.type === "chunk" ? [file.code] : []));
  if (script === undefined || more.length > 0) throw new Error("not one script");
  return script;
}

export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** What the page said or asked for that nobody expected. */
  readonly complaints: readonly string[];
}

/** A page of an origin of its own whose one script is this, under a policy that lets in nothing else. */
export async function openPage(script: string): Promise<OpenPage> {
  const directory = await mkdtemp(join(tmpdir(), "parley-chromium-"));
  const program = await unpackTo(directory);
  const server = createServer((request, response) => {
    const isScript = request.url === "/page.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.setHeader("content-security-policy", "default-src 'none'; script-src 'self'");
    response.end(
      isScript ? script : `<!doctype html><script type="module" src="/page.js"></script>`,
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({ ...program, args: [...flags, ...quiet] });
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => complaints.push(message.text()));
  page.on("requestfailed", (request) => complaints.push(request.url()));
  await page.goto(`http://core.localhost:${port}/`);
  return {
    page,
    complaints,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await new Promise((resolve) => server.close(resolve));
      await rm(directory, { recursive: true });
    },
  };
}

interface Program {
  readonly executablePath: string;
  readonly env: { readonly [name: string]: string };
}

/**
 * The package unpacks to the system's folder and takes what lies there: it gets one that is empty.
 * The libraries that it ships come too, for a machine that never had a browser has none of them.
 */
async function unpackTo(directory: string): Promise<Program> {
  const before = process.env["TMPDIR"];
  process.env["TMPDIR"] = directory;
  try {
    const shipped = new URL("../bin/al2023.tar.br", import.meta.resolve("@sparticuz/chromium"));
    const libraries = join(await inflate(fileURLToPath(shipped)), "lib");
    const executablePath = await chromiumPackage.executablePath();
    return { executablePath, env: { LD_LIBRARY_PATH: libraries, TMPDIR: directory } };
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
}
