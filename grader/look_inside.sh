#!/bin/sh
# look_inside.sh: a graded child holds no oracle, no check and none of their words. usage: look_inside.sh CHILD ...
set -u
failed=0
for child; do
    symbols=$(nm "$child") || exit 1
    for needed in run_product cblas_sgemm; do # else this test looks at the wrong file
        echo "$symbols" | grep -q " $needed\$" || { echo "$child: $needed is not there"; failed=1; }
    done
    for secret in check_close check_exact check_by_sample right_row fill_ragged grade_wrong tensor_compare rng_next; do
        echo "$symbols" | grep -q " $secret\$" && { echo "$child holds $secret"; failed=1; }
    done
    for words in 'expected' 'whole numbers, exactly' 'ragged shapes'; do
        strings "$child" | grep -qx ".*$words.*" && { echo "$child says: $words"; failed=1; }
    done
done
exit $failed
