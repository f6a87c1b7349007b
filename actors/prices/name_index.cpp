#include "livegrid/actors/prices/name_index.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "livegrid/actors/base/text.hpp"

namespace livegrid {

namespace {

/// @param part in lower case.
bool has_part(std::string_view name, std::string_view part) {
  auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (!std::all_of(name.begin(), name.end(), is_ascii))
    return letters_to_lower(name).find(part) != std::string::npos;
  return std::search(name.begin(), name.end(), part.begin(), part.end(),
                     [](char a, char b) { return to_lower(a) == b; })
         != name.end();
}

bool same_filter(const symbol_filter_ptr& a, const symbol_filter_ptr& b) {
  return a == b || (a && b && *a == *b);
}

void append_option(std::string& out, const symbol_name& x) {
  out += out.empty() ? "[" : ",";
  out += "{\"label\":";
  append_json_string(out, x.str());
  out += ",\"value\":";
  append_json_string(out, x.str());
  out += '}';
}

} // namespace

void name_index::assign(std::vector<symbol_name> all) {
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  names_ = std::move(all);
  by_name_.resize(names_.size());
  std::iota(by_name_.begin(), by_name_.end(), std::uint32_t{0});
  filters_.clear();
  pages_.clear();
}

void name_index::sort() {
  auto before = by_name_.size();
  if (before == names_.size())
    return;
  auto less = [this](std::uint32_t a, std::uint32_t b) {
    return names_[a] < names_[b];
  };
  by_name_.resize(names_.size());
  auto middle = by_name_.begin() + static_cast<std::ptrdiff_t>(before);
  std::iota(middle, by_name_.end(), static_cast<std::uint32_t>(before));
  std::sort(middle, by_name_.end(), less);
  std::inplace_merge(by_name_.begin(), middle, by_name_.end(), less);
}

const std::vector<bool>&
name_index::allowed_by(const symbol_filter_ptr& filter) {
  auto i = std::find_if(filters_.begin(), filters_.end(), [&](const auto& x) {
    return same_filter(x.filter, filter);
  });
  if (i == filters_.end()) {
    if (filters_.size() == max_filters)
      filters_.erase(std::min_element(
        filters_.begin(), filters_.end(),
        [](const auto& a, const auto& b) { return a.used < b.used; }));
    i = filters_.insert(filters_.end(), {filter, {}, 0});
  }
  i->used = ++clock_;
  for (auto k = i->allowed.size(); k < names_.size(); ++k)
    i->allowed.push_back(allows(filter, names_[k]));
  return i->allowed;
}

name_page_ptr name_index::page(const name_query& x) {
  // What people look for by its letters differs each time.
  if (!x.part.empty() || !x.as_options)
    return make(x);
  auto i = std::find_if(pages_.begin(), pages_.end(), [&](const auto& y) {
    return y.what.limit == x.limit && y.what.by_age == x.by_age
           && y.what.after == x.after && same_filter(y.what.filter, x.filter);
  });
  if (i != pages_.end() && i->of == names_.size()) {
    std::rotate(pages_.begin(), i, i + 1);
    return pages_.front().page;
  }
  if (i != pages_.end())
    pages_.erase(i);
  else if (pages_.size() == max_pages)
    pages_.pop_back();
  pages_.insert(pages_.begin(), {x, names_.size(), make(x)});
  return pages_.front().page;
}

name_page_ptr name_index::make(const name_query& x) {
  auto result = std::make_shared<name_page>();
  std::string options;
  std::uint64_t taken = 0;
  const auto* allowed = x.filter ? &allowed_by(x.filter) : nullptr;
  auto part = letters_to_lower(x.part);
  // Returns false when there are enough.
  auto take = [&](std::uint32_t at) {
    const auto& name = names_[at];
    if ((allowed && !(*allowed)[at])
        || (!part.empty() && !x.by_age && !has_part(name.str(), part)))
      return true;
    if (taken == x.limit) {
      result->more = true;
      return false;
    }
    ++taken;
    result->last = name.str();
    if (x.as_options)
      append_option(options, name);
    else
      result->names.emplace_back(name);
    return true;
  };
  if (x.by_age) {
    result->total = allowed ? static_cast<std::uint64_t>(
                      std::count(allowed->begin(), allowed->end(), true))
                            : names_.size();
    for (std::uint32_t i = 0; i < names_.size() && take(i); ++i)
      ;
  } else {
    sort();
    auto i =
      x.after.empty()
        ? by_name_.begin()
        : std::upper_bound(by_name_.begin(), by_name_.end(), x.after,
                           [this](const std::string& a, std::uint32_t b) {
                             return a < names_[b].str();
                           });
    while (i != by_name_.end() && take(*i))
      ++i;
  }
  if (x.as_options) {
    options += options.empty() ? "[]" : "]";
    result->options = std::make_shared<const std::string>(std::move(options));
  }
  return result;
}

} // namespace livegrid
