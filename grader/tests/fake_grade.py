#!/usr/bin/env python3
"""fake_grade.py: stands for grade-NN in the tests of the instructor's program: fast, and it does what the submission says.

The submission's lines `// fake: WORD VALUE`:  score N | todo 1 | sleep SECONDS | exit CODE | nothing 1 (no JSON) | hostile 1 |
wrong-sha 1 | compile TEXT | verdict TEXT (of what is wrong).  FAKE_BUSY costs half of the points for speed.  FAKE_LOG (a file) gets a line at the start and at the end of each run.
"""
import hashlib, json, os, re, sys, time

number = os.path.basename(sys.argv[0]).split("-")[1]
module = {"15": "15_acceleration", "16": "16_quantization"}[number]
words = {sys.argv[i]: sys.argv[i + 1] for i in range(1, len(sys.argv) - 1) if sys.argv[i].startswith("--")}
body = open(words["--submission"], "rb").read()
said = dict(re.findall(r"^// fake: ([\w-]+) (.*)$", body.decode(errors="replace"), re.M))


def log(what):
    if "FAKE_LOG" in os.environ:
        with open(os.environ["FAKE_LOG"], "a") as f:
            f.write(f"{what} {os.getpid()} {words['--submission'].split('/')[-2]}\n")


log("begin")
time.sleep(float(said.get("sleep", 0)))
if "exit" in said:
    print("the log's first line\ngrade: no room \x1b[31m for this")
    sys.exit(int(said["exit"]))
if "nothing" in said:
    sys.exit(0)

HOSTILE = "<script>alert(1)</script>\x1b[2J\u202e]]>\x01\"'&=1+1"
score = float(said.get("score", 80))
cases = [
    {"function": "matmul_tiled", "case": "ragged shapes", "points": min(score, 50), "of": 50,
     "verdict": "passed" if score >= 50 else said.get("verdict", "wrong"),
     "message": HOSTILE if "hostile" in said else "" if score >= 50 else "got 1, expected 2, at 0 0"},
    {"function": "matmul_tiled", "case": "speed", "points": max(score - 50, 0), "of": 50,
     "verdict": "passed" if score > 50 else "slow", "message": "0.5 of the measured peak",
     "speed": {"ratio": 0.5, "unit": HOSTILE if "hostile" in said else "of the measured peak", "least": 0.4, "most": 0.6,
               "calls": [{"wall": 0.01, "cpu": 0.009, "yard": 0.02, "kept": True}]}},
]
if "FAKE_BUSY" in os.environ and score > 50:
    cases[1].update(points=cases[1]["points"] / 2, message="0.45 of the measured peak. Measured on a busy machine.")
    cases[1]["speed"].update(ratio=0.45, busy=True)
compiled = "compile" not in said
if not compiled:
    for c in cases:
        c.update(points=0, verdict="not compiled", message="the file was not compiled")
        c.pop("speed", None)
if "todo" in said:
    for c in cases:
        c.update(points=0, verdict="to do", message="")
if "--case" in words:
    cases = [c for c in cases if words["--case"] in f"{c['function']}: {c['case']}"]
result = {
    "format": 1, "module": module, "file": os.path.basename(words["--submission"]),
    "sha256": "0" * 64 if "wrong-sha" in said else hashlib.sha256(body).hexdigest(), "seed": words.get("--seed", "0x1"),
    "engine": "fake", "graded": time.strftime("%Y-%m-%dT%H:%M:%S") + f".{time.time_ns() % 10**9:09d}", "seconds": 0.1,
    "untimed": False, "machine": {"cpu": "none", "cores": 2, "compiler": "gcc 12"},
    "sandbox": [{"layer": "seccomp", "on": True, "why": ""}, {"layer": "landlock", "on": False, "why": "no <such> kernel"}],
    "compile": {"status": "ok" if compiled else "failed", "message": "" if compiled else said["compile"] + HOSTILE},
    "cases": cases, "score": sum(c["points"] for c in cases), "of": 100,
    "passed": sum(c["verdict"] == "passed" for c in cases), "failed": sum(c["verdict"] != "passed" for c in cases),
}
temporary = words["--json"] + ".part"
with open(temporary, "w") as f:
    json.dump(result, f)
os.rename(temporary, words["--json"])
print("trace: step 0" if "--trace" in sys.argv else "", f"{score} points")
log("end")
sys.exit(0 if score >= 100 else 1)
