#include "livegrid/http/routes/page_files.hpp"

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

/// Takes a part off the front of a header, without the blanks around it.
std::string_view take_trimmed(std::string_view& from, char separator) noexcept {
  return trimmed(take_part(from, separator), header_blanks);
}

/// Whether the parameters of a coding say `q=0`, which is never.
bool is_refused(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    auto x = take_trimmed(parameters, ';');
    if (x.starts_with("q=") || x.starts_with("Q="))
      return x.find_first_not_of("0.", 2) == std::string_view::npos;
  }
  return false;
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
    auto parameters = take_trimmed(accept_encoding, ',');
    auto coding = take_trimmed(parameters, ';');
    if (equal_ignoring_case(coding, "gzip")
        || equal_ignoring_case(coding, "x-gzip"))
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
    auto x = take_trimmed(if_none_match, ',');
    if (x.starts_with("W/"))
      x.remove_prefix(2);
    if (x == "*" || x == etag)
      return true;
  }
  return false;
}

} // namespace livegrid
