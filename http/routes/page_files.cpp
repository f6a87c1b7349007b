#include "livegrid/http/routes/page_files.hpp"

namespace livegrid {

namespace {

std::string_view trim(std::string_view x) noexcept {
  constexpr auto blank = " \t";
  auto first = x.find_first_not_of(blank);
  if (first == std::string_view::npos)
    return {};
  return x.substr(first, x.find_last_not_of(blank) - first + 1);
}

/// Takes the text up to the separator off the front.
std::string_view take_part(std::string_view& from, char separator) noexcept {
  auto end = from.find(separator);
  auto part = from.substr(0, end);
  from.remove_prefix(end == std::string_view::npos ? from.size() : end + 1);
  return trim(part);
}

/// Whether the parameters of a coding say `q=0`, which is never.
bool is_refused(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    auto x = take_part(parameters, ';');
    if (x.starts_with("q=") || x.starts_with("Q="))
      return x.find_first_not_of("0.", 2) == std::string_view::npos;
  }
  return false;
}

bool same_letters(std::string_view x, std::string_view lower) noexcept {
  if (x.size() != lower.size())
    return false;
  for (std::size_t i = 0; i < x.size(); ++i)
    if ((x[i] >= 'A' && x[i] <= 'Z' ? x[i] + ('a' - 'A') : x[i]) != lower[i])
      return false;
  return true;
}

} // namespace

const page_file* find_page_file(std::string_view path) noexcept {
  for (const auto& x : page_files())
    if (x.path == path)
      return &x;
  return nullptr;
}

bool takes_gzip(std::string_view accept_encoding) noexcept {
  bool any = false;
  while (!accept_encoding.empty()) {
    auto parameters = take_part(accept_encoding, ',');
    auto coding = take_part(parameters, ';');
    if (same_letters(coding, "gzip") || same_letters(coding, "x-gzip"))
      return !is_refused(parameters);
    if (coding == "*")
      any = !is_refused(parameters);
  }
  return any;
}

bool names_etag(std::string_view if_none_match,
                std::string_view etag) noexcept {
  while (!if_none_match.empty()) {
    // Ours have no comma in them.
    auto x = take_part(if_none_match, ',');
    if (x.starts_with("W/"))
      x.remove_prefix(2);
    if (x == "*" || x == etag)
      return true;
  }
  return false;
}

} // namespace livegrid
