#define CAF_SUITE cluster.strangers

// Whoever knocks at the port between nodes and does not belong there breaks no
// connection of those who do.

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <openssl/ssl.h>

#include "cluster_nodes.hpp"
#include "identity.hpp"
#include "tcp_socket.hpp"
#include "temp_file.hpp"
#include "wait.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

/// A certificate and its key as files, with the authority's: settings of a
/// node.
class papers {
public:
  explicit papers(const identity& authority)
    : own_(&authority),
      cert_(own_.cert()),
      key_(own_.key()),
      ca_(authority.cert()) {
    // nop
  }

  std::vector<std::string> settings() const {
    return {"--cluster.tls-cert=" + cert_.path(),
            "--cluster.tls-key=" + key_.path(),
            "--cluster.tls-ca=" + ca_.path()};
  }

  /// Puts other ones in their place, one file after the other.
  void replace(const papers& by) const {
    namespace fs = std::filesystem;
    for (auto [from, to] :
         {std::pair{&by.cert_, &cert_}, std::pair{&by.key_, &key_},
          std::pair{&by.ca_, &ca_}})
      fs::copy_file(from->path(), to->path(),
                    fs::copy_options::overwrite_existing);
  }

  const std::string& cert() const {
    return cert_.path();
  }

  const std::string& key() const {
    return key_.path();
  }

private:
  identity own_;
  temp_file cert_;
  temp_file key_;
  temp_file ca_;
};

/// One who begins TLS, without a socket of its own.
class tls_talk {
public:
  /// @param shown what it says who it is with; null for nothing.
  explicit tls_talk(const papers* shown = nullptr)
    : context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
    if (shown != nullptr
        && (SSL_CTX_use_certificate_file(context_.get(), shown->cert().c_str(),
                                         SSL_FILETYPE_PEM)
              != 1
            || SSL_CTX_use_PrivateKey_file(context_.get(), shown->key().c_str(),
                                           SSL_FILETYPE_PEM)
                 != 1))
      give_up("the stranger has no certificate");
    tls_.reset(SSL_new(context_.get()), SSL_free);
    SSL_set_bio(tls_.get(), BIO_new(BIO_s_mem()), BIO_new(BIO_s_mem()));
    SSL_set_connect_state(tls_.get());
  }

  /// What it says after that.
  std::string next(const std::string& heard = {}) {
    BIO_write(SSL_get_rbio(tls_.get()), heard.data(),
              static_cast<int>(heard.size()));
    SSL_do_handshake(tls_.get());
    char* data = nullptr;
    auto size = BIO_get_mem_data(SSL_get_wbio(tls_.get()), &data);
    std::string result{data, static_cast<std::size_t>(size)};
    BIO_reset(SSL_get_wbio(tls_.get()));
    return result;
  }

  bool over() const {
    return SSL_is_init_finished(tls_.get()) == 1;
  }

private:
  std::shared_ptr<SSL_CTX> context_;
  std::shared_ptr<SSL> tls_;
};

/// Shakes hands as far as the other side goes along.
void shake_hands(std::uint16_t port, const papers* shown) {
  tcp_socket x{port};
  tls_talk talk{shown};
  std::string heard;
  for (x.send(talk.next()); !talk.over(); heard.clear()) {
    if (!x.read_some(heard))
      return;
    x.send(talk.next(heard));
  }
  // Its own part is done; now the other side says what it thinks of it.
  x.read_to_end();
}

/// Publishes at a node until it ends.
class steady_publisher {
public:
  explicit steady_publisher(node_process& at)
    : rounds_(at), thread_([this] {
        while (!stopping_)
          rounds_.rounds(1);
      }) {
    // nop
  }

  ~steady_publisher() {
    if (thread_.joinable())
      stop();
  }

  /// Returns the last price.
  int stop() {
    stopping_ = true;
    thread_.join();
    return rounds_.done();
  }

private:
  round_publisher rounds_;
  std::atomic<bool> stopping_ = false;
  std::thread thread_;
};

/// Takes connections and hangs up on them. Its address comes after those of all
/// nodes, so that it is they who dial.
class witness {
public:
  witness() {
    thread_ = std::thread{[this] {
      for (;;) {
        auto fd =
          ::accept4(holder_.descriptor(), nullptr, nullptr, SOCK_CLOEXEC);
        if (fd < 0)
          return;
        ::close(fd);
        ++seen_;
      }
    }};
  }

  ~witness() {
    // Ends the accept() under way.
    ::shutdown(holder_.descriptor(), SHUT_RDWR);
    thread_.join();
  }

  std::string address() const {
    return "127.0.0.2:" + std::to_string(holder_.port());
  }

  int seen() const {
    return seen_;
  }

private:
  port_holder holder_{INADDR_LOOPBACK + 1};
  std::atomic<int> seen_ = 0;
  std::thread thread_;
};

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t result = 0;
  for (auto at = text.find(what); at != std::string::npos;
       at = text.find(what, at + 1))
    ++result;
  return result;
}

