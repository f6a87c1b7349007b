#include "livegrid/actors/day/time_zone.hpp"

#include <stdexcept>

#include <date/tz.h>

namespace livegrid {

using namespace std::chrono;

namespace {

sys_seconds to_sys(const date::time_zone* zone, time_zone::local_seconds x,
                   date::choose which) {
  if (!zone)
    return sys_seconds{x.time_since_epoch()};
  return zone->to_sys(date::local_seconds{x.time_since_epoch()}, which);
}

} // namespace

expected<time_zone, std::string> time_zone::find(const std::string& name) {
  try {
    time_zone result;
    result.zone_ = date::locate_zone(name);
    // The library reads a zone when it is first used: a file that is damaged
    // shall be found out here.
    result.local(sys_seconds{});
    return result;
  } catch (const std::exception&) {
    // What the library says is about its own files.
    return unexpected<std::string>{
      "is no time zone that the system's tzdata knows"};
  }
}

time_zone::local_seconds time_zone::local(sys_seconds x) const {
  auto result = x.time_since_epoch();
  if (zone_)
    result += zone_->get_info(x).offset;
  return local_seconds{result};
}

sys_seconds time_zone::first(local_seconds x) const {
  return to_sys(zone_, x, date::choose::earliest);
}

sys_seconds time_zone::last(local_seconds x) const {
  return to_sys(zone_, x, date::choose::latest);
}

std::string time_zone::name() const {
  return zone_ ? zone_->name() : "UTC";
}

} // namespace livegrid
