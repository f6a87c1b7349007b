// In place of the page's files, in a build without them.

#include "livegrid/http/routes/page_files.hpp"

namespace livegrid {

std::span<const page_file> page_files() noexcept {
  return {};
}

} // namespace livegrid
