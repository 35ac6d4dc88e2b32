#!/bin/sh
# browse.sh: opens pages in one headless Chromium, each in a frame. Fails on any console message, if the script of a
# page that has one did not run, if what was measured is not unfolded by a guess, and if a page is wider than a desktop's or a phone's window.
# usage: browse.sh PAGE ...
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
for page; do realpath "$page"; done | python3 -c '
import html, json, sys
pages = sys.stdin.read().split("\n")[:-1]
print("<!DOCTYPE html><title>pages</title><body>")
for page in pages:
    print("<iframe src=\"file://%s\" width=1200 height=800></iframe>" % html.escape(page))
print("""<pre id=said></pre><script>
var frames = document.querySelectorAll("iframe"), said = document.getElementById("said");
function guess(inside, text) { // types it wherever a guess is asked for
  inside.querySelectorAll(".guess[data-value]").forEach(function (e) {
    e.querySelector("input").value = text;
    e.querySelector(".line button").click();
  });
}
function folds(inside) { // what was measured is folded until a number is typed
  var folded = inside.querySelectorAll(".reveal");
  function open() { return inside.querySelectorAll(".reveal[open]").length; }
  guess(inside, "7,5");
  if (open()) return false;
  guess(inside, "7.5");
  return open() === folded.length;
}
function fits(frame, inside) { // a desktop and a phone
  return [1200, 390].every(function (width) {
    frame.width = width;
    return inside.documentElement.scrollWidth <= inside.documentElement.clientWidth;
  });
}
window.onload = function () {
  frames.forEach(function (frame) {
    var inside = frame.contentDocument, button = inside && inside.getElementById("page_theme");
    var state = !inside || !inside.body || !inside.body.children.length ? "shows nothing" : !button ? "no script" : button.hidden ? "SCRIPT DID NOT RUN" : !folds(inside) ? "GUESSES DO NOT UNFOLD" : "script ran";
    if (/script/.test(state) && !fits(frame, inside)) state = "WIDER THAN ITS WINDOW";
    said.textContent += "page: " + state + ": " + frame.getAttribute("src") + "\\n";
  });
};
</script>""")' >"$work/all.html"
timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --user-data-dir="$work/profile" --allow-file-access-from-files \
    --virtual-time-budget=5000 --enable-logging=stderr --dump-dom "file://$work/all.html" >"$work/dom" 2>"$work/log" ||
    { cat "$work/log"; echo "chromium failed" >&2; exit 1; }
grep -o 'page: [a-zA-Z ]*: file:.*' "$work/dom"
failed=0
[ "$(grep -c 'page: \(no script\|script ran\): ' "$work/dom")" = $# ] || { echo "a page shows nothing, or its script did not run, or guesses do nothing, or it is too wide" >&2; failed=1; }
grep 'CONSOLE' "$work/log" >&2 && failed=1
exit $failed
