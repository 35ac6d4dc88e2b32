#!/bin/sh
# board.sh: the leaderboard of a made-up competition: harmless, complete, the same each time, and fit for a phone.
# usage: board.sh GRADER SOURCE_ROOT
set -u
grader=$(realpath "$1") root=$(realpath "$2")
. "$(dirname "$0")/instructor_lib.sh"
tools=$root/tools
has() { grep -qF -- "$2" "$1" && fine || wrong "not in $1: $2"; }

python3 "$here/board_make.py" "$root" book || exit 1
is 0 "$grader" board --book book --out site; says "11 pages of 2 rounds and 9 teams"
is 0 "$grader" board --book book --out again
is 0 diff -r site again
is 0 python3 "$tools/check_page.py" site/*.html
[ -z "${KEEP:-}" ] || cp -r site "$KEEP" # to be looked at

# What a round keeps to itself is nowhere, in no writing; nor is a package's folder.
python3 - book/olympics/keys site <<'PY' && fine || wrong "a key on the site"
import base64, os, sys
keys, site = sys.argv[1:]
text = b"".join(open(f"{site}/{name}", "rb").read() for name in os.listdir(site))
for name in os.listdir(keys):
    key = open(f"{keys}/{name}", "rb").read()
    assert len(key) == 32
    for k in (key, key.hex().encode(), key.hex().upper().encode(), base64.b64encode(key), base64.urlsafe_b64encode(key)):
        assert k[:16] not in text, name
assert b"packages/" not in text and b"olympics/keys" not in text
assert not any(b in text.lower() for b in (b"<script", b"<img", b"onerror=alert(2)>\"", b"<b>round", b"<i>"))
PY

# Columns, ties, what no counter says, who has no score and why.
for word in "<th scope=\"col\" class=\"right\">p95</th>" ">instructions</th>" ">GHz</th>" ">lines</th>" ">peak</th>" "ratio (95 %)" "CNN Marathon" \
    "Smallest within the gate" "Accuracy and time" "Nats and size" "unheard of" "1.16 &lt;i&gt;" "Innovation" "2.6</td>" "The hash of acceleration.c is not" \
    "waits in the queue" "2026-06-01 12:00" "&lt;script&gt;" ">of the rubric</th>" ">times as small</th>"; do has site/index.html "$word"; done
[ "$(grep -c '>3=</td>' site/index.html)" -ge 2 ] && fine || wrong "ties have one place"
has site/round-1.html "Leaderboard: Spring &lt;b&gt;round&lt;/b&gt;"
has site/round-1.html "accuracy fell"
for word in "What it switched on" "<code>backend</code>" "Whose code ran" "What to try next" "ranked above or beside" "2.2 x the time" \
    "not told apart" "quant_conv2d"; do has site/team-2.html "$word"; done
has site/team-1.html "The gate is shut"
has site/team-3.html "bits = 8"
has site/team-5.html "It is longer than a page keeps"
has site/team-5.html "same file"

# A real browser, at two widths.
is 0 sh "$tools/browse.sh" site/*.html

# Nothing yet, and what is no competition.
python3 "$here/board_make.py" "$root" fresh --empty || exit 1
is 0 "$grader" board --book fresh --out new; has new/index.html "Nothing has been handed in yet"
is 2 "$grader" board --book nowhere --out none; says "is no competition"
mkdir -p text/olympics && echo "no database" >text/olympics/olympics.sqlite
is 2 "$grader" board --book text --out none; says "is no competition"
[ ! -e none ] && fine || wrong "a site of nothing"
finish 40
