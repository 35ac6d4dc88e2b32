#!/bin/sh
# walk_lesson.sh: checks that a lesson runs to its last cell, in 80 columns, as a page and as a notebook.
# usage: walk_lesson.sh LESSON SIDE, where LESSON is .../lesson-NN-SIDE
#   SIDE solution   nothing is missing
#   SIDE stub       every exercise is named as not written yet
#   SIDE crash      the crash is named with its line
set -u
export HURRY=1 # one round of everything: no measured value is looked at
lesson=$1 side=$2
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
here=$(dirname "$0")
number=$(basename "$lesson" | cut -d- -f2)
source=$(echo "$here"/../modules/"$number"_*/lesson/lesson.c)
page=$folder/html/$number.html notebook=$folder/$number.ipynb
"$lesson" --quick --folder "$folder" --html "$page" --ipynb "$notebook" </dev/null >"$folder/out" 2>&1 || { cat "$folder/out"; echo "exit code $?"; exit 1; }

failed=0
complain() { echo "walk_lesson: $1"; failed=1; }
has() { grep -qF -- "$1" "$folder/out"; }

cells=$("$lesson" --list | wc -l)
shown=$(grep -c '^In \[' "$folder/out")
[ "$cells" -gt 0 ] && [ "$cells" = "$shown" ] || complain "$cells cells, $shown of them shown"
wide=$(python3 -c 'import sys
for line in open(sys.argv[1], encoding="utf-8", newline="\n"):
    line = line.rstrip("\n").split("\r")[-1]
    if len(line) > 80: print(len(line), line)' "$folder/out")
[ -z "$wide" ] || complain "lines wider than 80 columns: $wide"
sh "$here/check_faces.sh" "$lesson" "$source" "$page" "$notebook" || complain "a face is not what it should be"
answers=$here/../solutions/$(basename "$(dirname "$(dirname "$source")")")/answers.md
[ ! -e "$answers" ] || ! grep -qF "$(sed -n 's/^1\. \*\*\([^*]*\)\*\*.*/\1/p' "$answers")" "$page" || complain "the reader's page holds an answer"

has '(not measured)' && complain "a number of the prose was not measured"
case $side in
solution)
    grep -qF '(not measured' "$page" && complain "a number of the page was not measured"
    grep -q '^>>' "$folder/out" && complain "a cell complains: $(grep -m 3 '^>>' "$folder/out")"
    has 'wrong:' && complain "a variant is wrong: $(grep -m 1 'wrong:' "$folder/out")"
    [ "$(find "$folder/lesson" -name '*.png' | wc -l)" -gt 0 ] || complain "no chart was drawn" ;;
stub)
    grep -qF '(not measured yet)' "$page" || complain "nothing on the page says that it is not measured yet"
    has 'not written yet' || complain "nothing says that it is not written yet"
    has 'Segmentation' && complain "a stub crashes" ;;
crash)
    [ "$number" != 15 ] || grep -qF 'is right: what the cell "' "$folder/out" || complain "a paragraph about code that crashed is not one line"
    grep -qE 'Segmentation fault at crash_halfway\.c:[0-9]+' "$folder/out" || complain "the crash is not named with its line"
    has 'not written yet' || complain "nothing says that it is not written yet" ;;
*) complain "unknown side $side" ;;
esac
[ $failed = 0 ] || cat "$folder/out"
exit $failed
