#define CAF_SUITE node.tls

#include <sys/stat.h>

#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/ssl.h>

#include "identity.hpp"
#include "metrics_page.hpp"
#include "node_process.hpp"
#include "temp_file.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

/// A certificate and a key where a node finds them.
class tls_files {
public:
  tls_files() {
    write(identity{});
  }

  std::string cert() const {
    return directory_.path() + "/cert.pem";
  }

  std::string key() const {
    return directory_.path() + "/key.pem";
  }

  /// As certbot does: beside, then renamed.
  void write(const identity& x) const {
    replace(cert(), x.cert(), 0644);
    replace(key(), x.key(), 0600);
  }

  static void replace(const std::string& path, const std::string& text,
                      unsigned mode) {
    std::ofstream{path + ".new"} << text;
    if (::chmod((path + ".new").c_str(), mode) != 0
        || std::rename((path + ".new").c_str(), path.c_str()) != 0)
      give_up("cannot write " + path);
  }

  strings settings(strings more = {}) const {
    strings result{"--market.feed=none", example_symbols(),
                   "--http.tls-cert=" + cert(), "--http.tls-key=" + key()};
    result.insert(result.end(), more.begin(), more.end());
    return result;
  }

private:
  temp_directory directory_;
};

/// Ticks of so many symbols, at that price.
std::string ticks_of(int symbols, int price) {
  std::string result;
  for (int i = 0; i < symbols; ++i)
    result += R"({"symbol":"S)" + std::to_string(i) + R"(","price":)"
              + std::to_string(price) + "}\n";
  return result;
}

