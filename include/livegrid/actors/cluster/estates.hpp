#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/symbol_name.hpp"

namespace livegrid {

/// What goes from this node to new owners after a view has changed. An *estate*
/// is what is left to one of them: the last rows of its symbols, which it
/// fetches part by part once the market here has given those up.
///
/// A symbol is *leaving* while the market has not answered for it yet. Rows
/// that come meanwhile from the new owner are kept: he may know less than what
/// the market is about to say.
///
/// A plain object of the grid's, see grid.hpp. Members are named.
class estates {
public:
  /// Told a part of an estate, or why there is none.
  using reply = std::function<void(caf::expected<handover>)>;

  /// A question for an estate.
  struct claim {
    std::string whose;
    reply to;
  };

  // -- claims that come before their view -------------------------------------

  /// Keeps a claim by a view that this node does not have yet.
  void keep(std::uint64_t epoch, claim x);

  /// The claims of the oldest epoch that is no later than that one, and that
  /// epoch; they are not kept any more.
  std::optional<std::pair<std::uint64_t, std::vector<claim>>>
  next_kept(std::uint64_t epoch);

  bool keeps_claims() const noexcept {
    return !kept_.empty();
  }

  // -- estates ----------------------------------------------------------------

  /// Whether what is left to that member is known by that epoch, or about to
  /// be.
  bool begun(const std::string& whose, std::uint64_t epoch) const;

  /// It is about to be known. Whoever has asked by another epoch is refused.
  void begin(const std::string& whose, std::uint64_t epoch);

  /// Gives the next part, as soon as the estate is complete.
  /// @returns whether it is
  /// @pre the estate has begun
  bool ask(const std::string& whose, reply to);

  /// Members whose estates of that epoch are not complete.
  std::vector<std::string> incomplete(std::uint64_t epoch) const;

  /// That is all that is left to that member.
  void complete(const std::string& whose, std::vector<row_ptr> rows);

  /// Whether nobody has anything to fetch.
  bool all_fetched() const noexcept;

  /// Whoever asks is gone.
  void forget(const std::string& whose) {
    all_.erase(whose);
  }

  void forget_all() noexcept {
    all_.clear();
  }

  /// There is a newer view: nobody will fetch them.
  void refuse_all();

  /// Whether somebody waits for an estate, or has not fetched it.
  bool any_open() const noexcept;

  // -- symbols that are leaving -----------------------------------------------

  /// A row that came before the market had answered, and from which node.
  struct early_row {
    std::uint64_t node = 0;
    row_ptr row;
  };

  /// The market is asked to give up these symbols.
  void begin_leaving(const std::vector<symbol_name>& names);

  /// Keeps the row if its symbol is leaving.
  /// @returns whether it did, and has moved the row
  bool keep_early(std::uint64_t node, row_ptr& x);

  /// The market has answered for that symbol. Returns the row that was kept; a
  /// null one if none was.
  early_row end_leaving(const symbol_name& which);

  /// The market has answered for all symbols that it was asked to give up at
  /// one time.
  /// @returns whether nothing is leaving any more
  bool end_round() {
    return --rounds_ == 0;
  }

  /// Whether the market has not answered all.
  bool leaving() const noexcept {
    return rounds_ > 0;
  }

private:
  struct estate {
    std::uint64_t epoch = 0;
    std::vector<row_ptr> rows;
    std::size_t next = 0; ///< row that is handed over next
    bool complete = false;
    std::vector<reply> asked;

    void refuse();
    handover next_part();
  };

  std::map<std::string, estate> all_;
  std::map<std::uint64_t, std::vector<claim>> kept_; ///< by epoch
  std::size_t rounds_ = 0; ///< times that the market has not answered
  std::unordered_map<symbol_name, early_row> leaving_;
};

} // namespace livegrid
