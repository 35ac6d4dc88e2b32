#!/bin/sh
# kit.sh: makes the folder with which submissions of one module are compiled: see compile.h.
# usage: kit.sh KIT NAME.c GCC STUB TRUSTED TRUSTED_BLAS BLAS.a FLAGS LINK_FLAGS SOURCE_ROOT HEADER...
#   STUB                     the untouched stub, compiled: a submission may define only the names in it
#   TRUSTED, TRUSTED_BLAS    the child's own half (a library), with stand-ins for BLAS and without
set -eu
kit=$1 name=$2 gcc=$3 stub=$4 trusted=$5 trusted_blas=$6 blas=$7 flags=$8 link=$9
shift 9
root=$1
shift
rm -rf "$kit"
mkdir -p "$kit/include"

. "$(dirname "$0")/kit_lib.sh"
not_a_cache

# Headers: common's under their own names, the module's beside them.
(cd "$root/common" && find . -name '*.h') | while read -r header; do
    mkdir -p "$kit/include/$(dirname "$header")"
    cp "$root/common/$header" "$kit/include/$header"
done
cp "$@" "$kit/include/"

nm=$(tool nm) objcopy=$(tool objcopy)
"$nm" -g --defined-only "$stub" | awk 'NF == 3 { print $3 }' | sort -u >"$kit/symbols"
awk '{ print $1, "mine_" $1 }' "$kit/symbols" >"$kit/renames" # where the files of several modules become one program

one_kernel "$kit" "$blas" "$root"

# Link each trusted half into one object. Of BLAS it takes only the functions that the stand-ins name.
"$gcc" -r -nostdlib -o "$kit/trusted.o" -Wl,--whole-archive "$trusted" -Wl,--no-whole-archive
wanted=$("$nm" -g --defined-only "$trusted" | awk '$3 ~ /^cblas_/ { print "-Wl,-u," $3 }')
"$gcc" -r -nostdlib -o "$kit/trusted-blas.o" $wanted ${choice:+"$choice"} -Wl,--whole-archive "$trusted_blas" -Wl,--no-whole-archive "$blas"
rm -f "$kit/choice.o"
# Tables for unwinding the stack take a third of the time of every link, and nothing here unwinds.
for kind in '' -blas; do
    "$objcopy" --strip-debug --remove-section .eh_frame --remove-section .rela.eh_frame \
        ${kind:+--localize-symbol=job_blas_work} "$kit/trusted$kind.o" # what BLAS was asked for is no name that can be linked to
done

echo "$name" >"$kit/name"
# Warnings are about the submission: headers of the kit are the system's to it. They change no code.
words "$gcc" $flags -D_GNU_SOURCE -Wall -Wextra -isystem include -c "$name" -o student.o \
    -MD -MF dependencies -Wa,--MD,dependencies.as >"$kit/compile"
{ cat "$kit/compile"; echo -O1; } >"$kit/compile-quick" # where nothing is timed
words "$objcopy" "--keep-global-symbols=$kit/symbols" student.o >"$kit/keep"
words "$objcopy" "--redefine-syms=$kit/renames" student.o >"$kit/rename"
words "$nm" --extern-only --defined-only --format=posix student.o >"$kit/names"
for kind in '' -blas; do
    words "$gcc" $link -fopenmp ${kind:+-Wl,--wrap=cblas_sgemm,--wrap=cblas_sgemv} -o "program$kind" "$kit/trusted$kind.o" student.o -lm >"$kit/link$kind"
done
words "$(tool addr2line)" -i -e program >"$kit/lines"
touch "$kit.stamp"
