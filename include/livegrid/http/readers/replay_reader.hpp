#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "livegrid/actors/base/expected.hpp"
#include "livegrid/actors/prices/tick_source.hpp"

namespace livegrid {

/// Is told of each row that is left out: its line, from 1, and why.
using bad_row_callback =
  std::function<void(std::size_t line, std::string_view why)>;

/// Is told once of columns of CSV that are not used, and of each cell that is
/// left out because it cannot be read while its row can: its line, and what.
using replay_note_callback =
  std::function<void(std::size_t line, std::string_view what)>;

/// Opens recorded ticks: CSV with a header line or one JSON object a line, as
/// their first character tells; gzip of either. Reads up to the first good row.
/// Returns an error that names the file if there is none.
///
/// A tick's `due` is its own time, but never before that of the tick ahead of
/// it, whose `due` it also takes if it has no time. Up to the first tick that
/// has a time there is no `due`. Bad rows and cells are told and counted on the
/// first time through the file only.
expected<std::unique_ptr<tick_source>, std::string>
open_replay(const std::string& path, bad_row_callback on_bad_row,
            replay_note_callback on_note = nullptr);

} // namespace livegrid
