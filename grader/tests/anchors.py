#!/usr/bin/env python3
"""The reference's ratio to each yardstick, build by build, and where its points begin and are full.

usage: anchors.py [--write] BUILD_FOLDER:NAME ... -- MODULE ...

Grades each module's solution.c twice with each build's grader and takes the better ratio: a disturbance only ever
costs. --write puts the table between the marks in docs/measuring.md. Exit code 1 where a build leaves less than a
third of slack: these are figures for whoever sets anchors, and no test.
"""
import json
import pathlib
import platform
import subprocess
import sys
import tempfile

BEGIN, END = "<!-- record: anchors -->\n", "<!-- end record -->\n"
PAGE = pathlib.Path("docs/measuring.md")


def graded(build, module):
    """The timed cases of one grading: {"function: case": speed}."""
    number = module.split("_")[0]
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        subprocess.run([f"{build}/modules/grade-{number}", "--submission", f"modules/{module}/solution.c", "--json", out.name],
                       stdout=subprocess.DEVNULL, check=False)
        text = pathlib.Path(out.name).read_text()
    cases = json.loads(text)["cases"] if text else []  # none: this CPU cannot run that build, which it has said
    return {f"{c['function']}: {c['case']}": {**c["speed"], "pace": c["of"] == 0} for c in cases if "speed" in c}


def table(builds, modules):
    yield "| case | measured against | " + " | ".join(name for _, name in builds) + " | points from | full at |"
    yield "| --- | --- |" + " ---: |" * (len(builds) + 2)
    tight = 0
    for module in modules:
        runs = [[graded(build, module) for _ in range(2)] for build, _ in builds]
        for case, speed in {case: speed for two in runs for r in two for case, speed in r.items()}.items():
            ratios = [max((r[case]["ratio"] for r in two if case in r), default=None) for two in runs]
            tight += speed["most"] > 2 / 3 * min(x for x in ratios if x is not None)
            ends = f"pace {speed['least']:g} |" if speed["pace"] else f"{speed['least']:g} | {speed['most']:g}"
            yield (f"| {module.split('_')[0]} {case} | {speed['unit']} | " + " | ".join("-" if x is None else f"{x:.3g}" for x in ratios) + f" | {ends} |")
    yield f"\nMeasured by `make anchors` on {cpu()}, the better of two gradings each. Less than a third of slack: {tight}."


def cpu():
    for line in open("/proc/cpuinfo"):
        if line.startswith("model name"):
            return line.split(":")[1].strip()
    return platform.machine()


def main():
    words = sys.argv[1:]
    write = "--write" in words
    words = [w for w in words if w != "--write"]
    at = words.index("--")
    builds = [w.split(":") for w in words[:at]]
    lines = []
    for line in table(builds, words[at + 1:]):
        print(line, flush=True)
        lines.append(line)
    if write:
        page = PAGE.read_text()
        head, rest = page.split(BEGIN)
        PAGE.write_text(head + BEGIN + "\n".join(lines) + "\n" + END + rest.split(END, 1)[1])
    return 0 if lines[-1].endswith(": 0.") else 1


sys.exit(main())
