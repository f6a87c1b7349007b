#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "livegrid/actors.hpp"
#include "livegrid/replier.hpp"

namespace livegrid::test {

/// What an ingress got, none of which it answers.
struct ingress_script {
  std::vector<tick_batch> batches;
  std::vector<replier_ptr> repliers; ///< of the batches

  /// The rest, one line each: `socket-3 up peer`, `post A why 2`.
  std::vector<std::string> told;
};

inline ingress_actor::behavior_type
listening_ingress(ingress_actor::pointer, std::shared_ptr<ingress_script> to) {
  return {
    [to](publish_atom, tick_batch& x, const replier_ptr& way_back) {
      to->batches.emplace_back(std::move(x));
      to->repliers.emplace_back(way_back);
    },
    [to](feed_atom, const feed_id& feed, bool up, const std::string& whose) {
      to->told.emplace_back(feed.str() + (up ? " up " : " down ") + whose);
    },
    [to](gone_atom, const feed_id& feed) {
      to->told.emplace_back(feed.str() + " gone");
    },
    [to](refuse_atom, const feed_id& from, const std::string& symbol,
         const std::string& why, std::uint64_t n) {
      to->told.emplace_back(from.str() + ' ' + symbol + ' ' + why + ' '
                            + std::to_string(n));
    },
    [](check_atom) {},
    [](load_atom) { return actor_load{}; },
    [](status_atom) { return actor_status{}; },
  };
}

} // namespace livegrid::test
