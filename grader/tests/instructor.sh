#!/bin/sh
# instructor.sh: the instructor's program from hand-ins to grades, against files and students who mean harm.
# usage: instructor.sh GRADER SOURCE_ROOT
#   It runs a stand-in for grade-NN (fake_grade.py), so that it is quick and every moment can be hit; instructor_real.sh
#   runs the real one. KILLS=20 kills it 20 times instead of 8. Ends with 1 and the names of the checks that failed.
set -u
grader=$(realpath "$1") root=$(realpath "$2")
. "$(dirname "$0")/instructor_lib.sh"

# --- A small course: two modules, their graders a stand-in ---

mkdir -p course/modules/15_acceleration course/modules/16_quantization build/modules
cp "$root/modules/15_acceleration/hints.md" "$root/modules/15_acceleration/stub.c" course/modules/15_acceleration/
for n in 15 16; do cp "$here/fake_grade.py" build/modules/grade-$n; done
build=$work/build course=$work/course
g() { command=$1; shift; "$grader" "$command" --book "${book:-book}" --build "$build" --root "$course" "$@"; }
python3 "$here/instructor_make.py" "$work" || exit 1

# --- Words ---

is 0 "$grader" help; says collect
is 2 "$grader" gradee; says "no command"
is 2 g grade; says "no gradebook here"
is 2 g grade --nonsense; says "no such option"
is 0 g grade --help; says --again; says "130 stopped"; says "STUDENT_TOPIC.c"
is 0 g help; says "Exit codes: 0 all well"

# --- Collecting ---

is 0 g collect good
says "7 taken, 0 replaced, 0 unchanged, 0 older, 0 refused"
same "$(cd book/submissions && ls -d */* | tr '\n' ' ')" "15_acceleration/777 15_acceleration/ada 15_acceleration/bob \
15_acceleration/cleo 15_acceleration/dan 15_acceleration/zoe 16_quantization/ada " "who handed in what"
is 0 g collect good; says "0 taken, 0 replaced, 7 unchanged"
printf '// fake: score 65\n' >good/bob_acceleration.c
is 0 g collect good; says "1 replaced, 6 unchanged"
same "$(head -1 book/submissions/15_acceleration/bob/acceleration.c.1)" "// fake: score 60" "what was replaced"
is 0 g collect lms.zip; says "LATE"; says "3 taken, 0 replaced, 0 unchanged, 1 older, 0 refused"
same "$(head -1 book/submissions/15_acceleration/adalovelace/acceleration.c)" "// fake: score 20" "the latest hand-in"
is 0 g collect class.tar.gz; says "2 taken"
is 0 g collect --student late-joe good/bob_acceleration.c; says "1 taken"
book=modules
is 0 g collect by_module
same "$(cd modules/submissions && ls -d */* | tr '\n' ' ')" "15_acceleration/kim 16_quantization/kim " "folders of modules"
book=book
is 2 g collect --student ../joe good/bob_acceleration.c
is 2 g collect nothing_there

# Canvas says which is newer, and whether it was late; a collection of older files takes nothing back.
book=canvas
is 0 g collect canvas_new; says "2 taken"; says "LATE"
is 0 g collect canvas_old; says "0 taken, 0 replaced, 0 unchanged, 1 older"
same "$(head -1 canvas/submissions/15_acceleration/adalovelace/acceleration.c)" "// fake: score 20" "the newer resubmission"
is 0 g collect --student adalovelace good/bob_acceleration.c; says "1 replaced"
is 0 g collect canvas_new; says "0 taken, 0 replaced, 1 unchanged, 1 older"
same "$(head -1 canvas/submissions/15_acceleration/adalovelace/acceleration.c)" "// fake: score 65" "what came by mail"
printf '// fake: score 1\n' >canvas/submissions/15_acceleration/oneillzoe/acceleration.c # as if killed before the file was there
is 0 g collect canvas_new; says "1 replaced, 0 unchanged, 1 older"
printf '{"late": 3}' >canvas/submissions/15_acceleration/adalovelace/hand-in.json
is 2 g collect canvas_new; says "not a note about a hand-in"
book=says
is 0 g collect claims; says "3 taken"; says "KiB  eve.zip/"; never "LATE eve"
same "$(ls says/submissions/15_acceleration | tr '\n' ' ')" "888 eve mal " "whose they are"
same "$(find says/canvas -type f | wc -l)" 0 "numbers in Canvas that students gave themselves"

