#pragma once

#include <vector>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/error.hpp>

#include "fuzz.hpp"

namespace livegrid::fuzz {

/// The bytes in which `x` goes to another node.
template <class T>
std::vector<char> save(T& x) {
  std::vector<char> result;
  caf::execution_unit* no_context = nullptr;
  caf::binary_serializer sink{no_context, result};
  expect(!sink(x), "what is there can be sent");
  return result;
}

/// Reads what another node has sent; false if it is refused.
template <class T>
bool load(const char* data, std::size_t size, T& x) {
  caf::execution_unit* no_context = nullptr;
  caf::binary_deserializer source{no_context, data, size};
  return !source(x);
}

/// Sends `x` to another node and back; it must come as it is.
template <class T>
void expect_travels(T& x) {
  auto bytes = save(x);
  T copy;
  expect(load(bytes.data(), bytes.size(), copy), "what was sent is taken");
  expect(save(copy) == bytes, "what was sent is the same there");
}

} // namespace livegrid::fuzz
