#!/bin/sh
# walk_student.sh: goes a student's way through make: with a stub and written, without what is
# optional, on a full disk and with a folder that takes no result. usage: walk_student.sh NN, at the top of a built tree
set -u
export HURRY=1 YES=
number=$1
module=$(basename "$(echo modules/"$number"_*)")
topic=${module#*_}
file=modules/$module/$topic.c
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
complain() { cat "$work/out"; echo "walk_student: $1"; failed=1; }
try() { make "$@" </dev/null >"$work/out" 2>&1 || complain "make $* failed"; }
says() { grep -qF -- "$1" "$work/out" || complain "it does not say: $1"; }
there() { for made; do [ -s "$made" ] || complain "there is no $made"; done; }

# With a stub, from nothing.
ls progress/*.json >/dev/null 2>&1 || { [ -e "$file" ] && ! cmp -s "modules/$module/stub.c" "$file"; } &&
    { echo "walk_student: this tree is somebody's own: progress/ or $file would be lost"; exit 1; }
rm -rf "$file" progress
try "$number" QUICK=1; says "Made $file, in which you write"; says 'not written yet'
try "hint-$number"; says 'Hint 1 of 3'
try "grade-$number"; says 'Score: 0/100'
try "watch-$number"; says 'Graded once'; says '0/100 points'
try status; says "next: "
try "reset-$number"; says 'is the stub already'

# Written.
cp "modules/$module/solution.c" "$file"
try "grade-$number" GRADE=--untimed; says ' 0 failed'
try "html-$number" QUICK=1; there "build/html/$module.html" build/html/index.html
try "ipynb-$number" QUICK=1; there "build/ipynb/$module.ipynb"
try "plot-$number" QUICK=1 TEXT=1; there build/charts/"$module"-*.svg build/charts/"$module"-*.png

# On a full disk the file stays as it was; then the stub comes, and what was written is kept.
(trap '' XFSZ; ulimit -f 0; make "reset-$number" 2>&1) | cat >"$work/out" # no file can be written to
says 'is as it was'
cmp -s "modules/$module/solution.c" "$file" || complain "$file is not what it was"
[ "$(ls "modules/$module" | grep -c "^$topic\.c")" = 1 ] || complain "the full disk left something"
try "reset-$number"; says "is kept in $file.1"
cmp -s "modules/$module/stub.c" "$file" && cmp -s "modules/$module/solution.c" "$file.1" || complain "it is not the stub, or what was written is lost"

# A folder that takes no result.
rm -rf progress && touch progress
try "grade-$number"; says 'Score: 0/100'; says 'is not kept'
try "watch-$number"; says '0/100 points'
rm progress

# Without gnuplot, data and a way to install them.
mkdir "$work/bin"
for folder in /usr/local/bin /usr/bin /bin /usr/sbin /usr/games; do
    for program in "$folder"/*; do ln -s "$program" "$work/bin/" 2>/dev/null; done
done
rm -f "$work/bin/gnuplot" "$work/bin/apt-get"
before=$PATH
PATH=$work/bin
try "$number" QUICK=1; says 'Not here: gnuplot-nox (charts)'; says 'No chart: '
try "grade-$number"; says 'Score: 0/100'
try status; try "hint-$number"; says 'Hint '
make "plot-$number" QUICK=1 </dev/null >"$work/out" 2>&1 && complain "charts without gnuplot"
says 'gnuplot-nox (charts)'
PATH=$before
exit $failed
