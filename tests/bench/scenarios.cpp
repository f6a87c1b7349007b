#include "scenarios.hpp"

namespace livegrid::bench {

const std::vector<scenario>& scenarios() {
  static const std::vector<scenario> result{
    {"fan1000", "1000 subscribers, as fast as they are served", 5, true,
     run_fan1000},
    {"tls", "a row's cost with HTTPS and without", 5, true, run_tls},
    {"lat100k", "latency at 200 ticks/s to 500 subscribers", 5, true,
     run_lat100k},
    {"lat20k", "latency at 200 ticks/s to 100 subscribers", 5, true,
     run_lat20k},
    {"flat5000", "a row's cost to 5000 subscribers and to 500", 5, true,
     run_flat5000},
    {"symbols5000", "a row's cost with 5000 symbols and with 5", 5, true,
     run_symbols5000},
    {"idle", "time and memory of up to 19,000 idle subscribers", 5, true,
     run_idle},
    {"slow", "a tenth of 200 subscribers stops reading", 20, true, run_slow},
    {"overload", "2 million rows/s offered to 200 subscribers", 3, true,
     run_overload},
    {"ingest", "ticks without subscribers, as fast as they are taken", 5, true,
     run_ingest},
    {"symbols100k", "start and memory with 100,000 symbols", 0, true,
     run_symbols100k},
    {"scrape", "/metrics with 100,000 symbols and 10,000 subscribers", 10, true,
     run_scrape},
    {"options", "a row's cost with each option of a subscriber", 5, true,
     run_options},
    {"link", "what a row costs that goes from node to node", 5, false,
     run_link},
    {"failover", "how long viewers see nothing new as nodes come and go", 4,
     false, run_failover},
    {"soak", "memory over time while subscribers come and go", 600, false,
     run_soak},
  };
  return result;
}

} // namespace livegrid::bench
