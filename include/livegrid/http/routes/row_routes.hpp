#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/routes/question_gate.hpp"
#include "livegrid/http/routes/route.hpp"
#include "livegrid/http/routes/subscriber_endpoint.hpp"
#include "livegrid/http/widgets/widgets.hpp"

namespace livegrid {

/// What `row_routes` work with. What it refers to must outlive them.
struct row_handles {
  market_actor market;
  grid_actor grid; ///< an invalid handle if the node is alone
  directory_actor directory;
  const widget_set& widgets;
  std::shared_ptr<question_gate> questions;
  std::uint64_t max_message = 0; ///< bytes, from a subscriber
  std::uint64_t max_rows = 0;    ///< of a GET for all symbols

  /// What subscribers work with, and questions too.
  subscriber_handles subscribers;
};

/// The rows of widgets, at the paths which these name: as they are, or from now
/// on.
class row_routes {
public:
  explicit row_routes(row_handles all) : all_(std::move(all)) {
    // nop
  }

  /// Adds a GET and an upgrade a widget. Widgets may share them, and then show
  /// the same rows.
  void add_to(std::vector<route>& routes);

  void get_rows(const widget& shown, const http_request& request,
                const responder& to);

  /// A subscriber.
  upgrade_answer upgrade_rows(const widget& shown, const http_request& request);

private:
  std::uint64_t cost(const widget& shown, const http_request& request) const;

  row_handles all_;
};

} // namespace livegrid
