#include "livegrid/actors/base/error.hpp"

#include <algorithm>
#include <iterator>
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

void refusal::add(refused_tick x) {
  if (others.size() < max_others)
    others.emplace_back(std::move(x));
  else
    more.emplace_back(x.element);
}

refusal merge(refusal x, refusal y) {
  if (y.element < x.element)
    std::swap(x, y);
  auto told = std::move(y.others);
  told.insert(told.begin(),
              {static_cast<std::uint32_t>(y.element), std::move(y.field),
               std::move(y.message), std::move(y.type)});
  auto mine = std::exchange(x.others, {});
  std::vector<refused_tick> all;
  std::merge(std::move_iterator{mine.begin()}, std::move_iterator{mine.end()},
             std::move_iterator{told.begin()}, std::move_iterator{told.end()},
             std::back_inserter(all), [](const auto& a, const auto& b) {
               return a.element < b.element;
             });
  x.more.insert(x.more.end(), y.more.begin(), y.more.end());
  for (auto& one : all)
    x.add(std::move(one));
  return x;
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
