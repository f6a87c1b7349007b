#include "livegrid/actors/delivery/flush_texts.hpp"

#include <algorithm>

#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/view.hpp"

namespace livegrid {

namespace {

/// One write of an audience; what a blocked socket may keep of a flush.
constexpr std::size_t chunk_size = 64 * 1024;

} // namespace

bool passes(const view& shown, const staged_row& x) {
  if (x.old && !shown.has_row_id())
    return false;
  return !x.row->is_restated() || x.whole
         || shown.shows(*x.row, x.row->changed());
}

flush_texts::form& flush_texts::form_for(const outbox& box) {
  auto changes = box.options().changes_only;
  auto as_array = box.options().as_array;
  for (auto& x : forms_)
    if (x.shown == &box.shown() && x.changes_only == changes
        && x.as_array == as_array)
      return x;
  forms_.push_back({&box.shown(), changes, as_array, {}});
  return forms_.back();
}

flush_texts::chunk flush_texts::join(form& as,
                                     const std::vector<staged_row>& rows,
                                     const std::vector<std::uint32_t>& which,
                                     std::size_t& next) {
  if (!buffer_ || buffer_.use_count() > 1)
    buffer_ = std::make_shared<std::string>();
  buffer_->clear();
  array_.clear();
  std::size_t n = 0;
  for (; next < which.size() && buffer_->size() + array_.size() < chunk_size;
       ++next) {
    auto text = text_of(as, rows, which[next]);
    if (text.empty())
      continue;
    ++n;
    if (!as.as_array) {
      *buffer_ += text;
    } else {
      array_ += n == 1 ? '[' : ',';
      array_ += text;
    }
  }
  if (n > 0 && as.as_array) {
    array_ += ']';
    frame_(*buffer_, array_);
  }
  return {buffer_, n};
}

std::string_view flush_texts::text_of(form& as,
                                      const std::vector<staged_row>& rows,
                                      std::uint32_t i) {
  if (i < as.texts.size() && as.texts[i])
    return *as.texts[i];
  return make_text(as, rows, i);
}

std::string_view flush_texts::make_text(form& as,
                                        const std::vector<staged_row>& rows,
                                        std::uint32_t i) {
  if (as.texts.size() <= i)
    as.texts.resize(rows.size());
  auto& text = as.texts[i];
  const auto& staged = rows[i];
  const auto& x = *staged.row;
  std::string json;
  if (!passes(*as.shown, staged))
    return text.emplace();
  if (!as.changes_only || staged.whole)
    as.shown->append_row(json, x);
  else if (!as.shown->append_changes(json, x, x.changed()))
    return text.emplace();
  constexpr std::size_t block = 64 * 1024;
  auto need = json.size() + 16;
  // A block never grows, so that views into it stay valid.
  if (arena_.empty() || arena_.back().capacity() - arena_.back().size() < need)
    arena_.emplace_back().reserve(std::max(block, need));
  auto& to = arena_.back();
  auto before = to.size();
  if (as.as_array)
    to += json;
  else
    frame_(to, json);
  return text.emplace(std::string_view{to}.substr(before));
}

} // namespace livegrid
