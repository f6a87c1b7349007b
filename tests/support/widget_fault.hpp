#pragma once

#include <string>

#include <rapidjson/document.h>

#include "livegrid/http/widgets/widget_rules.hpp"

// Like CAF's own test headers it needs CAF_SUITE, and comes last.

#include "unit_test.hpp"

namespace livegrid::test {

/// A good definition of a widget and more members.
inline std::string widget_with(const std::string& more) {
  return R"({"name":"n","description":"d","endpoint":"e",)" + more + '}';
}

/// What is wrong with a definition: path and reason, or "ok".
inline std::string fault_of_widget(const std::string& text) {
  rapidjson::Document doc;
  doc.Parse(text.data(), text.size());
  if (doc.HasParseError())
    CAF_FAIL("the test's own JSON is bad: " << text);
  auto bad = check_widget(doc);
  return bad ? bad->path + ": " + bad->reason : "ok";
}

} // namespace livegrid::test
