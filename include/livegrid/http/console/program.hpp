#pragma once

namespace livegrid {

/// Asks a running node's console actor what the operator wants to know:
/// `livegrid-console [--node=HOST:PORT] [-c COMMAND]...`, or commands from
/// stdin, a line each.
/// @returns 0; 1 if a command failed; 2 for words that it does not know; 3 if
///          the node cannot be reached or is lost.
int run_operator(int argc, char** argv);

} // namespace livegrid
