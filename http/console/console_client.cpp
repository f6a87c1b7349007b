#include "livegrid/http/console/console_client.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <utility>

#include "livegrid/actors/operator/console_command.hpp"
#include "livegrid/http/operator/console_wire.hpp"
#include "livegrid/http/system/secret.hpp"
#include "livegrid/http/system/state_directory.hpp"

namespace livegrid {

namespace {

using clock = std::chrono::steady_clock;

/// For the connection to be accepted, and again for the node's first word.
constexpr std::chrono::seconds connect_time{3};

/// Longer than the node waits for its own parts.
constexpr std::chrono::seconds answer_time{10};

/// For what a word may become: the operator is typing.
constexpr std::chrono::seconds completion_time{1};

constexpr std::uint16_t default_port = 7780;

/// The words of a line as they stand there, with their quotes; the last one is
/// being typed, and may be empty.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> result{""};
  auto quoted = false;
  for (auto c : line) {
    quoted = quoted != (c == '"');
    if (quoted || c != ' ')
      result.back() += c;
    else if (!result.back().empty())
      result.emplace_back();
  }
  return result;
}

/// What goes in for a word that was begun: names in quotes if one of them has
/// to be, or if the word is, so that all begin alike. The editor takes what
/// stands behind the last blank for the word.
std::vector<std::string> as_typed(std::vector<std::string> names,
                                  const std::string& begun) {
  auto in_quotes = begun.starts_with('"')
                   || std::any_of(names.begin(), names.end(), [](auto& x) {
                        return console_command::word(x) != x;
                      });
  auto blank = begun.rfind(' ');
  for (auto& x : names) {
    if (in_quotes)
      x = '"' + x + '"';
    if (blank != begun.npos)
      x.erase(0, blank + 1);
  }
  return names;
}

} // namespace

std::string console_address::str() const {
  return path.empty() ? host + ':' + std::to_string(port) : path;
}

std::optional<console_address> console_address::parse(std::string_view text) {
  console_address result;
  if (text.find('/') != text.npos) {
    result.path = std::string{text};
    return result;
  }
  auto colon = text.rfind(':');
  if (colon == text.npos || colon == 0)
    return std::nullopt;
  result.host = std::string{text.substr(0, colon)};
  auto port = text.substr(colon + 1);
  auto [at, ec] =
    std::from_chars(port.data(), port.data() + port.size(), result.port);
  if (ec != std::errc{} || at != port.data() + port.size() || result.port == 0)
    return std::nullopt;
  return result;
}

console_client::console_client(std::string key) : key_(std::move(key)) {
  // nop
}

// -- the way there ------------------------------------------------------------

console_client::outcome console_client::connect(const console_address& where) {
  where_ = where;
  return open();
}

console_client::outcome console_client::connect_here() {
  for (const auto& path : console_sockets(default_port)) {
    auto result = connect({.host = {}, .path = path});
    // Whoever is there but does not let us in is the one.
    if (result || !result.error().lost)
      return result;
  }
  return connect({.host = "127.0.0.1", .port = default_port, .path = {}});
}

console_client::outcome console_client::open() {
  questions_.reset();
  answers_.reset();
  if (auto opened = open_socket(); !opened)
    return lost("no node at " + where_.str() + ": " + opened.error());
  return greet();
}

expected<void, std::string> console_client::open_socket() {
  if (!where_.path.empty())
    return socket_.connect_path(where_.path);
  const auto& host = where_.host;
  auto bare = host.size() > 2 && host.front() == '[' && host.back() == ']'
                ? host.substr(1, host.size() - 2)
                : host;
  return socket_.connect_tcp(bare, where_.port, connect_time);
}

console_client::outcome console_client::greet() {
  auto at = where_.str();
  auto deadline = clock::now() + connect_time;
  // Who speaks another protocol says so when it hears this.
  console_line first;
  first.protocol = console_protocol;
  socket_.send_line(first.str(), deadline);
  auto line = socket_.read_line(deadline);
  if (!line)
    return lost(line.error() == console_socket::fault::late
                  ? "no node at " + at
                      + ": it accepts connections and does not say that it is "
                        "one"
                  : at
                      + " is no Live Grid console port, or has no room for one "
                        "more operator: it hangs up");
  auto said = console_line::parse(*line);
  if (!said || said->protocol == 0 || !is_nonce(said->nonce))
    return lost(at
                + " is no Live Grid console port: what answers there speaks "
                  "another protocol (HTTP?); console.port says which it is");
  if (said->protocol != console_protocol)
    return lost(at + " is the console of a node of another version");
  if (said->wants_proof)
    return prove(said->nonce);
  // Whoever stands in a node's place could say so as well. At its Unix socket
  // the system vouches for it.
  if (!key_.empty() && where_.path.empty())
    return lost("the node at " + at
                + " wants no key, and so does not prove that it is yours: "
                  "leave the key away if it has no access.keys-file");
  return {};
}

console_client::outcome console_client::prove(const std::string& nonce) {
  if (key_.empty())
    return unexpected{console_failure{
      "an operator's key is needed: --key-file, or LIVEGRID_KEY"}};
  auto dot = key_.find('.');
  if (dot == key_.npos)
    return unexpected{console_failure{
      "a key is NAME.SECRET, as `livegrid key add` has printed it"}};
  console_line mine;
  mine.key = key_.substr(0, dot);
  mine.nonce = make_nonce();
  console_proof proof{sha256(std::string_view{key_}.substr(dot + 1)), mine.key,
                      nonce, mine.nonce};
  mine.proof = proof.of_operator();
  auto deadline = clock::now() + connect_time;
  if (!socket_.send_line(mine.str(), deadline))
    return gone();
  auto line = socket_.read_line(deadline);
  auto said = line ? console_line::parse(*line) : std::nullopt;
  if (!said)
    return lost("the node at " + where_.str() + " does not answer");
  if (said->error)
    return unexpected{console_failure{*said->error}};
  if (!same_proof(said->proof, proof.of_node()))
    return lost("what answers at " + where_.str()
                + " does not know that key: it is not the node, and has "
                  "learned nothing of the key");
  questions_ = proof.questions();
  answers_ = proof.answers();
  return {};
}

