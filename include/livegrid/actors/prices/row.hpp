#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <caf/error.hpp>
#include <caf/intrusive_ptr.hpp>
#include <caf/make_counted.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>
#include <caf/ref_counted.hpp>
#include <caf/sec.hpp>

#include "livegrid/actors/prices/cell.hpp"
#include "livegrid/actors/prices/freshness.hpp"
#include "livegrid/actors/prices/lineage.hpp"
#include "livegrid/actors/prices/session_mark.hpp"
#include "livegrid/actors/prices/symbol_name.hpp"
#include "livegrid/actors/prices/tick.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// Which tick a row shows, and when that was where: nanoseconds since 1970 by
/// the clock of whoever noted it, 0 where that is unknown.
struct row_stamp {
  source from = source::first_state;
  std::uint64_t feed = 0;       ///< see `tick_batch::feed`
  std::int64_t source_time = 0; ///< as the source says
  std::int64_t received = 0;    ///< by the node
  std::int64_t applied = 0;     ///< by the symbol's owner

  friend bool operator==(const row_stamp&, const row_stamp&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, row_stamp& x) {
    return f(x.from, x.feed, x.source_time, x.received, x.applied);
  }
};

/// Where a row stands among those of its symbol: a greater one is newer.
struct row_order {
  /// Since when its owner has owned the symbol, see `cluster_view::epoch`; 0
  /// without a cluster.
  std::uint64_t epoch = 0;

  /// Counts how often this node has found a way to a member, up to the one that
  /// the row came over. It is not sent to others.
  std::uint32_t link = 0;

  /// Counts the rows of the symbol from 1.
  std::uint64_t version = 0;

  /// How often this node has put a mark on it, or taken it away again: it is
  /// marked if that is odd. Its owner is out of reach then, or it may show less
  /// than was shown before. Not sent either.
  std::uint32_t marks = 0;

  friend auto operator<=>(const row_order&, const row_order&) = default;

  /// Whether it is the next one after `x`, of the same owner.
  bool follows(const row_order& x) const noexcept {
    return epoch == x.epoch && link == x.link && version == x.version + 1
           && marks == 0 && x.marks == 0;
  }
};

/// How much of which batch a symbol has had: what was applied of a batch that
/// is sent once more is not applied again.
struct batch_mark {
  batch_id id;
  std::uint32_t ticks = 0; ///< of the symbol's in that batch, the first ones

  friend bool operator==(const batch_mark&, const batch_mark&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, batch_mark& x) {
    return f(caf::meta::type_name("batch_mark"), x.id, x.ticks);
  }
};

/// So many nodes may publish one symbol at a time: the last batch of each is
/// known. Of more, the one that was silent longest is forgotten.
constexpr std::size_t max_batch_marks = 16;

/// How far one publisher has counted a symbol's ticks.
struct seq_mark {
  std::uint64_t of = 0; ///< see `tick_batch::seq_of`
  std::int64_t seq = 0;

  friend bool operator==(const seq_mark&, const seq_mark&) = default;

  template <class Inspector>
  friend auto inspect(Inspector& f, seq_mark& x) {
    return f(caf::meta::type_name("seq_mark"), x.of, x.seq);
  }
};

/// So many publishers' counts are known of one symbol beside that of its cell.
/// Of more, the one that was silent longest is forgotten.
constexpr std::size_t max_seq_marks = 15;

/// One symbol's cells at one moment, each already written as JSON. Made once a
/// change by the symbol's owner, never altered afterwards, shared by whoever
/// shows it; views only copy the texts into their order.
class row : public caf::ref_counted {
public:
  /// The row of a symbol that has not traded: all cells but the name and the
  /// freshness are null, the version is 0.
  static row_ptr vacant(symbol_name symbol);

  const symbol_name& symbol() const noexcept {
    return symbol_;
  }

  const row_order& order() const noexcept {
    return order_;
  }

