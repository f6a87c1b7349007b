#pragma once

#include <concepts>
#include <type_traits>
#include <utility>
#include <variant>

namespace livegrid {

/// Why there is no value: what an `expected` without one is made of.
template <class E>
class unexpected {
public:
  explicit constexpr unexpected(E why) : error_(std::move(why)) {
    // nop
  }

  constexpr const E& error() const& noexcept {
    return error_;
  }

  constexpr E&& error() && noexcept {
    return std::move(error_);
  }

private:
  E error_;
};

/// A value, or why there is none: what C++23's class of that name does, as far
/// as it is used here. Whoever asks for the wrong one of both gets undefined
/// behaviour, as there.
template <class T, class E>
class [[nodiscard]] expected {
public:
  using value_type = T;
  using error_type = E;

  template <class U = T>
  requires std::constructible_from<T, U> &&(
    !std::same_as<std::remove_cvref_t<U>, expected>)constexpr expected(U&& x)
    : held_(std::in_place_index<0>, std::forward<U>(x)) {
    // nop
  }

  template <class G>
  requires std::constructible_from<E, G>
  constexpr expected(unexpected<G> why)
    : held_(std::in_place_index<1>, std::move(why).error()) {
    // nop
  }

  constexpr bool has_value() const noexcept {
    return held_.index() == 0;
  }

  explicit constexpr operator bool() const noexcept {
    return has_value();
  }

  constexpr T& operator*() & noexcept {
    return *std::get_if<0>(&held_);
  }

  constexpr const T& operator*() const& noexcept {
    return *std::get_if<0>(&held_);
  }

  constexpr T&& operator*() && noexcept {
    return std::move(*std::get_if<0>(&held_));
  }

  constexpr T* operator->() noexcept {
    return std::get_if<0>(&held_);
  }

  constexpr const T* operator->() const noexcept {
    return std::get_if<0>(&held_);
  }

  constexpr E& error() & noexcept {
    return *std::get_if<1>(&held_);
  }

  constexpr const E& error() const& noexcept {
    return *std::get_if<1>(&held_);
  }

  constexpr E&& error() && noexcept {
    return std::move(*std::get_if<1>(&held_));
  }

private:
  std::variant<T, E> held_;
};

/// That something was done, or why it was not.
template <class E>
class [[nodiscard]] expected<void, E> : public expected<std::monostate, E> {
public:
  using value_type = void;

  constexpr expected() : expected<std::monostate, E>(std::monostate{}) {
    // nop
  }

  template <class G>
  requires std::constructible_from<E, G>
  constexpr expected(unexpected<G> why)
    : expected<std::monostate, E>(std::move(why)) {
    // nop
  }
};

} // namespace livegrid
