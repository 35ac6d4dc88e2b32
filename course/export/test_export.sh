#!/bin/sh
# test_export.sh: checks that an exported file compiles without a warning by each compiler that is here, and answers as the
# library does: bytes with the same logits to the last digit, floats with the same classes. usage: test_export.sh EXPORT [with-reference]
set -u
export=$1
work=$(mktemp -d) || exit 1
trap 'rm -r "$work"' EXIT
file=$work/cnn.c
fail() { echo "$*"; exit 1; }

# Without a function that makes it there is no file, and a sentence that says which one is missing.
for kind in int8 half half-int8; do
    "$export" write $kind "$file" --mine 2>"$work/said" && fail "$kind: written by stubs"
    grep -q 'which nobody has written' "$work/said" && grep -q 'quant_\|sparse_' "$work/said" || fail "$kind, by stubs: $(cat "$work/said")"
    [ ! -e "$file" ] || fail "$kind: a file was left"
done
[ "${2:-}" = with-reference ] || exit 0 # a hand-out has none

count=200
images=${DATA_DIR:-/usr/share/datasets/fashion-mnist}/t10k-images-idx3-ubyte.gz
gzip -dc "$images" | tail -c +17 | head -c $((784 * count)) >"$work/pictures"
same() { # same KIND WHAT ANSWERS: as the library's
    case $1 in *int8) cmp "$work/right" "$3" ;; *) cut -d' ' -f1 "$work/right" >"$work/a"; cut -d' ' -f1 "$3" | cmp "$work/a" - ;; esac ||
        fail "$1, $2: other answers than the library's"
}

compilers='gcc -O2|gcc -O0|gcc -O1 -fsanitize=address,undefined -fno-sanitize-recover=all'
command -v clang >/dev/null && compilers="$compilers|clang -O2" || echo "clang is not here: gcc alone"
for kind in int8 half half-int8; do
    "$export" write $kind "$file" || fail "$kind: not written"
    "$export" answer $kind --count $count >"$work/right" || fail "$kind: no answer"
    [ "$(cut -d' ' -f1 "$work/right" | sort -u | wc -l)" = 10 ] || fail "$kind: these are not ten classes"
    printf '%s\n' "$compilers" | tr '|' '\n' >"$work/compilers"
    while read -r compiler; do
        $compiler -std=c11 -pedantic -Wall -Wextra -Werror -DEXPORT_MAIN "$file" -o "$work/cnn" || fail "$kind: $compiler refuses"
        "$work/cnn" logits <"$work/pictures" >"$work/said" || fail "$kind, $compiler: $(tail -1 "$work/said")"
        same $kind "$compiler" "$work/said"
    done <"$work/compilers"
done

# The other form of input, and input that is wrong.
{ printf '\0\0\10\3\0\0\0\310\0\0\0\34\0\0\0\34'; cat "$work/pictures"; } >"$work/idx"
"$work/cnn" logits <"$work/idx" | cmp - "$work/said" || fail "IDX: other answers"
refused() { head -c "$2" "$work/$1" | "$work/cnn" >/dev/null 2>"$work/why" && fail "$1, $2 bytes: not refused"; grep -q "$3" "$work/why" || fail "$1, $2 bytes: $(cat "$work/why")"; }
refused pictures 0 'no picture'
refused pictures 785 'fewer than'
refused idx 1000 'fewer than'
refused idx $((16 + 784)) 'another number'
printf '\0\0\10\3\0\0\0\1\0\0\0\40\0\0\0\40' >"$work/large"
refused large 16 'not 28 x 28'

# The comparison that make export-c prints finds a file with another weight.
"$export" write int8 "$file" && gcc -O2 -fPIC -shared "$file" -o "$work/cnn.so" || exit 1
"$export" compare int8 "$work/cnn.so" --count 20 >"$work/said" || fail "$(cat "$work/said")"
sed '/linear3_bias\[10\]/{n;s/ -*[0-9]*,/ 1000000,/;}' "$file" >"$work/other.c"
cmp -s "$file" "$work/other.c" && fail "nothing was changed"
gcc -O2 -fPIC -shared "$work/other.c" -o "$work/other.so" || exit 1
"$export" compare int8 "$work/other.so" --count 20 >/dev/null 2>&1 && fail "another bias was not noticed"
exit 0