// -- questions ----------------------------------------------------------------

unexpected<console_failure> console_client::lost(std::string why) {
  socket_.close();
  return unexpected{console_failure{std::move(why), true}};
}

unexpected<console_failure> console_client::gone() {
  return lost("the node at " + where_.str() + " is gone");
}

expected<console_answer, console_failure>
console_client::ask(const std::string& line,
                    const std::function<bool()>& given_up) {
  // After a question that was given up its answer is still on its way.
  if (!socket_.open() && !open())
    return gone();
  if (socket_.hung_up())
    return gone();
  console_line x;
  x.ask = line;
  auto text = x.str();
  if (text.size() > max_console_question / 2)
    return unexpected{console_failure{"a command has at most "
                                      + std::to_string(max_console_question / 2)
                                      + " bytes"}};
  auto deadline = clock::now() + answer_time;
  if (!socket_.send_line(questions_ ? questions_->seal(text) : text, deadline))
    return gone();
  auto answer = socket_.read_line(deadline, given_up);
  if (answer)
    return understand(*answer);
  switch (answer.error()) {
  case console_socket::fault::given_up:
    socket_.close();
    return unexpected{console_failure{"given up", false, true}};
  case console_socket::fault::late:
    // Not one of its parts, then, but the node itself.
    return lost("the node at " + where_.str() + " does not answer");
  case console_socket::fault::too_long:
    return lost("the answer is too long");
  case console_socket::fault::ended:
    break;
  }
  return gone();
}

expected<console_answer, console_failure>
console_client::understand(const std::string& line) {
  auto text = answers_ ? answers_->open(line) : std::optional{line};
  auto said = text ? console_line::parse(*text) : std::nullopt;
  if (said && said->answer)
    return std::move(*said->answer);
  if (said && said->error)
    return unexpected{console_failure{*said->error}};
  socket_.close();
  return unexpected{console_failure{
    "what comes from " + where_.str() + " is not the node's answer", true}};
}

// -- completion ---------------------------------------------------------------

std::vector<std::string> console_client::completions(const std::string& line) {
  auto words = words_of(line);
  const auto& begun = words.back();
  auto word = begun;
  std::erase(word, '"');
  if (words.size() == 1) {
    auto result = first_cells("help", word);
    if (std::string{"quit"}.starts_with(word))
      result.emplace_back("quit");
    return result;
  }
  const auto& command = words[0];
  if (begun.starts_with("--"))
    return options_of(command, word);
  auto is = [&](std::initializer_list<const char*> names) {
    return std::find(names.begin(), names.end(), command) != names.end();
  };
  if (words.size() == 3 && command == "why")
    return as_typed(symbols_like(word), begun);
  if (words.size() != 2)
    return {};
  if (is({"symbol", "watch"}))
    return as_typed(symbols_like(word), begun);
  if (is({"subscriber", "close", "ledger", "why"}))
    return first_cells("subscribers", word);
  if (is({"pause", "resume"}))
    return first_cells("feeds", word);
  if (is({"help"}))
    return first_cells("help", word);
  std::vector<std::string> result;
  if (is({"log"}))
    for (const auto* level : {"error", "warning", "info", "debug"})
      if (std::string_view{level}.starts_with(word))
        result.emplace_back(level);
  return result;
}

std::optional<console_answer>
console_client::ask_soon(const std::string& line) {
  auto deadline = clock::now() + completion_time;
  auto said = ask(line, [=] { return clock::now() >= deadline; });
  return said ? std::optional{*std::move(said)} : std::nullopt;
}

std::vector<std::string>
console_client::first_cells(const std::string& command,
                            const std::string& prefix) {
  std::vector<std::string> result;
  auto x = ask_soon(command);
  // There is nothing to complete with otherwise.
  if (x)
    for (const auto& list : x->lists)
      for (const auto& row : list.rows)
        if (!row.empty() && row[0].starts_with(prefix))
          result.push_back(row[0]);
  return result;
}

std::vector<std::string>
console_client::symbols_like(const std::string& prefix) {
  return first_cells("symbols " + console_command::word(prefix + '*'), prefix);
}

std::vector<std::string> console_client::options_of(const std::string& command,
                                                    const std::string& word) {
  auto x = ask_soon("help " + command);
  if (!x || x->lists.empty() || x->lists[0].rows.empty()
      || x->lists[0].rows[0].size() < 2)
    return {};
  std::vector<std::string> result;
  auto add = [&](const std::string& text) {
    if (text.starts_with(word))
      result.push_back(text);
  };
  // `[--sort=age|lag] [--page=N]`: what is in capitals is for the operator.
  for (auto part : words_of(x->lists[0].rows[0][1])) {
    if (!part.starts_with("[--") || !part.ends_with("]"))
      continue;
    part = part.substr(1, part.size() - 2);
    auto equals = part.find('=');
    auto name = part.substr(0, equals + 1);
    if (!word.starts_with(name)) {
      add(name);
      continue;
    }
    auto values = part.substr(equals + 1);
    if (values == "N")
      continue;
    for (std::size_t at = 0; at <= values.size();) {
      auto end = std::min(values.find('|', at), values.size());
      add(name + values.substr(at, end - at));
      at = end + 1;
    }
  }
  return result;
}

} // namespace livegrid
