import { defineConfig } from "vitest/config";

export default defineConfig({
  ssr: { resolve: { conditions: ["parley-source", "node", "import", "default"] } },
  resolve: { conditions: ["parley-source", "node", "import", "default"] },
  test: {
    include: ["packages/*/src/**/*.test.ts", "tests/**/*.test.ts", "tools/**/*.test.ts"],
    testTimeout: 120_000,
    maxWorkers: 2,
    pool: "forks",
    // Modules here keep no state, and importing them anew for each file took most of the time.
    isolate: false,
  },
});
