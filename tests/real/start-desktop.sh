#!/bin/bash
# start-desktop.sh DIR [WIDTHxHEIGHT]
#
# A desktop without a screen: an X server on a free display, a window manager, a session bus, and the accessibility
# bus, switched on as for a screen reader. Keeps everything in DIR and prints "ready :N", the display. A program
# joins it with DISPLAY=:N DBUS_SESSION_BUS_ADDRESS=unix:path=DIR/bus XDG_RUNTIME_DIR=DIR/run HOME=DIR/home.
# Ends, with all that it started, when it is told to or when its standard input closes.
set -euo pipefail
dir=$(mkdir -p "$1" && cd "$1" && pwd)
size=${2:-1280x800}
mkdir -p "$dir/home" "$dir/run"
chmod 700 "$dir/run"
export HOME="$dir/home" XDG_RUNTIME_DIR="$dir/run" DBUS_SESSION_BUS_ADDRESS="unix:path=$dir/bus"
unset WAYLAND_DISPLAY
exec 4<&0

started=()
trap 'kill "${started[@]}" 2>/dev/null; wait; exit 0' TERM INT EXIT
give_up() { printf '%s\n' "$1" >&2; tail -n 5 "$dir"/*.log >&2; exit 1; }

# X takes the first free display by itself, and says which. Without -noreset it starts over whenever its last client
# leaves, and whoever comes just then is turned away.
mkfifo "$dir/display"
Xvfb -displayfd 3 -screen 0 "${size}x24" -noreset -nolisten tcp 3>"$dir/display" >"$dir/xvfb.log" 2>&1 4<&- &
started+=($!)
read -r number <"$dir/display" || give_up "the X server did not start"
export DISPLAY=":$number"

cat >"$dir/bus.conf" <<CONF
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=$dir/bus</listen><servicedir>/usr/share/dbus-1/services</servicedir>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
CONF
rm -f "$dir/bus"
mkfifo "$dir/address"
dbus-daemon --config-file="$dir/bus.conf" --nofork --nopidfile --print-address=3 3>"$dir/address" >"$dir/dbus.log" 2>&1 4<&- &
started+=($!)
read -r _ <"$dir/address" || give_up "the session bus did not start"

openbox --sm-disable >"$dir/openbox.log" 2>&1 4<&- &
started+=($!)
/usr/libexec/at-spi-bus-launcher --launch-immediately --screen-reader=1 >"$dir/atspi.log" 2>&1 4<&- &
started+=($!)

switch_on() {
  dbus-send --session --print-reply --dest=org.a11y.Bus /org/a11y/bus org.freedesktop.DBus.Properties.Set \
    string:org.a11y.Status "string:$1" variant:boolean:true >/dev/null 2>"$dir/switch.log"
}
# Windows that open before the window manager has the screen may never be shown.
is_managed() { xprop -root _NET_SUPPORTING_WM_CHECK 2>>"$dir/switch.log" | grep -q 'window id'; }
for _ in $(seq 200); do
  if is_managed && switch_on IsEnabled && switch_on ScreenReaderEnabled; then
    echo "ready :$number"
    cat <&4 >/dev/null &
    started+=($!)
    wait "$!"
    exit
  fi
  sleep 0.05
done
give_up "the window manager or the accessibility bus did not start"
