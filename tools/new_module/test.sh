#!/bin/sh
# test.sh: `make new-module` makes a module of which every test passes, in a build folder that was there before, with nothing added
# by hand; and it refuses what cannot become one. Then a student's way is gone with it. All of it in a folder of a hostile name.
# usage: test.sh ROOT
set -u
root=$(realpath "$1")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset MAKEFLAGS MAKELEVEL MFLAGS FACES T CPU SANITIZE CC # what make was told outside
export CCACHE_BASEDIR="$work" CCACHE_NOHASHDIR=1 # where there is a ccache, the second time costs little
failed=0
complain() { echo "new_module: $1"; failed=1; }

tree="$work/it's a \"tree\" of ü"
mkdir "$tree"
(cd "$root" && tar -c --exclude='./build*' --exclude=./.git --exclude=./gradebook --exclude=./progress .) | tar -x -C "$tree" || exit 1
cd "$tree" || exit 1
git init -q . && meson setup build >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }

refused() { # refused WORDS NN TOPIC
    make -s new-module NN="$2" TOPIC="$3" >"$work/out" 2>&1 && complain "NN=$2 TOPIC=$3 was not refused"
    grep -qF -- "$1" "$work/out" && grep -q 'for example: make new-module NN=' "$work/out" || { cat "$work/out"; complain "NN=$2 TOPIC=$3: it does not say: $1"; }
}
find . -path ./build -prune -o -type f -print | sort >"$work/before"
refused 'has two digits' 7 specimen
refused 'has two digits' 197 specimen
refused 'has two digits' '' specimen
refused 'letters a to z' 97 ''
refused 'letters a to z' 97 Specimen
refused 'letters a to z' 97 ../specimen
refused 'letters at most' 97 abcdefghijklmnopqrstuvwxyz
refused 'there is modules/15_acceleration already' 15 specimen
refused 'there is modules/15_acceleration already' 97 acceleration
refused 'a file of that name' 97 solution
refused 'the system has a header string.h' 97 string
mkdir solutions/97_old && refused 'there is solutions/97_old already' 97 specimen
rmdir solutions/97_old
find . -path ./build -prune -o -type f -print | sort | cmp - "$work/before" || complain "what was refused left something behind"

make -s new-module NN=97 TOPIC=specimen >"$work/out" 2>&1 || { cat "$work/out"; complain "it was not made"; exit 1; }
grep -rl '@NN@\|@TOPIC@\|@Title@' modules/97_specimen solutions/97_specimen && complain "a name was not put in"
grep -qF '| [97 specimen](modules/97_specimen/README.md) | a weighted' README.md || complain "README.md has no row for it"
cp modules/97_specimen/stub.c modules/97_specimen/specimen.c
[ "$(git check-ignore modules/97_specimen/*.c)" = modules/97_specimen/specimen.c ] || complain "git does not ignore the student's copy, and nothing else"
! command -v clang-format >/dev/null || clang-format -n -Werror modules/97_specimen/*.[ch] modules/97_specimen/*/*.[ch] solutions/97_specimen/*.c ||
    complain "its format"
sh tools/typed_numbers.sh . || complain "a number in it looks typed"

# A number that was planned keeps what was planned for it.
sed -i 's/^| \[97 specimen\]/| 96 planned | pruning, and more | not there yet |\n&/' README.md
make -s new-module NN=96 TOPIC=planned >/dev/null 2>&1
grep -qF '| [96 planned](modules/96_planned/README.md) | pruning, and more | begun |' README.md || complain "what was planned is lost from README.md"
[ "$(sed -n 's/^| \[*\([0-9][0-9]\) [a-z].*/\1/p' README.md | sort -c 2>&1)" = "" ] || complain "the rows of README.md are not in order"
rm -r modules/96_planned solutions/96_planned

T='97 ' sh tools/run.sh build >"$work/out" 2>&1 ||
    { cat "$work/out"; grep -h '^[a-z_]*: ' build/meson-logs/testlog.txt; complain "a test of the new module does not pass"; }
tests=$(sed -n 's/^\([0-9]*\) passed, 0 failed$/\1/p' "$work/out")
[ "${tests:-0}" -ge 14 ] || complain "${tests:-no} tests of the new module"
sh tools/walk_student.sh 97 >"$work/out" 2>&1 || { cat "$work/out"; complain "a student's way"; }
exit $failed
