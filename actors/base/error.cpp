#include "livegrid/actors/base/error.hpp"

#include <utility>

#include <caf/exit_reason.hpp>
#include <caf/make_message.hpp>
#include <caf/message.hpp>

namespace livegrid {

namespace {

constexpr auto category = caf::atom("livegrid");

/// What CAF says of one of its own errors: its name, and its context if any.
std::string describe(const caf::error& x) {
  std::string result;
  if (x.category() == caf::atom("system"))
    result = to_string(static_cast<caf::sec>(x.code()));
  else if (x.category() == caf::atom("exit"))
    result = to_string(static_cast<caf::exit_reason>(x.code()));
  else
    return to_string(x);
  if (!x.context().empty())
    result += ' ' + to_string(x.context());
  return result;
}

} // namespace

std::string to_string(errc x) {
  switch (x) {
  case errc::malformed:
    return "malformed";
  case errc::invalid:
    return "invalid";
  case errc::too_big:
    return "too_big";
  case errc::unavailable:
    return "unavailable";
  case errc::timed_out:
    return "timed_out";
  case errc::moved:
    return "moved";
  case errc::forbidden:
    return "forbidden";
  case errc::limited:
    return "limited";
  case errc::unsure:
    return "unsure";
  }
  return "unknown";
}

caf::error make_error(refusal x) {
  auto code = static_cast<std::uint8_t>(x.code);
  return caf::error{code, category, caf::make_message(std::move(x))};
}

caf::error make_error(errc code, std::string message) {
  refusal x;
  x.code = code;
  x.message = std::move(message);
  return make_error(std::move(x));
}

refusal to_refusal(const caf::error& x) {
  if (x.category() == category && x.context().match_elements<refusal>())
    return x.context().get_as<refusal>(0);
  refusal result;
  if (x == caf::sec::request_timeout) {
    result.code = errc::timed_out;
    result.message = "no answer in time";
  } else {
    result.code = errc::unavailable;
    result.message = "not available: " + describe(x);
  }
  return result;
}

} // namespace livegrid
