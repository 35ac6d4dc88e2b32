#!/bin/sh
# test_sample.sh: the same seed writes the same text, another seed another, and bad wishes are refused. usage: test_sample.sh SAMPLE WEIGHTS
set -u
sample=$1 weights=$2 failed=0
complain() { echo "test_sample: $1"; failed=1; }
one=$("$sample" --weights "$weights" --length 60 --seed 1 'Ge1:1 In the ')
two=$("$sample" --weights "$weights" --length 60 --seed 1 'Ge1:1 In the ')
other=$("$sample" --weights "$weights" --length 60 --seed 2 'Ge1:1 In the ')
[ "$one" = "$two" ] || complain "seed 1 wrote two texts"
[ "$one" != "$other" ] || complain "seeds 1 and 2 wrote the same"
case $one in 'Ge1:1 In the '?*) ;; *) complain "the text does not start with its prompt: $one" ;; esac
"$sample" --weights "$weights" '{' 2>&1 | grep -q 'never seen' || complain "an unknown character was not refused"
"$sample" --weights /nowhere 2>&1 | grep -q '/nowhere' || complain "missing weights are not named"
"$sample" --length x >/dev/null 2>&1 && complain "--length x was taken"
exit $failed
