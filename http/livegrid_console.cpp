#include "livegrid/http/operator.hpp"

int main(int argc, char** argv) {
  return livegrid::run_operator(argc, argv);
}
