// Runs the tests of one kind, rules or browser: node run.mjs KIND [FOLDER]
//
// FOLDER has the packages; the sources are copied into it, since that is where
// they find them.

import { spawnSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL(".", import.meta.url));
const [, , kind, folder = here] = process.argv;

if (folder !== here)
  for (const name of ["rules", "browser", "support", "vitest.config.ts"]) {
    rmSync(join(folder, name), { recursive: true, force: true });
    cpSync(join(here, name), join(folder, name), { recursive: true });
  }

const { status } = spawnSync(
  process.execPath,
  ["node_modules/vitest/vitest.mjs", "run", "--project", kind],
  { cwd: folder, stdio: "inherit" },
);
process.exit(status ?? 1);
