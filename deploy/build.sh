# shellcheck shell=bash
# Packages, configuration and build, for deploy/run, deploy/test and .ci/run.

set -euo pipefail
root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
program=$(readlink -f "$0")
program=${program#"$root"/}

# What it takes to build the node, and further to run the tests.
# shellcheck disable=SC2034
build_packages=(g++ cmake ninja-build libcaf-dev librestinio-dev libasio-dev
  libfmt-dev libspdlog-dev libhttp-parser-dev rapidjson-dev libedit-dev
  libutf8proc-dev libwslay-dev zlib1g-dev prometheus-cpp-dev
  libcurl4-openssl-dev libssl-dev libhowardhinnant-date-dev tzdata)
# prometheus brings promtool, which checks the metrics and the alert rules;
# nginx and caddy run the settings for a proxy that we ship, asked by curl.
# shellcheck disable=SC2034
test_packages=(chromium prometheus etcd-server nginx-light caddy curl openssl)

# What the sanitizers and the fuzz targets are built with.
# shellcheck disable=SC2034
clang_packages=(clang libclang-rt-14-dev)

# Node comes from many places: Debian's is for where there is none.
command -v node >/dev/null || build_packages+=(nodejs)
command -v npm >/dev/null || build_packages+=(npm)

# A file that includes CAF and RESTinio takes the compiler about 1 GB.
jobs=$(nproc)
((jobs <= 2)) || jobs=2
: "${CMAKE_BUILD_PARALLEL_LEVEL:=$jobs}" "${CTEST_PARALLEL_LEVEL:=$jobs}"

# To stderr, as everything here: stdout is the node's.
say() {
  printf '%s: %s\n' "$program" "$*" >&2
}

fail() {
  say "$@"
  exit 1
}

# Waits until no other script works in the build directory $1, and keeps
# others waiting from then on, until this script or unlock ends it.
lock() {
  mkdir -p "$1" || fail "cannot make the directory $1"
  exec 9<"$1"
  flock --nonblock 9 && return
  say "waiting for another build in $1"
  flock 9
}

unlock() {
  exec 9<&-
}

# Prints those of the packages $@ that are not installed.
missing_packages() {
  local installed package
  # It exits with 1 when it has not heard of one of them.
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "$@" \
    2>/dev/null) || :
  for package; do
    grep -qxF "$package installed" <<<"$installed" || printf '%s\n' "$package"
  done
}

# Installs those of the Debian packages $@ that are missing.
install_packages() {
  local missing by_hand output apt=(apt-get -q)
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} > 0)) || return 0

  by_hand="apt-get update && apt-get install -y --no-install-recommends"
  by_hand+=" ${missing[*]}"
  command -v apt-get >/dev/null \
    || fail "packages are missing and there is no apt-get;" \
      "on Debian 12, as root: $by_hand"
  apt=(env DEBIAN_FRONTEND=noninteractive "${apt[@]}")
  if ((EUID == 0)); then
    say "installing Debian packages: ${missing[*]}"
  else
    command -v sudo >/dev/null \
      || fail "packages are missing and there is no sudo; as root: $by_hand"
    say "installing Debian packages, with sudo: ${missing[*]}"
    apt=(sudo "${apt[@]}")
  fi

  # An update may fail for a source that none of these packages comes from:
  # only the installation decides.
  output=$("${apt[@]}" update 2>&1 </dev/null) || :
  output+=$'\n'$("${apt[@]}" install -y --no-install-recommends \
    -o DPkg::Lock::Timeout=600 "${missing[@]}" 2>&1 </dev/null) || {
    printf '%s\n' "$output" >&2
    fail "the packages could not be installed; by hand, as root: $by_hand"
  }
}

# Whether the build directory $1 is of this source tree and can be built.
belongs_here() {
  [[ -e $1/build.ninja ]] \
    && grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$1/CMakeCache.txt"
}

# Configures the build directory $1 by the preset $2 of CMakePresets.json, unless
# that has been done. Options of an earlier time stay.
configure() {
  local build=$1 preset=$2 stamp=$1/preset fresh=() output wanted
  wanted="$preset $(cksum <"$root/CMakePresets.json")"
  if ! belongs_here "$build"; then
    fresh=(--fresh)
  elif [[ -e $stamp && $(<"$stamp") == "$wanted" ]]; then
    return
  fi
  output=$(cmake -S "$root" -B "$build" --preset "$preset" "${fresh[@]}" 2>&1) \
    || {
      printf '%s\n' "$output" >&2
      fail "cmake could not configure $build"
    }
  printf '%s\n' "$wanted" >"$stamp"
}

# Builds the targets $2... in the build directory $1.
build() {
  local build=$1 pending quiet=(--quiet)
  shift
  pending=$(cmake --build "$build" --target "$@" -- -n 2>&1) || :
  [[ $pending != *"no work to do"* ]] || return 0
  say "building in $build (takes some minutes the first time)"
  [[ ! -t 2 ]] || quiet=()
  cmake --build "$build" -j "$CMAKE_BUILD_PARALLEL_LEVEL" --target "$@" \
    -- "${quiet[@]}" >&2 || fail "the build failed: see above"
}

# Runs the tests of the build directory $1; further arguments go to ctest.
run_tests() {
  # The lock is not for what a test starts: that might outlive it.
  ctest --test-dir "$1" --output-on-failure --no-tests=error --timeout 300 \
    -j "$CTEST_PARALLEL_LEVEL" "${@:2}" 9<&- || fail "tests failed: see above"
}
