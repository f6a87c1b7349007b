#include "livegrid/actors/cluster/member_list.hpp"

#include <string_view>

namespace livegrid {

namespace {

std::string fact_of(const actor_status& x, std::string_view key) {
  for (const auto& [name, value] : x.facts)
    if (name == key)
      return value.str();
  return {};
}

std::string roles_of(const member& x) {
  return !x.owns_symbols ? x.serves_http ? "http" : "none"
         : x.serves_http ? "symbols,http"
                         : "symbols";
}

} // namespace

member_line member_line::of(const member& x) {
  return {.name = x.name,
          .roles = roles_of(x),
          .state = "out of reach",
          .address = x.address + ':' + std::to_string(x.port)};
}

void member_line::set_status(const actor_status& said) {
  state = fact_of(said, "member") != "true"    ? "no member"
          : fact_of(said, "settled") != "true" ? "claiming"
                                               : "up";
  epoch = fact_of(said, "epoch");
  symbols = fact_of(said, "symbols");
  viewers = fact_of(said, "viewers");
}

void member_line::set_relay(const actor_status& said) {
  rows_out = fact_of(said, "sent");
  waiting = fact_of(said, "waiting");
}

listing member_list::finish() const {
  listing result;
  result.columns = {"node",       "roles",   "state",  "epoch",
                    "symbols",    "viewers", "rtt_us", "rows in/s",
                    "rows out/s", "waiting", "address"};
  for (const auto& x : lines)
    result.rows.push_back({x.name, x.roles, x.state, x.epoch, x.symbols,
                           x.viewers, x.rtt_us, x.rows_in, x.rows_out,
                           x.waiting, x.address});
  result.total = result.rows.size();
  return result;
}

void member_list::one_done() {
  if (--missing == 0 && to.pending())
    to.deliver(finish());
}

} // namespace livegrid
