#!/bin/sh
# kit_joined.sh: makes the folder with which the files of several modules become one program: compile_join in compile.h.
# usage: kit_joined.sh KIT GCC BLAS.a FLAGS LINK_FLAGS SOURCE_ROOT TRUSTED.a LIBRARY.a|OBJECT.o...
#   TRUSTED.a   the child's own half, taken whole; of the rest what it needs
set -eu
kit=$1 gcc=$2 blas=$3 flags=$4 link=$5 root=$6 trusted=$7
shift 7
rm -rf "$kit"
mkdir -p "$kit"
. "$(dirname "$0")/kit_lib.sh"
not_a_cache
one_kernel "$kit" "$blas" "$root"
"$gcc" -r -nostdlib -o "$kit/trusted-blas.o" ${choice:+"$choice"} -Wl,--whole-archive "$trusted" -Wl,--no-whole-archive \
    -Wl,--start-group "$@" "$blas" -Wl,--end-group
rm -f "$kit/choice.o"
"$(tool objcopy)" --strip-debug --remove-section .eh_frame --remove-section .rela.eh_frame "$kit/trusted-blas.o"
words "$gcc" $link -fopenmp -o program "$kit/trusted-blas.o" @objects -ljansson -lz -lm >"$kit/join"
touch "$kit.stamp"
