#include "livegrid/http/readers/symbol_params.hpp"

#include <algorithm>

namespace livegrid {

bool symbol_params::has(std::string_view name) const noexcept {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const std::string& symbol_params::main_name() const {
  static const std::string usual = "symbol";
  // Its alias wins where both are there, and is no name to be told.
  if (names.empty() || (names.front() == "symbols" && has(usual)))
    return usual;
  return names.front();
}

subscription symbol_params::unasked() const {
  using change = subscription::change;
  return {.what = declared ? change::replace : change::all};
}

void symbol_params::join(const symbol_params& x) {
  for (const auto& name : x.names)
    if (!has(name))
      names.emplace_back(name);
  // What is for symbols with one of them can be nothing else with the other.
  std::erase_if(others, [this](const auto& name) { return has(name); });
  for (const auto& name : x.others)
    if (!has(name))
      others.emplace_back(name);
  declared = declared || x.declared;
}

} // namespace livegrid
