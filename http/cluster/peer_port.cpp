#include "livegrid/http/cluster/peer_port.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <mutex>
#include <utility>

#include <caf/io/all.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/network/doorman_impl.hpp>

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/cluster/peer_scribe.hpp"

namespace livegrid {

namespace {

namespace network = caf::io::network;

using tcp_scribe = peer_scribe<caf::policy::tcp>;

using tls_scribe = peer_scribe<tls_policy>;

network::default_multiplexer& backend_of(caf::actor_system& sys) {
  return static_cast<network::default_multiplexer&>(sys.middleman().backend());
}

void log_refused(logger& log, const std::string& peer, const std::string& why,
                 std::optional<std::size_t> size) {
  log.warning("peer_refused",
              {{"address", peer}, {"why", why}, {"bytes", size}});
}

/// So long what was sent to a node may wait for its kernel to take it. CAF
/// hangs up sooner on who is silent, but not any more once this node ends: then
/// it waits until all has been sent, for a quarter of an hour if that node is
/// cut off.
constexpr unsigned unsent_limit_ms = 3000;

/// The scribe, and how to hang up on it while it lives; null if there is none.
struct open_scribe {
  caf::io::scribe_ptr scribe;
  std::function<void()> hang_up;
};

/// Connections of those who have not said who they are, oldest first. Some may
/// end on another thread.
class waiting_list {
public:
  void add(std::uint64_t number, std::function<void()> hang_up) {
    std::lock_guard guard{mutex_};
    all_.emplace(number, std::move(hang_up));
    if (all_.size() <= most)
      return;
    // It is alive, since it takes itself off first.
    all_.begin()->second();
    all_.erase(all_.begin());
  }

  void remove(std::uint64_t number) {
    std::lock_guard guard{mutex_};
    all_.erase(number);
  }

private:
  static constexpr std::size_t most = 64;

  std::mutex mutex_;
  std::map<std::uint64_t, std::function<void()>> all_;
};

open_scribe make_scribe(caf::actor_system& sys, int fd,
                        const peer_certificates_ptr& papers, bool accepted,
                        peer_events events) {
  auto& backend = backend_of(sys);
  network::nonblocking(fd, true);
  // Of a TCP socket that is open, Linux always takes it.
  ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unsent_limit_ms,
               sizeof unsent_limit_ms);
  if (!papers) {
    auto x = caf::make_counted<tcp_scribe>(backend, fd, std::move(events));
    return {x, [x = x.get()] { x->hang_up(); }};
  }
  auto ssl = papers->open(accepted);
  if (!ssl) {
    ::close(fd);
    return {};
  }
  auto x = caf::make_counted<tls_scribe>(backend, fd, std::move(events),
                                         std::move(ssl), accepted);
  return {x, [x = x.get()] { x->hang_up(); }};
}

/// Accepts other nodes. Whoever does not say who he is has a place among a few,
/// and loses it to those that come later.
class peer_doorman final : public network::doorman_impl {
public:
  peer_doorman(network::default_multiplexer& backend, int fd,
               peer_certificates_ptr papers, log_ptr log)
    : doorman_impl(backend, fd),
      papers_(std::move(papers)),
      log_(std::move(log)) {
    // nop
  }

  bool new_connection() override {
    if (detached())
      return false;
    auto fd = acceptor_.accepted_socket();
    auto number = ++accepted_;
    auto x = make_scribe(
      parent()->system(), fd, papers_, true,
      {.settled = [all = waiting_, number] { all->remove(number); },
       .refused =
         [log = log_](const std::string& peer, const std::string& why,
                      std::optional<std::size_t> size) {
           log_refused(*log, peer, why, size);
         }});
    // The next one may do better.
    if (!x.scribe)
      return true;
    waiting_->add(number, std::move(x.hang_up));
    auto hdl = x.scribe->hdl();
    parent()->add_scribe(std::move(x.scribe));
    return doorman::new_connection(&acceptor_.backend(), hdl);
  }

private:
  std::shared_ptr<waiting_list> waiting_ = std::make_shared<waiting_list>();
  std::uint64_t accepted_ = 0;
  peer_certificates_ptr papers_;
  log_ptr log_;
};

} // namespace

caf::actor peer_broker(caf::actor_system& sys) {
  return sys.middleman().named_broker<caf::io::basp_broker>(caf::atom("BASP"));
}

expected<void, std::string>
open_peer_port(caf::actor_system& sys, const std::string& address,
               std::uint16_t port, const peer_certificates_ptr& papers,
               const peer_actor& whom, const log_ptr& log) {
  auto fd = network::new_tcp_acceptor_impl(port, address.c_str(), true);
  if (!fd)
    return unexpected{"it is in use, or no address of this machine"};
  caf::io::doorman_ptr doorman =
    caf::make_counted<peer_doorman>(backend_of(sys), *fd, papers, log);
  using wanted = caf::detail::type_list<peer_actor>;
  caf::anon_send(peer_broker(sys), caf::publish_atom_v, std::move(doorman),
                 port, caf::actor_cast<caf::strong_actor_ptr>(whom),
                 sys.message_types(wanted{}));
  return {};
}

caf::io::scribe_ptr
make_peer_scribe(caf::actor_system& sys, int fd,
                 const peer_certificates_ptr& papers, const log_ptr& log,
                 const std::shared_ptr<std::string>& fault) {
  return make_scribe(
           sys, fd, papers, false,
           {.settled = [] {},
            .refused =
              [log, fault](const std::string& peer, const std::string& why,
                           std::optional<std::size_t> size) {
                *fault = why;
                // He may have been a friend for days.
                if (size)
                  log_refused(*log, peer, why, size);
              }})
    .scribe;
}

} // namespace livegrid
