#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

/// What a fuzzer calls with each input; one a program. The name is libFuzzer's.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size);

namespace livegrid::fuzz {

/// Ends the program, upon which the fuzzer keeps the input, unless `ok`.
inline void expect(bool ok, std::string_view what) {
  if (ok)
    return;
  std::fprintf(stderr, "not so: %.*s\n", static_cast<int>(what.size()),
               what.data());
  std::abort();
}

/// The input as a text.
inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

} // namespace livegrid::fuzz
