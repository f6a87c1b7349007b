#pragma once

#include <span>
#include <vector>

#include "livegrid/http/routes/page_files.hpp"
#include "livegrid/http/routes/route.hpp"

namespace livegrid {

class access_guard;

/// The page for browsers, and what / says to everybody else.
class page_routes {
public:
  /// @param guard must outlive this.
  explicit page_routes(const access_guard& guard) : guard_(guard) {
    // nop
  }

  static std::span<const route_row<page_routes>> rows() noexcept;

  /// The page's files but the first, which is at /.
  std::vector<route> files();

  void get_index(const http_request& request, const responder& to);

private:
  void get_file(const page_file& file, const http_request& request,
                const responder& to);

  const access_guard& guard_;
};

/// Tells who opens the page in a browser, and is refused for want of a good
/// key, in words for people.
void explain_key(const http_request& request, http_reply& refused);

} // namespace livegrid
