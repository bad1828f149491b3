import { defineConfig } from "vitest/config";

/** Not `import`: Node would then give it to `require` too, and pg-pool two faces of one class. */
const conditions = ["parley-source", "node", "default"];

export default defineConfig({
  ssr: { resolve: { conditions } },
  resolve: { conditions },
  test: {
    include: ["packages/*/src/**/*.test.ts", "tests/**/*.test.ts", "tools/**/*.test.ts"],
    setupFiles: ["tools/fixed-seed.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    pool: "forks",
    // Modules here keep no state, and importing them anew for each file took most of the time.
    isolate: false,
  },
});
