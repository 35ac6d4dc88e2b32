#!/usr/bin/env python3
"""arrows.py: checks that every #include of the tree goes where the arrows allow it: down.

usage: arrows.py ROOT [--test]    --test: also plants arrows that go up or sideways in a copy: each must be found

The rooms of common/ are a table in common/meson.build, which is read from there. The others are the table
below. An include is searched where the compiler searches: beside the file, in its module, in grader/, in
common/. A file that is in none of these is not ours, or is made by the build, and is not checked.
"""
import ast
import pathlib
import re
import shutil
import sys
import tempfile

TOPS = ["common", "grader", "modules", "course", "datasets", "solutions"]
INCLUDE = re.compile(r'^\s*#\s*include(?:_next)?\s*["<]([^">]+)[">]', re.M)

# A folder, and what its files may include besides their own folder. The first match counts; @ is the module's folder.
BESIDE = [
    (r"common/tests", ["common"]),
    (r"common/fuzz", ["common"]),
    (r"grader/sandbox", ["common"]),
    (r"grader/engine", ["grader/sandbox", "common"]),
    (r"grader/instructor/compete", ["grader/instructor", "grader/engine", "grader/sandbox", "course", "modules", "common"]),
    (r"grader/(student|instructor)", ["grader/engine", "common"]),
    (r"grader/tests/toy", ["grader/engine", "common"]),
    (r"grader/tests", ["grader/engine", "common"]),
    (r"(modules/[^/]+)/grade", ["@", "grader/engine", "common"]),
    (r"(modules/[^/]+)", ["common"]),
    (r"course", ["modules", "common"]),
    (r"datasets", ["common"]),
    (r"solutions/([^/]+)", ["modules/@", "common"]),
    (r"solutions", []),
]
TESTS = re.compile(r"(^|/)(test|fuzz)_[^/]*$|^common/(tests|fuzz)/")  # only these may include common/tests and common/fuzz
OF_TESTS = ["common/tests", "common/fuzz"]


def rooms_of_common(root):
    """The rows of `rooms = [...]`, each one room and those that it may use."""
    table = re.search(r"^rooms = (\[.*?^\])", (root / "common" / "meson.build").read_text(), re.M | re.S)
    if not table:
        sys.exit("arrows: common/meson.build has no table `rooms = [...]` any more: teach arrows.py where it went")
    return [(f"common/{name}", [f"common/{other}" for other in uses]) for name, uses in ast.literal_eval(table[1])]


def below(path, folder):
    return path.startswith(folder + "/")


def room_of(path, table):
    """The folder in the table that the file lies in, and what it may use."""
    for pattern, uses in table:
        found = re.match(f"{pattern}(?=/)", path)
        if found:
            module = found[1] if found.groups() else ""
            return found[0], [use.replace("@", module) for use in uses]
    return None, []


def find(root, file, name):
    """The file of the tree that the include names; None if it is not ours."""
    module = re.match(r"(?:modules|solutions)/([^/]+)", file)
    places = [pathlib.Path(file).parent, *([f"modules/{module[1]}"] if module else []), "grader", "common", "."]
    if file.startswith("grader/tests/toy"):
        places.insert(1, "grader/tests/toy")
    if file.startswith("course/"):
        places[1:1] = ["course", "modules", *(m.relative_to(root).as_posix() for m in sorted((root / "modules").glob("[0-9]*_*")))]
    for place in places:
        target = (root / place / name).resolve()
        if target.is_file() and target.is_relative_to(root):
            return target.relative_to(root).as_posix()
    return None


