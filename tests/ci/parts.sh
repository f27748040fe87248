# shellcheck shell=bash
# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The parts of test.sh; those that run tests are in test_parts.sh. Each runs in a subshell of its own with `set -e`, gets the
# virtual environment to use as its first word, and returns 0 (passed), $not_run (could not run; it has said why) or anything
# else (failed).

root=${root:?the script that sources this sets it}
work=${work:?the script that sources this sets it}
cache=${cache:?common.sh sets it}
collection_folder=${collection_folder:?common.sh sets it}
not_run=75

# What ansible-test sanity leaves out, each with its reason. All others run, with --local (no containers).
sanity_left_out=()

# Runs a command in silence; what it printed is shown when it failed.
quietly() {
  local output=$work/quietly.$BASHPID
  if ! "$@" >"$output" 2>&1; then
    cat "$output"
    return 1
  fi
}

# fresh_tree NAME: stages the collection, as a git repository, sets `tree` (the root of the tree) and goes to the collection.
fresh_tree() {
  tree=$work/$1
  if [[ ! -d $tree ]]; then
    stage_collection "$tree"
    git -C "$tree/$collection_folder" init -q
    git -C "$tree/$collection_folder" add --all
  fi
  cd "$tree/$collection_folder" || return
}

# use_environment FOLDER: its programs, and the Python it was made of, come first; pyenv's shims go.
use_environment() {
  local base cleaned
  base=$("$1/bin/python" -c 'import sys; print(sys.base_prefix)')
  cleaned=$(printf '%s' "$PATH" | tr : '\n' | grep -v '/shims/*$' | paste -sd :)
  export PATH=$1/bin:$base/bin:$cleaned ANSIBLE_HOME=$work/ansible-home VIRTUAL_ENV=$1
  # These two would override the certificate authority that a test or the product names.
  unset REQUESTS_CA_BUNDLE CURL_CA_BUNDLE
}

have_node() {
  command -v node >/dev/null && command -v npm >/dev/null
}

have_servers() {
  local postgres
  postgres=$(compgen -G '/usr/lib/postgresql/*/bin/postgres' | head -n 1)
  [[ -n $postgres ]] || command -v postgres >/dev/null || return 1
  PATH=$PATH:/usr/sbin:/sbin command -v smbd >/dev/null && command -v smbclient >/dev/null || return 1
  PATH=$PATH:/usr/sbin:/sbin command -v slapd >/dev/null && command -v ldapsearch >/dev/null || return 1
  PATH=$PATH:/usr/sbin:/sbin command -v ns-slapd >/dev/null && [[ -e /usr/share/dirsrv/data/template-dse.ldif ]] || return 1
  # what a domain controller needs lies in several packages
  PATH=$PATH:/usr/sbin:/sbin command -v samba >/dev/null && command -v samba-tool >/dev/null || return 1
  command -v ldbmodify >/dev/null || return 1
  command -v chromium >/dev/null || return 1 # for what reports look like
  command -v systemd-analyze >/dev/null || return 1 # reads the units of the role schedule
  PATH=$PATH:/usr/sbin:/sbin command -v kamailio >/dev/null && command -v sipp >/dev/null || return 1
  compgen -G '/usr/lib/*/kamailio/modules/db_sqlite.so' >/dev/null || return 1
  compgen -G '/usr/lib/*/kamailio/modules/db_postgres.so' >/dev/null || return 1
  PATH=$PATH:/usr/sbin:/sbin command -v nginx >/dev/null && command -v curl >/dev/null && command -v openssl >/dev/null || return 1
  command -v promtool >/dev/null || return 1 # reads metrics and alert rules; apt_install keeps the server itself from starting
  PATH=$PATH:/usr/sbin:/sbin command -v logrotate >/dev/null || return 1 # rotates the log of the role schedule
  command -v radicale >/dev/null && command -v xandikos >/dev/null || return 1
  command -v vdirsyncer >/dev/null && command -v khard >/dev/null || return 1
  [[ -e /usr/share/samba/setup/provision.ldif ]] && compgen -G '/usr/lib/*/samba/ldb/samldb.so' >/dev/null || return 1
  /usr/bin/python3 -c 'import samba.samdb' 2>/dev/null
}

# The servers that tests start for themselves.
part_packages() {
  local -a packages
  if have_servers && have_node; then
    say "  PostgreSQL, Samba, OpenLDAP, 389 Directory Server, Kamailio, nginx, CardDAV servers, Chromium and Node.js are here"
  else
    mapfile -t packages < <(sed -n 's/ *\[test platform:dpkg\]$//p' "$root/bindep.txt")
    if have_node; then # Debian's npm is hundreds of packages
      mapfile -t packages < <(printf '%s\n' "${packages[@]}" | grep -vxE 'nodejs|npm')
    fi
    apt_install "${packages[@]}" || return "$not_run"
    have_servers && have_node || return 1
  fi
  make_node_modules
}

