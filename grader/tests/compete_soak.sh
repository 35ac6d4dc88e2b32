#!/bin/sh
# compete_soak.sh: the long way of compete.py: 20 ties, 10 entries ranked 5 times, 20 kills of a queue of 50. About an hour.
# usage: compete_soak.sh GRADER
set -u
here=$(dirname "$(readlink -f "$0")") failed=0
soak() { python3 "$here/compete.py" "$@" --grader "$grader" --root "$here/../.." || failed=1; }
grader=$(readlink -f "$1")
soak ties --times 20
soak order --times 5 --entries 10
soak killed --times 20 --entries 50
exit $failed
