#define CAF_SUITE node.console

#include <signal.h>

#include <string>

#include "console_program.hpp"
#include "tcp_socket.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

using strings = std::vector<std::string>;

CAF_TEST_FIXTURE_SCOPE(console_tests, console_fixture)

CAF_TEST(commands are answered in order) {
  node.publish(R"({"symbol":"AAPL","price":150.5})");
  auto x = ask({"symbols AA*", "settings"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(contains(x.output, "symbol  price"));
  CAF_CHECK(contains(x.output, "150.5"));
  CAF_CHECK(x.output.find("AAPL") < x.output.find("market.feed"));
}

CAF_TEST(commands may come from standard input) {
  auto x = run_console({where()}, "status\n\nsymbols\nquit\nnonsense\n");
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK(contains(x.output, "uptime_s"));
  CAF_CHECK(contains(x.output, "MSFT"));
  CAF_CHECK(!contains(x.errors, "nonsense"));
}

CAF_TEST(json is one line an answer) {
  auto x = run_console({where(), "--json", "-c", "symbols", "-c", "help"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  auto end = x.output.find('\n');
  auto parsed = json_value::parse(x.output.substr(0, end));
  CAF_CHECK_EQUAL(parsed.at("lists").at(0).at("total").literal(), "5");
  CAF_CHECK_EQUAL(first_column(parsed), "AAPL,AMZN,GOOGL,MSFT,TSLA");
  CAF_CHECK(json_value::valid(x.output.substr(end + 1)));
}

CAF_TEST(quit ends without an answer and without an error) {
  auto x = ask({"quit", "nonsense"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  CAF_CHECK_EQUAL(x.output + x.errors, "");
  CAF_CHECK_EQUAL(ask({"  "}).exit_code, 0);
}

CAF_TEST(exit codes tell what went wrong) {
  auto bad = ask({"nonsense", "symbols"});
  CAF_CHECK_EQUAL(bad.exit_code, 1);
  CAF_CHECK(contains(bad.errors, "'nonsense' is no command"));
  CAF_CHECK(contains(bad.output, "AAPL"));
  CAF_CHECK_EQUAL(run_console({"--nod=x"}).exit_code, 2);
  auto nobody = run_console({"--node=127.0.0.1:1", "-c", "help"});
  CAF_CHECK_EQUAL(nobody.exit_code, 3);
  CAF_CHECK(contains(nobody.errors, "127.0.0.1:1: "));
}

CAF_TEST(help lists all and tells of exit codes and json) {
  auto x = run_console({"--help"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  for (auto word : {"--node", "--json", "-c", "--count", "watch", "top",
                    "parts", "lists", "note", "Exit code"})
    CAF_CHECK(contains(x.output, word));
  auto all = first_column(answer("help"));
  CAF_CHECK_EQUAL(all, "status,symbols,symbol,subscribers,subscriber,why,"
                       "ledger,feeds,pause,resume,sessions,roll,actors,watch,"
                       "top,settings,events,log,close,nodes,where,move,drain,"
                       "rebalance,help,quit");
}

CAF_TEST(a node that is lost ends the session) {
  console_run x{{where(), "-c", "symbols", "-c", "watch AAPL", "-c", "help"}};
  x.wait_for("skipped");
  node.signal(SIGKILL);
  CAF_CHECK_EQUAL(x.wait_for_exit(), 3);
  CAF_CHECK(contains(x.errors(), where().substr(7) + " is gone"));
  CAF_CHECK(!contains(x.output(), "what it does"));
}

CAF_TEST(a node that stops answering ends the session) {
  console_run x{{where(), "-c", "watch AAPL"}};
  x.wait_for("skipped");
  node.signal(SIGSTOP);
  CAF_CHECK_EQUAL(x.wait_for_exit(), 3);
  CAF_CHECK(contains(x.errors(), "does not answer"));
}

CAF_TEST(a port that says nothing is given up) {
  port_holder silent;
  auto address = "127.0.0.1:" + std::to_string(silent.port());
  auto x = run_console({"--node=" + address, "-c", "help"});
  CAF_CHECK_EQUAL(x.exit_code, 3);
  CAF_CHECK(contains(x.errors, address));
}

CAF_TEST(a port that drops connections without a word is given up) {
  port_holder full;
  // Once the queue is full the kernel drops what else comes.
  tcp_socket first{full.port()};
  tcp_socket second{full.port()};
  auto address = "127.0.0.1:" + std::to_string(full.port());
  auto x = run_console({"--node=" + address, "-c", "help"});
  CAF_CHECK_EQUAL(x.exit_code, 3);
  CAF_CHECK(contains(x.errors, address + ": Connection timed out"));
}

CAF_TEST(a port of another protocol is refused) {
  auto address = "127.0.0.1:" + std::to_string(node.port());
  auto x = run_console({"--node=" + address, "-c", "help"});
  CAF_CHECK_EQUAL(x.exit_code, 3);
  CAF_CHECK(contains(x.errors, address + " is no Live Grid console port"));
  CAF_CHECK(!contains(x.errors, "malformed"));
}

CAF_TEST_FIXTURE_SCOPE_END()
