#!/bin/sh
# browse.sh: opens a page in a headless Chromium and prints what became of it; fails if its console says anything. usage: browse.sh PAGE
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
page=$(realpath "$1")
timeout 60 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" \
    --virtual-time-budget=2000 --enable-logging=stderr --dump-dom "file://$page" >"$work/dom" 2>"$work/log" ||
    { cat "$work/log"; echo "chromium failed on $page" >&2; exit 1; }
cat "$work/dom"
[ -s "$work/dom" ] || { echo "chromium shows nothing of $page" >&2; exit 1; }
grep 'CONSOLE' "$work/log" >&2 && exit 1
exit 0
