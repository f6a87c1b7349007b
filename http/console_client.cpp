#include "livegrid/http/console_client.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include <caf/io/all.hpp>

#include "livegrid/error.hpp"
#include "livegrid/http/tcp_probe.hpp"

namespace livegrid {

namespace {

using clock = std::chrono::steady_clock;

/// For the connection to be accepted, and again for the node's first word.
constexpr std::chrono::seconds connect_time{3};

/// Longer than the node waits for its own parts.
constexpr std::chrono::seconds answer_time{10};

/// Of a list that completion looks through.
constexpr std::uint64_t most_pages = 20;

std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> result{""};
  for (auto c : line)
    if (c != ' ')
      result.back() += c;
    else if (!result.back().empty())
      result.emplace_back();
  return result;
}

} // namespace

console_client::console_client(caf::actor_system& sys) : self_(sys) {
  // nop
}

std::optional<std::string> console_client::connect(const std::string& host,
                                                   std::uint16_t port) {
  where_ = host + ':' + std::to_string(port);
  auto address = host.size() > 2 && host.front() == '[' && host.back() == ']'
                   ? host.substr(1, host.size() - 2)
                   : host;
  if (auto why = probe(address, port, connect_time))
    return "no node at " + where_ + ": " + *why;
  auto& sys = self_->system();
  std::optional<std::string> result;
  // What remote_actor() does, but with a time-out.
  self_
    ->request(sys.middleman().actor_handle(), connect_time, caf::connect_atom_v,
              address, port)
    .receive(
      [&](const caf::node_id&, const caf::strong_actor_ptr& found,
          const std::set<std::string>& interface) {
        using wanted = caf::detail::type_list<console_actor>;
        if (!found)
          result = "nothing is published at " + where_;
        else if (!sys.assignable(interface, sys.message_types(wanted{})))
          result = where_ + " is not the console of a node like this one";
        else
          node_ = caf::actor_cast<console_actor>(found);
      },
      [&](const caf::error& why) {
        result = "no node at " + where_ + ": "
                 + (why == caf::sec::request_timeout
                      ? "it accepts connections and does not say that it is one"
                      : to_refusal(why).message);
      });
  if (node_)
    self_->monitor(node_);
  return result;
}

bool console_client::gone() {
  if (!gone_)
    self_->receive([&](const caf::down_msg&) { gone_ = true; },
                   caf::after(std::chrono::seconds{0}) >>
                     [] {
                       // It is there.
                     });
  return gone_;
}

std::variant<console_answer, console_failure>
console_client::ask(const std::string& line) {
  if (gone())
    return console_failure{"the node at " + where_ + " is gone", true};
  std::variant<console_answer, console_failure> result;
  auto begin = clock::now();
  self_->request(node_, answer_time, ask_atom_v, line)
    .receive(
      [&](console_answer& x) { result = std::move(x); },
      [&](const caf::error& why) {
        if (gone() || why == caf::sec::request_receiver_down)
          result = console_failure{"the node at " + where_ + " is gone", true};
        else if (clock::now() - begin >= answer_time)
          // Not one of its parts, then, but the node itself.
          result =
            console_failure{"the node at " + where_ + " does not answer", true};
        else
          result = console_failure{to_refusal(why).message};
      });
  return result;
}

std::vector<std::string> console_client::completions(const std::string& line) {
  auto words = words_of(line);
  const auto& word = words.back();
  if (words.size() == 1) {
    auto result = first_cells("help", word);
    if (std::string{"quit"}.starts_with(word))
      result.emplace_back("quit");
    return result;
  }
  const auto& command = words[0];
  if (word.starts_with("--"))
    return options_of(command, word);
  auto is = [&](std::initializer_list<const char*> names) {
    return std::find(names.begin(), names.end(), command) != names.end();
  };
  if (words.size() == 3 && command == "why")
    return first_cells("symbols " + word + '*', word);
  if (words.size() != 2)
    return {};
  if (is({"symbol", "watch"}))
    return first_cells("symbols " + word + '*', word);
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

std::vector<std::string>
console_client::first_cells(const std::string& command,
                            const std::string& prefix) {
  std::vector<std::string> result;
  auto paged = command.starts_with("symbols") || command == "subscribers";
  std::uint64_t pages = 1;
  for (std::uint64_t page = 1; page <= std::min(pages, most_pages); ++page) {
    auto said =
      ask(paged ? command + " --page=" + std::to_string(page) : command);
    auto* x = std::get_if<console_answer>(&said);
    if (x == nullptr)
      // There is nothing to complete with then.
      break;
    for (const auto& list : x->lists) {
      pages = list.pages;
      for (const auto& row : list.rows)
        if (!row.empty() && row[0].starts_with(prefix))
          result.push_back(row[0]);
    }
  }
  return result;
}

std::vector<std::string> console_client::options_of(const std::string& command,
                                                    const std::string& word) {
  auto said = ask("help " + command);
  auto* x = std::get_if<console_answer>(&said);
  if (x == nullptr || x->lists.empty() || x->lists[0].rows.empty()
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
