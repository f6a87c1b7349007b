import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: [
      { test: { name: "rules", include: ["rules/*.test.ts"] } },
      {
        test: {
          name: "browser",
          include: ["browser/*.test.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // One browser at a time: the machine is shared with the program.
          fileParallelism: false,
        },
      },
    ],
  },
});
