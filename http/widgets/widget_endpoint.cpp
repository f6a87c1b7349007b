#include "livegrid/http/widgets/widget_endpoint.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace livegrid {

namespace {

/// Paths at which nothing may be served but by the service, which has nothing
/// there yet: what Workspace may ask of a backend, and what the page loads.
constexpr auto reserved_paths = std::to_array<std::string_view>(
  {"/templates.json", "/agents.json", "/assets"});

bool is_own_path(std::string_view path, std::span<const std::string_view> own) {
  auto among = [&](std::span<const std::string_view> all) {
    return std::find(all.begin(), all.end(), path) != all.end();
  };
  return path.starts_with("/assets/") || among(reserved_paths) || among(own);
}

bool contains(std::string_view set, char c) noexcept {
  return set.find(c) != std::string_view::npos;
}

bool alphanumeric(char c) noexcept {
  return std::isalnum(static_cast<unsigned char>(c)) != 0;
}

bool path_char(char c) noexcept {
  return alphanumeric(c) || contains("-._~/", c);
}

bool query_char(char c) noexcept {
  return alphanumeric(c) || contains("-._~/?:@!$&'()*+,;=%", c);
}

/// Whether a browser would take a segment of the path for a direction.
bool has_dot_segment(std::string_view path) {
  for (std::size_t i = 0; i < path.size();) {
    auto end = std::min(path.find('/', i), path.size());
    auto segment = path.substr(i, end - i);
    if (segment == "." || segment == "..")
      return true;
    i = end + 1;
  }
  return false;
}

} // namespace

std::string normalized_path(std::string_view path) {
  std::string result = "/";
  for (auto c : path)
    if (c != '/' || result.back() != '/')
      result += c;
  if (result.size() > 1 && result.back() == '/')
    result.pop_back();
  return result;
}

expected<widget_endpoint, std::string>
parse_widget_endpoint(std::string_view text,
                      std::span<const std::string_view> own) {
  auto query_at = std::min(text.find('?'), text.size());
  auto path = text.substr(0, query_at);
  auto query = text.substr(query_at);
  if (path.empty())
    return unexpected{"is empty: it must name a path of this service"};
  if (text.find("://") != std::string_view::npos)
    return unexpected{"must be a path of this service, not a URL"};
  // Workspace tells a URL from a path by these four letters alone.
  if (path.starts_with("http"))
    return unexpected{
      "starts with http, which Workspace takes for a URL: write it with "
      "a leading slash"};
  if (contains(text, '{') || contains(text, '}'))
    return unexpected{
      "has a {param} in it: the service serves fixed paths, and takes "
      "params in the query"};
  if (!std::all_of(path.begin(), path.end(), path_char))
    return unexpected{
      "may only have letters, digits and - . _ ~ / in its path"};
  if (!std::all_of(query.begin(), query.end(), query_char))
    return unexpected{
      "has a character in its query that must be percent-encoded"};
  if (has_dot_segment(path))
    return unexpected{"may not have . or .. between its slashes"};
  widget_endpoint result{normalized_path(path), !query.empty()};
  if (result.has_query && path.size() > 1 && path.back() == '/')
    return unexpected{"may not have a slash before its query"};
  if (is_own_path(result.path, own))
    return unexpected{result.path + " is a path of the service's own"};
  return result;
}

} // namespace livegrid
