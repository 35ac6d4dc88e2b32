#!/bin/sh
# release.sh: the hand-out holds no answer, and its proof fails where it should. usage: release.sh GRADER SOURCE_ROOT
#   Releases this tree with its whole proof (build, stubs 0, references full), then small wrong ones.
set -u
grader=$(realpath "$1") root=$(realpath "$2")
. "$(dirname "$0")/instructor_lib.sh"
export TMPDIR="$work"

# --- This tree, where nothing is installed that only instructors need ---

mkdir libraries
for folder in $(pkg-config --variable pc_path pkg-config | tr : ' '); do
    for library in "$folder"/*.pc; do [ ! -e "$library" ] || ln -sf "$library" libraries/; done
done
rm -f libraries/sqlite3.pc libraries/libarchive.pc
export PKG_CONFIG_LIBDIR="$work/libraries"
is 0 meson setup without "$root"; says "no instructor's program"; never 'sqlite3 found: YES'
is 0 "$grader" release handout --root "$root" --zip handout.zip
says "15 stub: 0 of 100 points, "
says "Proven"; says "15 reference: "
cp out proof
same "$(find handout -name 'solution*' -o -name 'answers*' -o -path '*/tests/zoo*' -o -name '*.sqlite' -o -name build | wc -l)" 0 "answers in it"
same "$(ls -d handout/.ci handout/.github handout/grader/tests 2>/dev/null)" "" "our own set-up in it"
same "$(ls handout/modules/15_acceleration | grep -c '^acceleration.c$')" 0 "the student's copy in it"
for file in Makefile meson.build README.md tools/setup.sh modules/15_acceleration/stub.c modules/15_acceleration/grade/cases.c \
    grader/engine/grade.c .clang-format; do
    [ -f "handout/$file" ] && fine || wrong "no $file in it"
done
[ -x handout/tools/setup.sh ] && fine || wrong "setup.sh cannot be executed"
grep -rlF "$(sed -n '/^tt_status matmul_packed(/,/^}/p' "$root/modules/15_acceleration/solution.c" | sed -n 4p)" handout >out &&
    wrong "a line of the reference is in it" || fine
same "$(python3 -m zipfile -l handout.zip | grep -c '^handout/')" "$(find handout -type f | wc -l)" "files in the zip"
same "$(ls -d "$work"/grader-release-* 2>/dev/null)" "" "left behind"
is 2 "$grader" release handout --root "$root"; says "is not empty"

# Nothing in it offers what is not there; who asks for it anyway is told.
offers='SOLUTION=1\|ANSWERS=1\|make record\|make anchors\|make new-module\|make soak\|solutions/\|in no hand-out\|instructor\.md'
same "$(grep -rn --include='*.md' --include=lesson.c "$offers" handout | grep -v 'Measured by')" "" "what its pages offer"
for page in $(cd handout && find . -name '*.md'); do
    for link in $(sed -n 's/.*](\([^)#:]*\)[^)]*).*/\1/p' "handout/$page"); do
        [ -e "handout/$(dirname "$page")/$link" ] && fine || wrong "$page links to $link, which is not in it"
    done
done
hand() { make -s -C handout "$@" </dev/null; }
is 0 hand; same "$(grep -c "$offers" out)" 0 "what make offers in it"
for asked in 'grade-15 SOLUTION=1' 'html-15 ANSWERS=1' record record-15 anchors soak 'new-module NN=97 TOPIC=x'; do
    is 2 hand $asked; says "This is a hand-out"
done
is 2 "$grader" release; says "into which folder"

# --- Trees that must not be handed out ---

tree() { # tree STUB SOLUTION: a course of one module, graded by the stand-in
    rm -rf course wrong
    mkdir -p course/modules/15_acceleration course/.git
    echo "project('course')
subdir('modules')" >course/meson.build
    echo "custom_target('g', output: 'grade-15', input: '../fake_grade.py', command: ['cp', '@INPUT@', '@OUTPUT@'])
custom_target('k', output: 'kit-15.stamp', command: ['touch', '@OUTPUT@'])" >course/modules/meson.build
    cp "$here/fake_grade.py" course/
    printf '// fake: %s\n' "$1" >course/modules/15_acceleration/stub.c
    printf '// fake: %s\n' "$2" >course/modules/15_acceleration/solution.c
    echo secret >course/modules/15_acceleration/acceleration.c
    mkdir -p course/solutions/15_acceleration course/gradebook course/build-x
    touch course/solutions/15_acceleration/answers.md course/gradebook/key course/build-x/build.ninja course/modules/15_acceleration/a.sqlite
}
tree "todo 1" "score 100"
is 0 "$grader" release wrong --root course; says "as they lie there"; says "15 reference: 100 of 100"
same "$(find wrong -type f | sort | tr '\n' ' ')" \
    "wrong/fake_grade.py wrong/meson.build wrong/modules/15_acceleration/stub.c wrong/modules/meson.build " "what is handed out"
tree "score 60" "score 100"
is 2 "$grader" release wrong --root course; says "the stub must earn nothing"
tree "todo 1" "score 40"
is 2 "$grader" release wrong --root course; says 'the reference fails "matmul_tiled: ragged shapes"'
tree "todo 1" "score 80"
is 0 "$grader" release wrong --root course; says "15 reference: 80 of 100"; says "a matter of speed"
tree "todo 1" "exit 2"
is 2 "$grader" release wrong --root course; says "is not graded"
tree "todo 1" "score 100"; echo "nonsense(" >>course/meson.build
is 2 "$grader" release wrong --root course; says "meson setup failed"
rm -rf wrong
is 0 "$grader" release wrong --root course --no-proof; says "Not proven"
finish 30
