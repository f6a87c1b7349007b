#define CAF_SUITE node.console_live

#include <signal.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "console_program.hpp"
#include "pseudo_terminal.hpp"
#include "temp_file.hpp"
#include "text_lines.hpp"
#include "ws_client.hpp"

#include "unit_test.hpp"

using namespace livegrid::test;

namespace {

using strings = std::vector<std::string>;

struct fixture : console_fixture {
  void trade(int price) {
    node.publish(R"({"symbol":"AAPL","price":)" + std::to_string(price) + "}");
  }
};

/// Whether a terminal echoes keys and gives them line by line, as shells want.
bool is_cooked(const termios& x) {
  constexpr tcflag_t cooked = ICANON | ECHO | ISIG | IEXTEN;
  return (x.c_lflag & cooked) == cooked;
}

#define SKIP_WITHOUT_TERMINAL(x)                                               \
  if (!(x).there()) {                                                          \
    CAF_MESSAGE("skipped: there are no pseudo-terminals here");                \
    return;                                                                    \
  }

} // namespace

CAF_TEST_FIXTURE_SCOPE(console_live_tests, fixture)

CAF_TEST(watch prints a line for each new version) {
  trade(151);
  console_run x{{where(), "-c", "watch AAPL --count=3", "-c", "help quit"}};
  x.wait_for(" 151 ");
  // What comes between two looks is merged, so that each waits for its line.
  trade(152);
  x.wait_for(" 152 ");
  trade(153);
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
  auto lines = lines_of(x.output());
  CAF_REQUIRE_EQUAL(lines.size(), 6u);
  CAF_CHECK(contains(lines[5], "ends this program"));
  CAF_CHECK(contains(lines[0], "version"));
  CAF_CHECK(contains(lines[0], "freshness"));
  CAF_CHECK(contains(lines[3], " 153 "));
}

CAF_TEST(watch says how many versions it has not shown) {
  // Rows are made as long as somebody wants them.
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("AAPL")");
  reader.next_text();
  trade(150);
  console_run x{{where(), "-c", "watch AAPL"}};
  x.wait_for(" live\n");
  auto burst = [&](int from) {
    std::string body;
    for (int i = 0; i < 13; ++i)
      body += R"({"symbol":"AAPL","price":)" + std::to_string(from + i) + "}\n";
    node.publish(body);
  };
  burst(200);
  x.wait_for(" 212 ");
  x.signal(SIGINT);
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
  auto line = lines_of(x.output()).back();
  CAF_CHECK_EQUAL(line.substr(0, line.find('+')).find_first_not_of(' '),
                  std::string::npos);
  CAF_CHECK(contains(line, "+12 "));
}

CAF_TEST(watch in json is an answer a line) {
  trade(151);
  console_run x{{where(), "--json", "-c", "watch AAPL --count=2"}};
  x.wait_for("\n");
  trade(152);
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
  auto lines = lines_of(x.output());
  CAF_REQUIRE_EQUAL(lines.size(), 2u);
  auto price = [](const std::string& line) {
    const auto answer = json_value::parse(line);
    return cell_of(
      answer, answer.at("lists").at(0).at("rows").at(0).at(0).text(), "price");
  };
  CAF_CHECK_EQUAL(price(lines[0]), "151");
  CAF_CHECK_EQUAL(price(lines[1]), "152");
}

CAF_TEST(watch waits for a symbol that is not there yet) {
  console_run x{{where(), "-c", "watch NEWCO --count=2"}};
  x.wait_for(" never\n");
  node.publish(R"({"symbol":"NEWCO","price":7.5})");
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
  CAF_CHECK(contains(lines_of(x.output()).back(), " 7.5 "));
}

CAF_TEST(top prints a block a refresh) {
  trade(151);
  auto x = run_console({where(), "--json", "-c", "top --count=2"});
  CAF_CHECK_EQUAL(x.exit_code, 0);
  auto lines = lines_of(x.output);
  CAF_REQUIRE_EQUAL(lines.size(), 2u);
  auto answer = json_value::parse(lines[0]);
  CAF_CHECK_EQUAL(fact(answer, "node", "symbols"), "5");
  CAF_CHECK_EQUAL(answer.at("lists").at(0).at("title").text(),
                  "busiest symbols");
  CAF_CHECK_EQUAL(answer.at("lists").at(1).at("title").text(),
                  "slowest subscribers");
  auto plain = run_console({where(), "-c", "top --count=1"});
  CAF_CHECK_EQUAL(plain.exit_code, 0);
  CAF_CHECK(contains(plain.output, "busiest symbols\n"));
  CAF_CHECK(!contains(plain.output, "\x1b"));
}