/// Two nodes of a list, where a broken link would be a lost member.
class fixture {
public:
  fixture() : all{std::vector<std::string>{"--cluster.ttl=2s"}} {
    // nop
  }

  std::string address(const std::string& name) {
    return "127.0.0.1:" + std::to_string(all.port(name));
  }

  void start_two(const std::vector<std::string>& more) {
    for (auto name : {"a", "b"})
      all.start(name, "symbols,http", more);
    all.at("a").wait_for_error_text("peer_up name=\"b\"");
    all.at("b").wait_for_error_text("peer_up name=\"a\"");
    wait_until("each to own some",
               [&] { return all.owned("a") > 0 && all.owned("b") > 0; });
  }

  /// Ticks cross from each to the other while that happens, on the link that
  /// there was.
  void check_link_survives(const std::function<void()>& what) {
    grid_viewer near{all.at("a").port()};
    grid_viewer far{all.at("b").port()};
    steady_publisher out{all.at("a")};
    near.wait_for(1);
    far.wait_for(1);
    what();
    auto last = out.stop();
    CAF_MESSAGE(last << " rounds meanwhile");
    for (auto* x : {&near, &far}) {
      x->wait_for(last);
      CAF_CHECK_EQUAL(x->steps_back(), 0u);
    }
    for (auto name : {"a", "b"}) {
      auto text = all.at(name).standard_error();
      for (auto lost : {"peer_down", "peer_lost", "cluster_lost"})
        CAF_CHECK_EQUAL(count(text, lost), 0u);
      CAF_CHECK_EQUAL(count(text, "peer_up"), 1u);
    }
  }

  /// Ten thousand connections, of each kind that strangers make.
  void knock(std::uint16_t port, const papers& foreign) {
    auto hello = tls_talk{}.next();
    std::string noise;
    for (int i = 0; i < 4096; ++i)
      noise += static_cast<char>(i * 7919 >> 5);
    auto say = [&](const std::string& what) {
      tcp_socket x{port};
      x.send(what);
      return x;
    };
    for (int i = 0; i < 1000; ++i) {
      tcp_socket{port}.close();
      tcp_socket{port}.reset();
      say(hello.substr(0, hello.size() / 2)).close();
      say(hello.substr(0, 3)).reset();
      say(hello).close();
      say(hello).reset();
      say(noise).close();
      say("GET / HTTP/1.1\r\nHost: x\r\n\r\n").close();
      if (i % 10 == 0) {
        shake_hands(port, &foreign);
        shake_hands(port, nullptr);
      } else {
        say(std::string(36, '\0')).close();
        say(noise).shutdown_write();
      }
    }
    // A scan opens many at once and says nothing on any.
    std::vector<tcp_socket> many;
    for (int i = 0; i < 100; ++i)
      many.emplace_back(port);
    // The first ones lose their place to the last ones.
    many.front().read_to_end();
  }

  cluster_nodes all;
  identity authority;
  identity other_authority;
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(cluster_strangers_tests, fixture)

CAF_TEST(strangers break no link of nodes that speak TLS) {
  papers ours{authority};
  papers foreign{other_authority};
  all.membership.emplace_back("--cluster.join=" + address("a") + ','
                              + address("b"));
  start_two(ours.settings());
  check_link_survives([&] { knock(all.port("a"), foreign); });
}

CAF_TEST(strangers break no link of nodes that speak in clear) {
  papers foreign{other_authority};
  all.membership.emplace_back("--cluster.join=" + address("a") + ','
                              + address("b"));
  start_two({});
  check_link_survives([&] { knock(all.port("a"), foreign); });
}

CAF_TEST(a listed node of another authority keeps no two others apart) {
  papers ours{authority};
  papers foreign{other_authority};
  witness beside;
  auto list =
    "--cluster.join=" + address("a") + ',' + address("b") + ',' + address("c");
  // It comes first, so that the others are dialed by it as soon as they listen.
  auto more = foreign.settings();
  more.emplace_back(list + ',' + beside.address());
  all.start("c", "symbols,http", more);
  all.membership.emplace_back(list);
  start_two(ours.settings());
  check_link_survives([&] {
    // It dials all that it does not reach at once, again and again.
    auto last = beside.seen() + 8;
    wait_until("it to dial", [&] { return beside.seen() >= last; });
  });
}

CAF_TEST(a node with new certificates need not be started again) {
  papers old{authority};
  papers fresh{other_authority};
  all.membership.emplace_back("--cluster.join=" + address("a") + ','
                              + address("b"));
  start_two(old.settings());
  old.replace(fresh);
  // The other one has read the old ones, and sees that they have changed.
  all.start("b", "symbols,http", fresh.settings());
  wait_until("both to be members", [&] {
    return count(all.at("a").standard_error(), "peer_up") == 2
           && all.at("b").get("/ready").status == 200;
  });
}

CAF_TEST_FIXTURE_SCOPE_END()
