#include "etcd_process.hpp"

#include <signal.h>
#include <stdlib.h>

#include <filesystem>
#include <utility>

#include "livegrid/http/system/base64.hpp"

#include "http_client.hpp"
#include "tcp_socket.hpp"

namespace livegrid::test {

namespace {

std::string quoted_base64(std::string_view bytes) {
  return "\"" + to_base64(bytes) + "\"";
}

} // namespace

etcd_process::etcd_process(std::string address)
  : address_(std::move(address)), directory_("/tmp/livegrid-etcd-XXXXXX") {
  if (::mkdtemp(directory_.data()) == nullptr)
    give_up("cannot make " + directory_);
  // Held at the same time, so that they differ.
  port_holder client;
  port_holder peer;
  port_ = client.port();
  peer_port_ = peer.port();
}

etcd_process::~etcd_process() {
  process_.reset();
  std::error_code ec;
  std::filesystem::remove_all(directory_, ec);
}

std::string etcd_process::name() const {
  return "etcd" + std::to_string(peer_port_);
}

std::string etcd_process::peer_endpoint() const {
  return "http://127.0.0.1:" + std::to_string(peer_port_);
}

void etcd_process::start() {
  start_together({this});
}

void etcd_process::start_together(std::initializer_list<etcd_process*> all) {
  std::string cluster;
  for (auto* x : all)
    cluster +=
      (cluster.empty() ? "" : ",") + x->name() + "=" + x->peer_endpoint();
  for (auto* x : all)
    x->start(cluster);
}

void etcd_process::use_tls(const std::string& cert, const std::string& key,
                           const std::string& client_ca) {
  tls_ = {"--cert-file=" + cert, "--key-file=" + key};
  if (!client_ca.empty()) {
    tls_.emplace_back("--client-cert-auth");
    tls_.emplace_back("--trusted-ca-file=" + client_ca);
  }
}

void etcd_process::start(const std::string& cluster) {
  std::vector<std::string> args{
    "etcd",
    "--name=" + name(),
    "--data-dir=" + directory_ + "/data",
    "--listen-client-urls=" + endpoint(),
    "--advertise-client-urls=" + endpoint(),
    "--listen-peer-urls=" + peer_endpoint(),
    "--initial-advertise-peer-urls=" + peer_endpoint(),
    "--initial-cluster=" + cluster,
  };
  args.insert(args.end(), tls_.begin(), tls_.end());
  process_.emplace(std::move(args), directory_ + "/log");
}

void etcd_process::stop() {
  process_->signal(SIGTERM);
  process_->wait();
  process_.reset();
}

void etcd_process::suspend() {
  process_->signal(SIGSTOP);
}

void etcd_process::post(std::string_view path, std::string_view body) const {
  auto response = fetch(port_, "POST", path, {}, body);
  if (response.status != 200)
    give_up("etcd refused with " + std::to_string(response.status) + ": "
            + response.body);
}

void etcd_process::put(std::string_view key, std::string_view value) const {
  post("/v3/kv/put", "{\"key\":" + quoted_base64(key)
                       + ",\"value\":" + quoted_base64(value) + "}");
}

void etcd_process::remove(std::string_view key) const {
  post("/v3/kv/deleterange", "{\"key\":" + quoted_base64(key) + "}");
}

void etcd_process::compact(std::uint64_t revision) const {
  post("/v3/kv/compaction",
       "{\"revision\":\"" + std::to_string(revision) + "\"}");
}

} // namespace livegrid::test