CAF_TEST(wrong counts and questions are errors) {
  for (auto line : {"watch AAPL --count=0", "watch AAPL --count=-1",
                    "top --count=x", "top --count", "watch", "watch a,b",
                    "top AAPL", "watch AAPL --page=2"}) {
    CAF_MESSAGE(line);
    auto x = ask({line});
    CAF_CHECK_EQUAL(x.exit_code, 1);
    CAF_CHECK_EQUAL(x.output, "");
    CAF_CHECK(!x.errors.empty());
  }
}

CAF_TEST(signals and a reader that goes are an end and no error) {
  for (auto number : {SIGINT, SIGTERM}) {
    console_run x{{where(), "-c", "watch AAPL", "-c", "status"}};
    x.wait_for("skipped");
    x.signal(number);
    CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
    CAF_CHECK(!contains(x.output(), "uptime_s"));
  }
  console_run x{{where(), "-c", "top"}};
  x.wait_for("busiest");
  x.stop_reading();
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
  CAF_CHECK_EQUAL(x.errors(), "");
}

CAF_TEST(on a terminal a key ends it) {
  pseudo_terminal x{{where()}};
  SKIP_WITHOUT_TERMINAL(x);
  x.wait_for("livegrid> ");
  x.type("watch AAPL\n");
  x.wait_for("skipped");
  trade(151);
  x.wait_for(" 151 ");
  CAF_CHECK(!is_cooked(x.mode()));
  x.type("q");
  x.wait_for("livegrid> ");
  // An arrow is one key, and nothing of it is left on the line.
  x.type("watch AAPL\n");
  x.wait_for("skipped");
  x.type("\x1b[A");
  x.wait_for("livegrid> ");
  // So is Ctrl-C.
  x.type("watch AAPL\n");
  x.wait_for("skipped");
  x.type("\x03");
  x.wait_for("livegrid> ");
  x.type("quit\n");
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
}

CAF_TEST(an interrupt gives up the line and not the program) {
  pseudo_terminal x{{where()}};
  SKIP_WITHOUT_TERMINAL(x);
  x.wait_for("livegrid> ");
  for (auto* typed : {"", "nonsense"}) {
    x.type(std::string{typed} + "\x03");
    x.wait_for("^C");
    x.wait_for("livegrid> ");
  }
  x.signal(SIGINT);
  x.wait_for("livegrid> ");
  // Nothing is left of it.
  x.type("help ledger\n");
  auto shown = x.wait_for("what became");
  CAF_CHECK(!contains(shown, "no command"));
  x.wait_for("livegrid> ");
  x.type("\x04");
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
}

CAF_TEST(an interrupt gives up a question or a live view of a silent node) {
  pseudo_terminal x{{where()}};
  SKIP_WITHOUT_TERMINAL(x);
  x.wait_for("livegrid> ");
  x.type("watch AAPL\n");
  x.wait_for("skipped");
  node.signal(SIGSTOP);
  x.type("\x03");
  x.wait_for("livegrid> ");
  x.type("status\n");
  wait_until("the line to be taken", [&] {
    auto mode = x.mode();
    return is_cooked(mode) && mode.c_cc[VINTR] == 3;
  });
  x.type("\x03");
  x.wait_for("^C");
  x.wait_for("livegrid> ");
  node.signal(SIGCONT);
  x.type("help ledger\n");
  auto shown = x.wait_for("what became");
  CAF_CHECK(!contains(shown, "uptime_s"));
  // So does the signal.
  x.wait_for("livegrid> ");
  x.type("watch AAPL\n");
  x.wait_for("skipped");
  wait_until("single keys", [&] { return !is_cooked(x.mode()); });
  x.signal(SIGINT);
  x.wait_for("livegrid> ");
  x.type("quit\n");
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
}

