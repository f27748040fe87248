#!/usr/bin/env bash
# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Imports the sample CSV files into an embedded store and publishes its phonebook for phones: simulation, run, second run without
# a change, and a look at the people and at what their phones read.
# --phones: publishes accounts for a SIP server (Kamailio) instead, and two softphones (sipp) sign in and call each other.
# Needs git, bash and Python >= 3.11; everything else is installed below ~/.cache/telephony-connector (TELEPHONY_CONNECTOR_CACHE).
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=tests/ci/common.sh
source "$root/tests/ci/common.sh"

title() { printf '\n== %s\n' "$*"; }

# play NAME OPTION...: runs a playbook of the collection and keeps what it prints in $log.
play() {
  local name=$1
  shift
  "$environment/bin/ansible-playbook" "telephony.connector.$name" \
    --extra-vars "telephony_connector_store=$store connector_sample_dir=$samples connector_output_dir=$phones" \
    --extra-vars '{"ansible_python_interpreter": "{{ ansible_playbook_python }}"}' "$@" 2>&1 | tee "$log" ||
    die "FAILED: the playbook telephony.connector.$name ended with an error, see above."
}

# The closing line of localhost in the last play holds this count.
recap_has() {
  sed 's/\x1b\[[0-9;]*m//g' "$log" | grep -Eq "^localhost .*[[:space:]]$1([[:space:]]|\$)"
}

steps=7
case "$*" in
'') ;;
--phones)
  steps=6
  ;;
*) die "Usage: ./demo.sh [--phones]" ;;
esac

title "1/$steps What is needed (a re-run uses it again)"
python=$(choose_python 11 14 newest)
[[ -n $python ]] || die "No Python 3.11 to 3.14 here (looked on PATH and in ~/.pyenv): please install one, e.g. apt-get install python3 python3-venv."
make_environment demo "$python" ansible-core "$root/requirements.txt" || exit 1
say "  environment: $environment"

work=$cache/demo${1:-}
store=$work/store.db
log=$work/output.log
phones=$work/phones
collections=$work/collections
samples=$collections/$collection_folder/playbooks/files
rm -rf "$work"
mkdir -p "$work"
printf '[defaults]\nlocalhost_warning = false\ninventory_unparsed_warning = false\n' >"$work/ansible.cfg"
cd "$work" # whatever settings lie where this was called from
export ANSIBLE_CONFIG=$work/ansible.cfg ANSIBLE_COLLECTIONS_PATH=$collections ANSIBLE_HOME=$work/ansible-home
export ANSIBLE_INVENTORY_UNPARSED_WARNING=false

title "2/$steps Build the collection and install the artifact"
stage_collection "$work/staged"
install_collection "$environment" "$work/staged" "$collections"
say "  collection:  $collections/$collection_folder"
say "  sample data: $samples"
say "  store:       $store (embedded SQLite, empty)"

if [[ ${1:-} == --phones ]]; then
  # shellcheck source=tests/ci/demo_phones.sh
  source "$root/tests/ci/demo_phones.sh"
  have_phone_programs || apt_install kamailio kamailio-sqlite-modules sip-tester || exit 1
  demo_phones
  exit
fi

title "3/7 Simulation: what would happen? (--check --diff)"
play demo --check --diff
[[ ! -e $store ]] || die "FAILED: the simulation has written a store."
[[ ! -e $phones ]] || die "FAILED: the simulation has written a phonebook."

title "4/7 The run"
play demo
if recap_has changed=0; then die "FAILED: the first run reported no change."; fi

title "5/7 The same again: nothing may change"
play demo
recap_has changed=0 || die "FAILED: the second run reported a change; see the recap above."
say "The second run reported changed=0: the store is what the CSV files say."

title "6/7 Who is in the store now?"
play show

title "7/7 What do phones and address books read?"
for file in "$phones/yealink.xml" "$phones/company.vcf"; do
  [[ -s $file ]] || die "FAILED: there is no $file."
  say "$file:"
  head -n 12 "$file" | tr -d '\r'
  say "  ..."
done

title "Done"
say "The store stays at $store; the next demo starts anew. To look at it again:"
say "  ANSIBLE_COLLECTIONS_PATH=$collections $environment/bin/ansible-playbook telephony.connector.show -e telephony_connector_store=$store"
