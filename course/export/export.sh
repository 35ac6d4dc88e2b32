#!/bin/sh
# export.sh: writes the CNN as one C file, compiles it and holds it against the library, here and on an emulated ARM CPU.
# usage: export.sh BUILD int8|half|half-int8
set -eu
build=$1 kind=$2
program=$build/course/export/export folder=$build/export
file=$folder/cnn-$kind.c made=$folder/cnn-$kind pictures=40
"$program" write "$kind" "$file"
${CC:-cc} -std=c11 -O2 -c "$file" -o "$made.o"
${CC:-cc} -std=c11 -O2 -fPIC -shared "$file" -o "$made.so"
${CC:-cc} -std=c11 -O2 -DEXPORT_MAIN "$file" -o "$made"
"$program" compare "$kind" "$made.so" --compiled "$(size "$made.o" | awk 'NR == 2 { print $1 + $2 }')"

# Another architecture: by Debian's cross compiler and emulator, with the libraries of make aarch64 or of Debian.
root=build-aarch64/sysroot missing= headers=/usr/aarch64-linux-gnu/include/stdio.h sysroot=
if [ -d "$root" ]; then headers=$root/usr/include/stdio.h sysroot=--sysroot=$PWD/$root; fi
command -v aarch64-linux-gnu-gcc >/dev/null || missing="$missing gcc-aarch64-linux-gnu"
[ -e "$headers" ] || missing="$missing libc6-dev-arm64-cross"
command -v qemu-aarch64 >/dev/null || missing="$missing qemu-user"
if [ -n "$missing" ]; then
    echo "aarch64: not tried here: needs$missing"
else
    aarch64-linux-gnu-gcc $sysroot -std=c11 -O2 -static -DEXPORT_MAIN "$file" -o "$made-aarch64"
    gzip -dc "${DATA_DIR:-/usr/share/datasets/fashion-mnist}/t10k-images-idx3-ubyte.gz" | tail -c +17 | head -c $((784 * pictures)) >"$folder/pictures"
    qemu-aarch64 "$made-aarch64" logits <"$folder/pictures" >"$made.aarch64.txt"
    "$program" answer "$kind" --count $pictures >"$made.txt"
    case $kind in half) keep=1 ;; *) keep=1- ;; esac # floats are summed in another order: their classes alone
    cut -d' ' -f$keep "$made.txt" >"$made.right"
    cut -d' ' -f$keep "$made.aarch64.txt" | cmp - "$made.right" || { echo "aarch64: other answers than the library's"; exit 1; }
    echo "aarch64, in an emulator: the same answers on $pictures pictures"
fi
echo
echo "The file:    $PWD/$file"
echo "A program:   zcat t10k-images-idx3-ubyte.gz | $made"
