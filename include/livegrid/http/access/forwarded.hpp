#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "livegrid/actors/base/address_range.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/http/message/http_request.hpp"

namespace livegrid {

/// The address that a proxy has noted, in canonical form: bare, in brackets,
/// with a port, in quotes, blanks around it; one that is mapped into v6 is the
/// v4 address. Nothing if it is none.
std::optional<std::string> noted_address(std::string_view text);

/// Who has sent a request.
struct forwarded_client {
  std::string address;

  /// What a proxy that we trust has noted and is no address; empty if all of it
  /// was. The client is taken for that proxy then.
  std::string unreadable;
};

/// Who has sent a request that came from there: of the addresses that proxies
/// have noted the last that is none of a proxy that we trust.
/// @param from canonical.
/// @param forwarded the lines of X-Forwarded-For, with commas between.
forwarded_client find_client(std::string from, std::string_view forwarded,
                             const address_ranges& proxies);

/// Counts and logs that a trusted proxy does not say who its client is, if so.
void note_unreadable_client(counters& stats, logger& log,
                            const http_request& request);

} // namespace livegrid
