#define CAF_SUITE http.system.descriptor_limit

#include "livegrid/http/system/descriptor_limit.hpp"

#include <sys/resource.h>

#include <cstdint>
#include <string>

#include "captured_stderr.hpp"
#include "in_child.hpp"

#include "livegrid/actors/base/log.hpp"
#include "livegrid/http/system/process_status.hpp"

#include "unit_test.hpp"

using namespace livegrid;
using namespace livegrid::test;

namespace {

/// What a limit comes to in a process that has these limits of descriptors:
/// the limit, the descriptors it then may have, and what was logged.
std::string fit(std::uint64_t wanted, rlim_t soft, rlim_t hard) {
  return in_child([=]() -> std::string {
    captured_stderr err;
    rlimit limit{soft, hard};
    if (::setrlimit(RLIMIT_NOFILE, &limit) != 0)
      return "no such limit";
    std::uint64_t fits = 0;
    {
      logger log;
      fits = fit_below_descriptor_limit(wanted, log);
    }
    auto text = err.text();
    auto event = text.find("connections_limited");
    return std::to_string(fits) + " of " + std::to_string(max_descriptors())
           + (event == text.npos ? "" : ": " + text.substr(event));
  });
}

} // namespace

CAF_TEST(the limit of descriptors is raised as far as it goes) {
  CAF_CHECK_EQUAL(fit(10, 100, 300), "10 of 300");
  CAF_CHECK_EQUAL(fit(0, 100, 300), "0 of 300");
}

CAF_TEST(connections leave room for what else is open and will be) {
  auto open = in_child([] {
    captured_stderr err;
    return std::to_string(open_descriptors());
  });
  auto room = std::to_string(300 - std::stoul(open) - 56);
  CAF_CHECK_EQUAL(fit(1000, 300, 300),
                  room + " of 300: connections_limited max_connections=" + room
                    + " wanted=1000 descriptors=300\n");
  CAF_CHECK_EQUAL(fit(std::stoul(room), 300, 300), room + " of 300");
}

CAF_TEST(one connection is left where there is no room at all) {
  CAF_CHECK_EQUAL(fit(5, 40, 40),
                  "1 of 40: connections_limited max_connections=1 wanted=5 "
                  "descriptors=40\n");
}
