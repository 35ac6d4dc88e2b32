#!/bin/sh
# test_submit.sh: checks that a package of the references is whole by sha256sum, that a changed byte is found, and that what an
# organiser would refuse is refused before it is packed. usage: test_submit.sh SUBMIT ROOT [with-reference]
set -u
submit=$(realpath "$1") root=$2
work=$(mktemp -d) || exit 1
trap 'rm -r "$work"' EXIT
cd "$work" || exit 1
fail() { echo "$*"; cat said; exit 1; }
pack() { sh "$root/course/submit/submit.sh" "$submit" "$@" >said 2>&1; }
refused() { text=$1; shift; pack "$@" && fail "packed: $text"; grep -q -- "$text" said || fail "another sentence than \"$text\":"; [ ! -e progress/entry-cnn.zip ] || fail "a zip: $text"; }
fill() { # fill SECTION...: the template with a line in each of these parts, and a row of evidence
    cp "$root/modules/20_benchmarking/report.md" progress/report-cnn.md
    for section; do sed -i "s/^## $section\$/&\\n\\nBytes, since they are read from memory./" progress/report-cnn.md; done
    echo "| bytes | 2 x | \`make combinations\` |" >>progress/report-cnn.md
}

mkdir -p modules/20_benchmarking
cp "$root/modules/20_benchmarking/report.md" modules/20_benchmarking/
for module in 15_acceleration 16_quantization 17_compression 18_caching; do
    mkdir modules/$module
    cp "$root/modules/$module/stub.c" modules/$module/
    cp modules/$module/stub.c modules/$module/${module#*_}.c
done
if [ "${3:-}" != with-reference ]; then # a hand-out: whoever has not written the functions has no package
    refused 'make grade-20' cnn ada
    exit 0
fi

refused 'which TEAM' cnn ''
refused 'TEAM=a b' cnn 'a b'
refused 'TEAM=-x' cnn -x
refused 'EVENT=../x' ../x ada
refused 'there are mlp, cnn and gpt' chess ada
pack cnn ada && grep -q 'Write in these' said && [ -s progress/entry-cnn.conf ] && [ ! -e progress/entry-cnn.zip ] || fail "no files to write in"

# Reports.
refused 'says nothing in "In one sentence", "What was tried", "What failed", "Evidence"' cnn ada
fill 'In one sentence' 'What was tried'
refused 'says nothing in "What failed"' cnn ada
fill 'In one sentence' 'What was tried' 'What failed'
for row in '| faster | | `make 15` |=nothing for "number"' '| faster | 2 x | |=nothing for "command"' '| faster | 2 x | make 15 |=no command between'; do
    cp progress/report-cnn.md good
    echo "${row%%=*}" >>progress/report-cnn.md
    refused "${row#*=}" cnn ada
    mv good progress/report-cnn.md
done
sed -i '/^## Evidence/,$d' progress/report-cnn.md
refused 'says nothing in "Evidence"' cnn ada
fill 'In one sentence' 'What was tried' 'What failed'

# Configurations and sizes.
cp progress/entry-cnn.conf good
echo 'nonsense = 1' >>progress/entry-cnn.conf
refused 'progress/entry-cnn.conf: ' cnn ada
sed 's/^steps = 255/steps = 127/' good >progress/entry-cnn.conf
refused 'steps are of bytes' cnn ada
head -c 5000 /dev/zero | tr '\0' '#' >>good
cp good progress/entry-cnn.conf
refused 'progress/entry-cnn.conf' cnn ada
rm progress/entry-cnn.conf good
pack cnn ada && grep -q 'Write in these' said || fail "the configuration was not made again"
printf 'a\0b' >modules/18_caching/caching.c
refused 'caching.c is not a text' cnn ada
cp modules/18_caching/stub.c modules/18_caching/caching.c

# Nothing but stubs, then the references.
pack cnn ada || fail "stubs were not packed"
grep -q 'a configuration alone' said && [ "$(ls progress/entry-cnn | tr '\n' ' ')" = 'entry.conf manifest report.md ' ] || fail "of stubs:"
for module in 15_acceleration 16_quantization 17_compression 18_caching; do cp "$root/modules/$module/solution.c" modules/$module/${module#*_}.c; done
pack cnn ada_7 || fail "the references were not packed"
cd progress/entry-cnn || exit 1
printf 'olympics 1\nevent cnn\nteam ada_7\n' >../begin
head -3 manifest | cmp - ../begin && [ "$(sed 1,3d manifest | wc -l)" = 6 ] || fail "the manifest:"
sed 1,3d manifest >../sums && sha256sum --check --strict --quiet ../sums || exit 1
for file in *; do
    cp "$file" ../kept
    printf ' ' >>"$file"
    [ "$file" = manifest ] || { sha256sum --check --quiet ../sums >/dev/null 2>&1 && { echo "$file: a changed byte was not found"; exit 1; }; }
    mv ../kept "$file"
done
cd "$work"
mkdir zip && (cd zip && python3 -m zipfile -e ../progress/entry-cnn.zip .) && diff -r zip progress/entry-cnn || exit 1

# A file that is the stub again is in the next package no more.
cp modules/17_compression/stub.c modules/17_compression/compression.c
pack cnn ada && [ ! -e progress/entry-cnn/compression.c ] && [ -e progress/entry-cnn/caching.c ] || fail "the stub was packed:"
