#!/bin/sh
# guard.sh: checks that a program ends with a sentence before main if it was built for another CPU.
# usage: guard.sh PROGRAM
grep -qw xop /proc/cpuinfo 2>/dev/null && { "$1" | grep -q 'main was reached'; exit; } # the one CPU on which it may run
[ "$(uname -m)" = x86_64 ] || { "$1" | grep -q 'main was reached'; exit; }
said=$("$1" 2>&1) && { echo "it ended well: $said"; exit 1; }
case $said in
*'built for a CPU with xop, and this one has none'*) ;;
*) echo "it said: $said"; exit 1 ;;
esac
