#include "livegrid/http/console/program.hpp"
#include "livegrid/http/system/standard_descriptors.hpp"

int main(int argc, char** argv) {
  if (!livegrid::hold_standard_descriptors())
    return 1;
  return livegrid::run_operator(argc, argv);
}