  /// Counts the symbol's rows from 1.
  std::uint64_t version() const noexcept {
    return order_.version;
  }

  /// The state that it shows.
  const state_id& state() const noexcept {
    return state_;
  }

  /// The owners before the one that made that state.
  const lineage& past() const noexcept {
    return past_;
  }

  /// Whether its symbol has not traded yet.
  bool is_vacant() const noexcept {
    return order_.version == 0;
  }

  /// When it came to this node, in nanoseconds since 1970; 0 if it was made
  /// here.
  std::int64_t came() const noexcept {
    return came_;
  }

  /// Which batches it shows; none without a cluster.
  const std::vector<batch_mark>& marks() const noexcept {
    return marks_;
  }

  /// Whose count the cell `seq` shows; 0 where that is nobody's.
  std::uint64_t seq_of() const noexcept {
    return seq_of_;
  }

  /// The counts of other publishers, where there are several.
  const std::vector<seq_mark>& seqs() const noexcept {
    return seqs_;
  }

  /// Whether no tick made it, but the passing of time: who does not see the
  /// cell that says so need not see the row.
  bool is_restated() const noexcept {
    return restated_;
  }

  const row_stamp& stamp() const noexcept {
    return stamp_;
  }

  /// Its trade date in days since 1970; nothing if it has none.
  std::optional<std::int32_t> trade_date() const noexcept;

  /// What is known of its trade date.
  const session_mark& session() const noexcept {
    return session_;
  }

  /// The cells whose text differs from the row before this one.
  const cell_set& changed() const noexcept {
    return changed_;
  }

  /// The JSON text of a cell; `null` where it is unknown.
  std::string_view text(cell x) const noexcept {
    const auto& s = fixed_[index(x)];
    return s.size ? std::string_view{text_}.substr(s.offset, s.size)
                  : std::string_view{"null"};
  }

  /// Where the extra cell of that name stands among the extra cells, or -1.
  int find_extra(std::string_view name) const noexcept;

  /// The JSON text of extra cell `i`.
  std::string_view extra_text(std::size_t i) const noexcept {
    const auto& s = extras_[i];
    return std::string_view{text_}.substr(s.offset + s.name_size, s.size);
  }

  std::string_view extra_name(std::size_t i) const noexcept {
    const auto& s = extras_[i];
    return std::string_view{text_}.substr(s.offset, s.name_size);
  }

  std::size_t num_extras() const noexcept {
    return extras_.size();
  }

private:
  friend class row_builder;

  template <class Inspector>
  friend caf::error inspect_row(Inspector& f, row& x);

  friend row_ptr with_link(row_ptr x, std::uint32_t link, std::int64_t came);

  friend row_ptr with_order(const row& x, const row_order& order);

  /// Whether all slices lie within the text, and no bit of `changed` is beyond
  /// the cells. False only for a row from elsewhere that was made up.
  bool consistent() const noexcept;

  struct slice {
    std::uint32_t offset = 0;
    std::uint32_t size = 0;

    template <class Inspector>
    friend auto inspect(Inspector& f, slice& x) {
      return f(x.offset, x.size);
    }
  };

  struct extra_slice {
    std::uint32_t offset = 0;
    std::uint32_t name_size = 0;
    std::uint32_t size = 0;

    template <class Inspector>
    friend auto inspect(Inspector& f, extra_slice& x) {
      return f(x.offset, x.name_size, x.size);
    }
  };

  symbol_name symbol_;
  row_order order_;
  state_id state_;
  lineage past_;
  std::int64_t came_ = 0;
  bool restated_ = false;
  row_stamp stamp_;
  session_mark session_;
  std::vector<batch_mark> marks_;
  std::uint64_t seq_of_ = 0;
  std::vector<seq_mark> seqs_;
  cell_set changed_;
  std::array<slice, fixed_cells> fixed_{};
  std::vector<extra_slice> extras_;
  std::string text_;
};

