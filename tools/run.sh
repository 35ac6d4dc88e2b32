#!/bin/sh
# run.sh: compiles and runs every test, or those with $T in their names, then says how many passed.
# usage: [T=TEXT] run.sh BUILD [WHICH, as meson test calls them]
# A test that was skipped or ran out of time has not passed.
set -u
build=$1
shift
here=$(dirname "$0") instructor=
[ ! -d "$here/../grader/instructor" ] || instructor=instructor
sh "$here/setup.sh" draw data tests $instructor || exit 1
log=$build/meson-logs/testlog.json
rm -f "$log"
if [ -n "${T:-}" ]; then
    names=$(meson test -C "$build" --list | sed '/^ninja: /d; s,^[^/]* / ,,' | grep -iF -- "$T") ||
        { echo "No test has \"$T\" in its name; all names: meson test -C $build --list"; exit 1; }
    while IFS= read -r name; do set -- "$@" "$name"; done <<NAMES
$names
NAMES
fi
meson test -C "$build" --print-errorlogs "$@"
status=$?
passed=0 failed=1 # without a log, nothing was compiled
if [ -f "$log" ]; then
    passed=$(grep -c '"result": "OK"' "$log")
    failed=$(grep -cv '"result": "OK"' "$log")
fi
[ "$passed" -gt 0 ] && [ "$status" = 0 ] && [ "$failed" = 0 ] || status=1
[ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
exit $status
