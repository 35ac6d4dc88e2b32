#!/bin/sh
# soak.sh: a submission graded again and again while others use the machine: what is right stays right, and the scores stay together.
# usage: soak.sh GRADE SUBMISSION [RUNS [LOOPS]]    LOOPS of pure work run beside it; without it one on each core
set -u
grade=$1 submission=$2 runs=${3:-50} loops=${4:-$(nproc)} within=3
work=$(mktemp -d)
busy=
trap 'kill $busy 2>/dev/null; rm -rf "$work"' EXIT INT TERM
for loop in $(seq "$loops"); do
    (while :; do :; done) &
    busy="$busy $!"
done
for run in $(seq "$runs"); do "$grade" --submission "$submission" --json "$work/$run.json" >/dev/null; done
python3 - "$work" "$within" <<'PY'
import collections, json, pathlib, sys
results = [json.loads(p.read_text()) for p in sorted(pathlib.Path(sys.argv[1]).glob("*.json"), key=lambda p: int(p.stem))]
checks = [{(c["function"], c["case"]): (c["verdict"], c["points"], c["message"]) for c in r["cases"] if c["of"] and "speed" not in c
           and c["verdict"] != "not counted"} for r in results]
other = [f"{name}: {got} and {checks[0][name]}" for one in checks for name, got in one.items() if got != checks[0].get(name, got)]
scores = [r["score"] for r in results]
lost = collections.Counter(f'{c["function"]}: {c["case"]}' for r in results for c in r["cases"] if c["points"] < c["of"] or c["verdict"] != "passed")
busy = sum(c["speed"].get("busy", False) for r in results for c in r["cases"] if "speed" in c)
print(f"{len(results)} gradings, scores from {min(scores):g} to {max(scores):g}; {busy} cases said that the machine was busy; "
      f"{sum(r['seconds'] for r in results) / len(results):.1f} s each")
for line in other + [f"{n} times not in full: {case}" for case, n in lost.most_common()]: print(line)
sys.exit(bool(other) or max(scores) - min(scores) > float(sys.argv[2]))
PY
