#pragma once

namespace livegrid {

/// Whether a character shows nothing of its own but may change what is shown:
/// control characters, line separators, direction marks, and what Unicode calls
/// ignorable (UCD 15, Default_Ignorable_Code_Point).
bool is_invisible(char32_t x) noexcept;

} // namespace livegrid
