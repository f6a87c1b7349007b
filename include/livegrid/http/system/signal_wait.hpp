#pragma once

#include "livegrid/fwd.hpp"

namespace livegrid {

/// Keeps the signals that a node waits for from ending it; every thread that is
/// started afterwards keeps them away, too.
void block_signals() noexcept;

/// Waits for a signal to end: SIGTERM, SIGINT, or SIGHUP if the node was
/// started from a terminal, which has gone then. Without one SIGHUP asks to
/// read the settings again; that and SIGUSR1 and SIGUSR2 change nothing but the
/// log, which says what is read again by itself.
void wait_for_end(logger& log);

} // namespace livegrid
