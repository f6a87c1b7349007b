#pragma once

namespace livegrid {

/// Does `livegrid key add|list|revoke ...`: changes the file of keys, of which
/// running nodes see the change within a second.
/// @param argv the whole command line, in which the second word is `key`.
/// @returns the exit code: 2 if it was not understood, 1 if it failed.
int run_key_command(int argc, const char* const* argv, const char* const* envp);

} // namespace livegrid
