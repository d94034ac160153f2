#!/bin/bash
# start-chromedriver.sh DIR
#
# A WebDriver server on a free port of this machine. Keeps everything in DIR, and prints
# "ChromeDriver was started successfully on port N." when it takes sessions. Ends with its own process.
# Without --allowed-ips it listens on the loopback addresses only; with it, on all.
set -euo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd)
exec env HOME="$dir" TMPDIR="$dir" chromedriver --port=0 --log-path="$dir/chromedriver.log"
