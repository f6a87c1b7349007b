#include "meter.hpp"

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

namespace livegrid::bench {

namespace {

double ticks_per_second() {
  return static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// CPU seconds of a process.
double process_time(pid_t pid) {
  std::ifstream in{"/proc/" + std::to_string(pid) + "/stat"};
  std::string text;
  std::getline(in, text);
  // The name, in parentheses, may hold anything.
  auto name_end = text.rfind(')');
  std::istringstream fields{
    text.substr(name_end == std::string::npos ? 0 : name_end + 1)};
  std::string skipped;
  for (int i = 0; i < 11; ++i)
    fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / ticks_per_second();
}

/// CPU seconds in which the machine's CPUs idled. The busy times beside it are
/// sampled by a timer, which misses most of who runs for less than a tick.
double idle_time() {
  std::ifstream in{"/proc/stat"};
  std::string name;
  double user, nice, system, idle, iowait;
  in >> name >> user >> nice >> system >> idle >> iowait;
  return (idle + iowait) / ticks_per_second();
}

} // namespace

meter::meter(pid_t node) : begin_(take(node)) {
  // nop
}

meter::reading meter::take(pid_t node) {
  return {now(), node > 0 ? process_time(node) : 0, process_time(getpid()),
          idle_time()};
}

usage meter::read(pid_t node) const {
  auto end = take(node);
  usage result;
  result.seconds = static_cast<double>(end.at - begin_.at) / 1e6;
  result.node = end.node - begin_.node;
  result.bench = end.bench - begin_.bench;
  auto cpus = static_cast<double>(sysconf(_SC_NPROCESSORS_ONLN));
  auto busy = cpus * result.seconds - (end.idle - begin_.idle);
  auto others = busy - result.node - result.bench;
  result.noise = std::max(0.0, others / result.seconds);
  return result;
}

} // namespace livegrid::bench
