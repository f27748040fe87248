#!/usr/bin/env bash
# copy-store.sh TARGET: copies the store, with its secrets, into a new SQLite file that the simulation may read at leisure.
set -euo pipefail
target=$(realpath -m "$1")
rm -f "$target" "$target".*
# passwords count in a plan by a fingerprint with the key: with another one, what is simulated could not be applied
key=$TELEPHONY_CONNECTOR_STORE.key
if [[ -e $key ]]; then install -m 600 "$key" "$target.key"; fi
cat >"$target.yml" <<PLAY
- hosts: localhost
  connection: local
  gather_facts: false
  vars:
    ansible_python_interpreter: "{{ ansible_playbook_python }}"
  tasks:
    - name: Copy the store
      telephony.connector.store_copy:
        source: "{{ lookup('ansible.builtin.env', 'TELEPHONY_CONNECTOR_STORE') }}"
        target: "$target"
        target_key: "{{ lookup('ansible.builtin.env', 'TELEPHONY_CONNECTOR_STORE_KEY') | default(omit, true) }}"
PLAY
trap 'rm -f "$target.yml"' EXIT
ansible-playbook "$target.yml"
