# shellcheck shell=bash
# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# What demo.sh and test.sh share: finding a Python, virtual environments, a copy of what git tracks, the built collection.
# To be sourced by a script that has set `root` to the repository.

root=${root:?the script that sources this sets it}
cache=${TELEPHONY_CONNECTOR_CACHE:-${XDG_CACHE_HOME:-${HOME:?is not set}/.cache}/telephony-connector}
collection_folder=ansible_collections/telephony/connector

# Ansible refuses any locale that is not UTF-8; settings of the person who starts us must not change what happens.
export LC_ALL=C.UTF-8 PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
unset ANSIBLE_CONFIG PYTHONHOME PYTHONPATH VIRTUAL_ENV CDPATH

say() { printf '%s\n' "$*"; }
complain() { printf '%s\n' "$*" >&2; }
die() {
  complain "$*"
  exit 1
}

# --- Python ---------------------------------------------------------------------------------------------------------

# Prints "minor venv|bare path" when it runs in a CPython 3.11 to 3.14 that has what Ansible and SQLite need.
# "bare" means that Debian's package pythonX.Y-venv is missing.
probe_python='
import importlib.util, os, platform, sqlite3, ssl, sys, venv
version = sys.version_info
if platform.python_implementation() == "CPython" and (3, 11) <= version[:2] <= (3, 14) and version.releaselevel == "final":
    kind = "venv" if importlib.util.find_spec("ensurepip") else "bare"
    print(version[1], kind, os.path.realpath(getattr(sys, "_base_executable", sys.executable)))
'

# Lists the interpreters of this machine as the probe prints them, newest first. Whatever does not really run is left
# out: a pyenv shim for a version that is not selected stands on PATH and exits with 127.
list_pythons() {
  local candidate
  {
    type -ap python3.14 python3.13 python3.12 python3.11 python3
    printf '%s\n' /usr/bin/python3.1? /usr/local/bin/python3.1? "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1*/bin/python3
  } | while IFS= read -r candidate; do
    if [[ -x $candidate ]]; then "$candidate" -I -c "$probe_python" 2>/dev/null || continue; fi
  done | sort -k1,1nr -k2,2r -k3,3 -u
}

# Prints the line of list_pythons to use between two minor versions: of the newest or the oldest version, and rather one
# that can make virtual environments than one that needs a package first.
choose_python() {
  local from=$1 to=$2 which=$3 order=-k1,1nr
  if [[ $which == oldest ]]; then order=-k1,1n; fi
  list_pythons | awk -v from="$from" -v to="$to" '$1 >= from && $1 <= to' | sort -k2,2r "$order" | head -n 1
}

# --- Packages of the system -----------------------------------------------------------------------------------------

as_root() {
  if [[ $EUID -eq 0 ]]; then "$@"; else sudo -n "$@"; fi
}

can_be_root() {
  [[ $EUID -eq 0 ]] || { command -v sudo >/dev/null && sudo -n true 2>/dev/null; }
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300 "$@"
}

# Installs packages without letting them start their daemons.
apt_install() (
  policy=/usr/sbin/policy-rc.d
  if ! command -v apt-get >/dev/null || ! can_be_root; then
    complain "Missing system packages, and no right to install them here. Please run: apt-get install $*"
    return 1
  fi
  if [[ ! -e $policy ]]; then
    trap 'as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
  fi
  say "  apt-get install $*"
  log=$cache/apt.log
  mkdir -p "$cache"
  if ! apt_get install --no-install-recommends "$@" >"$log" 2>&1; then
    # A fresh machine has no package lists yet.
    if ! { apt_get update && apt_get install --no-install-recommends "$@"; } >>"$log" 2>&1; then
      tail -n 15 "$log" >&2
      complain "apt-get could not install $* (the whole log: $log)."
      return 1
    fi
  fi
)

# --- Virtual environments -------------------------------------------------------------------------------------------

# Prints the requirement texts, and for a file its content: what an environment is made of, wherever the files lie.
requirement_texts() {
  local item
  for item in "$@"; do
    if [[ -f $item ]]; then cat "$item"; else printf '%s\n' "$item"; fi
  done
}

# Runs pip and lets the reader see that it works; the whole output is kept in a log.
pip_install() {
  local folder=$1 log=$1.log item
  local -a words=()
  shift
  for item in "$@"; do
    if [[ -f $item ]]; then words+=(-r "$item"); else words+=("$item"); fi
  done
  if ! "$folder/bin/python" -m pip install "${words[@]}" 2>&1 | tee "$log" | sed -u -n 's/^Collecting \([^ ]*\).*/    \1/p'; then
    tail -n 15 "$log" >&2
    complain "pip could not install what is needed: is the package index reachable from here? (The whole log: $log)"
    return 1
  fi
}

# make_environment NAME "MINOR KIND PYTHON" REQUIREMENT-OR-FILE...: sets `environment` to the folder. One that was made
# of the same Python and requirements before is used again; its name holds their hash.
make_environment() {
  local name=$1 minor kind python hash
  read -r minor kind python <<<"$2"
  shift 2
  hash=$({ "$python" -VV && say "$python" && requirement_texts "$@"; } | sha256sum | cut -c 1-12)
  environment=$cache/environments/$name-$hash
  mkdir -p "$cache/environments"
  if [[ -e $environment/ready ]] && "$environment/bin/python" -c '' 2>/dev/null; then
    touch "$environment/ready"
    return 0
  fi
  if [[ $kind == bare ]]; then
    apt_install "python3.$minor-venv" || return 1
  fi
  (
    flock 9 # somebody else may be making the same one
    if [[ -e $environment/ready ]]; then exit 0; fi
    say "  making $environment with Python 3.$minor"
    find "$cache/environments" -maxdepth 2 -path "*/$name-*/ready" -mtime +30 -printf '%h\0' -prune | xargs -0 rm -rf "$environment"
    "$python" -m venv "$environment" || exit 1
    pip_install "$environment" "$@" || exit 1
    touch "$environment/ready"
  ) 9>"$environment.lock"
}

# --- The collection -------------------------------------------------------------------------------------------------

# Copies what git tracks, as it stands in the working tree, to FOLDER/ansible_collections/telephony/connector.
# (ansible-test refuses a symlinked tree, and a used checkout holds files that belong to nobody's artifact.)
stage_collection() {
  local folder=$1/$collection_folder
  mkdir -p "$folder"
  (
    cd "$root" || exit 1
    git -c safe.directory="$root" ls-files -z | while IFS= read -r -d '' file; do
      if [[ -e $file ]]; then printf '%s\0' "$file"; fi
    done | tar --null --files-from=- -cf - | tar -xf - -C "$folder"
  ) || die "git could not list the files of $root: is it a complete clone?"
}

# install_collection ENVIRONMENT STAGED COLLECTIONS: builds the artifact from a staged copy and installs it.
install_collection() {
  local programs=$1/bin staged=$2/$collection_folder artifacts=$2/artifacts
  "$programs/ansible-galaxy" collection build --force --output-path "$artifacts" "$staged" >/dev/null
  ANSIBLE_COLLECTIONS_PATH=$3 "$programs/ansible-galaxy" collection install --force --offline --no-deps -p "$3" "$artifacts"/*.tar.gz >/dev/null
}
