#!/bin/sh
# look_inside.sh: checks that the graded process's own half holds no oracle, no check and no text of them.
# usage: look_inside.sh KIT CASES
#   CASES   the parent's own half, a library: none of its functions may be in the child
set -u
failed=0
secrets=$(nm -g --defined-only "$2" | awk '$2 == "T" { print $3 }')
[ -n "$secrets" ] || { echo "$2 has no functions, or their names are stripped"; failed=1; }
secrets=$(printf '%s\n' $secrets right_row grade_wrong tensor_compare file_read file_begin options_read 'planted_[a-z_]*')
for child in "$1/trusted.o" "$1/trusted-blas.o"; do
    symbols=$(nm "$child") || exit 1
    echo "$symbols" | grep -q ' [DRV] job_runs$' || { echo "$child: not a graded child, or its names are stripped"; failed=1; }
    for secret in $(echo "$symbols" | awk '{ print $NF }' | grep -x "$secrets"); do
        echo "$child holds $secret"
        failed=1
    done
    for words in 'never written' 'whole numbers, exactly' 'ragged shapes' 'a sum of nothing'; do
        strings "$child" | grep -qx ".*$words.*" && { echo "$child says: $words"; failed=1; }
    done
done
exit $failed
