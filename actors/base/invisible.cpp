#include "livegrid/actors/base/invisible.hpp"

#include <algorithm>
#include <iterator>

namespace livegrid {

namespace {

struct range {
  char32_t first;
  char32_t last;
};

/// In order.
constexpr range invisible[] = {
  {0, 0x1f},          {0x7f, 0x9f},       {0xad, 0xad},       {0x34f, 0x34f},
  {0x61c, 0x61c},     {0x115f, 0x1160},   {0x17b4, 0x17b5},   {0x180b, 0x180f},
  {0x200b, 0x200f},   {0x2028, 0x202e},   {0x2060, 0x206f},   {0x3164, 0x3164},
  {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0},   {0xfff0, 0xfffb},
  {0x1bca0, 0x1bca3}, {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
};

} // namespace

bool is_invisible(char32_t x) noexcept {
  auto i = std::upper_bound(
    std::begin(invisible), std::end(invisible), x,
    [](char32_t code, const range& r) { return code < r.first; });
  return i != std::begin(invisible) && x <= std::prev(i)->last;
}

} // namespace livegrid
