#!/bin/sh
# soak.sh: a submission graded again and again while every core is busy with something else: the score must not move.
# usage: soak.sh GRADE SUBMISSION [RUNS [SCORE]]
set -u
grade=$1 submission=$2 runs=${3:-50} score=${4:-100/100}
busy=
for core in $(seq "$(nproc)"); do
    (while :; do :; done) &
    busy="$busy $!"
done
trap 'kill $busy 2>/dev/null' EXIT INT TERM
failed=0
for run in $(seq "$runs"); do
    report=$("$grade" --submission "$submission" --seed "$run")
    got=$(printf '%s\n' "$report" | sed -n 's/^Score: //p')
    [ "$got" = "$score" ] && continue
    failed=$((failed + 1))
    echo "run $run: $got instead of $score"
    printf '%s\n' "$report" | sed -n '/^Next/,/^Sandbox/p'
done
echo "$((runs - failed)) passed, $failed failed"
[ "$failed" = 0 ]
