#!/bin/sh
# instructor_real.sh: the instructor's program with the real grade-15: same file, same points; hostile words; an audit.
# usage: instructor_real.sh GRADER SOURCE_ROOT BUILD
set -u
grader=$(realpath "$1") root=$(realpath "$2") build=$(realpath "$3")
. "$(dirname "$0")/instructor_lib.sh"
g() { command=$1; shift; "$grader" "$command" --book book --build "$build" --root "$root" "$@"; }

mkdir -p hand/full hand/part hand/none hand/bad
cp "$root/modules/15_acceleration/stub.c" hand/none/acceleration.c
cp "$root/modules/15_acceleration/solution.c" hand/full/acceleration.c
cp "$root/solutions/15_acceleration/crash_halfway.c" hand/part/acceleration.c
printf '#error <script>alert(1)</script>\033[31m\n' >hand/bad/acceleration.c
is 0 g collect hand; says "4 taken"
is 0 g grade --untimed; says "4 graded"
verdicts="SELECT student, function, name, points, verdict FROM verdict WHERE ratio IS NULL ORDER BY student, place"
one=$(sql book "$verdicts")
is 0 g grade --untimed --again
same "$(sql book "$verdicts")" "$one" "the same submissions graded twice"
same "$(sql book 'SELECT score FROM result WHERE student IN ("none", "bad")' | tr -d '\n')" "0.00.0" "points for nothing"
same "$(sql book "SELECT count(*) FROM verdict WHERE student = 'full' AND verdict <> 'passed' AND ratio IS NULL AND of > 0")" 0 \
    "correctness cases that the reference fails"
is 0 g feedback; valid html book/feedback/*.html
is 0 g export --junit --out junit.xml; valid junit junit.xml
is 0 g export --gradescope --out scope; valid gradescope scope/*/*/results.json
is 0 g audit full "matmul_reordered: ragged"; says "step 0"; says "they agree"
finish 15
