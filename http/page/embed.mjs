// Makes the C++ source that puts the built page into the program:
// node embed.mjs <folder> <source>
//
// The assembler takes the bytes from the files as they are, which is quick
// at any size. Their names and the hashes in the table change with them.

import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

const [, , folder, source] = process.argv;
const listing = await readFile(join(folder, "files.txt"), "utf8");
const files = listing.trim().split("\n").map((line, i) => {
  const [path, type, hash] = line.split("|");
  return { path, type, hash, symbol: `livegrid_page_${i}` };
});

const incbin = (symbol, path) => `asm(R"(
.section .rodata
${symbol}:
.incbin "${path}"
${symbol}_end:
.byte 0
.text
)");
`;

const declare = (symbol) =>
  `extern const char ${symbol}[];\nextern const char ${symbol}_end[];\n`;

const view = (symbol) =>
  `{${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}`;

const entry = ({ path, type, hash, symbol }) =>
  `    {"${path}", "${type}", "${hash}",
     ${view(symbol)},
     ${view(`${symbol}_gz`)}},`;

const parts = files.flatMap(({ path, symbol }) => {
  const file = resolve(folder, path);
  return [[symbol, file], [`${symbol}_gz`, `${file}.gz`]];
});

await writeFile(source, `// Made by http/page/embed.mjs.

#include <cstddef>

#include "livegrid/http/routes/page_files.hpp"

${parts.map((x) => incbin(...x)).join("\n")}
extern "C" {
${parts.map(([symbol]) => declare(symbol)).join("")}}

namespace livegrid {

std::span<const page_file> page_files() noexcept {
  static const page_file result[] = {
${files.map(entry).join("\n")}
  };
  return result;
}

} // namespace livegrid
`);
