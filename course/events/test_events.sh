#!/bin/sh
# test_events.sh: the program measures each event, lists, enumerates in two goes, searches, and names what is wrong.
# usage: test_events.sh EVENTS
set -eu
events=$1 out=${TMPDIR:-/tmp}/test-events.$$.json
trap 'rm -f "$out" "$out".*' EXIT
complain() { echo "$*"; exit 1; }
says() { # WORDS COMMAND..: it fails, with a sentence that has these words
    words=$1; shift
    if said=$("$@" 2>&1); then complain "it went well: $*"; fi
    case $said in *"$words"*) ;; *) complain "not \"$words\" but: $said" ;; esac
}

for event in mlp cnn gpt; do
    case $event in gpt) config="cache = yes" ;; *) config="bits = 8, batch = 8" ;; esac
    said=$("$events" measure --event $event --config "$config" --quick)
    printf '%s\n' "$said" | awk 'length > 80 { print "wider than 80 columns: " $0; exit 1 }'
    case $said in *"times as fast by 6 pairs"*) ;; *) complain "$event: $said" ;; esac
    "$events" measure --event $event --config "$config" --quick --json | python3 -c '
import json, sys
said = json.load(sys.stdin)
for who in "baseline", "entry":
    assert all(said[who][what] > 0 for what in ("p50", "throughput", "model_bytes", "peak_bytes", "quality")), said'
done

"$events" list --event mlp | awk 'length > 80 || NF < 2 { print "listed: " $0; exit 1 } END { if (NR < 150) exit 1 }'
says "bits" "$events" measure --event mlp --config "bits = 7" --quick
says "skips zeros" "$events" measure --event mlp --config "bits = 8, sparsity = 90, format = rows" --quick
says "nobody has written oly_" "$events" measure --event mlp --side mine --quick # the stubs
says "--out" "$events" enumerate --event mlp --quick
says "profile" "$events" search --event mlp --profile tablet --quick
says "record" "$events" search --event mlp --recorded "$0"

for samples in 1 2; do "$events" enumerate --event mlp --quick --samples $samples --out "$out" >/dev/null; done
python3 -c '
import json, sys
configs = json.load(open(sys.argv[1]))["configs"]
assert len(configs) >= 150 and all(len(c["seconds"]) == 2 for c in configs)' "$out"
for method in process random early all; do
    "$events" search --event mlp --method $method --profile server --recorded "$out" --budget 12 | grep -q "best\|None" || complain $method
done
"$events" search --event mlp --method random --profile phone --budget 2 --quick >/dev/null
