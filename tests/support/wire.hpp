#pragma once

#include <vector>

#include <caf/binary_deserializer.hpp>
#include <caf/binary_serializer.hpp>
#include <caf/error.hpp>

#include "unit_test.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

namespace livegrid::test {

/// The bytes in which `x` goes to another node.
template <class T>
std::vector<char> save(T x) {
  std::vector<char> buf;
  caf::execution_unit* no_context = nullptr;
  caf::binary_serializer sink{no_context, buf};
  CAF_REQUIRE_EQUAL(sink(x), caf::none);
  return buf;
}

/// Reads `x` as another node does.
template <class T>
caf::error load(const std::vector<char>& buf, T& x) {
  caf::execution_unit* no_context = nullptr;
  caf::binary_deserializer source{no_context, buf};
  return source(x);
}

} // namespace livegrid::test
