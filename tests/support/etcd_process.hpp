#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "child_process.hpp"

namespace livegrid::test {

/// An etcd of the test's own, with its data until its holder ends.
class etcd_process {
public:
  /// Does not start it yet, but knows its port.
  /// @param address of this machine.
  explicit etcd_process(std::string address = "127.0.0.1");

  etcd_process(const etcd_process&) = delete;

  etcd_process& operator=(const etcd_process&) = delete;

  ~etcd_process();

  /// Whoever needs it must wait until it answers.
  void start();

  /// From its start on it speaks TLS alone, with these files.
  /// @param client_ca who must have signed its clients' certificates; empty if
  ///        they need none.
  void use_tls(const std::string& cert, const std::string& key,
               const std::string& client_ca);

  /// Starts those as one cluster, which works while most of them do.
  static void start_together(std::initializer_list<etcd_process*> all);

  void stop();

  /// Leaves it its connections, but it says nothing any more.
  void suspend();

  std::uint16_t port() const noexcept {
    return port_;
  }

  std::string endpoint() const {
    return (tls_.empty() ? "http://" : "https://") + address_ + ':'
           + std::to_string(port_);
  }

  /// Posts a request that must succeed, to an etcd that answers.
  void post(std::string_view path, std::string_view body) const;

  /// Puts an entry that stays.
  void put(std::string_view key, std::string_view value) const;

  void remove(std::string_view key) const;

  /// Has it forget all changes before that revision.
  void compact(std::uint64_t revision) const;

private:
  /// How it is named to its peers.
  std::string name() const;

  std::string peer_endpoint() const;

  void start(const std::string& cluster);

  std::string address_;
  std::string directory_;
  std::uint16_t port_ = 0;
  std::uint16_t peer_port_ = 0;
  std::vector<std::string> tls_; ///< arguments
  std::optional<child_process> process_;
};

} // namespace livegrid::test
