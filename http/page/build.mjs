// Builds the page into a folder:
// node build.mjs [folder] [--depfile=FILE TARGET SOURCES]
//
// index.html, and under assets/ the files it names, each with the hash of its
// content in its name, so that a browser may keep it for ever. files.txt lists
// them all for the program: path, media type and hash. The depfile says what
// the target is made from, for a build of a copy of the folder SOURCES.

import { createHash } from "node:crypto";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const [, , out = join(here, "dist"), depfile, target, sources] = process.argv;

const types = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  svg: "image/svg+xml",
};

const built = await build({
  absWorkingDir: here,
  entryPoints: ["src/main.ts"],
  bundle: true,
  minify: true,
  format: "esm",
  target: ["chrome109", "firefox115", "safari16.4"],
  legalComments: "eof",
  outdir: out,
  metafile: true,
  write: false,
  logLevel: "warning",
});

const output = (extension) =>
  built.outputFiles.find((x) => x.path.endsWith(`.${extension}`)).contents;

const hash = (content) =>
  createHash("sha256").update(content).digest("base64url").slice(0, 16);

const files = [];

async function put(path, content) {
  const type = types[path.split(".").at(-1)];
  await writeFile(join(out, path), content);
  // Without a time stamp in it, the same content is the same file.
  await writeFile(join(out, `${path}.gz`), gzipSync(content, { level: 9 }));
  files.push(`${path}|${type}|${hash(content)}`);
}

async function asset(name, extension, content) {
  const path = `assets/${name}-${hash(content)}.${extension}`;
  await put(path, content);
  return path;
}

await rm(out, { recursive: true, force: true });
await mkdir(join(out, "assets"), { recursive: true });

const paths = {
  js: await asset("page", "js", output("js")),
  css: await asset("page", "css", output("css")),
  icon: await asset("icon", "svg", await readFile(join(here, "src/icon.svg"))),
};
const template = await readFile(join(here, "src/index.html"), "utf8");
await put(
  "index.html",
  template.replace(/\{\{(\w+)\}\}/g, (_, name) => paths[name]),
);
await writeFile(join(out, "files.txt"), `${files.join("\n")}\n`);

if (depfile) {
  const inputs = [...Object.keys(built.metafile.inputs), "src/index.html",
    "src/icon.svg"];
  const mine = inputs.filter((x) => x.startsWith("src/"));
  const escaped = (x) => x.replaceAll(" ", "\\ ");
  const names = mine.map((x) => escaped(join(sources, x)));
  await writeFile(depfile.replace("--depfile=", ""),
    `${escaped(target)}: ${names.join(" \\\n  ")}\n`);
}
