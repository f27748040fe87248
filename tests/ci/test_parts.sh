# shellcheck shell=bash
# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The parts of test.sh that run tests; see parts.sh. docs/development/testing.md says what runs where.

root=${root:?the script that sources this sets it}
work=${work:?the script that sources this sets it}
cache=${cache:?common.sh sets it}

part_fast() {
  use_environment "$1"
  run_pytest tests/unit "$2" -m fast
}

# What takes too long for every change: half of the kills on each database, and many times the examples.
part_soak() {
  use_environment "$1"
  export TELEPHONY_CONNECTOR_TEST_KILLS=$((${KILLS:-1000} / 2)) TELEPHONY_CONNECTOR_TEST_EXAMPLES=${EXAMPLES:-10}
  run_pytest tests/unit/plugins/module_utils "$2" -k 'kill or properties or accidents or at_once or damaged'
}

# run_pytest FOLDER LEG [WORD...]: `more` processes than there are cores, since tests wait for servers, too; the tests of one
# file stay together, since they share what is costly to start. tests/conftest.py has the longest files first. The log tells
# which tests took longest.
more=1
run_pytest() {
  local status=0 folder=$1 leg=$2
  shift 2
  TELEPHONY_CONNECTOR_TEST_NODE_MODULES=$(node_folder)/node_modules
  export TELEPHONY_CONNECTOR_TEST_NODE_MODULES
  fresh_tree "$leg"
  # shellcheck disable=SC2154 # fresh_tree has set it
  # bytecode stays in the staged copy: without it each process would compile the tests and the product anew
  env -u PYTHONDONTWRITEBYTECODE PYTHONPATH="$tree" ANSIBLE_COLLECTIONS_PATH="$tree" \
    python -m pytest --ansible-unit-inject-only "$folder" "$@" \
    --numprocesses $(($(nproc) + more)) --dist loadfile --no-loadscope-reorder --durations 20 --durations-min 2 || status=$?
  if [[ $status -eq 5 ]]; then say "  there are no tests in $folder"; fi
  return "$status"
}

# is_one_of_two LEG NAME: both halves of the matrix run, and this is the named one: what each leaves to the other is said in
# docs/development/testing.md.
is_one_of_two() {
  # shellcheck disable=SC2154  # of test.sh
  [[ ${#legs[@]} -eq 2 && $1 == "$2" ]]
}

part_unit() {
  local more=2
  use_environment "$1"
  if is_one_of_two "$2" newest; then # servers are the same in both legs, and the integration tests talk to them in both
    export TELEPHONY_CONNECTOR_TEST_EXAMPLES=${TELEPHONY_CONNECTOR_TEST_EXAMPLES:-0.3}
    run_pytest tests/unit "$2" -m 'fast or once'
  elif is_one_of_two "$2" oldest; then # what runs on both databases runs on SQLite in the other leg
    export TELEPHONY_CONNECTOR_TEST_EXAMPLES=${TELEPHONY_CONNECTOR_TEST_EXAMPLES:-0.1}
    run_pytest tests/unit "$2" -m 'not twin and not once'
  else
    run_pytest tests/unit "$2"
  fi
}

part_integration() {
  local -a words=()
  use_environment "$1"
  export TELEPHONY_CONNECTOR_TEST_COLLECTIONS=$work/collections-$2 TELEPHONY_CONNECTOR_TEST_BIN=$1/bin
  stage_collection "$work/artifact-$2"
  install_collection "$1" "$work/artifact-$2" "$TELEPHONY_CONNECTOR_TEST_COLLECTIONS"
  if is_one_of_two "$2" oldest; then words=(-m 'not newest_alone'); fi
  run_pytest tests/integration_playbooks "$2" "${words[@]}"
}

# The collection awx.awx comes with the package `ansible`, whose other hundred nobody needs here.
make_awx_collection() {
  local version=12.3.0
  awx_collections=$cache/awx-$version
  if [[ -e $awx_collections/ready ]]; then return 0; fi
  say "  the collection awx.awx out of ansible $version in $awx_collections"
  rm -rf "$awx_collections"
  mkdir -p "$awx_collections/wheel"
  quietly "$1/bin/pip" download --no-deps --dest "$awx_collections/wheel" "ansible==$version" || return 1
  "$1/bin/python" - "$awx_collections" <<'EXTRACT' || return 1
import pathlib, sys, zipfile
folder = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next(folder.glob("wheel/*.whl"))) as wheel:
    wheel.extractall(folder, [name for name in wheel.namelist() if name.startswith("ansible_collections/awx/")])
EXTRACT
  rm -rf "$awx_collections/wheel"
  touch "$awx_collections/ready"
}

# What the stand-ins of the tests are worth: clients by others, each in an environment of its own, must be able to read them.
part_independent() {
  local environment
  # shellcheck disable=SC2154 # test.sh chooses the Python
  make_environment msgraph "${python_of[$reader]}" "$root/tests/requirements-msgraph.txt" || return 1
  export TELEPHONY_CONNECTOR_TEST_MSGRAPH=$environment/bin/python
  make_awx_collection "$1" || return 1
  export TELEPHONY_CONNECTOR_TEST_AWX=$awx_collections
  use_environment "$1"
  run_pytest tests/independent independent
}

# The commands of the README, as people type them.
part_demo() {
  quietly "$root/demo.sh" && quietly "$root/demo.sh" --phones
}