# Names that only the roster knows, and what was handed in and gives nothing to grade.
book=plain
is 1 g collect near; says "2 taken"; says "other names belong into --roster"; says "must be called acceleration.c"
is 2 g collect near --roster twice.csv; says "line 3: the login ada stands there twice"
is 2 g collect near --roster latin.csv; says "line 2: not UTF-8"
is 2 g collect near --roster nologin.csv; says "no column"
is 2 g collect near --roster climb.csv; says "line 2: the login"
book=class_a
is 1 g collect near --roster roster.csv; says "3 taken, 0 replaced, 0 unchanged, 0 older, 1 refused"
sed -n '/^Handed in/,$p' out >list
for row in "15  bob" "15  kim" "    lea" "    mo" "16  ada" "15  (whose?)"; do grep -q "^  $row" list && fine || wrong "not in the list: $row"; done
same "$(grep -c 'must be called\|not read\|no module\|may have' list)" 6 "students in the list"
same "$(cd class_a/submissions/15_acceleration && ls | tr '\n' ' ')" "ada jgross zoneill " "logins by the roster"
is 0 g collect canvas_new; says "1 replaced, 1 unchanged"
same "$(cat class_a/submissions/15_acceleration/zoneill/acceleration.c)" "$(cat canvas_new/oneillzoe*)" "Canvas's name by the roster"
book=book

refuses() { # refuses FROM TAKEN "PATH: REASON" ...
    book=refused from=$1 taken=$2
    shift 2
    is 1 g collect "$from"; says "$taken taken, "
    for row; do
        grep -F -A1 -- "${row%%: *}" out | grep -qF -- "${row#*: }" && fine || wrong "$from: no refusal: $row"
    done
    book=book
}
refuses bad 1 "link/acceleration.c: symbolic link" "etc: symbolic link" "fifo/acceleration.c: FIFO" \
    "hard/acceleration.c: hard link" "sock/acceleration.c: socket" "huge/acceleration.c: larger than 1 MiB" \
    "binary/acceleration.c: 0 byte" "twice/acceleration.c: another file of the same student" \
    "twice/src/acceleration.c: another file" '<script>\x1b[31m\x0a/acceleration.c: may have letters' \
    "-rf/acceleration.c: may have letters" "nnnnn/acceleration.c: may have letters" "nobody_5_6_accelerate.c: no module" \
    "deep.zip/in.zip: an archive in an archive" "broken.zip: "
[ "$(id -u)" != 0 ] || refuses bad 0 "device/acceleration.c: a device"
grep -q "$(printf '\033')" out && wrong "an escape reached the terminal" || fine
refuses bad.zip 1 "climb/acceleration.c: climbs" "/absolute/acceleration.c: absolute" 'a\b/acceleration.c: absolute' \
    "soft/acceleration.c: symbolic link" "larger/acceleration.c: larger than 1 MiB"
refuses bad.tar.gz 0 "t/fifo/acceleration.c: FIFO" "t/char/acceleration.c: device" "t/block/acceleration.c: device" \
    "t/hard/acceleration.c: hard link" "t/soft/acceleration.c: symbolic link"
refuses two_users.zip 0 "li_1_1: two Canvas users"
book=limits
is 1 g collect bomb.zip --most-bytes 5000000; says "more than 5000000 bytes"; says "4 taken"
is 1 g collect bomb.tar.gz --most-bytes 5000000; says "more than 5000000 bytes"; says "0 taken"
is 1 g collect many.zip --most-entries 100; says "more than 100 entries"
book=book
same "$(find . -name passwd -o -name 'climb' | wc -l)" 0 "files outside the book"
same "$(find book refused limits -path '*/work/*' | wc -l)" 0 "files left in work/"
same "$(stat -c %a book/key 2>/dev/null)" "" "a key before it is needed"

# --- Grading ---

