#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include <caf/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/routes/question_gate.hpp"
#include "livegrid/http/routes/route.hpp"

namespace livegrid {

/// What `symbol_routes` work with.
struct symbol_handles {
  caf::actor_system& sys; ///< must outlive them
  directory_actor directory;
  std::shared_ptr<question_gate> questions;
  counters_ptr stats;
  log_ptr log;
};

/// The names of symbols, page by page.
class symbol_routes {
public:
  explicit symbol_routes(symbol_handles all) : all_(std::move(all)) {
    // nop
  }

  static std::span<const route_row<symbol_routes>> rows() noexcept;

  void get_symbols(const http_request& request, const responder& to);

private:
  std::uint64_t cost(const http_request& request) const;

  symbol_handles all_;
};

} // namespace livegrid
