#!/bin/sh
# make.sh: makes a module and its solutions from the files beside it, and its row in README.md. usage: make.sh NN TOPIC
# Everything else finds a module by its folder.
set -eu
export LC_ALL=C
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
number=$1 topic=$2
name=${number}_$topic
refuse() {
    echo "new-module: $1" >&2
    echo "    for example: make new-module NN=17 TOPIC=compression" >&2
    exit 1
}

case $number in [0-9][0-9]) ;; *) refuse "NN=$number: a module's number has two digits" ;; esac
case $topic in '' | *[!a-z]*) refuse "TOPIC=$topic: a topic is one word of the letters a to z" ;; esac
[ ${#topic} -le 24 ] || refuse "TOPIC=$topic: a topic has 24 letters at most"
for folder in modules/"$number"_* solutions/"$number"_*; do
    [ ! -e "$folder" ] || refuse "NN=$number: there is $folder already; take another number, or remove that folder"
done
for folder in modules/[0-9][0-9]_"$topic"; do
    [ ! -e "$folder" ] || refuse "TOPIC=$topic: there is $folder already; a student's file is known by its topic, so take another word"
done
[ -z "$(find "$here" -name "$topic.[ch]")" ] || refuse "TOPIC=$topic: every module has a file of that name; take another word"
! echo "#include <$topic.h>" | ${CC:-cc} -E -x c - >/dev/null 2>&1 ||
    refuse "TOPIC=$topic: the system has a header $topic.h, which the module's would hide; take another word"

title=$(echo "$topic" | cut -c1 | tr a-z A-Z)$(echo "$topic" | cut -c2-)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# The row of the README's table: what was planned for this number is begun.
awk -v number="$number" -v topic="$topic" -v text="a weighted moving sum, until it has exercises of its own" '
    function row() { if (!done) print "| [" number " " topic "](modules/" number "_" topic "/README.md) | " text " | begun |"; done = 1 }
    /^\| module \| you write \| state \|$/ { table = 1 }
    table && /^\| \[?[0-9][0-9] / {
        at = substr($0, match($0, /[0-9]/), 2)
        if (at == number) {
            if (index($0, "| " number " " topic " | ") == 1) { split($0, cell, / \| /); text = cell[2] }
            row()
            next
        }
        if (at > number) row()
    }
    table && !/^\|/ { row(); table = 0 }
    { print }
    END { exit !done }' README.md >"$work/README.md" || refuse 'README.md has no table "| module | you write | state |" for the new row'

fill() { # fill FROM TO: a folder's files with their names put in
    (cd "$here/$1" && find . -type f) | while read -r file; do
        to=$2/$(echo "$file" | sed "s/topic\.h\$/$topic.h/")
        mkdir -p "$(dirname "$to")"
        sed "s/@NN@/$number/g; s/@TOPIC@/$topic/g; s/@Title@/$title/g" "$here/$1/$file" >"$to"
    done
}
fill module "modules/$name"
fill solutions "solutions/$name"
cat "$work/README.md" >README.md
touch modules/meson.build # so that every build folder looks again which modules there are

cat <<TEXT
Made modules/$name, solutions/$name and a row in README.md. It teaches a small thing of its own, so that every part is there:
    make grade-$number SOLUTION=1     100 points; without SOLUTION=1 what you wrote in $topic.c
    make $number                      its lesson
    make plot-$number                 its benchmark
    make test T=$number               its tests
Now put your exercises in the place of these, first in modules/$name/$topic.h; CONTRIBUTING.md says what each file is.
TEXT