printf '// fake: score 50\n// fake: hostile 1\n' >hostile.c
printf '// fake: compile error: </pre><script>\n' >broken.c
printf '// fake: exit 2\n' >exit.c; printf '// fake: nothing 1\n' >nothing.c; printf '// fake: wrong-sha 1\n' >other.c
printf '// fake: sleep 30\n' >slow.c
for name in hostile broken; do
    cp $name.c acceleration.c; is 0 g collect acceleration.c --student @$name
done
is 0 g grade -j 4; says "15 graded, 0 unchanged, 0 not graded"; says "does not compile"
same "$(stat -c %a book/key) $(stat -c %s book/key)" "600 32" "the key"
is 0 g grade; says "0 graded, 15 unchanged"
same "$(sql book 'SELECT score FROM result WHERE student = "ada" ORDER BY module' | tr '\n' ' ' | sed 's/\.0//g')" "100 70 " "the tables"
seeds=$(sql book 'SELECT student, module, seed FROM result ORDER BY 1, 2')
is 0 g grade --again --student ada; says "2 graded"
same "$(sql book 'SELECT student, module, seed FROM result ORDER BY 1, 2')" "$seeds" "seeds of a second grading"
same "$(sql book 'SELECT count(DISTINCT seed) FROM result')" 15 "seeds"
is 0 g grade --again --module 16; says "1 graded"

# Of one file, graded twice, the better speed counts; a new file has none.
is 0 env FAKE_BUSY=1 "$grader" grade --again --student ada --module 15 --book book --build "$build" --root "$course"; says "100/100"
is 0 g feedback --student ada; grep -q 'Measured at an earlier grading' book/feedback/ada.html && fine || wrong "no word of a kept speed"
printf '// fake: score 90\n' >acceleration.c; is 0 g collect acceleration.c --student busy
is 0 env FAKE_BUSY=1 "$grader" grade --book book --build "$build" --root "$course"; says "70/100"
is 0 g stats; says "Measured on a busy machine: 1 timed cases of 1 students"
is 0 g grade --again --student busy; says "90/100"
is 0 g stats; never "busy machine"
rm -r book/submissions/15_acceleration/busy book/results/15_acceleration/busy.json
is 2 g grade --module 99; says "no module"
is 2 g grade --student nobody; says "no submission"
echo '# another grader' >>build/modules/grade-16
is 0 g grade; says "1 graded, 14 unchanged"

# A result that is not this student's is nobody's grade, and is not written over.
ada=book/results/15_acceleration/ada.json
mv $ada away.json
cp book/results/15_acceleration/bob.json $ada
is 1 g grade; says "this is the result of bob in 15_acceleration"; says "0 graded, 14 unchanged, 1 not graded"
is 2 g stats; says "this is the result of bob"
cp book/results/15_acceleration/bob.json bob.json
cmp -s bob.json $ada && fine || wrong "a misplaced result was written over"
printf '{' >$ada
is 1 g grade; says "1 not graded"
sed 's/"passed": [0-9]*/"passed": 3000000000/' away.json >$ada
is 1 g grade; says "ada.json: \"passed\" is no whole number from 0"; says "1 not graded"
same "$(ls book/results/*/*.trouble)" "${ada%.json}.trouble" "what is noted of it"
mv away.json $ada
is 0 g grade; says "0 graded, 15 unchanged"
same "$(ls book/results | wc -l) $(find book/results -name '*.trouble')" "2 " "a trouble that is over"

for name in exit nothing other slow; do
    cp $name.c acceleration.c; is 0 g collect acceleration.c --student x$name
done
is 1 g grade --timeout 1; says "0 graded, 15 unchanged, 4 not graded"
says 'not graded: grade: no room \x1b[31m for this'; says "not graded: "; says "the result of something else"; says "after 1 s"
for name in exit nothing other slow; do printf '// fake: score 80\n' >book/submissions/15_acceleration/x$name/acceleration.c; done
mv build/modules/grade-16 build/modules/away
is 1 g grade; says "4 graded, 14 unchanged, 1 not graded"; says "build it"
mv build/modules/away build/modules/grade-16
chmod 640 book/key
is 1 g grade --again --module 16; says "others can read the key"
chmod 600 book/key

# --- What comes of it ---

