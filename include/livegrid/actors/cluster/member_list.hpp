#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <caf/all.hpp>

#include "livegrid/actors/members/member.hpp"
#include "livegrid/actors/stats/status.hpp"
#include "livegrid/actors/stats/summary.hpp"

namespace livegrid {

/// Where a listing of the members has how many rows came from one and how many
/// went to it, since there is a way to it.
constexpr std::size_t rows_in_column = 7;
constexpr std::size_t rows_out_column = 8;

/// A member as the operator's list shows it. What nobody has said is empty.
struct member_line {
  std::string name;
  std::string roles;
  std::string state; ///< up, claiming, ..., or why it does not answer
  std::string epoch; ///< of its view
  std::string symbols;
  std::string viewers;
  std::string rtt_us; ///< how far away it is, there and back
  std::string rows_in;
  std::string rows_out;
  std::string waiting; ///< rows that wait to go to it
  std::string address;

  /// A member of which nothing is known but what the view says.
  static member_line of(const member& x);

  /// What that member's grid says of itself.
  void set_status(const actor_status& said);

  /// What the relay to that member says.
  void set_relay(const actor_status& said);
};

/// A line of which a member, and then its relay, are asked; answered when all
/// have been heard of.
struct member_list {
  std::vector<member_line> lines; ///< by the member's index
  std::size_t missing = 0;        ///< of those who were asked
  caf::typed_response_promise<listing> to;

  /// The list as it is now.
  listing finish() const;

  /// One of them has answered, which is in `lines`.
  void one_done();
};

} // namespace livegrid
