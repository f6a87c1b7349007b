#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <asio/io_context.hpp>

#include "livegrid/actors.hpp"

namespace livegrid {

/// Tells the market which ticks were refused before they came there: sums, once
/// a turn of the loop. A message each would let whoever sends rubbish fill
/// mailboxes faster than these are emptied. Belongs to the loop's thread.
class refusal_sums : public std::enable_shared_from_this<refusal_sums> {
public:
  refusal_sums(asio::io_context& context, ingress_actor to);

  /// Counts one more.
  /// @param symbol empty if it is not known.
  void note(const feed_id& from, const std::string& symbol,
            const std::string& why);

private:
  struct sum {
    std::uint64_t count = 0;
    std::string last; ///< why, the last time
  };

  void send();

  asio::io_context& context_;
  ingress_actor to_;

  /// By feed and symbol; of a turn with many symbols the others are told
  /// without their names.
  std::map<std::pair<feed_id, std::string>, sum> sums_;
};

} // namespace livegrid
