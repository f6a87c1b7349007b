#pragma once

#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <memory>
#include <string>

#include <caf/io/all.hpp>

#include "actor_config.hpp"
#include "identity.hpp"
#include "loopback.hpp"
#include "temp_file.hpp"
#include "wait.hpp"

#include "livegrid/actors.hpp"
#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/cluster/peer_tls.hpp"

namespace livegrid::test {

/// A port that nobody has now.
inline std::uint16_t free_port() {
  return listening_socket{}.port();
}

/// A node's actor system, which meets others over real connections, and in it a
/// peer that knows nothing but that it was left.
class peer_planet {
  struct config : actor_config {
    config() {
      load<caf::io::middleman>();
      set("scheduler.max-threads", 1);
      set("scheduler.policy", caf::atom("sharing"));
    }
  };

  config config_;
  temp_directory folder_;
  std::promise<void> left_;

public:
  peer_planet() {
    // As in a node: who writes to a peer that has gone is told so by the call.
    std::signal(SIGPIPE, SIG_IGN);
    auto whoever = sys.spawn([this](caf::event_based_actor* self) {
      // It stands for a peer, of whose messages the others are dropped.
      self->set_default_handler(caf::drop);
      return caf::behavior{[this](leave_atom) { left_.set_value(); }};
    });
    peer = caf::actor_cast<peer_actor>(whoever);
  }

  ~peer_planet() {
    caf::anon_send_exit(caf::actor_cast<caf::actor>(peer),
                        caf::exit_reason::user_shutdown);
    peer = nullptr;
  }

  void wait_for_leave() {
    if (left_.get_future().wait_for(patience) != std::future_status::ready)
      give_up("the peer was not left");
    left_ = {};
  }

  /// A certificate for this node, with its key.
  peer_certificates_ptr papers(const identity& authority = identity{}) {
    identity own{&authority};
    auto number = std::to_string(++papers_);
    auto put = [&](const std::string& name, const std::string& text) {
      auto path = folder_.path() + "/" + name + number;
      std::ofstream{path} << text;
      std::filesystem::permissions(path, std::filesystem::perms{0600});
      return path;
    };
    return std::make_shared<peer_certificates>(
      put("cert", own.cert()), put("key", own.key()),
      put("ca", authority.cert()), log);
  }

  caf::actor_system sys{config_};
  log_ptr log = std::make_shared<logger>();
  peer_actor peer;

private:
  int papers_ = 0;
};

} // namespace livegrid::test
