#!/usr/bin/env python3
"""headers.py: checks that every header of common, grader, the modules and the course compiles alone, with the build's flags.

usage: headers.py ROOT COMPILER [FLAG...]

A header that depends on what another file included before it is named with the compiler's first error. First
such a header is planted in a folder of its own, and must be named.
"""
import concurrent.futures
import pathlib
import re
import subprocess
import sys
import tempfile

TOPS = ["common", "grader", "modules", "course"]
JOBS = 2
LEANING = "#pragma once\nsize_t planted_length(const char *text);\n"  # and does not include stddef.h


def complaint(root, compiler, header):
    """What the compiler says about a file that includes the header, uses nothing of it and includes nothing else."""
    module = re.match(r"modules/[^/]+|grader/tests/toy", header.relative_to(root).as_posix() if header.is_relative_to(root) else "")
    places = ([root / module[0]] if module else []) + [root / "grader", root / "common"]
    if header.is_relative_to(root / "course") or header.is_relative_to(root / "grader/instructor/compete"):
        places[:0] = [root / "course", root / "modules", *sorted((root / "modules").glob("[0-9]*_*"))]
    run = subprocess.run([*compiler, "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wno-unused-function", *(f"-I{p}" for p in places), "-x", "c", "-"],
                         input=f'#include "{header}"\n', text=True, capture_output=True)
    lines = [line for line in run.stderr.splitlines() if "error" in line]
    return "" if run.returncode == 0 else (lines or [run.stderr.strip() or f"exit code {run.returncode}"])[0]


def main():
    if len(sys.argv) < 3:
        sys.exit("usage: headers.py ROOT COMPILER [FLAG...]")
    root, compiler = pathlib.Path(sys.argv[1]).resolve(), sys.argv[2:]
    headers = sorted(h for top in TOPS for h in (root / top).rglob("*.h"))
    with tempfile.TemporaryDirectory() as folder:
        planted = pathlib.Path(folder, "leaning.h")
        planted.write_text(LEANING)
        if "size_t" not in complaint(root, compiler, planted):
            sys.exit("headers: a header that includes too little was not noticed")
    with concurrent.futures.ThreadPoolExecutor(JOBS) as pool:
        complaints = [c for c in pool.map(lambda h: complaint(root, compiler, h), headers) if c]
    print("\n".join(complaints + [f"{len(headers)} headers, {len(complaints)} that do not compile alone"]))
    return 1 if complaints or len(headers) < 50 else 0


if __name__ == "__main__":
    sys.exit(main())
