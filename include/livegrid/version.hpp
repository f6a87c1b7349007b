#pragma once

#include <string_view>

#ifndef LIVEGRID_VERSION
#error "define LIVEGRID_VERSION as a string, as CMakeLists.txt does"
#endif

namespace livegrid {

/// The version of this build, such as "0.1.0".
inline constexpr std::string_view version = LIVEGRID_VERSION;

} // namespace livegrid
