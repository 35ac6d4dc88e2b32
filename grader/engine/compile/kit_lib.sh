# kit_lib.sh: what the makers of kits share; sourced. They have set gcc and flags.

# Set gcc to the one behind it where a compiler cache stands first in PATH under its name: a sandboxed compiler may not do
# what a cache does.
not_a_cache() {
    case $(readlink -f "$gcc") in *ccache) ;; *) return 0 ;; esac
    tried=$(basename "$gcc")
    gcc=$(echo "$PATH" | tr : '\n' | while IFS= read -r folder; do
        case $(readlink -f "$folder/$tried" || :) in
        '' | *ccache) ;;
        *) [ ! -x "$folder/$tried" ] || { echo "$folder/$tried"; break; } ;;
        esac
    done)
}

tool() { command -v "$("$gcc" -print-prog-name="$1")"; } # of the architecture that gcc builds for

# A command's words, one a line.
words() { for word; do printf '%s\n' "$word"; done; }

# OpenBLAS has kernels for twenty kinds of CPU; the graded process is told which to take (BLAS_KERNELS), and the tables of
# the others stay empty, so that a program has 3 MB, not 26. Sets choice to the object that does it, in the folder $1 for
# the library $2 (the tree's root is $3); to nothing where there is no such choice.
one_kernel() {
    choice=
    kernels=$(printf '#include "measure/blas_peer.h"\nBLAS_KERNELS\n' | "$gcc" $flags -I "$3/common" -E -P - | sed -n '$s/"//gp' | tr a-z A-Z)
    (cd "$1" && ar x "$2" dynamic.o) 2>/dev/null || :
    if [ -n "$kernels" ] && "$(tool nm)" "$1/dynamic.o" 2>/dev/null | grep -q " U gotoblas_$kernels$"; then
        choice=$1/choice.o
        "$(tool nm)" "$1/dynamic.o" | awk -v kept="gotoblas_$kernels" '$1 == "U" && $2 ~ /^gotoblas_[A-Z]/ && $2 != kept { print "char " $2 ";" }' |
            "$gcc" -x c -c - -o "$choice"
    fi
    rm -f "$1/dynamic.o"
}
