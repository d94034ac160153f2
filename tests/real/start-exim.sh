#!/bin/bash
# start-exim.sh DIR PORT
#
# Exim, as a company runs it, on 127.0.0.1:PORT with STARTTLS; "mailer" signs in with "mail-secret" over TLS.
# Prints "ready" when it answers, and then its log: "Completed" for every mail that it has delivered. Has to be started as root, and works as Debian-exim. Ends when it is told to or when its
# standard input closes.
# Mails to example.test come to DIR/mail/new. grey* is asked to come again the first time, full is full (452), nobody is
# unknown (550), spam is refused after the mail (550), drop ends the connection. Mails elsewhere are not passed on, and
# none may be larger than 1 MB.
set -euo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd)
port=$2
here=$(cd "$(dirname "$0")" && pwd)
exec 4<&0
"$here/mkcert.sh" "$dir/tls"
mkdir -p "$dir/spool" "$dir/log" "$dir/mail" "$dir/grey"
chown -R Debian-exim:Debian-exim "$dir/spool" "$dir/log" "$dir/mail" "$dir/grey"
chgrp Debian-exim "$dir/tls" "$dir/tls/server.key"
chmod 750 "$dir/tls"
chmod 640 "$dir/tls/server.key"
# A folder for tests can be its owner's alone, and Exim works as somebody else.
parent=$dir
while [ "$parent" != / ]; do
  [ -k "$parent" ] || chmod o+x "$parent"
  parent=$(dirname "$parent")
done
cat > "$dir/exim.conf" <<CONF
primary_hostname = mx.example.test
domainlist local_domains = example.test
spool_directory = $dir/spool
log_file_path = $dir/log/%slog
pid_file_path = $dir/exim.pid
local_interfaces = 127.0.0.1
daemon_smtp_ports = $port
tls_advertise_hosts = *
tls_certificate = $dir/tls/server.pem
tls_privatekey = $dir/tls/server.key
auth_advertise_hosts = \${if def:tls_in_cipher{*}{}}
message_size_limit = 1M
smtputf8_advertise_hosts = *
never_users = root
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = acl_data
keep_environment =
begin acl
acl_rcpt:
  deny    domains = !+local_domains
          message = 5.7.1 relay not permitted
  drop    local_parts = drop
          message = 5.0.0 dropped
  defer   local_parts = full
          message = 452 4.2.2 mailbox full
  deny    local_parts = nobody
          message = 550 5.1.1 mailbox unavailable
  defer   local_parts = ^grey
          condition = \${if !exists{$dir/grey/\${sg{\$local_part}{\\\\W}{}}}}
          set acl_m0 = \${run{/bin/sh -c "touch $dir/grey/\${sg{\$local_part}{\\\\W}{}}"}}
          message = 451 4.7.1 greylisted, try again
  accept
acl_data:
  deny    condition = \${if match{\$recipients}{spam@}}
          message = 550 5.7.1 rejected as spam
  accept
begin routers
all:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = $dir/mail
  envelope_to_add
  maildir_format
  create_directory
  user = Debian-exim
begin retry
* * F,2h,15m
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_set_id = \$auth2
  server_prompts = :
  server_condition = \${if and{{eq{\$auth2}{mailer}}{eq{\$auth3}{mail-secret}}}}
  server_advertise_condition = \${if def:tls_in_cipher}
CONF
chmod 644 "$dir/exim.conf"

exim4 -C "$dir/exim.conf" -bdf -q1m > "$dir/exim.out" 2>&1 4<&- &
server=$!
cat <&4 >/dev/null &
input=$!
touch "$dir/log/mainlog"
chown Debian-exim:Debian-exim "$dir/log/mainlog"
tail -n 0 -f "$dir/log/mainlog" 4<&- &
tail=$!
trap 'cat "$dir/exim.out"; kill "$server" "$input" "$tail" 2>/dev/null; exit 0' TERM INT EXIT
for _ in $(seq 200); do
  if (exec 3<>"/dev/tcp/127.0.0.1/$port" && read -r -t 2 line <&3 && [ "${line:0:3}" = 220 ]) 2>/dev/null; then
    echo ready
    break
  fi
  sleep 0.05
done
wait -n
