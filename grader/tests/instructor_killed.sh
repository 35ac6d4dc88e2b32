#!/bin/sh
# instructor_killed.sh: a class that is really graded, killed again and again while gradings are in flight: nothing lost, nothing half.
# usage: instructor_killed.sh GRADER SOURCE_ROOT GRADE_TOY     KILLS=20 kills it 20 times instead of 6
set -u
grader=$(realpath "$1") root=$(realpath "$2") toy=$(realpath "$3")
. "$(dirname "$0")/instructor_lib.sh"
chmod 755 "$work"
mkdir -p course/modules/00_toy build/modules hand
ln -s "$toy" build/modules/grade-00
cp "$root/grader/tests/toy/stub.c" course/modules/00_toy/
g() { command=$1; shift; "$grader" "$command" --book "$book" --build "$work/build" --root "$work/course" "$@"; }

# Short submissions, of which hardly two end alike.
students=9
for kind in full stub wrong crash exit error missing quiet twice; do
    mkdir hand/$kind
    part=$root/grader/tests/toy/solution.c
    [ $kind = stub ] && part=$root/grader/tests/toy/stub.c
    case $kind in
    wrong) sed 's/by \* x\[i\]/by + x[i]/' "$part" ;;
    crash) sed 's/float sum = 0;/float sum = *(volatile float *)8;/' "$part" ;;
    exit) sed 's/if (n < 0)/if (n == 64) __builtin_exit(0);\n    if (n < 0)/' "$part" ;;
    error) echo 'int main' ;;
    missing) sed 's/toy_sums/toy_some/' "$part" ;;
    quiet) sed 's/out\[i\] = sum;//' "$part" ;;
    *) cat "$part"; echo "// $kind" ;;
    esac >hand/$kind/toy.c
done

# What a result says, without what differs from run to run; "half" if it is no whole result.
facts() { python3 - "$1" <<'PY'
import json, pathlib, sys
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*")):
    if path.is_dir(): continue
    try:
        r = json.loads(path.read_text())
        print(path.name, r["student"], r["sha256"], r["seed"], r["score"], r["compile"]["status"], [(c["function"], c["case"], c["verdict"], c["points"]) for c in r["cases"]])
    except (ValueError, KeyError): print(path.name, "half")
PY
}
in_flight() { ls "$book/work" 2>/dev/null | grep -c '\.log$'; }
left() { pgrep -f "submission $work/|submission $book/" | wc -l; }

book=$work/calm
is 0 g collect hand; says "$students taken"
cp -a calm killed
is 0 g grade --untimed; says "$students graded"
cp calm/key killed/ # the same inputs
facts calm/results >calm.facts
same "$(wc -l <calm.facts)" $students "results of the run that nobody killed"
same "$(grep -c half calm.facts)" 0 "half results of it"

book=$work/killed hits=0 kills=${KILLS:-6}
for pause in $(awk -v n="$kills" 'BEGIN { srand(); while (n-- > 0) printf "%.3f ", 0.4 * rand() }'); do
    "$grader" grade --untimed --book "$book" --build "$work/build" --root "$work/course" >out 2>&1 &
    pid=$!
    tries=0
    while [ "$(in_flight)" = 0 ] && [ $tries -lt 500 ]; do sleep 0.005; tries=$((tries + 1)); done
    sleep "$pause"
    flying=$(in_flight)
    kill -9 $pid 2>/dev/null && [ "$flying" -gt 0 ] && hits=$((hits + 1))
    wait $pid 2>/dev/null
    facts killed/results >killed.facts
    same "$(grep -vxFc -f calm.facts killed.facts)" 0 "results after a kill that an unkilled run does not have"
done
[ $hits -ge 3 ] && fine || wrong "only $hits of $kills kills came while something was graded"
sleep 0.3
same "$(left)" 0 "gradings that go on after their grader was killed"
is 0 g grade --untimed; says " 0 not graded"
facts killed/results >killed.facts
same "$(cat killed.facts)" "$(cat calm.facts)" "the killed class"
same "$(ls killed/work)" "" "what is left of the work"
same "$(find killed -name '*.part*' -o -name '*.tmp*' | wc -l)" 0 "half files"
is 0 g grade --untimed; says "0 graded, $students unchanged"

# The comparison above finds what it looks for.
half=$(find killed/results -name 'wrong.json')
head -c 300 "$half" >cut && cat cut >"$half"
facts killed/results >killed.facts
same "$(grep -vxFc -f calm.facts killed.facts)" 1 "the half result that was put there"
finish 20
