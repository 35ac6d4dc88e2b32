#!/bin/sh
# zoo.sh: the hostile zoo as the kinds of user who grade: root and an ordinary one, with and without namespaces.
# usage: zoo.sh GRADE some|all    some: as root with all layers, and without those that take long as another user
#                                 without namespaces
set -u
grade=$1 which=$2
zoo=$(dirname "$(readlink -f "$0")")/zoo.py
failed=0
run() {
    echo "--- ${*:-as $(id -un), with namespaces}"
    python3 "$zoo" --grade "$grade" "$@" || failed=1
}
if [ "$(id -u)" = 0 ]; then
    run
    quick=; [ "$which" = all ] || quick=--quick
    run --user nobody --no-namespaces $quick
    [ "$which" = some ] || run --no-namespaces
    [ "$which" = some ] || run --user nobody
else
    run
    [ "$which" = some ] || run --no-namespaces
fi
exit $failed
