#pragma once

#include <caf/all.hpp>

#include "livegrid/actors/settings/settings.hpp"

namespace livegrid {

/// CAF's side of the settings: message types, scheduler, networking.
class caf_config : public caf::actor_system_config {
public:
  explicit caf_config(const settings& values);
};

} // namespace livegrid