/// Makes a row cell by cell.
class row_builder {
public:
  row_builder(symbol_name symbol, const row_order& order, cell_set changed);

  void stamp(const row_stamp& x);

  void session(const session_mark& x);

  /// The state that it shows, and the owners before.
  void state(const state_id& shown, const lineage& past);

  void mark(std::vector<batch_mark> xs);

  /// Whose count the cell `seq` is, and how far others have counted.
  void count(std::uint64_t of, std::vector<seq_mark> others);

  /// Takes over from a row all that is no cell.
  void carry(const row& x);

  /// No tick made it.
  void restated();

  /// Makes room for so many bytes of JSON and names.
  void reserve(std::size_t bytes);

  /// Sets the JSON text of a written cell; one that is not set is null.
  void set(cell x, std::string_view json);

  /// Appends an extra cell.
  void add_extra(std::string_view name, std::string_view json);

  row_ptr finish() &&;

private:
  caf::intrusive_ptr<row> row_;
};

/// The same row with that place in `row_order::link`, and when it came. Alters
/// `x` itself if nobody else has it.
row_ptr with_link(row_ptr x, std::uint32_t link, std::int64_t came);

/// The same row with another place among those of its symbol.
row_ptr with_order(const row& x, const row_order& order);

/// What a row knows of an older one.
/// @pre the state of `older` is not above that of `newer`.
knowledge knowledge_of(const row& newer, const row& older) noexcept;

/// The same row, marked as `down` and restated.
row_ptr marked_down(const row& x);

/// The same row without a mark, newer than with the one that it had last.
/// @pre it is not marked itself.
row_ptr unmarked(const row& x);

/// Rows of one symbol or of several, older ones of a symbol first.
struct row_batch {
  std::vector<row_ptr> rows;

  template <class Inspector>
  friend auto inspect(Inspector& f, row_batch& x) {
    return f(x.rows);
  }
};

// -- how rows cross nodes -----------------------------------------------------

/// The set as two words, bit 0 of the first being cell 0.
std::array<std::uint64_t, 2> to_words(const cell_set& x) noexcept;

/// Takes what `to_words` made. Returns false if a bit is beyond the cells.
bool from_words(const std::array<std::uint64_t, 2>& words,
                cell_set& x) noexcept;

template <class Inspector>
caf::error inspect_row(Inspector& f, row& x) {
  auto changed = to_words(x.changed_);
  auto load = [&]() -> caf::error {
    if (!from_words(changed, x.changed_) || !x.consistent())
      return caf::sec::invalid_argument;
    return caf::none;
  };
  return f(x.symbol_, x.order_.epoch, x.order_.version, x.state_.epoch,
           x.state_.version, x.past_, x.restated_, x.stamp_, x.session_,
           x.marks_, x.seq_of_, x.seqs_, changed, x.fixed_, x.extras_, x.text_,
           caf::meta::load_callback(load));
}

/// Writes a row, or that there is none; what is read is a new row. Reading a
/// row whose cells are not within its text is an error.
template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, row_ptr& x) {
  std::uint8_t present = x ? 1 : 0;
  if (auto err = f(present))
    return err;
  if constexpr (Inspector::writes_state) {
    x.reset();
    if (present > 1)
      return caf::sec::invalid_argument;
    if (present == 1) {
      auto y = caf::make_counted<row>();
      if (auto err = inspect_row(f, *y))
        return err;
      x = std::move(y);
    }
  } else if (x) {
    // What only reads takes a mutable reference all the same.
    return inspect_row(f, const_cast<row&>(*x));
  }
  return caf::none;
}

/// A part of what a node leaves to the new owner of some symbols.
struct handover {
  row_batch rows;
  bool last = false; ///< nothing comes after it

  template <class Inspector>
  friend auto inspect(Inspector& f, handover& x) {
    return f(caf::meta::type_name("handover"), x.rows, x.last);
  }
};

} // namespace livegrid
