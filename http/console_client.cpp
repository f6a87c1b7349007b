#include "livegrid/http/console_client.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

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

/// Between two looks whether a question is given up.
constexpr std::chrono::milliseconds look_time{20};

/// For what a word may become: the operator is typing.
constexpr std::chrono::seconds completion_time{1};

/// Asks, and sends what came of it to `whom`, with the question's number.
void ask_for(caf::event_based_actor* self, const caf::actor& whom,
             const door_actor& node, std::uint64_t number,
             const std::string& key, const std::string& line) {
  self->request(node, answer_time, ask_atom_v, key, line)
    .then([=](console_answer& x) { self->send(whom, number, std::move(x)); },
          [=](caf::error& why) { self->send(whom, number, std::move(why)); });
}

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

console_client::console_client(caf::actor_system& sys, std::string key)
  : self_(sys), key_(std::move(key)) {
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
  // What remote_actor() does, but with a time-out. That comes even when the
  // question is answered, and would stay in a mailbox that waits for something
  // else: so it has an actor of its own.
  caf::scoped_actor once{sys};
  once
    ->request(sys.middleman().actor_handle(), connect_time, caf::connect_atom_v,
              address, port)
    .receive(
      [&](const caf::node_id&, const caf::strong_actor_ptr& found,
          const std::set<std::string>& interface) {
        using wanted = caf::detail::type_list<door_actor>;
        if (!found)
          result = "nothing is published at " + where_;
        else if (!sys.assignable(interface, sys.message_types(wanted{})))
          result = where_ + " is not the console of a node like this one";
        else
          node_ = caf::actor_cast<door_actor>(found);
      },
      [&](const caf::error& why) {
        if (why == caf::sec::malformed_basp_message)
          result = where_
                   + " is no Live Grid console port: what answers there speaks "
                     "another protocol (HTTP?); console.port says which it is";
        else
          result =
            "no node at " + where_ + ": "
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
console_client::ask(const std::string& line,
                    const std::function<bool()>& given_up) {
  if (gone())
    return console_failure{"the node at " + where_ + " is gone", true};
  std::variant<console_answer, console_failure> result;
  auto begin = clock::now();
  auto number = ++questions_;
  // One that waits in our place: a request of our own could not be left.
  auto asker =
    self_->spawn(ask_for, caf::actor{self_}, node_, number, key_, line);
  std::optional<caf::error> failed;
  for (auto open = true; open;) {
    if (given_up && given_up()) {
      caf::anon_send_exit(asker, caf::exit_reason::kill);
      return console_failure{"given up", false, true};
    }
    // What has another number was given up.
    self_->receive(
      [&](std::uint64_t which, console_answer& x) {
        if (which != number)
          return;
        result = std::move(x);
        open = false;
      },
      [&](std::uint64_t which, caf::error& why) {
        if (which != number)
          return;
        failed = std::move(why);
        open = false;
      },
      [&](const caf::down_msg&) { gone_ = true; },
      caf::after(look_time) >>
        [] {
          // There is none yet.
        });
  }
  if (!failed)
    return result;
  if (gone() || *failed == caf::sec::request_receiver_down)
    return console_failure{"the node at " + where_ + " is gone", true};
  if (clock::now() - begin >= answer_time)
    // Not one of its parts, then, but the node itself.
    return console_failure{"the node at " + where_ + " does not answer", true};
  return console_failure{to_refusal(*failed).message};
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

std::optional<console_answer>
console_client::ask_soon(const std::string& line) {
  auto deadline = clock::now() + completion_time;
  auto said = ask(line, [=] { return clock::now() >= deadline; });
  if (auto* x = std::get_if<console_answer>(&said))
    return std::move(*x);
  return std::nullopt;
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
