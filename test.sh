#!/usr/bin/env bash
# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
set -euo pipefail

usage() {
  cat <<'TEXT'
./test.sh [PART...]      runs all the tests, or only the named parts of them

  packages      PostgreSQL, Samba and the like, which tests start for themselves (installed by apt where root or sudo allows)
  lint          hygiene, ruff, shellcheck, layers of the architecture, ansible-lint
  types         mypy
  docs          antsibull-docs, antsibull-changelog, the documentation as a site
  sanity        ansible-test sanity, beside lint, types, docs, demo and clients by others
  unit          unit tests         } with Python 3.11 and ansible-core 2.19, and with the newest Python of this
  integration   integration tests  } machine and the newest ansible-core; docs/development/testing.md says what runs where
  independent   clients by others read the stand-ins of the tests (once, with the newest Python)
  demo          demo.sh

Only when named:

  develop       makes the environment for `pytest` in this clone, and says how to activate it
  fast          the unit tests that start no server, once, with the newest Python: an answer in about two minutes
  site          the documentation as a site, kept in the cache folder
  soak          1,000 runs killed at random moments, and the property tests at length, with the newest Python: one to two hours.
                KILLS=100 and EXAMPLES=3 (times as many as otherwise) make it shorter

LEG=oldest or LEG=newest runs only that half of the matrix, with all of its tests; PYTEST_ADDOPTS goes to pytest.
Environments are made once, below ~/.cache/telephony-connector (or TELEPHONY_CONNECTOR_CACHE).
With CI=true a part that could not run is a failure.
TEXT
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=tests/ci/common.sh
source "$root/tests/ci/common.sh"
work=$(mktemp -d "${TMPDIR:-/tmp}/telephony-connector-test.XXXXXX")
aside_process=
ahead_process=
end_all() {
  local one
  for one in $aside_process $ahead_process; do kill -- "-$one" 2>/dev/null || true; done
  rm -rf "$work"
}
trap end_all EXIT
chmod 755 "$work" # servers that tests start for root run as another user
# shellcheck source=tests/ci/parts.sh
source "$root/tests/ci/parts.sh"
# shellcheck source=tests/ci/test_parts.sh
source "$root/tests/ci/test_parts.sh"

table=()
failed=0
declare -A core_of=([oldest]='ansible-core==2.19.*' [newest]='ansible-core>=2.19')
declare -A python_of=() environment_of=() versions_of=()

# used_cpu FILE: seconds of processor time, out of what `times` has written there.
used_cpu() {
  awk '{ for (at = 1; at <= 2; at++) { split($at, time, /[ms]/); used += time[1] * 60 + time[2] } } END { print int(used) }' "$1"
}

# part TITLE FUNCTION WORD...: runs a part and notes how it went, how long it took, and what of that the processors worked.
part() {
  local title=$1 started=$SECONDS status=0 verdict cpu noted=$work/times.$BASHPID
  shift
  printf '\n== %s\n' "$title"
  set +e
  ( # its own shell, whose `times` know of nothing else
    (
      set -e
      "$@"
    )
    status=$?
    times >"$noted"
    exit "$status"
  )
  status=$?
  set -e
  case $status in
    0) verdict=passed ;;
    "$not_run") verdict='NOT RUN' ;;
    *) verdict=FAILED ;;
  esac
  if [[ $verdict == FAILED || ($verdict == 'NOT RUN' && ${CI:-} == true) ]]; then failed=1; fi
  cpu=$(used_cpu "$noted")
  printf -- '-- %s: %s, %d s, %d s of CPU\n' "$title" "$verdict" "$((SECONDS - started))" "$cpu"
  table+=("$(printf '%-8s %5d s %5d s of CPU  %s' "$verdict" "$((SECONDS - started))" "$cpu" "$title")")
}

# aside TITLE FUNCTION WORD...: like `part`, but beside what comes next, for what keeps one core busy; `join_aside` waits for
# it and shows what it said.
aside() {
  set -m # a process group of its own, so that all of it can be ended
  # shellcheck disable=SC2030 # read back from a file
  (
    table=()
    failed=0
    part "$@"
    printf '%s\n' "${table[@]}" >"$work/aside.table"
    exit "$failed"
  ) >"$work/aside.log" 2>&1 &
  aside_process=$!
  set +m
}

join_aside() {
  local row
  if [[ -z ${aside_process:-} ]]; then return 0; fi
  wait "$aside_process" || failed=1
  aside_process=
  if [[ -n $ahead_process ]]; then wait "$ahead_process" || true; fi
  ahead_process=
  cat "$work/aside.log"
  if [[ ! -s $work/aside.table ]]; then die "The part beside the others broke off."; fi
  # shellcheck disable=SC2031
  while IFS= read -r row; do table+=("$row"); done <"$work/aside.table"
}

# make_leg LEG: the environment of a half of the matrix; leaves its folder in a file.
make_leg() {
  local python=${python_of[$1]}
  if [[ -z $python ]]; then
    complain "  cannot run: no Python for ${core_of[$1]} on this machine (looked on PATH and in ~/.pyenv)"
    return "$not_run"
  fi
  local -a files=("$root/requirements.txt" "$root/tests/requirements.txt")
  if [[ $1 == "$reader" ]]; then files+=("$root/tests/requirements-static.txt"); fi
  make_environment "$1" "$python" "${core_of[$1]}" "${files[@]}"
  say "  $environment"
  say "$environment" >"$work/environment-$1"
}

