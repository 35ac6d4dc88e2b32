#!/bin/sh
# build.sh: brings targets up to date, silently; shows what the compiler said if that fails.
# usage: build.sh BUILD TARGET ...
# A build folder may belong to somebody else, or its disk be read-only: then what was built there before is used as it is.
set -u
build=$1
shift
if [ -w "$build" ] && { [ ! -e "$build/.ninja_log" ] || [ -w "$build/.ninja_log" ]; }; then
    said=$(ninja -C "$build" --quiet "$@" 2>&1) || { printf '%s\n' "$said"; exit 1; }
    exit 0
fi
for target; do
    [ -e "$build/$target" ] && continue
    echo "$build cannot be written to, and it has no $target yet. Make it yours, or remove it; then run make again."
    exit 1
done
echo "$build cannot be written to: what was built there before is used." >&2
