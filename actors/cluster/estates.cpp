#include "livegrid/actors/cluster/estates.hpp"

#include <algorithm>

#include "livegrid/actors/base/error.hpp"

namespace livegrid {

namespace {

/// Rows in one message, so that others get their turn in between.
constexpr std::size_t part_size = 1000;

} // namespace

// -- claims that come before their view ---------------------------------------

void estates::keep(std::uint64_t epoch, claim x) {
  kept_[epoch].emplace_back(std::move(x));
}

std::optional<std::pair<std::uint64_t, std::vector<estates::claim>>>
estates::next_kept(std::uint64_t epoch) {
  if (kept_.empty() || kept_.begin()->first > epoch)
    return std::nullopt;
  auto first = kept_.extract(kept_.begin());
  return std::pair{first.key(), std::move(first.mapped())};
}

// -- estates ------------------------------------------------------------------

void estates::estate::refuse() {
  for (auto& to : std::exchange(asked, {}))
    to(make_error(errc::moved, "there is a newer view than that"));
}

handover estates::estate::next_part() {
  handover result;
  auto end = std::min(rows.size(), next + part_size);
  result.rows.rows.assign(rows.begin() + static_cast<std::ptrdiff_t>(next),
                          rows.begin() + static_cast<std::ptrdiff_t>(end));
  next = end;
  result.last = end == rows.size();
  if (result.last) {
    rows.clear();
    next = 0;
  }
  return result;
}

bool estates::begun(const std::string& whose, std::uint64_t epoch) const {
  auto i = all_.find(whose);
  return i != all_.end() && i->second.epoch == epoch;
}

void estates::begin(const std::string& whose, std::uint64_t epoch) {
  auto& x = all_[whose];
  x.refuse();
  x = estate{.epoch = epoch};
}

bool estates::ask(const std::string& whose, reply to) {
  auto& x = all_.at(whose);
  if (x.complete)
    to(x.next_part());
  else
    x.asked.emplace_back(std::move(to));
  return x.complete;
}

std::vector<std::string> estates::incomplete(std::uint64_t epoch) const {
  std::vector<std::string> result;
  for (const auto& [whose, x] : all_)
    if (!x.complete && x.epoch == epoch)
      result.emplace_back(whose);
  return result;
}

void estates::complete(const std::string& whose, std::vector<row_ptr> rows) {
  auto& x = all_.at(whose);
  x.rows = std::move(rows);
  x.complete = true;
  for (auto& to : std::exchange(x.asked, {}))
    to(x.next_part());
}

bool estates::all_fetched() const noexcept {
  return std::all_of(all_.begin(), all_.end(), [](const auto& x) {
    return x.second.complete && x.second.rows.empty();
  });
}

void estates::refuse_all() {
  for (auto& [whose, x] : all_)
    x.refuse();
  all_.clear();
}

bool estates::any_open() const noexcept {
  return std::any_of(all_.begin(), all_.end(), [](const auto& x) {
    return !x.second.rows.empty() || !x.second.asked.empty();
  });
}

// -- symbols that are leaving -------------------------------------------------

void estates::begin_leaving(const std::vector<symbol_name>& names) {
  ++rounds_;
  for (const auto& x : names)
    leaving_.try_emplace(x);
}

bool estates::keep_early(std::uint64_t node, row_ptr& x) {
  auto i = leaving_.find(x->symbol());
  if (i == leaving_.end())
    return false;
  i->second = {node, std::move(x)};
  return true;
}

estates::early_row estates::end_leaving(const symbol_name& which) {
  auto i = leaving_.find(which);
  if (i == leaving_.end())
    return {};
  auto result = std::move(i->second);
  leaving_.erase(i);
  return result;
}

} // namespace livegrid