# Where npm packages of the tests lie; the name holds the hash of what is in it.
node_folder() {
  say "$cache/node-$(sha256sum <"$root/tests/servers/package.json" | cut -c 1-12)"
}

make_node_modules() {
  local folder
  folder=$(node_folder)
  if [[ -e $folder/ready ]]; then return 0; fi
  say "  npm install in $folder"
  mkdir -p "$folder"
  cp "$root/tests/servers/package.json" "$folder"
  if ! (cd "$folder" && quietly npm install --no-audit --no-fund --ignore-scripts); then
    complain "npm could not install what tests/servers/package.json names: is the package registry reachable from here?"
    return 1
  fi
  touch "$folder/ready"
}

# What has no place in a commit: paths of somebody's machine, work left undone, an unfinished merge.
part_hygiene() {
  local paths='(^|[^[:alnum:]_.~-])/([r]oot|[w]ork|[w]orkspace|[b]uilds|[U]sers/[a-z]+|[h]ome/[a-z]+)/' undone='[T]ODO|[F]IXME' merge='^(<{7}|>{7}|[|]{7})( |$)'
  local status=0 pattern
  fresh_tree static
  for pattern in "$paths" "$undone" "$merge"; do
    if git grep --cached -nIE -e "$pattern" -- . ':!LICENSE'; then
      say "  ^ must not be committed"
      status=1
    fi
  done
  return "$status"
}

part_ruff() {
  use_environment "$1"
  fresh_tree static
  ruff check --quiet --cache-dir "$cache/ruff" .
  ruff format --check --quiet --diff --cache-dir "$cache/ruff" .
}

# ansible-test reads the files that end in .sh; these are the others.
part_shellcheck() {
  use_environment "$1"
  fresh_tree static
  shellcheck --external-sources .ci/run benchmark.sh demo.sh test.sh tests/ci/*.sh
}

part_mypy() {
  use_environment "$1"
  fresh_tree static
  cd "$tree" || return
  mypy --config-file "$collection_folder/pyproject.toml" --cache-dir "$cache/mypy" "$collection_folder/plugins" "$collection_folder/tests"
}

# Which folder may import which, as docs/development/architecture.md has it.
part_imports() {
  use_environment "$1"
  fresh_tree static
  cd "$tree" || return
  PYTHONPATH=$tree quietly lint-imports "$collection_folder/pyproject.toml" --no-cache
}

part_ansible_lint() {
  use_environment "$1"
  fresh_tree lint
  ANSIBLE_COLLECTIONS_PATH=$tree quietly ansible-lint --offline --nocolor
}

part_docs() {
  use_environment "$1"
  fresh_tree static
  ANSIBLE_COLLECTIONS_PATH=$tree antsibull-docs lint-collection-docs \
    --plugin-docs --validate-collection-refs=self --disallow-unknown-collection-refs .
}

part_changelog() {
  use_environment "$1"
  fresh_tree static
  antsibull-changelog lint
}

# The pages of docs/ and the documentation of every plugin as one site; a link that leads nowhere is a failure.
part_site() {
  local site=$cache/site plugins=docs/docsite/plugins
  use_environment "$1"
  fresh_tree site
  install -d -m 755 "$plugins"
  ANSIBLE_COLLECTIONS_PATH=$tree quietly antsibull-docs collection --use-current --squash-hierarchy --fail-on-error \
    --dest-dir "$plugins" telephony.connector
  rm -rf "$site"
  quietly sphinx-build -q -W --keep-going -b html -c docs/docsite . "$site"
  say "  $site/docs/docsite/index.html"
}

part_develop() {
  say "  source $1/bin/activate"
  say "  export TELEPHONY_CONNECTOR_TEST_NODE_MODULES=$(node_folder)/node_modules"
  say "  pytest tests/unit/plugins/module_utils/phone_system"
}

# ansible-test downloads get-pip for its environments; with a stand-in in its cache, the sanity tests need no other host than
# the package index.
provide_get_pip() {
  local wanted
  wanted=$(python -c '
import sys, types
from ansible_test._internal.python_requirements import get_venv_packages
print(get_venv_packages(types.SimpleNamespace(version="%d.%d" % sys.version_info[:2]))["pip"].replace(".", "_"))')
  get_pip=$HOME/.ansible/test/cache/get_pip_$wanted.py
  if [[ ! -e $get_pip ]]; then
    trap 'rm -f "$get_pip"' EXIT
    install -D -m 644 "$root/tests/ci/get_pip.py" "$get_pip"
  fi
}

part_sanity() {
  local version test
  local -a words=()
  use_environment "$1"
  fresh_tree sanity
  provide_get_pip
  version=$(python -c 'import sys; print("%d.%d" % sys.version_info[:2])')
  for test in "${sanity_left_out[@]}"; do words+=(--skip-test "$test"); done
  ansible-test sanity --local --python "$version" --color no "${words[@]}" 2>&1
}
