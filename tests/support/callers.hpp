#pragma once

#include <memory>
#include <string>
#include <utility>

#include "livegrid/actors/access/caller.hpp"

namespace livegrid::test {

/// Who comes without a key.
inline caller from(std::string address) {
  return {.key = nullptr, .address = std::move(address), .limits = {}};
}

/// Who comes with a key of that name.
inline caller with_key(std::string name, std::string address = "192.0.2.1") {
  auto key = std::make_shared<access_key>();
  key->name = std::move(name);
  return {.key = std::move(key), .address = std::move(address), .limits = {}};
}

} // namespace livegrid::test
