#!/bin/sh
# look_inside.sh: the graded process's own half holds no oracle, no check and none of their words. usage: look_inside.sh KIT
set -u
failed=0
for child in "$1/trusted.o" "$1/trusted-blas.o"; do
    symbols=$(nm "$child") || exit 1
    echo "$symbols" | grep -q ' run_product$' || { echo "$child: not a graded child, or its names are stripped"; failed=1; }
    for secret in check_close check_exact check_by_sample right_row fill_ragged grade_wrong tensor_compare rng_next file_read file_begin options_read \
        'planted_[a-z_]*'; do
        echo "$symbols" | grep -q " $secret\$" && { echo "$child holds $secret"; failed=1; }
    done
    for words in 'never written' 'whole numbers, exactly' 'ragged shapes' 'a sum of nothing'; do
        strings "$child" | grep -qx ".*$words.*" && { echo "$child says: $words"; failed=1; }
    done
done
exit $failed
