#!/bin/sh
# test_program.sh: checks that the small file goes through, whoever wrote what, and that a bad one is refused in a line.
# usage: test_program.sh OWN SMALL stub|solution
said=$("$1" "$2" 2>&1) || { echo "$said"; exit 1; }
wide=$(printf '%s\n' "$said" | awk 'length > 80')
[ -z "$wide" ] || { echo "wider than 80 columns: $wide"; exit 1; }
has() { printf '%s\n' "$said" | grep -q -- "$1" || { echo "it does not say \"$1\":"; echo "$said"; exit 1; }; }
has '7 (10)$'
case $3 in
solution) has '^bytes of 16 .* 100 \|^bytes of 16 .*[89][0-9] %'; has '^75 %.* %'; has 'conv1 .* GFLOP/s' ;;
stub) has 'not written yet\|nobody has written\|GFLOP/s' ;;
esac
bad=$("$1" /dev/null 2>&1) && { echo "/dev/null was read"; exit 1; }
[ "$(printf '%s\n' "$bad" | wc -l)" = 1 ] || { echo "a refusal of more than a line: $bad"; exit 1; }