CAF_TEST(the terminal is restored by key and signal and lost node) {
  struct {
    const char* key;
    int signal;
    int exit_code;
  } cases[] = {{" ", 0, 0}, {nullptr, SIGTERM, 0}, {nullptr, 0, 3}};
  for (auto& c : cases) {
    pseudo_terminal x{{where(), "-c", "watch AAPL"}};
    SKIP_WITHOUT_TERMINAL(x);
    x.wait_for("skipped");
    wait_until("single keys", [&] { return !is_cooked(x.mode()); });
    if (c.key != nullptr)
      x.type(c.key);
    else
      c.signal != 0 ? x.signal(c.signal) : node.signal(SIGKILL);
    CAF_CHECK_EQUAL(x.wait_for_exit(), c.exit_code);
    CAF_CHECK(is_cooked(x.mode()));
  }
}

CAF_TEST(top is drawn over itself and fits the terminal) {
  pseudo_terminal x{{where(), "-c", "top"}, "xterm"};
  SKIP_WITHOUT_TERMINAL(x);
  x.wait_for("\x1b[2J");
  x.wait_for("\x1b[H");
  auto first = lines_of(x.wait_for("\x1b[J"));
  CAF_CHECK_LESS(first.size(), 24u);
  x.resize(10, 40);
  // One may have been on its way.
  x.wait_for("\x1b[J");
  x.wait_for("\x1b[H");
  auto small = lines_of(x.wait_for("\x1b[J"));
  CAF_CHECK_LESS(small.size(), 10u);
  for (auto& line : small)
    CAF_CHECK_LESS_OR_EQUAL(line.find("\x1b[K"), 40u + 2);
  x.type("q");
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
}

CAF_TEST(a table fits the terminal) {
  pseudo_terminal x{{where(), "-c", "settings"}};
  SKIP_WITHOUT_TERMINAL(x);
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
  CAF_CHECK(contains(x.rest(), "http.allowed-origins"));
  for (auto& line : lines_of(x.rest()))
    // With the carriage return, and dots of three bytes for one column.
    CAF_CHECK_LESS_OR_EQUAL(line.size(), 100u + 1 + 4);
}

CAF_TEST(symbols and ids and feeds and options are completed) {
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("GOOGL")");
  reader.next_text();
  auto id = only_subscriber();
  trade(151);
  pseudo_terminal x{{where()}};
  SKIP_WITHOUT_TERMINAL(x);
  x.wait_for("livegrid> ");
  struct {
    std::string typed;
    std::string becomes;
    std::string shows;
  } cases[] = {
    {"symbol GOO\t\n", "symbol GOOGL", "prev_close"},
    {"subscriber \t\n", "subscriber " + id, "user_agent"},
    {"why \tGOO\t\n", "why " + id + " GOOGL", "handed_to_kernel"},
    {"symbols --so\tr\t\n", "symbols --sort=rate", "ticks/s"},
    {"resume po\t\n", "resume post", "post is not paused"},
    {"log deb\t\n", "log debug", "logging at debug"},
    {"setti\t\n", "settings", "http.port"},
    {"help ledg\t\n", "help ledger", "what became"},
  };
  for (auto& c : cases) {
    x.type(c.typed);
    x.wait_for(c.becomes);
    x.wait_for(c.shows);
    x.wait_for("livegrid> ");
  }
  // The one before.
  x.type("\x10\n");
  x.wait_for("what became");
  x.type("quit\n");
  // There was a feed that is not paused.
  CAF_CHECK_EQUAL(x.wait_for_exit(), 1);
}

CAF_TEST(completion does not wait for a node that is silent) {
  pseudo_terminal x{{where()}};
  SKIP_WITHOUT_TERMINAL(x);
  x.wait_for("livegrid> ");
  node.signal(SIGSTOP);
  auto begin = clock::now();
  x.type("symbol GOO\tX");
  // Keys are echoed again once there is no completion.
  x.wait_for("GOOX");
  // Before the fault was mended it took as long as any question, 10 s.
  CAF_CHECK(clock::now() - begin < std::chrono::seconds{5});
  node.signal(SIGCONT);
  x.type("\x03");
  x.wait_for("livegrid> ");
  // The answer that came too late is not taken for another's.
  x.type("setti\t\n");
  x.wait_for("http.port");
  x.type("quit\n");
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
}

