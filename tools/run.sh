#!/bin/sh
# run.sh: compiles and runs every test, then says how many passed. usage: run.sh BUILD [WHICH, as meson test calls them]
# A test that was skipped or ran out of time has not passed.
set -u
build=$1
shift
sh "$(dirname "$0")/setup.sh" tests || exit 1
log=$build/meson-logs/testlog.json
rm -f "$log"
meson test -C "$build" --print-errorlogs "$@"
status=$?
passed=0 failed=1 # no log: it did not compile
if [ -f "$log" ]; then
    passed=$(grep -c '"result": "OK"' "$log")
    failed=$(grep -cv '"result": "OK"' "$log")
fi
[ "$passed" -gt 0 ] && [ "$status" = 0 ] && [ "$failed" = 0 ] || status=1
[ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
echo "$passed passed, $failed failed"
exit $status