def wrong_in(root, table, file):
    """A sentence for each arrow of the file that goes up or sideways, and how many arrows it has."""
    room, uses = room_of(file, table)
    if not room:
        return [f"{file}: lies in no room: add its folder to common/meson.build or tools/arrows.py"], 0
    targets = [find(root, file, name) for name in INCLUDE.findall((root / file).read_text(errors="replace"))]
    targets = [target for target in targets if target]
    wrong = []
    for target in targets:
        of_a_test = any(below(target, folder) for folder in OF_TESTS)
        if any(below(target, folder) for folder in [room] + uses) and (not of_a_test or TESTS.search(file)):
            continue
        wrong.append(f"{file}: includes {target}, but {room} may use {', '.join(uses) or 'nothing'} beside itself" +
                     (", and a test's headers only in a test" if of_a_test else ""))
    return wrong, len(targets)


def ours(root):
    """The files to check: not the hostile programs of the zoo, and not a student's own copy."""
    for path in sorted(p for top in TOPS for p in (root / top).rglob("*.[ch]")):
        file = path.relative_to(root).as_posix()
        if not below(file, "grader/tests/zoo") and not re.match(r"modules/\d+_([^/]*)/\1\.c$", file):
            yield file


# --- Plants: an include in a file of a copy, and whether it is wrong ---

PLANTED = [
    ("common/core/tensor.h", "nn/net.h"),
    ("common/data/idx.c", "measure/measure.h"),
    ("common/page/text.c", "../lesson/state.h"),
    ("common/nn/net.c", "common/measure/measure.h"),
    ("common/core/status.c", "engine/grade.h"),
    ("common/bench/bench.c", "tests/check.h"),
    ("grader/sandbox/sandbox.c", "engine/grade.h"),
    ("grader/engine/report/report.c", "instructor/book/book.h"),
    ("grader/student/watch.c", "instructor/book/book.h"),
    ("modules/15_acceleration/given/knn.c", "engine/grade.h"),
    ("modules/15_acceleration/stub.c", "../16_quantization/quantization.h"),
    ("modules/18_caching/grade/cases.c", "sandbox/sandbox.h"),
    ("modules/18_caching/given/model.c", "../../../course/seam.h"),
    ("course/seam.c", "engine/grade.h"),
    ("datasets/sample.c", "engine/grade.h"),
]


def copy(root, to):
    for top in TOPS:
        if (root / top).is_dir():
            shutil.copytree(root / top, to / top, ignore=lambda folder, names: [
                n for n in names if not (pathlib.Path(folder) / n).is_dir() and not n.endswith((".c", ".h", "meson.build"))])


def test(root):
    """The planted arrows that were not found."""
    with tempfile.TemporaryDirectory() as folder:
        to = pathlib.Path(folder).resolve()
        copy(root, to)
        table = rooms_of_common(to) + BESIDE
        for file, name in PLANTED:
            was, _ = wrong_in(to, table, file)
            text = (to / file).read_text()
            (to / file).write_text(f'#include "{name}"\n{text}')
            now, _ = wrong_in(to, table, file)
            (to / file).write_text(text)
            if len(now) != len(was) + 1:
                yield f'not seen: #include "{name}" in {file}'
        build = to / "common" / "meson.build"
        build.write_text(re.sub(r"\['nn', \[.*?\]\]", "['nn', ['core']]", build.read_text()))
        if not wrong_in(to, rooms_of_common(to) + BESIDE, "common/nn/parameters.h")[0]:
            yield "not seen: the table of common/meson.build lets common/nn use data no more"


def main():
    if len(sys.argv) < 2 or sys.argv[2:] not in ([], ["--test"]):
        sys.exit("usage: arrows.py ROOT [--test]")
    root = pathlib.Path(sys.argv[1]).resolve()
    table = rooms_of_common(root) + BESIDE
    wrong, arrows, files = [], 0, list(ours(root))
    for file in files:
        more, count = wrong_in(root, table, file)
        wrong, arrows = wrong + more, arrows + count
    if len(files) < 100 or arrows < len(files):
        wrong.append(f"only {len(files)} files with {arrows} arrows below {root}: is it this tree?")
    wrong += test(root) if "--test" in sys.argv else []
    print("\n".join(wrong + [f"{len(files)} files, {arrows} arrows, {len(wrong)} wrong"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
