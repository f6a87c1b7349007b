#pragma once

#include <string_view>

namespace livegrid {

/// The widget that is served without a widgets file: OpenBB's documented Live
/// Grid, in the form of widgets.json.
std::string_view builtin_widgets() noexcept;

} // namespace livegrid
