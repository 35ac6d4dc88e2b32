#!/bin/sh
# planted.sh: the engine finds each reader that is wrong on purpose, keeps its file and reads it again; an honest one is left alone.
# usage: planted.sh PROGRAM SANITIZED(0|1)
set -u
program=$(realpath "$1") sanitized=$2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
export TMPDIR="$work"
cd "$work" || exit 1
failed=0
wrong() { echo "$*"; cat out; failed=1; }

"$program" honest --seconds 0.3 >out 2>&1 || wrong "an honest reader was not left alone"
grep -q 'read, [1-9][0-9]* refused' out || wrong "nothing was refused by the honest reader"

found() { # found READER WORDS: that it says, and says again of the kept file
    "$program" "$1" --seconds 30 --patience 2 >out 2>&1
    [ $? = 1 ] || { wrong "$1: not found"; return; }
    grep -q "^FOUND $1: " out && grep -q -- "$2" out || wrong "$1: does not say \"$2\""
    [ "$(ls fuzz-"$1"-1-*.input | wc -l)" = 1 ] || { wrong "$1: its file is not kept"; return; }
    again=$(sed -n 's/^  read it again: *//p' out)
    $again --patience 2 >again 2>&1 && wrong "$1: read again, nothing was wrong: $again"
}
if [ "$sanitized" = 1 ]; then
    found off-by-one 'heap-buffer-overflow\|insufficient space'
    found overflows 'signed integer overflow'
    found believes-a-size allocation-size-too-big
    found keeps-memory '100 bytes are not freed'
fi
found aborts 'signal 6'
found hangs 'took more than 2 s'
found says-nothing 'without a sentence'
found keeps-a-file 'a file is left open'
"$program" refuses-all >out 2>&1 && wrong "a reader that refuses its valid file was believed"
"$program" nobody >out 2>&1 && wrong "a reader that there is none was found"
[ "$failed" = 0 ] && echo "all of them"
exit "$failed"
