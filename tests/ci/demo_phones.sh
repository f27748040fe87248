# shellcheck shell=bash
# Copyright (c) 2026, The telephony.connector project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
#
# ./demo.sh --phones: from a CSV file to two softphones that call each other. To be sourced by demo.sh, which has installed
# the collection and sets what is named below.

root=${root:?demo.sh sets it}
work=${work:?demo.sh sets it}
phones=${phones:?demo.sh sets it}
samples=${samples:?demo.sh sets it}
environment=${environment:?demo.sh sets it}
log=${log:?demo.sh sets it}

domain=pbx.corp.example
people=$work/people
database=$work/kamailio.sqlite
pids=()

# The programs of the system that play Kamailio and the phones; as Debian calls their packages.
have_phone_programs() {
  PATH=$PATH:/usr/sbin command -v kamailio >/dev/null && command -v sipp >/dev/null &&
    compgen -G '/usr/lib/*/kamailio/modules/db_sqlite.so' >/dev/null
}

free_port() {
  "$environment/bin/python" -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

stop_all() {
  local pid
  for pid in "${pids[@]}"; do
    kill "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
  done
  return 0
}

# Kamailio with the configuration of the documentation, on an address of this machine alone.
start_kamailio() {
  local modules attempt
  modules=$(dirname "$(compgen -G '/usr/lib/*/kamailio/modules/db_sqlite.so' | head -n 1)")
  cat /usr/share/kamailio/db_sqlite/{standard,auth_db,alias_db,speeddial,usrloc}-create.sql |
    "$environment/bin/python" -c 'import sqlite3, sys; sqlite3.connect(sys.argv[1]).executescript(sys.stdin.read())' "$database"
  for attempt in 1 2 3; do # somebody else may take the port meanwhile
    server=$(free_port)
    PATH=$PATH:/usr/sbin kamailio -DD -E -L "$modules" -Y "$work" -P "$work/kamailio.pid" -f "$root/docs/examples/kamailio/kamailio.cfg" \
      -A "LISTEN=udp:127.0.0.1:$server" -A "DOMAIN=\"$domain\"" -A "DATABASE=\"sqlite:///$database\"" -m 32 -M 4 \
      </dev/null >"$work/kamailio.log" 2>&1 &
    pids+=("$!")
    for _second in {1..20}; do
      if sip_phone amueller 0 ask; then return 0; fi
      kill -0 "$!" 2>/dev/null || break
      sleep 0.3
    done
    say "  port $server did not work, attempt $attempt"
  done
  tail -n 15 "$work/kamailio.log" >&2
  die "FAILED: Kamailio does not answer."
}

# sip_phone LOGIN PORT SCENARIO SIPP-OPTION...: one run of a softphone, with the account that was written for it.
sip_phone() {
  local port=$2 scenario=$3 accounts=$phones/softphones/$1.csv
  shift 3
  if [[ ! -e $accounts ]]; then # before anything was published, and for who has left
    accounts=$work/kept.csv
    [[ -e $accounts ]] || printf 'SEQUENTIAL\nnobody;none\n' >"$accounts"
  fi
  (cd "$work" && sipp "127.0.0.1:$server" -sf "$root/tests/phones/$scenario.xml" -inf "$accounts" -key domain "$domain" \
    -i 127.0.0.1 -p "${port:-0}" -m 1 -nostdin -timeout 10 -timeout_error "$@" </dev/null >"$work/sipp-$scenario.log" 2>&1)
}

# sign_in LOGIN PORT: the phone on PORT says where it is, and who.
sign_in() {
  sip_phone "$1" "$(free_port)" register -key contact_port "$2" || die "FAILED: $1 could not sign in (see $work/sipp-register.log)."
  say "  $1 has signed in: 200 OK"
}

# call LOGIN NUMBER PORT: calls a number, whose phone listens on PORT, and talks.
call() {
  local answering
  sip_phone "$1" "$3" answer &
  answering=$!
  sleep 0.5
  sip_phone "$1" "$(free_port)" call -key number "$2" || die "FAILED: the call of $1 to $2 (see $work/sipp-call.log)."
  wait "$answering" || die "FAILED: nobody answered at $2 (see $work/sipp-answer.log)."
  say "  $1 has called $2: answered, and hung up"
}

entries() {
  grep -c '<DirectoryEntry>' "$phones/yealink.xml"
}

publish_people() {
  play demo_phones --extra-vars "connector_sample_dir=$people connector_database=sqlite:///$database connector_domain=$domain" >/dev/null
  sed -n 's/\x1b\[[0-9;]*m//g; s/^ *"\(.*: \(un\)\?changed.*\)",\?$/  \1/p' "$log"
}

demo_phones() {
  local anna juergen before
  trap stop_all EXIT
  umask 077 # passwords and digests are for nobody else
  title "3/6 A SIP server with an empty database (Kamailio, SQLite)"
  start_kamailio
  say "  sip:$domain at 127.0.0.1:$server, tables in $database"

  title "4/6 CSV -> store -> accounts in Kamailio, a phonebook, and what softphones sign in with"
  mkdir -p "$people"
  cp "$samples/users.csv" "$people/users.csv"
  publish_people
  before=$(entries)
  say "  $before people in the phonebook $phones/yealink.xml"

  title "5/6 Two softphones sign in and call each other"
  anna=$(free_port)
  juergen=$(free_port)
  sign_in amueller "$anna"
  sign_in jweiss "$juergen"
  call amueller 201 "$juergen"
  call jweiss 200 "$anna"

  title "6/6 Jürgen leaves: a line less in the CSV, the same playbook again"
  cp "$phones/softphones/jweiss.csv" "$work/kept.csv" # he still knows his password
  grep -v ',jweiss,' "$samples/users.csv" >"$people/users.csv"
  publish_people
  sip_phone jweiss "$(free_port)" refused -key contact_port "$juergen" || die "FAILED: jweiss was not refused (see $work/sipp-refused.log)."
  say "  jweiss tries to sign in: 401 Unauthorized"
  sip_phone amueller "$(free_port)" register -key contact_port "$anna" || die "FAILED: amueller could not sign in again."
  say "  amueller signs in as before: 200 OK"
  [[ $(entries) -eq $((before - 1)) ]] || die "FAILED: the phonebook has $(entries) people, not $((before - 1))."
  say "  $(entries) people in the phonebook, one less than before"
  [[ ! -e $phones/softphones/jweiss.csv ]] || die "FAILED: the softphone's file of jweiss is still there."

  title "Done"
  say "Kamailio stops now; store, database and files stay in $work. The way to phones of your own: docs/ringing_phone.md"
}