CAF_TEST(on a terminal viewers are counted before they are harmed) {
  ws_client reader{node.port(), "/live_grid_ws"};
  reader.subscribe(R"("AAPL")");
  reader.next_text();
  trade(151);
  reader.next_text();
  auto id = only_subscriber();
  pseudo_terminal x{{where()}};
  SKIP_WITHOUT_TERMINAL(x);
  x.wait_for("livegrid> ");
  for (auto said : {"\n", "n\n", "yess\n"}) {
    x.type("pause post\n");
    x.wait_for("1 viewer and 1 symbol affected; go on? [y/N] ");
    x.type(said);
    x.wait_for("nothing is done");
    x.wait_for("livegrid> ");
  }
  CAF_CHECK_EQUAL(cell_of(answer("feeds"), "post", "state"), "up");
  x.type("pause post\n");
  x.wait_for("go on? [y/N] ");
  x.type("y\n");
  x.wait_for("1 viewer and 1 symbol affected; paused post");
  // Who only asks is not asked.
  x.type("close " + id + " --ask\n");
  x.wait_for("1 viewer affected\r\n");
  x.wait_for("livegrid> ");
  x.type("close 999999\n");
  x.wait_for("there is no subscriber 999999");
  x.wait_for("livegrid> ");
  x.type("close " + id + " for a test\n");
  x.wait_for("1 viewer affected; go on? [y/N] ");
  CAF_CHECK_EQUAL(only_subscriber(), id);
  x.type("y\n");
  x.wait_for("closing subscriber " + id + ": for a test");
  // A row or two may come before.
  while (reader.next()->code != opcode::close)
    ;
  x.type("quit\n");
  // There was no subscriber 999999.
  CAF_CHECK_EQUAL(x.wait_for_exit(), 1);
}

CAF_TEST(the history is kept across runs for the operator alone) {
  temp_directory state;
  auto path = state.path() + "/livegrid/history";
  auto content = [&] {
    std::ifstream in{path};
    return std::string{std::istreambuf_iterator<char>{in}, {}};
  };
  {
    pseudo_terminal x{{where()}, "dumb", state.path()};
    SKIP_WITHOUT_TERMINAL(x);
    x.wait_for("livegrid> ");
    x.type("help ledger\n");
    x.wait_for("what became");
    x.type("help ledger\n");
    x.wait_for("what became");
    x.type("quit\n");
    CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
  }
  CAF_CHECK_EQUAL(content(), "help ledger\nquit\n");
  CAF_CHECK(std::filesystem::status(path).permissions()
            == (std::filesystem::perms::owner_read
                | std::filesystem::perms::owner_write));
  {
    std::ofstream out{path};
    for (int i = 0; i < 1500; ++i)
      out << "line " << i << '\n';
  }
  {
    pseudo_terminal x{{where()}, "dumb", state.path()};
    x.wait_for("livegrid> ");
    x.type("\x10");
    x.wait_for("line 1499");
    x.type("\x15help why\n");
    x.wait_for("whose fault");
  }
  auto lines = lines_of(content());
  CAF_CHECK_EQUAL(lines.size(), 1000u);
  CAF_CHECK_EQUAL(lines.front(), "line 501");
  CAF_CHECK(contains(lines.back(), "help why"));
  // A place that cannot be written is none of the operator's concern.
  pseudo_terminal x{{where()}, "dumb", "/proc/nothing"};
  x.wait_for("livegrid> ");
  x.type("help why\n");
  x.wait_for("whose fault");
  x.type("quit\n");
  CAF_CHECK_EQUAL(x.wait_for_exit(), 0);
}

CAF_TEST(the interactive mode ends with a lost node) {
  pseudo_terminal x{{where()}};
  SKIP_WITHOUT_TERMINAL(x);
  x.wait_for("livegrid> ");
  node.signal(SIGKILL);
  node.wait_for_exit();
  x.type("help\n");
  CAF_CHECK_EQUAL(x.wait_for_exit(), 3);
  CAF_CHECK(contains(x.rest(), "is gone"));
}

CAF_TEST_FIXTURE_SCOPE_END()
