#!/bin/sh
# faces.sh: opens the faces of all lessons: every page in a real browser, every notebook by nbconvert.
# usage: FACES=FOLDER faces.sh LESSON ...    Each must have left its page and notebook since it was built.
set -u
here=$(dirname "$0")
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
complain() { echo "faces: $1"; failed=1; }
mkdir "$work/pages" "$work/notebooks" "$work/converted"
for lesson; do
    name=$(basename "$lesson")
    if [ "$FACES/$name.html" -nt "$lesson" ] && [ "$FACES/$name.ipynb" -nt "$lesson" ]; then
        cp "$FACES/$name.html" "$work/pages" && cp "$FACES/$name.ipynb" "$work/notebooks"
    else complain "no page of $name: its walk did not run or did not come through"; fi
done
set -- "$work"/pages/*
[ -e "$1" ] || exit 1

sh "$here/browse.sh" "$@" >"$work/said" || { cat "$work/said"; complain "the browser"; }
[ "$(grep -c 'script ran' "$work/said")" = $# ] || { cat "$work/said"; complain "a page's script did not run"; }
jupyter-nbconvert --to html --output-dir "$work/converted" "$work"/notebooks/* >"$work/log" 2>&1 || { cat "$work/log"; complain "nbconvert"; }
for notebook in "$work"/notebooks/*; do
    [ -s "$work/converted/$(basename "$notebook" .ipynb).html" ] || complain "nothing became of $(basename "$notebook")"
done

# These checks can fail: on a console message, and on a script that does not run.
for planted in '<script>console.error("planted")</script>' '<div style="width:500px">wide</div>' '<button id=page_theme hidden>Theme</button>'; do
    echo "<!DOCTYPE html><title>x</title><p>$planted" >"$work/bad.html"
    sh "$here/browse.sh" "$work/bad.html" >/dev/null 2>&1 && complain "not seen by the browser's test: $planted"
done
exit $failed
