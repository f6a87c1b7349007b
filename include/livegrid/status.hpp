#pragma once

#include <string>
#include <utility>
#include <vector>

#include <caf/meta/type_name.hpp>

#include "livegrid/load.hpp"

namespace livegrid {

/// What an actor says of itself: the same form for every kind, so that the
/// operator's tools need not know them one by one.
struct actor_status {
  using fact = std::pair<std::string, std::string>;

  std::string kind; ///< symbol, market, subscriber, ...
  std::string name; ///< which one of its kind
  std::vector<fact> facts;
  actor_load load;

  friend bool operator==(const actor_status&, const actor_status&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, actor_status& x) {
    return f(caf::meta::type_name("actor_status"), x.kind, x.name, x.facts,
             x.load);
  }
};

} // namespace livegrid
