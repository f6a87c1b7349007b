#pragma once

namespace livegrid {

/// Opens /dev/null where descriptor 0, 1 or 2 is closed: else the next thing
/// that is opened has that number, a pipe of CAF's perhaps, and gets what is
/// written to the log. To be called before anything else.
/// @returns false if that cannot be.
bool hold_standard_descriptors() noexcept;

} // namespace livegrid
