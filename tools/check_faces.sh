#!/bin/sh
# check_faces.sh: checks the page and the notebook of a run, and keeps them in $FACES for faces.sh.
# usage: check_faces.sh LESSON SOURCE PAGE NOTEBOOK
# It needs what `setup.sh tests` installs; what is missing is a failure, not a skip.
set -u
lesson=$1 source=$2 page=$3 notebook=$4
here=$(dirname "$0") python=/usr/bin/python3 # Debian's, which has Debian's nbformat
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
complain() { echo "check_faces: $1"; failed=1; }

$python "$here/check_page.py" "$page" || complain "the page"
$python "$here/check_notebook.py" "$notebook" || complain "the notebook"
"$lesson" --from-ipynb "$notebook" >"$work/back.c" && cmp "$work/back.c" "$source" || complain "the way back gives another lesson"
if [ -n "${FACES:-}" ]; then # for faces.sh, which opens those of all lessons at once
    mkdir -p "$FACES"
    cp "$page" "$FACES/$(basename "$lesson").html" && cp "$notebook" "$FACES/$(basename "$lesson").ipynb" || complain "$FACES"
fi
exit $failed
