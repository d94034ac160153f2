#!/bin/bash
# start-chromedriver.sh DIR
#
# A WebDriver server on a free port of this machine. Keeps everything in DIR, and prints
# "ChromeDriver was started successfully on port N." when it takes sessions, which use the profile DIR/profile.
# Ends, with the browser that it started, when it is told to or when its standard input closes.
# Without --allowed-ips it listens on the loopback addresses only; with it, on all.
set -uo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd) || exit
exec 4<&0

HOME=$dir TMPDIR=$dir chromedriver --port=0 --log-path="$dir/chromedriver.log" 4<&- &
driver=$!
cat <&4 >/dev/null &
input=$!

# A driver that is told to end leaves its browser behind. The lock of a profile names the process that has it.
finish() {
  local browser
  trap - EXIT
  kill "$driver" "$input" 2>/dev/null
  browser=$(readlink "$dir/profile/SingletonLock") || exit 0
  browser=${browser##*-}
  kill "$browser" 2>/dev/null
  # Its folder can be removed when it is gone.
  for _ in $(seq 100); do
    kill -0 "$browser" 2>/dev/null || exit 0
    sleep 0.05
  done
  kill -KILL "$browser"
  exit 0
}
trap finish TERM INT EXIT
wait -n
