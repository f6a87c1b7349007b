// A member of the cluster `test` that writes what it is told, a line each:
// test_member ENDPOINT NAME TTL

#include <unistd.h>

#include <cstdlib>

#include "member_node.hpp"

int main(int argc, char** argv) {
  using namespace livegrid;
  if (argc != 4)
    return 2;
  auto config = test::member_config({argv[1]}, argv[2],
                                    std::chrono::seconds{std::atoi(argv[3])});
  etcd_membership self{std::move(config), [](const membership_event& x) {
                         auto line = test::told::of(x).to_line() + "\n";
                         if (::write(1, line.data(), line.size()) < 0)
                           ::_exit(1);
                       }};
  for (;;)
    ::pause();
}
