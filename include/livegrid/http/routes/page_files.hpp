#pragma once

#include <span>
#include <string_view>

namespace livegrid {

/// A file of the browser page, as the build has put it into the program.
struct page_file {
  std::string_view path; ///< `index.html`, `assets/page-<hash>.js`, ...
  std::string_view type; ///< media type
  std::string_view hash; ///< of the content
  std::string_view content;
  std::string_view gzip; ///< the content compressed
};

/// All of them; none in a build without the page.
std::span<const page_file> page_files() noexcept;

/// Finds a file by its path, or null.
const page_file* find_page_file(std::string_view path) noexcept;

/// Whether a client that sends this Accept-Encoding takes gzip (RFC 9110,
/// 12.5.3).
bool takes_gzip(std::string_view accept_encoding) noexcept;

/// Whether this If-None-Match names that entity tag (RFC 9110, 13.1.2).
bool names_etag(std::string_view if_none_match, std::string_view etag) noexcept;

} // namespace livegrid