# make_ahead LEG: begins with its environment beside what comes next. Where that fails, `need_leg` tries again and shows why.
make_ahead() {
  set -m # as in `aside`
  (make_leg "$1") >"$work/ahead.log" 2>&1 &
  ahead_process=$!
  set +m
}

# need_leg LEG: makes its environment at the first call, and notes its versions as people read them.
need_leg() {
  if [[ -n ${versions_of[$1]:-} ]]; then return 0; fi
  versions_of[$1]="leg $1"
  part "environment of leg $1: ${core_of[$1]}" make_leg "$1"
  if [[ -s $work/environment-$1 ]]; then
    environment_of[$1]=$(<"$work/environment-$1")
    versions_of[$1]=$("${environment_of[$1]}/bin/python" -c 'import importlib.metadata as found, platform
print("Python", platform.python_version(), "with ansible-core", found.version("ansible-core"))')
  fi
}

in_environment() {
  if [[ -z ${environment_of[$1]:-} ]]; then
    say "  cannot run: its environment could not be made, see above"
    return "$not_run"
  fi
  "$2" "${environment_of[$1]}" "$1"
}

# read_code TITLE FUNCTION: a part that reads the code, in the one environment that has the tools for it.
read_code() {
  need_leg "$reader"
  part "$1" in_environment "$reader" "$2"
}

# run_tests TITLE FUNCTION LEG
run_tests() {
  need_leg "$3"
  part "$1, ${versions_of[$3]}" in_environment "$3" "$2"
}

is_wanted() {
  local asked
  for asked in "${asked_parts[@]}"; do
    if [[ $asked == "$1" || $asked == all ]]; then return 0; fi
  done
  return 1
}

# is_named PART: for the parts that do not belong to a whole run
is_named() {
  [[ " ${asked_parts[*]} " == *" $1 "* ]]
}

# Sets the two halves of the matrix: their Python, which of them to run the tests in, and which reads the code.
choose_legs() {
  python_of[oldest]=$(choose_python 11 13 oldest)
  python_of[newest]=$(choose_python 11 14 newest)
  reader=newest
  legs=(oldest newest)
  if [[ ${python_of[newest]} == 11\ * ]]; then
    say "Note: nothing newer than Python 3.11 here, and its newest ansible-core is 2.19: one leg stands for both."
    reader=oldest
    legs=(oldest)
  fi
  if [[ -n ${LEG:-} ]]; then legs=("$LEG"); fi
}

asked_parts=("${@:-all}")
for asked in "${asked_parts[@]}"; do
  case $asked in
    all | packages | lint | types | docs | sanity | unit | integration | independent | demo) ;;
    develop | fast | site | soak) ;;
    -h | --help | help)
      usage
      exit 0
      ;;
    *)
      usage >&2
      die "There is no part $asked."
      ;;
  esac
done
case ${LEG:-oldest} in
  oldest | newest) ;;
  *) die "LEG is oldest or newest, not $LEG." ;;
esac

exec </dev/null 2>&1 # nothing asks, and what is complained about stands where it happened
untracked=$(git -c safe.directory="$root" -C "$root" ls-files --others --exclude-standard | wc -l)
if [[ $untracked -gt 0 ]]; then say "Note: $untracked files that git does not track (git status) take no part."; fi
choose_legs

if is_wanted packages || is_named develop || is_wanted unit || is_wanted integration; then part "packages of the system" part_packages; fi
# Each of these but the last keeps one core busy: sanity tests take as long as the others until demo.sh, and some more.
if is_wanted sanity; then
  # so does making an environment
  if [[ ${#legs[@]} -eq 2 ]] && { is_wanted unit || is_wanted integration; }; then make_ahead oldest; fi
  need_leg "$reader"
  aside "ansible-test sanity" in_environment "$reader" part_sanity
fi
if is_wanted lint; then
  part "hygiene" part_hygiene
  read_code "ruff" part_ruff
  read_code "shellcheck" part_shellcheck
  read_code "layers of the architecture" part_imports
  read_code "ansible-lint, profile production" part_ansible_lint
fi
if is_wanted types; then read_code "mypy, strict" part_mypy; fi
if is_named develop; then read_code "environment for developers" part_develop; fi
if is_named fast; then run_tests "tests without servers" part_fast "$reader"; fi
if is_named soak; then run_tests "soak" part_soak "$reader"; fi
if is_wanted docs; then
  read_code "antsibull-docs" part_docs
  read_code "antsibull-changelog" part_changelog
fi
if is_wanted docs || is_named site; then read_code "documentation site" part_site; fi
if is_wanted demo; then part "demo.sh" part_demo; fi
# clients by others wait for each other's servers, and leave room for the sanity tests
if is_wanted independent; then read_code "clients by others" part_independent; fi
join_aside
for leg in "${legs[@]}"; do
  if is_wanted unit; then run_tests "unit tests" part_unit "$leg"; fi
  if is_wanted integration; then run_tests "integration tests" part_integration "$leg"; fi
done

printf '\n== Summary (%d s)\n' "$SECONDS"
printf '%s\n' "${table[@]}"
if [[ $failed -ne 0 ]]; then die "FAILED"; fi
if [[ ${table[*]} == *'NOT RUN'* ]]; then say "PASSED, but NOT EVERYTHING WAS RUN (with CI=true that is a failure)"; else say "PASSED"; fi
