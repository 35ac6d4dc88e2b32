#!/bin/sh
# cachegrind.sh: the reference's cache simulator and valgrind's cachegrind count the same misses, within 1 %, of given loops on
# given caches. The program is built without AVX-512, which valgrind does not know, and with nothing vectorised.
# usage: cachegrind.sh VALGRIND PROGRAM
set -u
valgrind=$1 program=$2 failed=0
folder=$(mktemp -d) || exit 1
trap 'rm -r "$folder"' EXIT

# order, n, block; bytes, line, ways of both levels
while read -r order n block bytes1 line1 ways1 bytes2 line2 ways2; do
    said=$("$valgrind" --tool=cachegrind --cache-sim=yes --cachegrind-out-file="$folder/out" --log-file="$folder/log" \
        --D1="$bytes1,$ways1,$line1" --LL="$bytes2,$ways2,$line2" \
        "$program" "$order" "$n" "$block" "$bytes1" "$line1" "$ways1" "$bytes2" "$line2" "$ways2") || { cat "$folder/log"; exit 1; }
    # Of the lines of the function that ran the loop: read and write misses of both levels, as the heading names them.
    awk -v said="$said" -v what="order $order, n $n" '
        /^events:/ { for (i = 2; i <= NF; i++) place[$i] = i }
        /^fn=/ { inside = $0 == "fn=profiling_loop_run" }
        inside && /^[0-9]/ { D1 += $place["D1mr"] + $place["D1mw"]; LL += $place["DLmr"] + $place["DLmw"] }
        END {
            split(said, ours, /[ \n]+/)
            first = ours[1] + ours[2]; second = ours[3] + ours[4]
            printf "%s: first level %d, cachegrind %d; second level %d, cachegrind %d\n", what, first, D1, second, LL
            exit !(D1 > 1000 && LL > 1000 && first > 0.99 * D1 && first < 1.01 * D1 && second > 0.99 * LL && second < 1.01 * LL)
        }' "$folder/out" || failed=1
done <<'END'
0 100 0 8192 64 4 32768 64 8
0 128 0 8192 64 4 65536 64 8
1 120 0 8192 64 4 32768 64 8
2 160 16 16384 64 8 65536 64 8
END
exit $failed
