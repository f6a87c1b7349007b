#include "livegrid/actors/operator/forwarding.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <utility>

namespace livegrid {

namespace {

/// Longer than the other node waits for its own parts.
constexpr std::chrono::seconds forward_timeout{5};

/// Adds what one node has answered, and says whose it is.
void merge(console_answer& all, const std::string& node, console_answer one) {
  for (auto& x : one.parts) {
    x.name = x.name.empty() ? node : node + ' ' + x.name;
    all.parts.emplace_back(std::move(x));
  }
  for (auto& x : one.lists) {
    x.columns.insert(x.columns.begin(), "node");
    for (auto& line : x.rows)
      line.insert(line.begin(), node);
    auto same =
      std::find_if(all.lists.begin(), all.lists.end(), [&](const listing& y) {
        return y.title == x.title && y.columns == x.columns;
      });
    if (same == all.lists.end()) {
      all.lists.emplace_back(std::move(x));
      continue;
    }
    same->rows.insert(same->rows.end(), std::make_move_iterator(x.rows.begin()),
                      std::make_move_iterator(x.rows.end()));
    same->total += x.total;
    same->pages = std::max(same->pages, x.pages);
  }
  if (!one.note.empty())
    all.note += (all.note.empty() ? "" : "; ") + node + ": " + one.note;
}

/// Goes on once all members have answered, or an error stands for each that
/// does not.
void forward_to_all(asker& ask, const std::string& line, console_promise to) {
  auto ask_all = [&ask, line, to](const listing& members) mutable {
    struct collector {
      std::map<std::string, console_answer> answers;
      std::size_t missing = 0;
      std::size_t refused = 0;
    };
    auto all = std::make_shared<collector>();
    all->missing = members.rows.size();
    auto done = [all, to]() mutable {
      if (--all->missing > 0)
        return;
      console_answer result;
      for (auto& [node, x] : all->answers)
        merge(result, node, std::move(x));
      if (all->refused == all->answers.size())
        to.deliver(make_error(errc::invalid, result.note));
      else
        to.deliver(std::move(result));
    };
    for (const auto& x : members.rows) {
      const auto& node = x.at(0);
      ask.grid(forward_timeout, ask_atom_v, node, line)
        .then(
          [all, done, node](console_answer& said) mutable {
            all->answers[node] = std::move(said);
            done();
          },
          [all, done, node](const caf::error& why) mutable {
            // An error of one stands in its place.
            ++all->refused;
            all->answers[node].note = to_refusal(why).message;
            done();
          });
    }
  };
  ask.grid(forward_timeout, list_atom_v)
    .then(std::move(ask_all), refusal_to(to));
}

} // namespace

caf::error alone_error() {
  return make_error(errc::invalid, "the node is alone; cluster.etcd makes it "
                                   "one of several");
}

void forward(asker& ask, const std::string& node, const std::string& line,
             console_promise to) {
  if (!ask.node.grid)
    return refuse(to, alone_error());
  if (node == "all")
    return forward_to_all(ask, line, to);
  ask.grid(forward_timeout, ask_atom_v, node, line)
    .then([to](console_answer& x) mutable { to.deliver(std::move(x)); },
          refusal_to(to));
}

void forward_to_owner(asker& ask, const symbol_name& which, console_command x,
                      console_promise to) {
  x.options["here"];
  ask.grid(asker::timeout, where_atom_v, which)
    .then(
      [&ask, line = x.str(), to](const actor_status& said) mutable {
        for (const auto& [key, value] : said.facts)
          if (key == "owner")
            return forward(ask, value.str(), line, to);
        to.deliver(make_error(errc::unavailable, "its owner is not known"));
      },
      refusal_to(to));
}

} // namespace livegrid
