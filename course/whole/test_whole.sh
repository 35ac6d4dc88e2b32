#!/bin/sh
# test_whole.sh: checks that all is measured in a hurry, that a second run measures nothing again, and that the table has a
# row with a time for every set.
# usage: test_whole.sh WHOLE [with-reference]
export HURRY=1 # one round of everything: no measured value is looked at
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
table=$folder/table results=$folder/results/whole.both.json
complain() { echo "test_whole: $1"; cat "$folder/out" "$table" 2>/dev/null; exit 1; }
"$1" plot --quick --folder "$folder" >"$folder/out" 2>&1 || complain "it failed"
grep 'wrong:\|crashed' "$folder/out" && complain "a variant is wrong"
"$1" table --results "$results" >"$table" || complain "no table"
[ -z "$(awk 'length > 80' "$table")" ] || complain "wider than 80 columns"
rows=$(grep -cE '^(none|1[5-8][0-9+]*) +[0-9.]+ ' "$table") # with a time
if [ "${2:-}" ]; then
    [ "$rows" = 22 ] || complain "$rows rows with a time, expected 22"
    grep -qE '^15\+16\+18 .* [0-9.]+x +[0-9.]+x +[0-9]+ +[0-9]+ +[0-9.]+$' "$table" || complain "a row lacks a number"
else
    [ "$rows" -ge 3 ] || complain "$rows rows with a time"
fi
before=$(stat -c %Y.%i "$results")
"$1" plot --quick --folder "$folder" >"$folder/out" 2>&1 || complain "the second run failed"
[ "$before" = "$(stat -c %Y.%i "$results")" ] || complain "the second run measured again"
# A regression that is planted: before, what module 16 brings took half of the time.
mkdir -p "$folder/results/history"
python3 - "$results" "$folder/results/history/whole.both.1.json" <<'PYTHON' || complain "no history"
import json, sys
r = json.load(open(sys.argv[1]))
for row in r["rows"]:
    s = row["seconds"]
    if row["variant"] == "16" and s["n"] > 0:
        for key in s:
            s[key] = [x / 2 for x in s[key]] if key == "all" else s[key] if key == "n" or s[key] is None else s[key] / 2
json.dump(r, open(sys.argv[2], "w"))
PYTHON
"$1" regress --quick --folder "$folder" >"$folder/out" 2>&1
if [ "${2:-}" ]; then
    slower=$(grep -cE '^ *(mlp|cnn|gpt) +[0-9]+ +16 ' "$folder/out")
    [ "$slower" = 3 ] || complain "regress names module 16 in $slower rows, expected 3"
    grep -E '^ *(mlp|cnn|gpt) ' "$folder/out" | grep -qvE ' 16 ' && complain "regress names another module"
fi
"$1" table --results /dev/null >"$folder/out" 2>&1 && complain "a table of nothing"
exit 0
