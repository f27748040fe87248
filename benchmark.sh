#!/usr/bin/env bash
# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Measures imports of 100,000 and 1,000,000 people against what the standard library alone needs, and writes
# docs/performance.md. --help shows the options. Not a test: it takes a while, and its figures depend on the machine.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=tests/ci/common.sh
source "$root/tests/ci/common.sh"

python=$(choose_python 11 14 newest)
[[ -n $python ]] || die "No Python 3.11 to 3.14 here (looked on PATH and in ~/.pyenv): please install one, e.g. apt-get install python3 python3-venv."
make_environment benchmark "$python" ansible-core "$root/requirements.txt" "$root/tests/requirements.txt" || exit 1

if [[ " $* " == *" --ldap "* ]] && ! "$environment/bin/python" -m pip install --quiet python-ldap >/dev/null 2>&1; then
  echo "python-ldap is left out: it cannot be built here (apt-get install gcc python3-dev libldap-dev libsasl2-dev)."
fi

work=$cache/benchmark
mkdir -p "$cache"
exec 8>"$cache/benchmark.lock"
flock --nonblock 8 || die "Another benchmark is running here; two at once would measure each other."
rm -rf "$work"
mkdir -p "$work"
trap 'rm -rf "$work"' EXIT # some gigabytes
# A copy, so that nothing changes under a measurement.
stage_collection "$work/staged"
install_collection "$environment" "$work/staged" "$work/collections"
# As whatever is installed is; where Python is told to keep nothing, every run of the engine would compile its sources.
"$environment/bin/python" -m compileall -q "$work/staged/ansible_collections"

cd "$work"
PYTHONPATH=$work/staged "$environment/bin/python" -m ansible_collections.telephony.connector.tests.benchmarks.benchmark \
  --work "$work" --collections "$work/collections" --page "$root/docs/performance.md" "$@"
