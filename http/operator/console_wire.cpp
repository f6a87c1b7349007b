#include "livegrid/http/operator/console_wire.hpp"

#include <utility>

#include "livegrid/actors/base/text.hpp"
#include "livegrid/http/json/json_document.hpp"

namespace livegrid {

namespace {

using value = rapidjson::Value;

// -- writing ------------------------------------------------------------------

/// Puts commas between what it writes, members and elements.
class writer {
public:
  explicit writer(std::string& out) : out_(out) {
    // nop
  }

  writer& begin(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
    return *this;
  }

  void end(char bracket) {
    out_ += bracket;
    first_ = false;
  }

  writer& key(std::string_view name) {
    separate();
    append_json_string(out_, name);
    out_ += ':';
    first_ = true;
    return *this;
  }

  void text(std::string_view x) {
    separate();
    append_json_string(out_, x);
  }

  void raw(std::string_view x) {
    separate();
    out_ += x;
  }

  void texts(const std::vector<std::string>& xs) {
    begin('[');
    for (const auto& x : xs)
      text(x);
    end(']');
  }

private:
  void separate() {
    if (!std::exchange(first_, false))
      out_ += ',';
  }

  std::string& out_;
  bool first_ = true;
};

void write(writer& out, const console_answer& x) {
  out.begin('{').key("parts").begin('[');
  for (const auto& part : x.parts) {
    out.begin('{').key("kind").text(part.kind);
    out.key("name").text(part.name);
    out.key("facts").begin('[');
    for (const auto& [key, fact] : part.facts) {
      out.begin('[').text(key);
      out.text(fact.str());
      out.raw(fact.is_text() ? "true" : "false");
      out.end(']');
    }
    out.end(']');
    out.end('}');
  }
  out.end(']');
  out.key("lists").begin('[');
  for (const auto& list : x.lists) {
    out.begin('{').key("title").text(list.title);
    out.key("columns").texts(list.columns);
    out.key("rows").begin('[');
    for (const auto& row : list.rows)
      out.texts(row);
    out.end(']');
    out.key("total").raw(std::to_string(list.total));
    out.key("page").raw(std::to_string(list.page));
    out.key("pages").raw(std::to_string(list.pages));
    out.end('}');
  }
  out.end(']');
  out.key("note").text(x.note);
  out.end('}');
}

// -- reading ------------------------------------------------------------------

const value* member(const value& x, const char* name) {
  auto i = x.FindMember(name);
  return i == x.MemberEnd() ? nullptr : &i->value;
}

bool read(const value& x, std::string& to) {
  if (!x.IsString())
    return false;
  to.assign(x.GetString(), x.GetStringLength());
  return true;
}

bool read(const value& x, std::uint64_t& to) {
  if (!x.IsUint64())
    return false;
  to = x.GetUint64();
  return true;
}

bool read(const value& x, bool& to) {
  if (!x.IsBool())
    return false;
  to = x.GetBool();
  return true;
}

bool read(const value& x, actor_status::fact& to);
bool read(const value& x, actor_status& to);
bool read(const value& x, listing& to);

template <class T>
bool read(const value& x, std::vector<T>& to) {
  if (!x.IsArray())
    return false;
  for (const auto& y : x.GetArray())
    if (!read(y, to.emplace_back()))
      return false;
  return true;
}

bool read(const value& x, actor_status::fact& to) {
  std::string text;
  auto is_text = true;
  if (!x.IsArray() || x.Size() != 3 || !read(x[0], to.first)
      || !read(x[1], text) || !read(x[2], is_text))
    return false;
  to.second = is_text ? fact_value{std::move(text)} : fact_value::json(text);
  return true;
}

template <class T>
bool read_member(const value& x, const char* name, T& to) {
  const auto* found = member(x, name);
  return found == nullptr || read(*found, to);
}

bool read(const value& x, actor_status& to) {
  return x.IsObject() && read_member(x, "kind", to.kind)
         && read_member(x, "name", to.name)
         && read_member(x, "facts", to.facts);
}

bool read(const value& x, listing& to) {
  if (!x.IsObject() || !read_member(x, "title", to.title)
      || !read_member(x, "columns", to.columns)
      || !read_member(x, "rows", to.rows) || !read_member(x, "total", to.total)
      || !read_member(x, "page", to.page) || !read_member(x, "pages", to.pages))
    return false;
  // Whoever shows it relies on that.
  for (const auto& row : to.rows)
    if (row.size() != to.columns.size())
      return false;
  return true;
}

bool read(const value& x, console_answer& to) {
  return x.IsObject() && read_member(x, "parts", to.parts)
         && read_member(x, "lists", to.lists)
         && read_member(x, "note", to.note);
}

template <class T>
bool read_member(const value& x, const char* name, std::optional<T>& to) {
  const auto* found = member(x, name);
  return found == nullptr || read(*found, to.emplace());
}

} // namespace

std::string console_line::str() const {
  std::string result;
  writer out{result};
  out.begin('{');
  if (protocol > 0)
    out.key("livegrid_console").raw(std::to_string(protocol));
  if (!nonce.empty())
    out.key("nonce").text(nonce);
  if (wants_proof)
    out.key("proof").raw("true");
  if (!key.empty())
    out.key("key").text(key);
  if (!proof.empty())
    out.key("proof").text(proof);
  if (ask)
    out.key("ask").text(*ask);
  if (answer) {
    out.key("answer");
    write(out, *answer);
  }
  if (error)
    out.key("error").text(*error);
  out.end('}');
  return result;
}

std::optional<console_line> console_line::parse(std::string_view text) {
  auto parsed = parse_document(text);
  if (!parsed || !parsed->IsObject())
    return std::nullopt;
  const auto* doc = &*parsed;
  console_line x;
  // A greeting says whether it wants one, the others show one.
  auto proof = [&] {
    const auto* found = member(*doc, "proof");
    return found == nullptr || read(*found, x.wants_proof)
           || read(*found, x.proof);
  };
  if (!read_member(*doc, "livegrid_console", x.protocol) || !proof()
      || !read_member(*doc, "nonce", x.nonce)
      || !read_member(*doc, "key", x.key) || !read_member(*doc, "ask", x.ask)
      || !read_member(*doc, "answer", x.answer)
      || !read_member(*doc, "error", x.error))
    return std::nullopt;
  return x;
}

} // namespace livegrid
