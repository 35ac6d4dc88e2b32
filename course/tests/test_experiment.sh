#!/bin/sh
# test_experiment.sh: checks that the experiments print a line of names and, for each round, a time above 0 for every set.
# usage: test_experiment.sh EXPERIMENT
for which in bytes zeros; do
    said=$("$1" $which --rounds 2 --length 4 2>&1) || { echo "$which: $said"; exit 1; }
    printf '%s\n' "$said" | awk -v which=$which '
        NR == 1 { if (NF != 3 || $2 != which) wrong = "names: " $0; next }
        { for (i = 1; i <= NF; i++) if (!($i > 0)) wrong = "a time: " $i }
        NF != 8 { wrong = NF " times in a round" }
        END { if (!wrong && NR != 3) wrong = NR " lines"; if (wrong) { print which ": " wrong; exit 1 } }' || exit 1
done
