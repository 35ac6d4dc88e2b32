# instructor_lib.sh: what the tests of the instructor's program share. Source it with $grader and $root set.
here=$(dirname "$(realpath "$0")")
work=$(mktemp -d "${TMPDIR:-/tmp}/instructor-XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM
cd "$work" || exit 1
PATH=/usr/bin:/bin:$PATH # the system's python3, which starts faster than a stand-in for it
failed=0 passed=0

fine() { passed=$((passed + 1)); }
wrong() { failed=$((failed + 1)); echo "FAILED: $*"; [ ! -f out ] || sed 's/^/    | /' out | tail -n 25; }
# is CODE COMMAND ...: the command's exit code; its output goes to `out`.
is() { code=$1; shift; "$@" >out 2>&1; got=$?; [ "$got" = "$code" ] && fine || wrong "code $got, not $code: $*"; }
says() { grep -qF -- "$1" out && fine || wrong "no word of: $1"; }
never() { ! grep -q -- "$1" out && fine || wrong "it must not say: $1"; }
same() { [ "$1" = "$2" ] && fine || wrong "$3: got '$1', not '$2'"; }
valid() { python3 "$here/instructor_check.py" "$@" >out 2>&1 && fine || wrong "not valid: $*"; }
# sql BOOK QUERY: the book's results as the program exports them, asked by Python's SQLite.
sql() { rm -f tables; "$grader" export --sqlite --out tables --book "$1" --build "$build" --root "${course:-$root}" 2>/dev/null && python3 - "$2" <<'PY'
import sqlite3, sys
for row in sqlite3.connect("tables").execute(sys.argv[1]): print("|".join(map(str, row)))
PY
}

# How it went: `finish LEAST` ends the test, with 1 if a check failed or fewer than LEAST were made.
finish() {
    echo "$(basename "$0"): $passed checks passed, $failed failed"
    [ "$failed" = 0 ] && [ "$passed" -ge "$1" ]
    exit
}
