#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Which cells of a row one kind of viewer gets, and in which order: what a
/// widget declares. Thread-safe, since it never changes.
class view {
public:
  /// @param cells names of the cells in the order of the row's keys, each once.
  /// @param row_id those among `cells` that tell one row from another; none
  ///        makes a tape, to which each row is appended.
  view(std::vector<std::string> cells, std::vector<std::string> row_id);

  /// Appends the whole row as one JSON object, unknown cells as null.
  void append_row(std::string& out, const row& x) const;

  /// Appends the row id and those of `changed` that the view shows. Appends
  /// nothing and returns false if it shows none of them.
  bool append_changes(std::string& out, const row& x,
                      const cell_set& changed) const;

  /// Whether the view shows any of `changed`, be it in the row id.
  bool shows(const row& x, const cell_set& changed) const noexcept;

  /// Whether rows can be told apart, so that a client knows which to update.
  bool has_row_id() const noexcept {
    return has_row_id_;
  }

private:
  struct column {
    std::string key;           ///< `,"name":`
    std::string name;          ///< as it is, for finding an extra cell
    std::optional<cell> which; ///< nothing for an extra cell
    bool row_id = false;
  };

  /// The column's bit in a row's cell set, or -1 if the row lacks that cell.
  static int bit_of(const column& c, const row& x) noexcept;

  static std::string_view text_of(const row& x, int bit) noexcept;

  std::vector<column> columns_;
  bool has_row_id_ = false;
};

} // namespace livegrid
