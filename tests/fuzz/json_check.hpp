#pragma once

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz.hpp"

#include "livegrid/actors/prices/row.hpp"
#include "livegrid/actors/prices/view.hpp"
#include "livegrid/http/json/json_reader.hpp"

namespace livegrid::fuzz {

/// Notes the keys and the depth of a JSON text, whose numbers must be finite.
class json_notes final : public json_handler {
public:
  std::vector<std::string> keys;
  std::size_t values = 0;
  std::size_t nested = 0; ///< objects and arrays

  void null() override {
    ++values;
  }

  void boolean(bool) override {
    ++values;
  }

  void number(std::string_view, double x) override {
    expect(std::isfinite(x), "numbers are finite");
    ++values;
  }

  void string(std::string_view) override {
    ++values;
  }

  void key(std::string_view name) override {
    keys.emplace_back(name);
  }

  void begin_object() override {
    ++nested;
  }

  void end_object() override {
    // nop
  }

  void begin_array() override {
    ++nested;
  }

  void end_array() override {
    // nop
  }
};

/// What a text that we have written says; it must be JSON.
inline json_notes expect_json(std::string_view text) {
  json_notes result;
  expect(!read_json(text, result), "what we write is JSON");
  return result;
}

/// All of a row's cells, whole and as changes, must be one flat JSON object.
inline void expect_json(const row& x) {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < fixed_cells; ++i)
    names.emplace_back(to_string(static_cast<cell>(i)));
  for (std::size_t i = 0; i < x.num_extras(); ++i)
    names.emplace_back(x.extra_name(i));
  view all{names, {"symbol"}};
  std::string text;
  all.append_row(text, x);
  auto notes = expect_json(text);
  expect(notes.keys == names, "a row has its cells, each once");
  expect(notes.nested == 1 && notes.values == names.size(), "a row is flat");
  text.clear();
  if (all.append_changes(text, x, x.changed()))
    expect(expect_json(text).nested == 1, "changes are flat");
}

} // namespace livegrid::fuzz
