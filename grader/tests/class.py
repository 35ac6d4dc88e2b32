#!/usr/bin/env python3
"""class.py: a made-up class, graded with and without timing: how long it takes, and whether twice the class takes twice as long.

usage: class.py [--write] GRADER SOURCE_ROOT BUILD [STUDENTS]     STUDENTS, tens (default 20), hand in a file for every module

Of ten students three hand in what is right, four half of it, one textbook loops behind every name, one sleeps, and one
the stub; their files differ by a comment. The class grows by ten at a time. --write puts the figures between the marks in
docs/instructor.md. Exit code 1 if a submission was not graded, got what it does not deserve, or a later ten took far longer than the first.
"""
import json
import os
import pathlib
import platform
import resource
import subprocess
import sys
import tempfile
import time

BEGIN, END = "<!-- record: class -->\n", "<!-- end record -->\n"
MIX = ["right", "right", "right", "half", "half", "half", "half", "slow", "hostile", "stub"]
MOST = {"right": 100, "half": 90, "slow": 25, "hostile": 60, "stub": 0}  # points
FILES = {"right": "modules/{m}/solution.c", "half": "solutions/{m}/crash_halfway.c", "slow": "solutions/{m}/naive_everywhere.c",
         "hostile": "modules/{m}/solution.c", "stub": "modules/{m}/stub.c"}
# What it attacks is the others' hour: each of its processes sleeps before it looks for a question.
HOSTILE = """
#include <time.h>
static __attribute__((constructor)) void sleeps(void) { nanosleep(&(struct timespec){9, 0}, 0); }
"""


def hand_in(folder, root, modules, students):
    for i in students:
        kind = MIX[i % len(MIX)]
        for m in modules:
            text = (root / FILES[kind].format(m=m)).read_text() + (HOSTILE if kind == "hostile" else "")
            place = folder / f"s{i}" / m
            place.mkdir(parents=True)
            (place / (m.split("_", 1)[1] + ".c")).write_text(text + f"\n// handed in by s{i}\n")


def graded(grader, book, folder, words):
    run = lambda *args: subprocess.run([grader, args[0], "--book", book, *words, *args[1:]], stdout=subprocess.PIPE, text=True)
    run("collect", str(folder))
    start, used = time.monotonic(), processor_seconds()
    done = run("grade", *(["--untimed"] if book.name == "untimed" else []))
    print(done.stdout.splitlines()[-1])
    return time.monotonic() - start, processor_seconds() - used, done.returncode


def processor_seconds():
    """Of all that was started here and has ended: other work on the machine is not in it."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def undeserved(book, timed):
    """What got more than its kind may, or what is right and lost points other than for speed."""
    for path in sorted(book.glob("results/*/*.json")):
        r = json.loads(path.read_text())
        kind = MIX[int(path.stem[1:]) % len(MIX)]
        lost = sum(c["points"] < c["of"] and "speed" not in c and c["verdict"] not in ("not counted", "passed") for c in r["cases"])
        if (r["score"] > MOST[kind] and (timed or kind != "slow")) or (kind == "right" and lost):
            yield f"{path.stem}, {r['module']}: {r['score']:g} points for what is {kind}"


def cpu():
    return next((line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")), platform.machine())


def main():
    words = [w for w in sys.argv[1:] if w != "--write"]
    grader, root, build = (pathlib.Path(w).resolve() for w in words[:3])
    students = int(words[3]) if len(words) > 3 else 20
    modules = sorted(p.parent.name for p in root.glob("modules/[0-9]*_*/solution.c"))
    wrong, rows, load = [], [], os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as place:
        os.chmod(place, 0o755)
        place = pathlib.Path(place)
        tens = [range(i, i + len(MIX)) for i in range(0, students, len(MIX))]
        for i, ten in enumerate(tens): hand_in(place / f"ten{i}", root, modules, ten)
        for book, says in (("untimed", "correctness alone"), ("timed", "with timing")):
            times, work = [], 0
            for i in range(len(tens)):
                seconds, used, code = graded(grader, place / book, place / f"ten{i}", ["--build", str(build), "--root", str(root)])
                times.append(seconds)
                work += used
                if code: wrong.append(f"{book}: exit code {code}")
            wrong += undeserved(place / book, book == "timed")
            count = len(tens) * len(MIX) * len(modules)
            each = sum(times) / count
            if max(times) > 2 * times[0]: wrong.append(f"{book}: the first ten took {times[0]:.0f} s, another {max(times):.0f} s")
            rows.append(f"| {says} | {', '.join(f'{t:.0f}' for t in times)} s | {each:.2f} s | {work / count:.2f} s | {600 * each / 60:.0f} min |")
    table = ["| | ten students after ten | a submission | its processor time | so 100 students, 6 modules |",
             "| --- | ---: | ---: | ---: | ---: |", *rows, "",
             f"Measured by `make class` on {cpu()}, {os.cpu_count()} cores: {students} made-up students, modules "
             f"{', '.join(m.split('_')[0] for m in modules)}; load before it {load:.1f}."]
    print("\n".join(table + wrong))
    if "--write" in sys.argv:
        page = root / "docs/instructor.md"
        head, rest = page.read_text().split(BEGIN)
        page.write_text(head + BEGIN + "\n".join(table) + "\n" + END + rest.split(END, 1)[1])
    return bool(wrong)


sys.exit(main())
