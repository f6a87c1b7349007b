#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include <caf/actor_proxy.hpp>
#include <caf/all.hpp>
#include <caf/detail/sync_request_bouncer.hpp>

namespace livegrid::test {

/// The way from one actor to another, as if these were in two processes. Who
/// gets something over it sees the way back as its sender. Of two ways there
/// and back each is made with the other.
class cable final : public caf::actor_proxy {
public:
  /// Whether the cable loses that message.
  using filter = std::function<bool(const caf::message&)>;

  cable(caf::actor_config& cfg, caf::strong_actor_ptr to, filter loses)
    : caf::actor_proxy(cfg), to_(std::move(to)), loses_(std::move(loses)) {
    // nop
  }

  /// A way to that actor, which ends with it.
  static caf::strong_actor_ptr
  make(caf::actor_system& sys, const caf::strong_actor_ptr& to, filter loses) {
    caf::actor_config cfg{nullptr};
    auto result = caf::make_actor<cable, caf::strong_actor_ptr>(
      sys.next_actor_id(), sys.node(), &sys, cfg, to, std::move(loses));
    to->get()->attach_functor(
      [result](const caf::error& why, caf::execution_unit* where) {
        of(result).kill_proxy(where, why);
      });
    return result;
  }

  static cable& of(const caf::strong_actor_ptr& x) {
    return *static_cast<cable*>(caf::actor_cast<caf::abstract_actor*>(x));
  }

  /// Whoever sends over it is seen as `back` if he is `from`.
  void pair(caf::strong_actor_ptr from, caf::strong_actor_ptr back) {
    from_ = std::move(from);
    back_ = std::move(back);
  }

  bool cut() const noexcept {
    return !to_;
  }

  void enqueue(caf::mailbox_element_ptr what,
               caf::execution_unit* where) override {
    if (cut()) {
      if (what->mid.is_request()) {
        caf::detail::sync_request_bouncer bounce{
          caf::error{caf::exit_reason::remote_link_unreachable}};
        bounce(*what);
      }
      return;
    }
    auto content = what->copy_content_to_message();
    if (loses_(content))
      return;
    auto to = to_;
    to->get()->enqueue(what->sender == from_ ? back_ : what->sender, what->mid,
                       std::move(content), where);
  }

  void kill_proxy(caf::execution_unit* where, caf::error why) override {
    if (cut())
      return;
    to_ = nullptr;
    from_ = nullptr;
    back_ = nullptr;
    cleanup(std::move(why), where);
  }

private:
  caf::strong_actor_ptr to_; ///< none once it is cut
  caf::strong_actor_ptr from_;
  caf::strong_actor_ptr back_;
  filter loses_;
};

/// The cables between actors that have names. Without `lose` there are none:
/// actors have each other themselves.
class cabling {
public:
  struct end {
    std::string name;
    caf::strong_actor_ptr who;
  };

  /// Whether what the first says to the second gets lost.
  using loss = std::function<bool(const std::string&, const std::string&,
                                  const caf::message&)>;

  ~cabling() {
    // Actors may outlive it.
    *loses_ = [](const auto&...) { return true; };
  }

  void lose(loss which) {
    *loses_ = std::move(which);
  }

  /// The way from one to the other, if need be a new one there and back.
  caf::strong_actor_ptr between(caf::actor_system& sys, const end& from,
                                const end& to) {
    if (!*loses_)
      return to.who;
    auto& there = cables_[{from.name, to.name}];
    auto& back = cables_[{to.name, from.name}];
    if (!there || cable::of(there).cut() || cable::of(back).cut()) {
      there = make(sys, from, to);
      back = make(sys, to, from);
      cable::of(there).pair(from.who, back);
      cable::of(back).pair(to.who, there);
    }
    return there;
  }

  /// Whoever has that end of the connection notices that it is gone.
  void cut(const std::string& from, const std::string& to) {
    cable::of(cables_.at({from, to}))
      .kill_proxy(nullptr, caf::exit_reason::remote_link_unreachable);
  }

private:
  caf::strong_actor_ptr make(caf::actor_system& sys, const end& from,
                             const end& to) {
    return cable::make(sys, to.who,
                       [loses = loses_, a = from.name, b = to.name](
                         const auto& what) { return (*loses)(a, b, what); });
  }

  std::shared_ptr<loss> loses_ = std::make_shared<loss>();
  std::map<std::pair<std::string, std::string>, caf::strong_actor_ptr> cables_;
};

/// Whether the message begins with that atom.
template <class Atom>
bool begins_with(const caf::message& x) {
  return !x.empty() && x.match_element<Atom>(0);
}

} // namespace livegrid::test
