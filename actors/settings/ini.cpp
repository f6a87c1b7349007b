#include "livegrid/actors/settings/ini.hpp"

#include <optional>
#include <utility>

namespace livegrid {

namespace {

bool is_blank(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r';
}

bool is_name(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

class reader {
public:
  explicit reader(std::string_view text) : text_(text) {
    // Editors on Windows put a byte order mark in front.
    if (text_.starts_with("\xEF\xBB\xBF"))
      text_.remove_prefix(3);
  }

  bool run() {
    sections.emplace_back().line = 1;
    for (; !at_end(); next_line()) {
      skip_blanks();
      if (at_line_end())
        continue;
      if (!(peek() == '[' ? section() : entry()) || !expect_line_end())
        return false;
    }
    return true;
  }

  std::vector<ini_section> sections;
  ini_error error;

private:
  bool at_end() const noexcept {
    return pos_ == text_.size();
  }

  /// The character ahead; a line break stands in for the end of the text.
  char peek() const noexcept {
    return at_end() ? '\n' : text_[pos_];
  }

  bool at_line_end() const noexcept {
    return peek() == '\n' || peek() == ';' || peek() == '#';
  }

  void skip_blanks() noexcept {
    while (is_blank(peek()))
      ++pos_;
  }

  void next_line() noexcept {
    while (peek() != '\n')
      ++pos_;
    if (!at_end()) {
      ++pos_;
      ++line_;
    }
  }

  bool fail(std::string message) {
    error = ini_error{line_, std::move(message)};
    return false;
  }

  bool expect_line_end() {
    skip_blanks();
    return at_line_end() || fail("there is more on the line than a value");
  }

  std::string_view name() noexcept {
    auto first = pos_;
    while (is_name(peek()))
      ++pos_;
    return text_.substr(first, pos_ - first);
  }

  bool section() {
    ++pos_;
    skip_blanks();
    auto x = name();
    skip_blanks();
    if (x.empty() || peek() != ']')
      return fail("a section is written as [name]");
    ++pos_;
    sections.push_back({std::string{x}, line_, {}});
    return true;
  }

  bool entry() {
    ini_entry x;
    x.line = line_;
    x.key = name();
    skip_blanks();
    if (x.key.empty() || peek() != '=')
      return fail("a setting is written as name = value");
    ++pos_;
    skip_blanks();
    if (!value(x))
      return false;
    sections.back().entries.push_back(std::move(x));
    return true;
  }

  bool value(ini_entry& x) {
    if (peek() == '[')
      return list(x);
    std::string text;
    if (!scalar(text, false))
      return fail(x.key + ": " + error.message);
    x.value = std::move(text);
    return true;
  }

  bool list(ini_entry& x) {
    std::vector<std::string> items;
    ++pos_;
    for (;;) {
      if (!skip_to_item())
        return fail(x.key + ": the list has no ]");
      if (peek() == ']')
        break;
      if (!scalar(items.emplace_back(), true))
        return fail(x.key + ": " + error.message);
      if (!skip_to_item())
        return fail(x.key + ": the list has no ]");
      if (peek() == ',')
        ++pos_;
      else if (peek() != ']')
        return fail(x.key + ": a comma or ] is missing in the list");
    }
    ++pos_;
    x.value = std::move(items);
    return true;
  }

  /// Skips blanks, comments and line breaks; false at the end of the text.
  bool skip_to_item() noexcept {
    for (skip_blanks(); at_line_end(); skip_blanks()) {
      if (at_end())
        return false;
      next_line();
    }
    return true;
  }

  bool scalar(std::string& out, bool in_list) {
    if (peek() == '"' || peek() == '\'')
      return quoted(out, peek());
    return bare(out, in_list);
  }

  bool quoted(std::string& out, char quote) {
    for (++pos_; peek() != quote; ++pos_) {
      if (peek() == '\n')
        return fail("the text has no closing quote");
      if (peek() != '\\' || quote == '\'') {
        out += peek();
        continue;
      }
      ++pos_;
      auto x = unescape(peek());
      if (!x)
        return fail(R"(only \" \\ \n \r \t may follow a backslash)");
      out += *x;
    }
    ++pos_;
    return true;
  }

  static std::optional<char> unescape(char c) noexcept {
    switch (c) {
    case '"':
    case '\\':
      return c;
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    default:
      return std::nullopt;
    }
  }

  bool bare(std::string& out, bool in_list) {
    if (peek() == '{')
      return fail("a value cannot be a map");
    auto first = pos_;
    auto last = pos_; // behind the last character that is no blank
    for (; peek() != '\n' && peek() != ';'; ++pos_) {
      if (in_list && (peek() == ',' || peek() == ']'))
        break;
      if (peek() == '#' && (pos_ == first || last != pos_))
        break;
      if (peek() == '"')
        return fail("a quote within a value that does not begin with one");
      if (!is_blank(peek()))
        last = pos_ + 1;
    }
    out = text_.substr(first, last - first);
    return !out.empty() || fail("a value is missing; an empty one is \"\"");
  }

  std::string_view text_;
  std::size_t pos_ = 0;
  std::size_t line_ = 1;
};

} // namespace

expected<std::vector<ini_section>, ini_error> parse_ini(std::string_view text) {
  reader x{text};
  if (!x.run())
    return unexpected{std::move(x.error)};
  return std::move(x.sections);
}

} // namespace livegrid
