#!/bin/sh
# sides.sh: one side's code of one module as an object whose functions begin with that side's name, so that both sides
# fit into one program. usage: sides.sh CC SIDE STUB.a CODE.a OUT.o
#   STUB.a   the untouched stub: what it defines is what a module exports
#   CODE.a   the side's code; whatever else it defines becomes local, so that helpers may have any name
set -eu
cc=$1 side=$2 stub=$3 code=$4 out=$5
tool() { command -v "$("$cc" -print-prog-name="$1")"; } # of the architecture that the compiler builds for
nm=$(tool nm) objcopy=$(tool objcopy)
"$nm" -g --defined-only "$stub" | awk 'NF == 3 { print $3 }' | sort -u >"$out.names"
awk -v side="$side" '{ print $1, side "_" $1 }' "$out.names" >"$out.renames"
"$cc" -r -nostdlib -o "$out" -Wl,--whole-archive "$code" -Wl,--no-whole-archive
"$objcopy" --keep-global-symbols="$out.names" "$out"
"$objcopy" --redefine-syms="$out.renames" "$out"
rm -f "$out.names" "$out.renames"
