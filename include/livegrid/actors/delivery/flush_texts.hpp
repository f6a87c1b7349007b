#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "livegrid/actors/delivery/outbox.hpp"
#include "livegrid/frame_sink.hpp"
#include "livegrid/fwd.hpp"

namespace livegrid {

/// A row that goes out with the next flush.
struct staged_row {
  row_ptr row;
  outbox::symbol_key key;
  bool whole;     ///< show all of it even to those who want changes only
  row_ptr before; ///< what was the latest one
  bool follows;   ///< `before` is of this flush, too
  bool old;       ///< its tick came before the row was asked for
};

/// Whether a row is for those who see this: not one that shows time passing, if
/// they do not see that; nor one that tells what was before they came, if they
/// append what they get to what they have.
bool passes(const view& shown, const staged_row& x);

/// The texts of the rows of one flush, each made once for all who want it in
/// the same form, and the bytes that these make together.
class flush_texts {
public:
  /// All texts in one form, by the row's place in the flush; empty where not
  /// made yet, or where there is nothing to see.
  struct form {
    const view* shown;
    bool changes_only;
    bool as_array;
    std::vector<std::optional<std::string_view>> texts;
  };

  explicit flush_texts(framer frame = nullptr) : frame_(frame) {
    // nop
  }

  /// The form that an outbox wants, until the next call.
  form& form_for(const outbox& box);

  struct chunk {
    bytes_ptr bytes;
    std::size_t rows; ///< of which there is something to see
  };

  /// Joins the texts of rows, as messages or as one message with an array, into
  /// one write of about 64 KiB.
  /// @param which places in `rows`, of which the one at `next` is the first;
  ///        moves `next` behind the last one.
  chunk join(form& as, const std::vector<staged_row>& rows,
             const std::vector<std::uint32_t>& which, std::size_t& next);

  /// Forgets all of them: the flush is over.
  void clear() {
    forms_.clear();
    arena_.clear();
  }

private:
  /// The text of a row, valid until `clear`; an empty one if there is nothing
  /// to see. Framed unless it is to be a part of an array.
  std::string_view text_of(form& as, const std::vector<staged_row>& rows,
                           std::uint32_t i);

  std::string_view make_text(form& as, const std::vector<staged_row>& rows,
                             std::uint32_t i);

  framer frame_;
  std::vector<form> forms_;
  std::vector<std::string> arena_; ///< what the forms' texts point into
  std::string array_;

  /// The bytes of the last chunk, for the next one if nobody has them any more.
  std::shared_ptr<std::string> buffer_;
};

} // namespace livegrid
