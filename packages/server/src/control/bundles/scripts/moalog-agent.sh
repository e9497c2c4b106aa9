#!/bin/sh
# Moalog agent: run it, or install it as a service (systemd on Linux, launchd on macOS).
# moalog-agent.sh run|install|start|stop|status|remove
set -eu

here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
target=/opt/moalog-agent
label=io.moalog.agent
os=$(uname -s)

say() { printf '%s\n' "moalog-agent: $*" >&2; }
fail() { say "$*"; exit 1; }

# The runtime of the bundle, or Node 24 of the machine.
runtime() {
  if [ -x "$1/node" ]; then printf '%s\n' "$1/node"; return; fi
  found=$(command -v node || true)
  [ -n "$found" ] || fail "Node 24 is needed: this bundle brings none for this machine. Install it from https://nodejs.org and try again."
  major=$("$found" -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 24 ] || fail "Node 24 is needed; $found is version $major."
  printf '%s\n' "$found"
}

agent() { # DIRECTORY COMMAND…
  directory=$1
  shift
  node=$(runtime "$directory")
  "$node" --max-semi-space-size=1 --max-old-space-size=64 "$directory/moalog-agent.mjs" "$@" --config "$directory/moalog-agent.yaml"
}

need_root() { [ "$(id -u)" -eq 0 ] || fail "$1 needs root: sudo $0 $1"; }

install_files() {
  mkdir -p "$target"
  chmod 755 "$target"
  for name in moalog-agent.mjs moalog-agent.sh; do cp "$here/$name" "$target/$name"; done
  [ ! -f "$here/node" ] || cp "$here/node" "$target/node"
  # A configuration that is there already stays beside the new one.
  if [ -f "$target/moalog-agent.yaml" ] && ! cmp -s "$here/moalog-agent.yaml" "$target/moalog-agent.yaml"; then
    cp "$target/moalog-agent.yaml" "$target/moalog-agent.yaml.before"
    say "the configuration that was there is kept as $target/moalog-agent.yaml.before"
  fi
  cp "$here/moalog-agent.yaml" "$target/moalog-agent.yaml"
  (umask 077 && cp "$here/key" "$target/key")
  chmod 600 "$target/key" "$target/moalog-agent.yaml"
  chmod 755 "$target/moalog-agent.sh"
  agent "$target" check
}

install() {
  need_root install
  [ "$here" = "$target" ] || install_files
  if [ "$os" = Darwin ]; then
    cp "$here/$label.plist" "/Library/LaunchDaemons/$label.plist"
    launchctl bootout system "/Library/LaunchDaemons/$label.plist" 2>/dev/null || true
    launchctl bootstrap system "/Library/LaunchDaemons/$label.plist"
  elif command -v systemctl >/dev/null 2>&1; then
    cp "$here/moalog-agent.service" /etc/systemd/system/moalog-agent.service
    systemctl daemon-reload
    systemctl enable moalog-agent
    systemctl restart moalog-agent
  else
    fail "there is no systemd here; the files are in $target: let your supervisor run '$target/moalog-agent.sh run'"
  fi
  say "installed in $target and started"
}

start() {
  need_root start
  if [ "$os" = Darwin ]; then launchctl bootstrap system "/Library/LaunchDaemons/$label.plist"; else systemctl start moalog-agent; fi
}

stop() {
  need_root stop
  if [ "$os" = Darwin ]; then launchctl bootout system "/Library/LaunchDaemons/$label.plist"; else systemctl stop moalog-agent; fi
}

remove() {
  need_root remove
  if [ "$os" = Darwin ]; then
    launchctl bootout system "/Library/LaunchDaemons/$label.plist" 2>/dev/null || true
    rm -f "/Library/LaunchDaemons/$label.plist"
  elif command -v systemctl >/dev/null 2>&1; then
    systemctl disable --now moalog-agent 2>/dev/null || true
    rm -f /etc/systemd/system/moalog-agent.service
    systemctl daemon-reload
  fi
  for name in node moalog-agent.mjs moalog-agent.sh moalog-agent.yaml moalog-agent.yaml.before key; do rm -f "$target/$name"; done
  say "removed; what was read so far is remembered in $target/state until you delete that directory"
}

case "${1:-}" in
  run)
    node=$(runtime "$here")
    # In place of this shell, so that signals reach it.
    exec "$node" --max-semi-space-size=1 --max-old-space-size=64 "$here/moalog-agent.mjs" run --config "$here/moalog-agent.yaml"
    ;;
  status) if [ -f "$target/moalog-agent.yaml" ]; then agent "$target" status; else agent "$here" status; fi ;;
  install | start | stop | remove) "$1" ;;
  *) fail "usage: $0 run|install|start|stop|status|remove" ;;
esac
