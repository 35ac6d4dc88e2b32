#!/bin/sh
# walk_faces.sh: checks the faces of a hostile lesson: harmless, complete, refused if a number is missing.
# usage: walk_faces.sh LESSON SOURCE
set -u
lesson=$1 source=$2
here=$(dirname "$0")
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0
complain() { echo "walk_faces: $1"; failed=1; }
page=$folder/html/00_hostile.html notebook=$folder/00_hostile.ipynb
has() { grep -qF -- "$1" "$page" || complain "not in the page: $1"; }
hasnt() { grep -qF -- "$1" "$page" && complain "in the page: $1"; }
run() { "$lesson" --quick --quiet --folder "$folder" "$@" </dev/null >"$folder/out" 2>&1; }

mkdir -p "$folder/results"
echo '{"forward": 25}' >"$folder/results/00_hostile.guesses.json"
run --html "$page" --ipynb "$notebook" || { cat "$folder/out"; complain "exit code $?"; }
sh "$here/check_faces.sh" "$lesson" "$source" "$page" "$notebook" || complain "the faces"

# Text stays text; links that could run something are removed.
hasnt '<script>alert'
hasnt '<img src=x'
hasnt 'href="javascript:'
hasnt 'href="data:text'
[ "$(grep -o '<a [^>]*href="[^"#]*"' "$page" | grep -cv 'https://example.org/?a=1&amp;b=2\|javascript&amp;')" = 0 ] ||
    complain "links: $(grep -o '<a [^>]*href="[^"#]*"' "$page")"
has '&lt;script&gt;alert(1)&lt;/script&gt; first paragraph'
has 'href="https://example.org/?a=1&amp;b=2"'

# What a terminal would show in the end.
has 'red  after'
has '100 %'
grep -q '^[15]0 %' "$page" && complain 'a line that was written over'
has 'to the other stream'
has '[more was printed than a page keeps]'

# Numbers that are not measured yet, guesses of the last run in a terminal, a cell that could not run.
has 'It has <span class="measured">12.5 x</span> and 25 x and {Not A Name}' ||
    grep -m1 'It has' "$page"
has '2 x</td>'
has 'Chosen: <span class="measured">12.5 x</span> &amp;'
has 'Chosen: not known.'
hasnt 'of contrary numbers'
hasnt 'of small numbers'
hasnt 'Nobody knows'
hasnt '[end]'
has '1 of 1 within a factor of two'
has 'Cell crashes: Aborted'
has 'not written yet'
has '<strong>Told apart: in this run'
has '<span class="measured">7 &lt;b&gt;/s</span>'
has 'After the cell &quot;Crashes before it records&quot; ran to its end: what it measured.'
hasnt 'A conclusion from'
has '<details class="question"><summary>Question 2</summary>'
hasnt 'Question 3'
hasnt 'class="answer"'
hasnt 'setInterval'
[ ! -e "$folder/html/00_hostile.stamp.js" ] || complain "a stamp that nothing asked for"

# A guess that was not made is asked for on the page; what was measured is folded until then.
run --html "$page.asks" --ipynb "$notebook" && mv "$page" "$page.kept" && rm "$folder/results/00_hostile.guesses.json" &&
    run --html "$page" || complain "no page without a guess"
has 'class="guess" data-name="forward" data-unit="x" data-shown="12.5 x" data-value="12.5"><p>Predict: '
/usr/bin/python3 - "$page" "$page.kept" <<'PYTHON' || complain "what is folded"
import re, sys
asks, kept = (open(path).read() for path in sys.argv[1:])
cell = re.search(r'id="cell_prints".*?</section>', asks, re.S).group()
guess, folded = cell.split('<details class="reveal">')
assert ">12.5" not in guess and "<dd>12.5 x</dd>" in folded and 'class="output"' in folded and folded.count("</details>") == 1, cell
assert 'class="reveal"' not in kept and "25 x</dd>" in kept, "a guess made in a terminal folds nothing"
PYTHON

# The page with answers, and a page that reloads itself.
printf '# Answers\n\n1. **Because** <script>alert(1)</script>\n2. The second\n   answer\n' >"$folder/answers.md"
run --html "$page" --answers "$folder/answers.md" --reload || complain "no page with answers"
has '<summary>Answer</summary><div><strong>Because</strong> &lt;script&gt;'
has 'data-stamp="00_hostile.stamp.js"'
written=$(grep -o 'data-written="[0-9]*"' "$page" | tr -dc 0-9)
grep -qx "written($written);" "$folder/html/00_hostile.stamp.js" || complain "the stamp is not the page's"
run --html "$page.no" --answers "$folder/nothing.md" && complain "answers that are not there"
[ ! -e "$page.no" ] || complain "a page without its answers"

# In a terminal what is no number is asked for again, and a unit may follow the number.
/usr/bin/python3 - "$lesson" "$folder/guesses" <<'PYTHON' || complain "a guess in a terminal"
import json, os, pty, sys
lesson, folder = sys.argv[1:]
for typed, again, kept in ("7,5\nabc\n0x1p4000\n7.5 <b>\n", 3, 7.5), ("nan\n 8\n", 1, 8.0), ("\n", 0, 8.0):
    child, end = pty.fork()
    if child == 0:
        os.execv(lesson, [lesson, "--quick", "--folder", folder, "--cell", "prints"])
    os.write(end, typed.encode())
    shown = b""
    try:
        while more := os.read(end, 65536):
            shown += more
    except OSError:
        pass
    assert os.waitpid(child, 0)[1] == 0, shown
    assert shown.count(b"That is no number") == again, (typed, shown)
    assert json.load(open(folder + "/results/00_hostile.guesses.json"))["forward"] == kept, typed
PYTHON

# The front page of a course: goals, points, charts and what is next, whether a lesson's page is there or not.
mkdir -p "$folder/course/modules/15_first" "$folder/course/modules/16_second" "$folder/course/progress" "$folder/course/docs/charts/15_first"
printf '# 15. First <b>\n\n**Goal.** A goal\nof two lines.\n\n![Times the naive loop <i>](../../docs/charts/15_first/speed.svg)\n' >"$folder/course/modules/15_first/README.md"
printf '# 16. Second\n' >"$folder/course/modules/16_second/README.md"
echo '<svg xmlns="http://www.w3.org/2000/svg"/>' >"$folder/course/docs/charts/15_first/speed.svg"
echo '{"score": 100, "of": 100}' >"$folder/course/progress/15_first.json"
echo '{"score": 1e999, "of": {}}' >"$folder/course/progress/16_second.json"
program=$(realpath "$lesson") before=$page page=$folder/course/build/html/index.html
(cd "$folder/course" && "$program" --index) && "$here/check_page.py" "$page" || complain "the front page"
has '<h2>15. First &lt;b&gt;</h2>'
has 'of two lines.</p>'
has 'alt="Chart: Times the naive loop &lt;i&gt;"'
has 'value="100" aria-label="Points of 15_first"></progress> 100 of 100 points'
has 'Not graded yet: <code>make grade-16</code>'
has 'Next: <code>make 16</code>'
page=$before

# The list of pages.
run --index || complain "no index"
"$here/check_page.py" "$folder/html/index.html" || complain "the index"
page=$folder/html/index.html
has '<a href="00_hostile.html">Hostile &lt;script&gt;'
has 'first paragraph.'

# The reference's points are drawn beside the reader's own.
/usr/bin/python3 - "$notebook" "$folder/results/00_hostile.solution.json" <<'PYTHON' || complain "results of a reference"
import json, sys
rows = [{"suite": "spin", "case": c, "variant": v, "kind": k, "x": float(c == "2") + 1, "threads": 1, "passed": True, "why": "",
         "seconds": {"all": [1e-6, 2e-6]}, "work": 1.0, "unit": "<b>/s"}
        for c in ("<1>|", "2") for v, k in (("naive", "given"), ("later", "rung"))]
json.dump({"module": "00_hostile", "side": "solution", "quick": False, "machine": {}, "values": {}, "rows": rows}, open(sys.argv[2], "w"))
PYTHON
page=$folder/html/00_hostile.html
hasnt 'later (reference)'
run --html "$page" || complain "no page beside a reference"
has 'later (reference)'
hasnt 'naive (reference)'

# In a notebook that was edited the other lines keep their {names}; one that is damaged is reported.
/usr/bin/python3 - "$notebook" <<'PYTHON' || complain "editing"
import json, sys
n = json.load(open(sys.argv[1]))
n["cells"][1]["source"] = n["cells"][1]["source"].replace("three blanks", "some blanks")
n["cells"].append({"cell_type": "markdown", "id": "new", "metadata": {}, "source": ["%% not a mark\n", "\n", "new"]})
n["cells"].append({"cell_type": "code", "id": "newer", "metadata": {}, "outputs": [], "source": "// %% not a mark\nint y;"})
json.dump(n, open(sys.argv[1], "w"))
PYTHON
"$lesson" --from-ipynb "$notebook" >"$folder/back.c" || complain "an edited notebook"
grep -qF '{forward} and {predicted:forward} and {Not A Name}' "$folder/back.c" || complain "names are lost"
grep -qF 'some blanks' "$folder/back.c" || complain "an edit is lost"
for mark in '[if forward > 12 and forward < 0.5 * shown_lie]' '[else if forward > 12]' '[else]' '[not measured]' '[end]'; do
    [ "$(grep -cFx "// $mark" "$folder/back.c")" = "$(grep -cFx "// $mark" "$source")" ] || complain "lost: $mark"
done
[ "$(grep -c '^// %%' "$folder/back.c")" = "$(($(grep -c '^// %%' "$source") + 2))" ] || complain "marks came from text"
for damaged in '' '[]' '{"cells": 3}' '{"cells": [1, null, {"cell_type": "code", "source": ["a", 5]}, {"metadata": []}]}'; do
    echo "$damaged" >"$folder/damaged.ipynb"
    run --from-ipynb "$folder/damaged.ipynb"
    [ $? -le 1 ] || complain "crashes on $damaged"
done

exit $failed
