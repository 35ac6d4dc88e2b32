#!/bin/sh
# walk_portfolio.sh: a student's pages: of this tree with nothing measured, and of a small one whose files mean harm.
# usage: walk_portfolio.sh WORKBOOK ROOT
set -u
workbook=$(realpath "$1") root=$(realpath "$2")
here=$root/tools
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
failed=0
complain() { echo "walk_portfolio: $1"; failed=1; }
has() { grep -qF -- "$1" "$page" || complain "not in $page: $1"; }
hasnt() { ! grep -qF -- "$1" "$page" || complain "in $page: $1"; }

# Every module of this tree as shipped: what is missing is named with its command.
mkdir -p "$work/fresh"
cp -r "$root/modules" "$work/fresh/modules" && rm -f "$work"/fresh/modules/*/solution.c
for stub in "$work"/fresh/modules/*/stub.c; do
    folder=$(dirname "$stub") topic=$(basename "$(dirname "$stub")")
    rm -f "$folder/${topic#*_}.c" # a student's own, if somebody works here
done
modules=$(cd "$work/fresh/modules" && ls -d [0-9]*)
(cd "$work/fresh" && "$workbook" portfolio $modules) >"$work/said" || { cat "$work/said"; complain "no pages of a fresh tree"; }
for module in $modules; do
    number=${module%%_*} page=$work/fresh/build/portfolio/$module.html
    for command in "make bench-$number" "make plot-$number" "make grade-$number" "make hint-$number HINT="; do has "$command"; done
done
page=$work/fresh/build/portfolio/challenge.html && has "make portfolio"
page=$work/fresh/build/portfolio/together.html && has "make bench-course"

# A student whose every file means harm, and what was measured of one right step.
mkdir -p "$work/course/modules/15_first" "$work/course/progress" "$work/course/portfolio" "$work/course/build/results" "$work/course/build/charts"
/usr/bin/python3 - "$work/course" <<'PYTHON'
import json, sys
harm = "<script>alert(1)</script><img src=x onerror=alert(2)> \u202eevil \u200b\x1b[31m \"'&amp;"
def write(path, text): open(sys.argv[1] + "/" + path, "w").write(text)
def row(suite, case, variant, kind, seconds, unit="op/s"):
    return {"suite": suite, "case": case, "variant": variant, "kind": kind, "x": 1.0, "threads": 1, "passed": True, "why": "",
            "seconds": {"all": seconds}, "work": 1.0, "unit": unit}
rows = [row("steps", "a", "naive", "given", [4e-3, 4e-3, 4e-3]), row("steps", "a", "tiled", "rung", [1e-3, 1e-3, 1e-3]),
        row("steps", "b", "naive", "given", [9e-3, 9e-3, 9e-3]), row("steps", "b", "tiled", "rung", [1e-3, 1e-3, 1e-3]),
        row("bytes", "a", "whole", "given", [1.0, 1.0, 1.0], "B"), row("bytes", "a", "half", "rung", [0.5, 0.5, 0.5], "B"),
        row("<b>" + harm[:18], "<c>", "naive", "given", [4e-3] * 3), row("<b>" + harm[:18], "<c>", "<script>", "rung", [2e-3] * 3)]
write("build/results/15_first.mine.json", json.dumps({"module": "15_first", "side": "mine", "length": "full", "quick": False,
    "machine": {"cpu": harm}, "values": {"<i>": {"value": 7.5, "unit": "<u>"}, "huge": {"value": None, "unit": ""}}, "rows": rows}))
write("build/results/course.both.json", "[")
write("progress/15_first.json", json.dumps({"score": 9, "of": 10, "passed": 1, "failed": 1, "graded": harm[:20], "cases": [
    {"function": "matmul_tiled", "case": harm, "points": 9, "of": 10, "verdict": "passed", "message": harm},
    {"function": "<b>", "case": "x", "points": 0, "of": 0, "verdict": "wrong", "message": ""}]}))
write("modules/15_first/README.md", "# 15. First " + harm + "\n")
write("modules/15_first/stub.c", "int matmul_tiled(int a)\n{\n    return TT_TODO;\n}\nint other(void)\n{\n    return TT_TODO;\n}\n")
write("modules/15_first/first.c", "static int helper(int a) { return a; }\nint matmul_tiled(int a)\n{\n    if (a) {\n        return helper(a); // " + harm +
      "\n    }\n    return 0;\n}\nint declared(void);\nint other(void)\n{\n    return TT_TODO;\n}\nint long_one(void)\n{\n" + "    x = \"<y>\";\n" * 60000 + "}\n")
write("build/charts/15_first-a.svg", '<svg xmlns="http://www.w3.org/2000/svg"><g transform="translate(11.52,22.56)"><text>A title &lt;script&gt;</text></g></svg>')
write("build/charts/15_first-b.svg", "no picture" + harm)
write("portfolio/challenge.md", "# Mine\n\nGained {15_first gain steps tiled}, {15_first points}, {15_first value <i>}, {15_first gain steps none}, {no such}, `{15_first points}`.\n\n" + harm + "\n\n[x](javascript:alert(1))\n\n| a |\n| --- |\n| b |\n")
write("portfolio/case_study.md", harm * 1000)
write("portfolio/innovation.md", harm * 20000)
PYTHON
(cd "$work/course" && "$workbook" portfolio --name '<b>Ada</b>' 15_first) >"$work/said" || { cat "$work/said"; complain "no pages"; }
page=$work/course/build/portfolio/index.html
has 'Portfolio of &lt;b&gt;Ada&lt;/b&gt;'
has '<strong>6 x</strong> by <code>tiled</code>' # the geometric mean of 4 and 9
has '9 of 10'
has '1 of 2</td>'
page=$work/course/build/portfolio/15_first.html
has 'build/results/15_first.mine.json'
has '<td class="right">4&nbsp;x</td><td>a</td>'
has '<td class="right">9&nbsp;x</td><td>b</td>'
hasnt '<h3>bytes</h3>'
has 'alt="Chart: A title &lt;script&gt;"'
has '<code>helper</code>, a helper'
has '<summary><code>matmul_tiled</code></summary>'
hasnt '<code>declared</code>'
has '<li><code>other</code>: <code>make hint-15 HINT=other</code></li>'
has 'It is longer than a page keeps.'
has '7.5 &lt;u&gt;'
page=$work/course/build/portfolio/challenge.html
has 'Gained <span class="measured">6 x</span>, <span class="measured">9 of 10</span>, <span class="measured">7.5 &lt;u&gt;</span>, <span class="measured">not measured yet: make bench-15</span>, {no such}, <code>{15_first points}</code>.'
page=$work/course/build/portfolio/together.html && has "make bench-course"
page=$work/course/build/portfolio/innovation.html && has "too large"
for page in "$work"/*/build/portfolio/*.html; do
    hasnt '<script'
    hasnt '<img src=x'
    hasnt 'href="javascript'
done
/usr/bin/python3 "$here/check_page.py" "$work"/*/build/portfolio/*.html >"$work/said" || { cat "$work/said"; complain "the pages"; }
sh "$here/browse.sh" "$work"/*/build/portfolio/*.html >"$work/said" || { cat "$work/said"; complain "the browser"; }
exit $failed