struct fixture {
  tls_files files;
  node_process node{files.settings()};
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(tls_tests, fixture)

CAF_TEST(everything is served as without) {
  CAF_CHECK(contains(node.startup_line(), "https://127.0.0.1:"));
  node.publish(R"({"symbol":"AAPL","price":3})");
  CAF_CHECK_EQUAL(node.rows("AAPL").at(0).at("price").number(), 3);
  CAF_CHECK_EQUAL(node.get("/widgets.json").status, 200);
  CAF_CHECK_EQUAL(node.get("/nowhere").status, 404);
  ws_client viewer{node.connect(), "/live_grid_ws"};
  viewer.subscribe(R"("AAPL")");
  CAF_CHECK_EQUAL(viewer.next_json().at("price").number(), 3);
  ws_client publisher{node.connect(), "/ticks"};
  publisher.send_text(R"({"symbol":"AAPL","price":4})");
  CAF_CHECK_EQUAL(publisher.next_json().at("accepted").number(), 1);
  CAF_CHECK_EQUAL(viewer.next_json().at("price").number(), 4);
  viewer.close();
  CAF_CHECK(publisher.close().empty());
}

CAF_TEST(the node finds itself well) {
  node.publish(R"({"symbol":"AAPL","price":3})");
  auto health = node.get("/health");
  CAF_CHECK_EQUAL(health.status, 200);
  CAF_CHECK_GREATER_OR_EQUAL(health.json().at("probe_ms").number(), 0);
  CAF_CHECK_EQUAL(node.get("/ready").status, 200);
}

CAF_TEST(versions from 1.2 are spoken) {
  struct {
    int version;
    const char* name;
  } good[] = {{TLS1_2_VERSION, "TLSv1.2"}, {TLS1_3_VERSION, "TLSv1.3"}};
  for (auto& x : good) {
    tcp_socket one{node.port()};
    CAF_CHECK(one.secure(x.version));
    CAF_CHECK_EQUAL(one.tls_version(), x.name);
    CAF_CHECK_EQUAL(fetch(std::move(one), "GET", "/health").status, 200);
  }
  for (auto version : {TLS1_VERSION, TLS1_1_VERSION}) {
    tcp_socket one{node.port()};
    CAF_CHECK(!one.secure(version));
  }
  node.wait_for_error_text(R"(bad_input kind="tls" peer="127.0.0.1:)");
  CAF_CHECK_EQUAL(
    metrics_page{node}.at("livegrid_bad_input_total{kind=\"tls\"}"), 2);
}

CAF_TEST(who speaks http is told so) {
  http_client plain{node.port()};
  plain.send("GET /health HTTP/1.1\r\nHost: x\r\n\r\n");
  auto answer = plain.read();
  CAF_CHECK_EQUAL(answer.status, 400);
  CAF_CHECK(contains(answer.body, "this port speaks TLS"));
}

CAF_TEST(rubbish instead of a handshake ends that connection alone) {
  for (auto bytes :
       {std::string(100, '\0'), std::string{"\x16\x03\x01\xff\xff"},
        std::string{"\x16\x03\x01\x00\x05hello"}, std::string(70000, '\x16'),
        std::string{"\x80\x2e\x01\x00\x02"}, std::string{"SSH-2.0-x\r\n"}}) {
    tcp_socket one{node.port()};
    one.send(bytes);
    one.shutdown_write();
    one.read_to_end();
  }
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
}

CAF_TEST(a reset at any stage is borne) {
  node.publish(R"({"symbol":"AAPL","price":3})");
  for (int stage = 0; stage < 5; ++stage) {
    tcp_socket one{node.port()};
    if (stage > 0)
      one.send("\x16\x03\x01");
    if (stage > 1) {
      tcp_socket fresh{node.port()};
      fresh.secure();
      one = std::move(fresh);
    }
    if (stage > 2)
      one.send("GET /live_grid_ws HTTP/1.1\r\nHost: x\r\n");
    if (stage > 3) {
      ws_client viewer{node.connect(), "/live_grid_ws"};
      viewer.subscribe(R"("AAPL")");
      viewer.next_text();
      viewer.socket().reset();
    }
    one.reset();
  }
  CAF_CHECK_EQUAL(node.get("/health").status, 200);
}

CAF_TEST(a slow viewer gets the newest row of each symbol) {
  constexpr int symbols = 500;
  std::string names;
  for (int i = 0; i < symbols; ++i)
    names += (i ? ",\"S" : "\"S") + std::to_string(i) + '"';
  node.publish(ticks_of(symbols, 1));
  ws_client slow{node.connect(4096), "/live_grid_ws"};
  slow.subscribe('[' + names + ']');
  constexpr int rounds = 60;
  for (int i = 2; i <= rounds; ++i)
    node.publish(ticks_of(symbols, i));
  // It has read nothing so far; some of it was merged.
  CAF_CHECK_GREATER(metrics_page{node}.at("livegrid_rows_merged_total"), 0);
  std::vector<double> last(symbols, 0);
  auto done = 0;
  while (done < symbols) {
    auto row = slow.next_json();
    auto i = std::stoul(row.at("symbol").text().substr(1));
    auto price = row.at("price").number();
    CAF_CHECK_GREATER_OR_EQUAL(price, last[i]);
    done += price == rounds && last[i] != rounds ? 1 : 0;
    last[i] = price;
  }
}

CAF_TEST(large bodies go both ways) {
  auto body = ticks_of(10'000, 7);
  CAF_CHECK_GREATER(body.size(), 256u * 1024);
  CAF_CHECK_EQUAL(node.post(body).status, 200);
  auto rows = node.get("/live_grid_data?symbol=*");
  CAF_CHECK_EQUAL(node.get("/symbols").json().size(), 10'005u);
  CAF_CHECK_GREATER(rows.body.size(), 64u * 1024);
  std::string large(2 * 1024 * 1024, ' ');
  CAF_CHECK_EQUAL(node.post(large).status, 413);
}

CAF_TEST(frames behind the upgrade in the same record are taken) {
  node.publish(R"({"symbol":"AAPL","price":3})");
  std::string frames;
  for (int i = 0; i < 300; ++i)
    frames += to_bytes(
      {.payload = R"({"params":{"symbol":["AAPL"]}})" + std::string(40, ' ')});
  // More than RESTinio reads at once, so that some of it is decrypted already.
  CAF_CHECK_GREATER(frames.size(), 9u * 1024);
  http_client client{node.connect()};
  client.send(request_bytes("GET", "/live_grid_ws", handshake_headers())
              + frames);
  CAF_CHECK_EQUAL(client.read().status, 101);
  ws_client viewer{std::move(client)};
  CAF_CHECK_EQUAL(viewer.next_json().at("symbol").text(), "AAPL");
  // The last of them was taken if the next one is.
  viewer.send_text("[]");
  for (auto text = viewer.next_text(); !contains(text, "\"error\"");)
    text = viewer.next_text();
}

CAF_TEST(a new certificate is shown without a restart) {
  auto shown = [&] { return node.connect().tls_peer(); };
  ws_client viewer{node.connect(), "/live_grid_ws"};
  CAF_CHECK_EQUAL(shown(), "authority");
  identity authority;
  files.write(identity{&authority});
  while (shown() != "node")
    ;
  node.publish(R"({"symbol":"AAPL","price":3})");
  viewer.subscribe(R"("AAPL")");
  CAF_CHECK_EQUAL(viewer.next_json().at("price").number(), 3);
  // A pair that does not fit leaves all as it was.
  tls_files::replace(files.key(), identity{}.key(), 0600);
  node.wait_for_error_text("certificate_unreadable why=\"" + files.key()
                           + ": is not the key of " + files.cert() + '"');
  CAF_CHECK_EQUAL(shown(), "node");
  files.write(identity{});
  while (shown() != "authority")
    ;
}

CAF_TEST(when the certificate ends is in the metrics) {
  auto ends =
    metrics_page{node}.at("livegrid_tls_certificate_expiry_timestamp_seconds");
  auto now = static_cast<double>(std::time(nullptr));
  CAF_CHECK_GREATER(ends, now);
  CAF_CHECK_LESS(ends, now + 7200);
}

CAF_TEST(cookies and origins are those of https) {
  auto own = "https://127.0.0.1:" + std::to_string(node.port());
  CAF_CHECK_EQUAL(node.get("/symbols", {{"Origin", own}})
                    .header("Access-Control-Allow-Origin"),
                  own);
  auto plain = "http://127.0.0.1:" + std::to_string(node.port());
  CAF_CHECK(!node.get("/symbols", {{"Origin", plain}})
               .has("Access-Control-Allow-Origin"));
}

CAF_TEST_FIXTURE_SCOPE_END()

CAF_TEST(a bad pair is refused at the start with its file) {
  tls_files files;
  identity other;
  auto fails = [&](const std::string& why) {
    node_process node{node_options{.args = files.settings()}};
    CAF_CHECK_EQUAL(node.wait_for_exit(), 2);
    CAF_CHECK(contains(node.standard_error(), why));
    CAF_CHECK(node.standard_output().empty());
  };
  tls_files::replace(files.key(), other.key(), 0600);
  fails("http.tls-cert: " + files.key() + ": is not the key of "
        + files.cert());
  tls_files::replace(files.key(), "rubbish", 0600);
  fails("http.tls-cert: " + files.key() + ": holds no key in PEM without");
  tls_files::replace(files.key(), other.key(), 0644);
  fails("http.tls-cert: " + files.key() + ": others may read or write it");
  tls_files::replace(files.key(), other.key("secret"), 0600);
  fails("http.tls-cert: " + files.key() + ": holds no key in PEM without");
  tls_files::replace(files.cert(), "rubbish", 0644);
  fails("http.tls-cert: " + files.cert() + ": no start line");
}

CAF_TEST(who finds no room is cut off before the handshake) {
  tls_files files;
  node_process node{files.settings({"--http.max-connections=1"})};
  auto first = node.connect();
  // Some more are let in, to ask how the node is.
  std::vector<tcp_socket> more;
  auto refused = [&] {
    more.emplace_back(node.port());
    return !more.back().secure();
  };
  while (more.size() < 20 && !refused())
    ;
  CAF_CHECK_LESS(more.size(), 20u);
  node.wait_for_error_text("connection_refused peer=\"127.0.0.1:");
  auto status = fetch(std::move(more.front()), "GET", "/health").status;
  CAF_CHECK_EQUAL(status, 503);
  more.clear();
  CAF_CHECK_EQUAL(fetch(std::move(first), "GET", "/symbols").status, 200);
}

CAF_TEST(one without the other is refused) {
  tls_files files;
  node_process node{node_options{.args = {"--http.tls-cert=" + files.cert()}}};
  CAF_CHECK_EQUAL(node.wait_for_exit(), 2);
  CAF_CHECK(contains(node.standard_error(), "comes with http.tls-key"));
}
