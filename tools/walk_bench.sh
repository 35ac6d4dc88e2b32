#!/bin/sh
# walk_bench.sh: checks that measure, claims, plot, record and regress work and write what
# they say.
# usage: walk_bench.sh BENCH SIDE
set -u
export HURRY=1 # one round of everything: no measured value is looked at
bench=$1 side=$2
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
failed=0
complain() { echo "walk_bench: $1"; failed=1; }

"$bench" record --folder "$folder" >"$folder/out" 2>&1 && complain "record without results did not fail"
grep -q 'nothing measured yet.*make bench-' "$folder/out" || complain "record without results does not say what to do"
"$bench" measure --quick --folder "$folder" >"$folder/out" 2>&1 || { cat "$folder/out"; complain "measure failed"; }
grep -q 'wrong:\|crashed' "$folder/out" && complain "$(grep -m 3 'wrong:\|crashed' "$folder/out")"
python3 - "$folder" "$side" <<'PYTHON' || failed=1
import glob, json, sys
folder, side = sys.argv[1:]
(path,) = glob.glob(folder + "/results/*." + side + ".json")
r = json.load(open(path))
assert r["side"] == side and r["quick"] is True and r["length"] == "quick" and r["machine"]["peak_flops"] > 0, r["machine"]
assert sum(part["rows"] for part in r["parts"]) == len(r["rows"])
timed = [row for row in r["rows"] if row["seconds"]["n"] > 0]
for row in timed:
    s = row["seconds"]
    assert row["passed"] and len(s["all"]) == s["n"] and min(s["all"]) == s["min"] > 0, row
    assert (s["p95"] is None) == (s["n"] < 40), row
    assert abs(row["rate"] * s["median"] / row["work"] - 1) < 1e-6, row
    assert row["ratio"]["pairs"] >= 1, row
rungs = [row for row in r["rows"] if row["kind"] == "rung"]
assert rungs and timed
for row in rungs:
    assert row["passed"] == (side == "solution"), (row["variant"], row["why"])
    assert side != "stub" or row["why"] == "not written yet", row
PYTHON
measured=$(stat -c %Y.%i "$folder"/results/*.json)
"$bench" record --folder "$folder" >"$folder/out" 2>&1 && complain "quick results were recorded"
grep -q 'of quick length.*make bench-' "$folder/out" || complain "record does not say what to run"
"$bench" regress --folder "$folder" >"$folder/out" 2>&1 && complain "regress compared with nothing"
grep -q 'nothing to compare with' "$folder/out" || complain "regress does not say what is missing"
"$bench" claims --quick --folder "$folder" >"$folder/out" 2>&1
grep -qE '[0-9]+ reached, [0-9]+ missed, [0-9]+ not measured' "$folder/out" || complain "claims does not close with its count"
if [ "$side" = solution ]; then
    "$bench" plot --quick --folder "$folder" >"$folder/out" 2>&1 || { cat "$folder/out"; complain "plot failed"; }
    drawn=$(find "$folder/charts" -name '*.png' -size +4k | wc -l)
    [ "$drawn" -ge 3 ] || complain "$drawn pictures"
    for svg in "$folder"/charts/*.svg; do
        python3 -c 'import sys, xml.dom.minidom as d; d.parse(sys.argv[1])' "$svg" || complain "$svg is not XML"
    done
fi
[ "$measured" = "$(stat -c %Y.%i "$folder"/results/*.json)" ] || complain "what was there was measured again"
exit $failed
