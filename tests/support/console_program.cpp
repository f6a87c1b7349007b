#include "console_program.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace livegrid::test {

std::string console_program() {
  const auto* node = std::getenv("LIVEGRID_PROGRAM");
  if (node == nullptr)
    give_up("LIVEGRID_PROGRAM is not set");
  return std::string{node} + "-console";
}

console_run::console_run(const std::vector<std::string>& args,
                         std::string_view input) {
  auto all = args;
  all.insert(all.begin(), console_program());
  std::vector<char*> argv;
  for (auto& x : all)
    argv.push_back(x.data());
  argv.push_back(nullptr);
  int in[2];
  int out[2];
  int err[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0
      || ::pipe2(err, O_CLOEXEC) != 0)
    give_up("no pipes");
  // What a pipe has room for.
  if (::write(in[1], input.data(), input.size())
      != static_cast<ssize_t>(input.size()))
    give_up("the input is too long");
  pid_ = ::fork();
  if (pid_ < 0)
    give_up("cannot fork");
  if (pid_ == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    ::dup2(in[0], 0);
    ::dup2(out[1], 1);
    ::dup2(err[1], 2);
    ::execv(argv[0], argv.data());
    ::_exit(127);
  }
  for (auto fd : {in[0], in[1], out[1], err[1]})
    ::close(fd);
  fd_ = out[0];
  err_ = std::make_unique<capture>(err[0]);
}

console_run::~console_run() {
  stop_reading();
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
}

bool console_run::read_some(clock::time_point deadline) {
  pollfd ready{fd_, POLLIN, 0};
  if (::poll(&ready, 1, poll_time(deadline)) <= 0)
    give_up("the console wrote no more; before it: " + out_);
  char buffer[4096];
  auto n = ::read(fd_, buffer, sizeof buffer);
  if (n <= 0)
    return false;
  out_.append(buffer, static_cast<std::size_t>(n));
  return true;
}

void console_run::wait_for(std::string_view what) {
  auto deadline = clock::now() + patience;
  while (!contains(out_, what))
    if (!read_some(deadline))
      give_up("the console did not write \"" + std::string{what}
              + "\" but: " + out_ + errors());
}

void console_run::signal(int number) {
  if (pid_ > 0)
    ::kill(pid_, number);
}

void console_run::stop_reading() {
  if (fd_ >= 0)
    ::close(std::exchange(fd_, -1));
}

int console_run::wait_for_exit() {
  auto deadline = clock::now() + patience;
  while (fd_ >= 0 && read_some(deadline))
    ;
  if (!err_->wait_for_end(deadline))
    give_up("the console did not end");
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string console_run::errors() {
  return err_->text();
}

console_outcome run_console(const std::vector<std::string>& args,
                            std::string_view input) {
  console_run run{args, input};
  console_outcome result;
  result.exit_code = run.wait_for_exit();
  result.output = run.output();
  result.errors = run.errors();
  return result;
}

std::string console_fixture::where() const {
  const auto& line = node.startup_line();
  return "--node=" + line.substr(line.find("console=") + 8);
}

console_outcome
console_fixture::ask(std::initializer_list<std::string> commands) {
  std::vector<std::string> args{where()};
  for (const auto& x : commands)
    args.insert(args.end(), {"-c", x});
  return run_console(args);
}

json_value console_fixture::answer(const std::string& command) {
  auto x = run_console({where(), "--json", "-c", command});
  if (x.exit_code != 0)
    give_up(command + ": " + x.errors);
  return json_value::parse(x.output);
}

std::string console_fixture::only_subscriber() {
  std::string result;
  wait_until("one subscriber", [&] {
    result = first_column(answer("subscribers"));
    return !result.empty() && !contains(result, ",");
  });
  return result;
}

std::string fact(const json_value& answer, std::string_view kind,
                 std::string_view key) {
  for (const auto& part : answer.at("parts").items())
    if (part.at("kind").text() == kind && part.at("facts").has(key))
      return part.at("facts").at(key).literal();
  give_up("no " + std::string{key} + " of a " + std::string{kind});
}

std::string cell_of(const json_value& answer, std::string_view row,
                    std::string_view column, std::size_t list) {
  const auto& x = answer.at("lists").at(list);
  const auto& columns = x.at("columns").items();
  for (const auto& cells : x.at("rows").items())
    for (std::size_t i = 0; i < columns.size(); ++i)
      if (cells.at(0).text() == row && columns[i].text() == column)
        return cells.at(i).text();
  give_up("no " + std::string{column} + " of " + std::string{row});
}

std::string first_column(const json_value& answer, std::size_t list) {
  std::vector<std::string> result;
  for (const auto& cells : answer.at("lists").at(list).at("rows").items())
    result.push_back(cells.at(0).text());
  return joined(result);
}

std::int64_t time_of(const std::string& text) {
  if (text.size() < 19 || text.substr(15, 4) != " UTC")
    give_up("no time of day: " + text);
  auto number = [&](std::size_t at, std::size_t n) {
    return std::atoll(text.substr(at, n).c_str());
  };
  return ((number(0, 2) * 60 + number(3, 2)) * 60 + number(6, 2)) * 1'000'000
         + number(9, 6);
}

std::int64_t us_between(const std::string& from, const std::string& to) {
  constexpr std::int64_t day = 86'400'000'000;
  auto result = (time_of(to) - time_of(from) + day) % day;
  return result > day / 2 ? result - day : result;
}

} // namespace livegrid::test
