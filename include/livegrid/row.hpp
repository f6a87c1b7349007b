#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <caf/error.hpp>
#include <caf/intrusive_ptr.hpp>
#include <caf/make_counted.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/ref_counted.hpp>
#include <caf/sec.hpp>

#include "livegrid/cell.hpp"
#include "livegrid/fwd.hpp"
#include "livegrid/symbol_name.hpp"
#include "livegrid/tick.hpp"

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
    auto from = static_cast<std::uint8_t>(x.from);
    auto load = [&]() -> caf::error {
      if (from >= num_sources)
        return caf::sec::invalid_argument;
      x.from = static_cast<source>(from);
      return caf::none;
    };
    return f(from, x.feed, x.source_time, x.received, x.applied,
             caf::meta::load_callback(load));
  }
};

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

  /// Counts the symbol's rows from 1: of two rows the higher one is newer.
  std::uint64_t version() const noexcept {
    return version_;
  }

  /// Whether its symbol has not traded yet.
  bool is_vacant() const noexcept {
    return version_ == 0;
  }

  /// Whether no tick made it, but the passing of time: who does not see the
  /// cell that says so need not see the row.
  bool is_restated() const noexcept {
    return restated_;
  }

  const row_stamp& stamp() const noexcept {
    return stamp_;
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
  std::uint64_t version_ = 0;
  bool restated_ = false;
  row_stamp stamp_;
  cell_set changed_;
  std::array<slice, fixed_cells> fixed_{};
  std::vector<extra_slice> extras_;
  std::string text_;
};

/// Makes a row cell by cell.
class row_builder {
public:
  row_builder(symbol_name symbol, std::uint64_t version, cell_set changed);

  void stamp(const row_stamp& x);

  /// No tick made it.
  void restated();

  /// Makes room for so many bytes of JSON and names.
  void reserve(std::size_t bytes);

  /// Sets the JSON text of a fixed cell; one that is not set is null.
  void set(cell x, std::string_view json);

  /// Appends an extra cell.
  void add_extra(std::string_view name, std::string_view json);

  row_ptr finish() &&;

private:
  caf::intrusive_ptr<row> row_;
};

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
  return f(x.symbol_, x.version_, x.restated_, x.stamp_, changed, x.fixed_,
           x.extras_, x.text_, caf::meta::load_callback(load));
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

} // namespace livegrid
