import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // One browser at a time: it shares the machine with the program.
    fileParallelism: false,
    projects: [
      { test: { name: "rules", include: ["rules/*.test.ts"] } },
      {
        test: {
          name: "browser",
          include: ["browser/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
