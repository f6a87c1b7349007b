#include "console_cluster_fixture.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace livegrid::test {

void console_cluster_fixture::open_consoles() {
  for (auto& [name, x] : nodes) {
    fans[name] = std::make_shared<fanout_script>();
    consoles[name] = own(
      sys.spawn(console, console_config{.market = x.market,
                                        .fanouts = {make_fanout(fans[name])},
                                        .grid = x.grid,
                                        .stats = stats,
                                        .log = quiet,
                                        .wall_clock = test_clock}));
    self->send(x.grid, join_atom_v, consoles[name]);
  }
  consume_messages();
}

caf::expected<console_answer>
console_cluster_fixture::say(const std::string& at, const std::string& line) {
  return ask<console_answer>(consoles.at(at), ask_atom_v, line);
}

console_answer console_cluster_fixture::answer_to(const std::string& at,
                                                  const std::string& line) {
  auto x = say(at, line);
  if (!x)
    CAF_FAIL(line << ": " << to_refusal(x.error()).message);
  return std::move(*x);
}

std::string console_cluster_fixture::refusal_of(const std::string& at,
                                                const std::string& line) {
  auto x = say(at, line);
  CAF_REQUIRE(!x);
  return to_refusal(x.error()).message;
}

std::string console_cluster_fixture::fact_of(const console_answer& x,
                                             std::string_view key) {
  for (const auto& part : x.parts)
    for (const auto& [name, value] : part.facts)
      if (name == key)
        return value.str();
  return "none";
}

std::string console_cluster_fixture::column(const console_answer& x,
                                            std::size_t i) {
  std::string result;
  for (const auto& line : x.lists.at(0).rows)
    result += (result.empty() ? "" : " ") + line.at(i);
  return result;
}

} // namespace livegrid::test
