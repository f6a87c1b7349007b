#include "livegrid/actors/operator/console_settings.hpp"

#include <utility>

namespace livegrid {

namespace {

void settings(asker& ask, const console_command&, console_promise to) {
  const auto& all = ask.node.settings;
  console_answer result;
  result.lists.push_back({.columns = {"setting", "value", "default"},
                          .rows = all,
                          .total = all.size()});
  to.deliver(std::move(result));
}

} // namespace

listing changed_settings(const std::vector<std::vector<std::string>>& all) {
  listing result;
  result.title = "settings that differ from their defaults";
  result.columns = {"setting", "value", "default"};
  for (const auto& x : all)
    if (x.size() == 3 && x[1] != x[2])
      result.rows.push_back(x);
  result.total = result.rows.size();
  return result;
}

console_entries settings_commands() {
  return {{"settings", "", "all settings, and their defaults", settings}};
}

} // namespace livegrid
