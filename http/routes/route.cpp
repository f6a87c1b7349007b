#include "livegrid/http/routes/route.hpp"

#include <algorithm>

namespace livegrid {

const route* find_route(const std::vector<route>& routes,
                        std::string_view path) noexcept {
  auto i = std::find_if(routes.begin(), routes.end(),
                        [&](const route& x) { return x.path == path; });
  return i == routes.end() ? nullptr : &*i;
}

std::string allowed_methods(const route& x) {
  std::string result;
  if (x.get)
    result = "GET, HEAD";
  else if (x.upgrade)
    result = "GET";
  if (x.post)
    result += result.empty() ? "POST" : ", POST";
  return result + ", OPTIONS";
}

} // namespace livegrid
