// The operator's questions about a cluster, and to its other nodes.

#include "livegrid/actors/console_gather.hpp"

namespace livegrid {

namespace {

/// Longer than the other node waits for its own parts.
constexpr std::chrono::seconds forward_timeout{5};

constexpr const char* alone = "the node is alone; cluster.etcd makes it one of "
                              "several";

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

} // namespace

void console_state::forward(const std::string& node, const std::string& line,
                            promise to) {
  if (!config.grid)
    return refuse(to, make_error(errc::invalid, alone));
  if (node == "all")
    return forward_to_all(line, to);
  self->request(config.grid, forward_timeout, ask_atom_v, node, line)
    .then([to](console_answer& x) mutable { to.deliver(std::move(x)); },
          [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::forward_to_all(const std::string& line, promise to) {
  auto ask_all = [this, line, to](const listing& members) mutable {
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
      self->request(config.grid, forward_timeout, ask_atom_v, node, line)
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
  self->request(config.grid, forward_timeout, list_atom_v)
    .then(std::move(ask_all),
          [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::forward_to_owner(const symbol_name& which,
                                     const std::string& line, promise to) {
  self->request(config.grid, console_timeout, where_atom_v, which)
    .then(
      [this, line, to](const actor_status& said) mutable {
        for (const auto& [key, value] : said.facts)
          if (key == "owner")
            return forward(value.str(), line + " --here", to);
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::nodes(const console_command&, promise to) {
  if (!config.grid)
    return refuse(to, make_error(errc::invalid, alone));
  self->request(config.grid, console_timeout, list_atom_v)
    .then(
      [to](listing& x) mutable {
        console_answer result;
        result.lists.emplace_back(std::move(x));
        to.deliver(std::move(result));
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::where(const console_command& x, promise to) {
  auto which = symbol_name::parse(x.args[0]);
  if (!which)
    return refuse(
      to, make_error(errc::invalid, "'" + x.args[0] + "' is no symbol name"));
  if (!config.grid)
    return refuse(to, make_error(errc::invalid, alone));
  self->request(config.grid, console_timeout, where_atom_v, *which)
    .then(
      [to](actor_status& said) mutable {
        console_answer result;
        result.parts.emplace_back(std::move(said));
        to.deliver(std::move(result));
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::move(const console_command& x, promise to) {
  auto which = symbol_name::parse(x.args[0]);
  if (!which)
    return refuse(
      to, make_error(errc::invalid, "'" + x.args[0] + "' is no symbol name"));
  if (!config.grid)
    return refuse(to, make_error(errc::invalid, alone));
  // The node that is to have it says so itself.
  if (x.args.size() == 2)
    return forward(x.args[1], "move " + x.args[0], to);
  self->request(config.grid, console_timeout, pin_atom_v, *which)
    .then(
      [to, symbol = x.args[0]](bool) mutable {
        console_answer result;
        result.note = symbol + " is moving";
        to.deliver(std::move(result));
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::set_owning(bool on, promise to) {
  if (!config.grid)
    return refuse(to, make_error(errc::invalid, alone));
  self->request(config.grid, console_timeout, pin_atom_v, on)
    .then(
      [to, on](bool owns) mutable {
        console_answer result;
        result.note = owns ? "owns its share of the symbols"
                      : on ? "serves viewers only"
                           : "owns no symbols; what it has is moving";
        to.deliver(std::move(result));
      },
      [to](caf::error& why) mutable { to.deliver(std::move(why)); });
}

void console_state::drain(const console_command& x, promise to) {
  if (!x.args.empty())
    return forward(x.args[0], "drain", to);
  set_owning(false, to);
}

void console_state::rebalance(const console_command& x, promise to) {
  if (!x.options.contains("here"))
    return forward_to_all("rebalance --here", to);
  set_owning(true, to);
}

} // namespace livegrid