is 0 g feedback; says "18 pages"
valid html book/feedback/*.html
grep -q '&lt;script&gt;alert(1)' book/feedback/@hostile.html && fine || wrong "the hostile message is not there as text"
grep -qi '<script' book/feedback/*.html && wrong "a script in a page" || fine
grep -q 'reuse anything\|Which of\|could stay where it is' book/feedback/@hostile.html && fine || wrong "no hint in the page"
grep -q 'role="img"' book/feedback/ada.html && fine || wrong "no chart in the page"
is 0 g feedback --student ada; says "1 pages"
is 2 g feedback --student nobody

cp slow.c acceleration.c; g collect acceleration.c --student new >/dev/null
is 0 g export --csv --out grades.csv; says "1 submissions are not graded"; valid csv grades.csv
is 0 g export --canvas --out canvas.csv; valid canvas canvas.csv
grep -q '^adalovelace,12345,,,,' canvas.csv && fine || wrong "Canvas's own number is not in its table"
is 0 g export --junit --out junit.xml; valid junit junit.xml
is 0 g export --sqlite --module 15 --out some.sqlite
same "$(head -c 15 some.sqlite)" "SQLite format 3" "a database"
! command -v xmllint >/dev/null || is 0 xmllint --noout junit.xml
is 0 g export --gradescope --out scope; valid gradescope scope/*/*/results.json
same "$(ls -d scope/*/* | wc -l)" 19 "results for Gradescope"
is 0 g export --gradescope --module 15 --student ada --out one.json; valid gradescope one.json
is 2 g export --csv --student nosuch; says 'no student "nosuch"'
is 0 g export --csv --out grades.csv 2>/dev/null; row() { python3 - "$@" <<'PY'
import csv, sys
for r in csv.DictReader(open(sys.argv[1], newline="")):
    if r["student"] == sys.argv[2] and r["module"].startswith(sys.argv[3]): print("|".join(r[c] for c in sys.argv[4:]))
PY
}
same "$(row grades.csv "'@broken" 15 state note)" "graded|does not compile" "the note of what does not compile"
same "$(row grades.csv adalovelace 15 late)" late "LATE in the table"
is 2 g export --gradescope --out two.json; is 2 g export; is 2 g export --csv --junit
is 0 g stats; says "Module 15"; says "ragged shapes"; says "median"
awk 'length($0) > 80' out | grep -q . && wrong "stats wider than 80 columns" || fine
is 0 g audit ada "ragged shapes" --module 15; says "trace: step 0"; says "they agree"; says "landlock: off: no <such> kernel"
is 2 g audit ada "ragged shapes"; says "2 cases have"
is 2 g audit ada "no such case" --module 15
is 2 g audit nobody "ragged shapes"
is 0 g audit @hostile "ragged shapes"; never "$(printf '\033')"
is 0 g collect good/ada/quantization.c --student ada

# --- A class with a roster, a late policy and points by hand ---

