#include "livegrid/http/routes/unknown_params.hpp"

#include <algorithm>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/readers/query_text.hpp"

namespace livegrid {

namespace {

/// Of these the first are named.
constexpr std::size_t max_named = 5;

constexpr std::size_t max_name = 40;

/// Whether it may hold a secret, however the connection calls it.
bool is_credential(std::string_view name) {
  auto lower = to_lower(name.substr(0, max_name));
  for (std::string_view word : {"key", "token", "auth", "secret", "user"})
    if (lower.find(word) != std::string::npos)
      return true;
  return false;
}

} // namespace

std::string
unknown_params(const std::vector<std::pair<std::string, std::string>>& params,
               const std::vector<std::string_view>& known) {
  std::vector<std::string_view> names;
  for (const auto& [name, value] : params)
    if (name != "theme" && name != "raw" && !is_credential(name)
        && std::find(known.begin(), known.end(), name) == known.end()
        && std::find(names.begin(), names.end(), name) == names.end()
        && names.size() <= max_named)
      names.emplace_back(name);
  if (names.empty())
    return {};
  std::string result = "ignored, for they mean nothing here: ";
  for (std::size_t i = 0; i < names.size() && i < max_named; ++i)
    result += (i > 0 ? ", " : "") + escape_query(names[i].substr(0, max_name));
  if (names.size() > max_named)
    result += ", and more";
  return result;
}

void note_unknown_params(logger& log, const http_request& request,
                         std::string_view which) {
  log.info("unknown_params", {{"peer", request.peer},
                              {"path", cut_text(request.path, 120)},
                              {"what", which}});
}

} // namespace livegrid