book=class_a
is 0 g collect near/ada/acceleration.c --student @silent
is 0 g grade
is 0 g mark ada; says "Module 15"
is 2 g mark ada --points 3; says "--module NN"
is 2 g mark nobody --module 15 --points 3; says "no student"
is 2 g mark ../ada --module 15 --points 3
is 2 g mark ada --module 15 --points nan
is 0 g mark ada --module 15 --points -5 --comment '=1+1 </p><script>'; says "-5"; says "counts"
is 0 g mark bob --module 15 --points 40 --comment "seen in the lab"
printf 'late_percent_off = 10 # of what it earned\n' >class_a/settings
is 0 g export --csv --out class.csv; valid csv class.csv
same "$(row class.csv ada 15 score late manual final comment)" "20|late|-5|13|'=1+1 </p><script>" "what counts"
same "$(row class.csv zoneill 15 name state final)" "O'Neill, Zoë|graded|65" "a name of the roster"
same "$(row class.csv bob 15 state final note | cut -c 1-60)" "not handed in|40|handed in, nothing graded: bob/Acceleration" "points for nothing to grade"
same "$(row class.csv "'@silent" 15 name)" "'=HYPERLINK(1)" "a formula in the roster"
is 0 g export --canvas --out canvas.csv; valid canvas canvas.csv
same "$(grep -c ',901,,jgross,,75\|,902,,@silent,,80\|,77,,zoneill,,65\|,12345,,ada,,13\|,903,,bob,,40' canvas.csv)" 5 "what Canvas matches by"
is 0 g grade --again --student ada
is 0 g export --csv --out class.csv
same "$(row class.csv ada 15 manual final)" "-5|13" "points by hand after another grading"
is 0 g mark ada; says replaced; says "by hand"
same "$(ls class_a/history/15_acceleration/ada)" 1.json "the history"
ln class_a/results/15_acceleration/ada.json class_a/history/15_acceleration/ada/2.json # killed before the new one was there
is 0 g grade --again --student ada
same "$(ls class_a/history/15_acceleration/ada | tr '\n' ' ')" "1.json 2.json " "the history after a kill"
is 0 g feedback; valid html class_a/feedback/*.html
grep -q 'Handed in late: 2 points less. By hand: -5. =1+1 &lt;/p&gt;' class_a/feedback/ada.html && fine || wrong "no word of points by hand on the page"
is 2 g export --moodle; says "--module NN"
is 0 g export --moodle --module 15 --out moodle.csv; valid moodle moodle.csv
grep -q '^Participant 901,Jürgen Groß,75,100' moodle.csv && fine || wrong "not Moodle's row"
is 0 g export --moodle-zip --out moodle.zip; valid moodlezip moodle.zip
printf 'late_percent_off = 200\n' >class_a/settings
is 2 g export --csv; says "settings, line 1"
rm class_a/settings
cp class_a/results/15_acceleration/ada.mark class_a/results/15_acceleration/bob.mark
is 2 g export --csv; says "these are the points of ada"; is 2 g feedback
is 0 g mark bob --module 15 --remove; is 2 g mark bob --module 15 --remove; says "no points by hand"
is 0 g export --csv
book=book

# --- What to explain again, who has the same, how far the reference lies apart ---

book=slipped
is 0 g collect slips; is 0 g grade
is 0 g stats --mistakes; says "of 2 that are planted"; says "measuring off-by-one.json"
says "         2  off-by-one                         pia pit"; says "         1  never-ends                         pum"
says "         1  (none of them)                     pip"; never "pax\|pol"
is 0 g stats --mistakes; says "pia pit"; never measuring
printf '// fake: score 35\n' >build/solutions/15-off-by-one.c
is 0 g stats --mistakes; says "measuring off-by-one.json"; never "measuring never"
is 2 g stats --reference 2; says "needs the tree with references"
printf '// fake: score 95\n' >course/modules/15_acceleration/solution.c
is 0 g stats --reference 3 --module 15; says "3 gradings, median 95, from 95 to 95"
is 0 g stats; says "The reference on this machine: 3 gradings"; never measuring
rm course/modules/15_acceleration/solution.c
printf '// fake: exit 2\n' >build/solutions/15-broken.c
is 2 g stats --mistakes; says "15-broken.c was not graded"
rm -r build/solutions
book=pairs
is 0 g collect alike; is 0 g grade
is 0 g stats --similar; says "Pairs of 7 files with at least 60 % in common, without the stub: 1"; says "100 %  ann                      ben"
valid html pairs/similar/15_acceleration/*.html
grep -q '&lt;/pre&gt;&lt;script&gt;' pairs/similar/15_acceleration/ann--ben.html && fine || wrong "no text of the two beside each other"
grep -q 'matmul' pairs/similar/15_acceleration/ann--ben.html && wrong "the stub's text among what is alike" || fine
is 2 g stats --similar --above 0
book=lectured
is 0 g collect lecture; is 0 g grade
is 0 g stats --similar --above 95; says "without the stub: 1"; says "100 %  n14                      n15"
book=book

# --- Alone, stopped, killed ---

kills=${KILLS:-8}
book=many students=$((7 * kills)) log=$work/fake.log
export FAKE_LOG="$log"
mkdir class
i=0
while [ $i -lt $students ]; do
    mkdir class/s$i; printf '// fake: score %d\n// fake: sleep 0.05\n' $((i % 25 * 4)) >class/s$i/acceleration.c; i=$((i + 1))
done
is 0 g collect class; says "$students taken"

running() { # pids of stand-ins that were begun here and are still there
    for p in $(awk '{ print $2 }' "$log" 2>/dev/null); do
        grep -qsa "$work" /proc/$p/cmdline && grep -qs 'State:.[^Z]' /proc/$p/status && echo "$p"
    done
}
begun() { grep -c ^begin "$log" 2>/dev/null; }
wait_for() { n=0; while [ "$(begun)" -lt "$1" ] && [ $n -lt 500 ]; do sleep 0.01; n=$((n + 1)); done; }
touch "$log"

# kill -9 a moment after a few more were begun: between two, in the middle of one, while a result is written.
before="" round=0
for pause in $(awk -v n="$kills" 'BEGIN { srand(15); while (n-- > 0) printf "%.3f ", 0.12 * rand() }'); do
    seen=$(begun)
    g grade -j 2 >killed 2>&1 &
    pid=$!
    wait_for $((seen + 2 + round % 3))
    sleep "$pause"
    kill -9 "$(cat many/lock)" 2>/dev/null && fine || wrong "nothing to kill, round $round"
    wait $pid 2>/dev/null
    sleep 0.05
    same "$(running)" "" "what still runs after kill -9, round $round"
    now=$(sql many 'SELECT student, graded FROM result ORDER BY 1')
    lost=$(printf '%s\n' "$before" | grep -vxF -- "$now" | grep -c .)
    same "$lost" 0 "results lost or graded twice after kill -9, round $round"
    before=$now round=$((round + 1))
    [ -z "$now" ] || valid json many/results/15_acceleration/*.json
done
seen=$(begun)
g grade -j 2 >first 2>&1 &
wait_for $((seen + 2))
is 2 g grade; says "in use by another grader"
is 2 g collect class; says "in use by another grader"
kill -INT "$(cat many/lock)" 2>/dev/null
wait $!
same $? 130 "the code after Ctrl-C"
grep -q 'the same command goes on' first && fine || wrong "Ctrl-C says nothing"
same "$(running)" "" "what still runs after Ctrl-C"
is 0 g grade -j 2
same "$(sql many 'SELECT count(*), count(DISTINCT student) FROM result')" "$students|$students" "results after all that"
same "$(sql many 'SELECT sum(score), (SELECT count(*) FROM verdict) FROM result' | sed 's/\.0//')" "$(seq 0 $((students - 1)) | awk '{ s += $1 % 25 * 4 } END { print s "|" 2 * NR }')" "their points and cases"
is 0 g grade; says "0 graded, $students unchanged"
same "$(ls many/results/15_acceleration | wc -l)" "$students" "files of results"
book=book
seen=$(begun)
g grade --student new >killed 2>&1 & # its stand-in sleeps for half a minute
pid=$!
wait_for $((seen + 1))
kill -9 "$(cat book/lock)"
wait $pid 2>/dev/null
sleep 0.1
same "$(running)" "" "what outlives the grader"
unset FAKE_LOG

# --- Gradescope's container, on our own folders ---

export AUTOGRADER=$work/autograder
mkdir -p "$AUTOGRADER/submission" "$AUTOGRADER/source" "$AUTOGRADER/results"
cp good/ada/acceleration.c "$AUTOGRADER/submission/"
cp "$here/../../docs/gradescope/"* "$AUTOGRADER/source/"
scope() { AUTOGRADER_GRADER="$grader" AUTOGRADER_BUILD="$work/build" AUTOGRADER_ROOT="$work/course" sh "$AUTOGRADER/source/run_autograder"; }
is 0 scope; valid gradescope "$AUTOGRADER/results/results.json"
same "$(python3 -c "import json; print(json.load(open('$AUTOGRADER/results/results.json'))['score'])")" "100.0" "Gradescope's score"
rm "$AUTOGRADER/submission/acceleration.c"
ln -s /etc/passwd "$AUTOGRADER/submission/acceleration.c"
is 0 scope; valid gradescope "$AUTOGRADER/results/results.json"
grep -q 'symbolic link' "$AUTOGRADER/results/results.json" && fine || wrong "Gradescope is not told why there is no grade"
grep -q 'root:' "$AUTOGRADER/results/results.json" && wrong "a link was followed" || fine

finish 320
