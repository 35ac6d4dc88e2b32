#!/usr/bin/env python3
"""The student's watch, status and hint in a real terminal of 80 columns, from the stub to all points.

    watch.py WORKBOOK GRADE_TOY TOY_FOLDER ROOT

The file is saved as editors do it: written in place, and written beside and renamed. It does not compile, crashes, never
ends; the watcher goes on in every case.
"""
import json, os, pathlib, pty, re, select, signal, struct, fcntl, subprocess, sys, tempfile, termios, time, urllib.parse

WORKBOOK, GRADE = map(os.path.abspath, sys.argv[1:3])
TOY, ROOT = map(pathlib.Path, sys.argv[3:5])
STUB, SOLUTION = (TOY / "stub.c").read_text(), (TOY / "solution.c").read_text()
SLOW = """
tt_status toy_product(float *out, const float *a, const float *b, int n)
{
    for (int again = 0; again < 20; again++) fast_product(out, a, b, n);
    return TT_OK;
}
"""
PATIENCE = 120  # seconds: nothing here is about speed
HINTS = "# Hints\n\n" + "".join(f"## {f}\n\n" + "".join(f"{n}. {word} of {f}\n" for n, word in
                                ((1, "question"), (2, "direction"), (3, "code"))) for f in
                                ("toy_scale", "toy_product", "toy_sums", "toy_library"))
ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


class Terminal:
    """A program in a terminal, and what it has shown since it was last asked."""

    def __init__(self, folder, *words):
        self.pid, self.end = pty.fork()
        if self.pid == 0:
            os.chdir(folder)
            os.execv(words[0], words)
        fcntl.ioctl(self.end, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.shown, self.all = "", ""

    def until(self, text):
        """Wait until it shows the text; what came before and with it."""
        give_up = time.monotonic() + PATIENCE
        while text not in self.shown:
            assert time.monotonic() < give_up, f"no {text!r} in {self.shown!r}"
            if select.select([self.end], [], [], 0.2)[0]:
                try:
                    more = os.read(self.end, 65536).decode()
                except OSError:
                    more = ""
                assert more, f"it ended without {text!r}: {self.shown!r}"
                self.all += more
                self.shown = ESCAPES.sub("", self.shown + more)
        at = self.shown.index(text) + len(text)
        seen, self.shown = self.shown[:at], self.shown[at:]
        return seen

    def key(self, letter):
        os.write(self.end, letter.encode())

    def quit(self):
        self.key("q")
        assert os.waitpid(self.pid, 0)[1] == 0, "it did not end well"
        for line in ESCAPES.sub("\n", self.all).replace("\r", "\n").split("\n"):
            assert len(line) <= 80, f"{len(line)} columns: {line}"


def save(path, text):
    path.write_text(text)


def save_by_renaming(path, text):
    beside = path.with_suffix(".swp")
    beside.write_text(text)
    beside.rename(path)


WAITING = "waiting for a save"


def watcher(file, result, hints, state, *more):
    return [WORKBOOK, "watch", "--file", str(file), "--grade", GRADE, "--json", str(result), "--hints", str(hints), "--hint-state", str(state), *more]


def walk(folder):
    file, result, hints, state = (folder / name for name in ("modules/15_a_name_as_long_as_names_are/toy.c", "toy.json", "hints.md",
                                                                   "toy.hints"))
    file.parent.mkdir(parents=True)
    hints.write_text(HINTS)
    page = folder / "page.html"  # by an address in which only a few characters stand for themselves
    save(file, STUB)
    before_grading(file, result, hints, state)
    t = Terminal(folder, *watcher(file.relative_to(folder), result, hints, state, "--plot", "echo drawn", "--after", "touch page.html",
                                  "--page", "page.html"))
    seen = t.until(WAITING)
    assert "0/100 points" in seen and "Next: write toy_scale" in seen, seen
    t.until("Charts and page are up to date")
    assert page.exists()

    for word in "direction", "code", "code": # the question was shown before
        t.key("h")
        assert f"{word} of toy_scale" in t.until(WAITING)
    t.key("l")
    assert t.until(WAITING).count("to do") == 7
    t.key("p")
    assert "drawn" in t.until(WAITING)
    t.key("o")
    assert f"file://{urllib.parse.quote(str(page))}" in t.until(WAITING)

    begin = SOLUTION.index("tt_status toy_scale")
    scale = SOLUTION[begin:SOLUTION.index("\n}\n", begin) + 3]
    empty = STUB[STUB.index("tt_status toy_scale"):STUB.index("tt_status toy_product")]
    half = STUB.replace(empty, scale + "\n")
    save(file, half.replace("by * x[i];", "by * x[i]"))
    seen = t.until(WAITING)
    assert re.search(r"toy\.c:\d+:\d+: error", seen), seen

    save_by_renaming(file, half.replace("by * x[i]", "2 * x[i]"))
    seen = t.until(WAITING)
    assert 'wrong: toy_scale, "values"' in seen and "Next: toy_scale" in seen, seen
    save(file, half)
    seen = t.until(WAITING)
    assert "20/100 points" in seen and "Next: write toy_product" in seen, seen

    # A right one that is too slow is called that, with what is asked and what to look at, and is what comes next.
    save(file, SOLUTION.replace("tt_status toy_product(", "static tt_status fast_product(").replace("restrict out", "out") + SLOW)
    seen = t.until(WAITING)
    assert 'Next: toy_product, "faster than the textbook": slow' in seen and "right, but only" in seen, seen
    assert "from 1.5 on. Does the innermost" in " ".join(seen.split()), seen

    # A crash: with its arguments, its line, and the debugger. What was printed before it, and what the compiler saw.
    crash = SOLUTION.replace("float sum = 0;", 'printf("row %d\\n\\x1b[2J", i); float *sums = 0, sum = sums[i];').replace(
        "#include", "#include <stdio.h>\nstatic float no_return(void) {}\n#include", 1)
    save_by_renaming(file, crash)
    seen = t.until(WAITING)
    assert 'crashed: toy_sums, "sums of rows"' in seen and "80/100 points" in seen, seen
    line = 1 + crash[:crash.index("sums[i]")].count("\n")
    words = " ".join(seen.split())
    assert f"toy_sums with rows = 1, columns = 1 crashed: Segmentation fault at toy.c:{line}" in words, seen
    assert "make debug-toy GRADE='--case \"toy_sums: sums of rows\"'" in seen, seen
    assert 'toy_sums, "sums of rows" printed:' in seen and "  row 0" in seen and "\ufffd[2J" in seen, seen
    assert "toy.c:3: no return statement in function returning non-void" in words, seen

    # What failed last time comes first; a loop does not keep the next save waiting.
    save(file, SOLUTION.replace("float sum = 0;", "float sum = 0; for (volatile int i = 0; i < 1;) {}"))
    t.until("toy.c ---")
    time.sleep(2)
    save(file, SOLUTION)
    seen = t.until(WAITING)
    assert re.search(r'toy_sums, "sums of rows": passed', seen), seen
    assert "100/100 points" in seen and "Everything passed" in seen, seen
    t.key("h")
    assert "Nothing is left" in t.until(WAITING)
    t.key("r")
    assert "100/100 points" in t.until(WAITING)
    os.rename(file, file.with_name("gone.c"))
    time.sleep(1)
    os.rename(file.with_name("gone.c"), file)
    t.key("l")
    assert "sums of rows" in t.until(WAITING)
    t.quit()
    assert json.loads(result.read_text())["score"] == 100
    left = sorted(p.name for p in folder.iterdir())
    assert left == ["hints.md", "modules", "page.html", "toy.hints", "toy.json"], left
    return result


def before_grading(file, result, hints, state):
    """A hint needs no grading: it is for the first function that is not written."""
    ask = [WORKBOOK, "hint", "--file", str(file), "--json", str(result), "--hints", str(hints), "--hint-state", str(state)]
    said = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    assert "Hint 1 of 3 for toy_scale" in said, said
    said = subprocess.run(ask + ["--for", "toy_scales"], capture_output=True, text=True)
    assert said.returncode == 1 and "no exercise toy_scales" in said.stdout, said
    assert "toy_scale, toy_product, toy_sums, toy_library" in said.stdout and "Hint 1" not in said.stdout, said
    written = file.with_name("written.c")
    written.write_text(SOLUTION)
    ask[3] = str(written)
    said = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    assert "Every function" in said and "Grade it" in said and "toy_scale, toy_product" in said, said
    written.unlink()


def without_terminal(folder):
    """It grades once and says so; where its folder takes no result, there is a verdict all the same."""
    file = folder / "toy.c"
    file.write_text(SOLUTION)
    hints = folder / "hints.md"
    hints.write_text(HINTS)
    for place, kept in (folder / "here.json", True), (folder / "no folder" / "toy.json", False):
        run = subprocess.run(watcher(file, place, hints, folder / "state", "--after", "touch after"), cwd=folder, stdin=subprocess.DEVNULL,
                             capture_output=True, text=True, timeout=PATIENCE)
        assert run.returncode == 0 and "100/100 points" in run.stdout and "Graded once: there is no terminal" in run.stdout, run
        assert place.exists() == kept and ("is not kept" in run.stderr) != kept and WAITING not in run.stdout, run
        grade = subprocess.run([GRADE, "--submission", str(file), "--json", str(place)], capture_output=True, text=True)
        assert "Score: 100/100" in grade.stdout and grade.returncode == (0 if kept else 3), grade
    file.write_text(SOLUTION.replace("by * x[i];", "by * x[i]"))
    run = subprocess.run(watcher(file, folder / "no folder" / "toy.json", hints, folder / "state"), stdin=subprocess.DEVNULL,
                         capture_output=True, text=True, timeout=PATIENCE)
    assert re.search(r"toy\.c:\d+:\d+: error", run.stdout), run


def interrupted(folder):
    """Ctrl-C is the watcher's alone: what started it, as make does, gets no signal and has nothing to complain of."""
    file, hints = folder / "toy.c", folder / "hints.md"
    file.write_text(STUB)
    hints.write_text(HINTS)
    words = watcher(file, folder / "toy.json", hints, folder / "state")
    t = Terminal(folder, "/bin/sh", "-c", 'trap "echo interrupted" INT; "$@"; echo "ended with $?"; read line; echo "read $line"', "sh", *words)
    t.until(WAITING)
    t.key("\x03")
    assert "interrupted" not in t.until("ended with 0"), t.all
    t.key("a word\n")  # the terminal is the starter's again
    t.until("read a word")
    os.waitpid(t.pid, 0)


def functions_of_modules():
    """Every function that status counts has hints, and the README gives the number that it counts."""
    for stub in sorted(ROOT.glob("modules/[0-9]*/stub.c")):
        home = stub.parent
        functions = re.findall(r"^\w[^\n;]*?(\w+)\([^;]*?\n\{\n(?:    .*\n|\n)*?    return TT_TODO;", stub.read_text(), re.M)
        with tempfile.TemporaryDirectory() as place:
            (pathlib.Path(place) / "modules").symlink_to(ROOT / "modules")
            shown = subprocess.run([WORKBOOK, "status", home.name], cwd=place, capture_output=True, text=True, check=True).stdout
        counted = re.search(r" of (\d+)", shown)
        assert not counted or int(counted.group(1)) == len(functions), (shown, functions)
        headings = " ".join(re.findall(r"^## (.*)$", (home / "hints.md").read_text(), re.M))
        for f in functions:
            assert re.search(rf"(^| ){f}( |$)", headings), f"{home.name}/hints.md has no hints for {f}"
        assert re.search(rf"\b{len(functions)} functions\b", (home / "README.md").read_text()), \
            f"{home.name}/README.md does not say that there are {len(functions)} functions"


def status(folder, result):
    """A folder as the project's, in which one module is done, one begun and one not."""
    for module, text in ("15_done", SOLUTION), ("16_begun", STUB), ("18_not", None):
        home = folder / "modules" / module
        home.mkdir(parents=True, exist_ok=True)
        (home / "stub.c").write_text(STUB)
        if text:
            (home / (module[3:] + ".c")).write_text(text)
    (folder / "progress").mkdir()
    (folder / "progress" / "15_done.json").write_text(result.read_text())
    (folder / "progress" / "16_begun.json").write_text("{ damaged")
    shown = subprocess.run([WORKBOOK, "status", "15_done", "16_begun", "18_not"], cwd=folder, capture_output=True,
                           text=True, check=True).stdout
    lines = shown.split("\n")
    assert re.search(r"^15_done +4 of 4 +100/100 ", shown, re.M), shown
    assert re.search(r"best speed: [\d.]+ times the naive loop \(toy_product: speed\)", shown), shown
    assert re.search(r"^16_begun +0 of 4 ", shown, re.M) and "next: make watch-16, and write toy_scale" in shown, shown
    assert re.search(r"^18_not +not begun", shown, re.M) and "next: make 18" in shown, shown
    assert all(len(line) <= 80 for line in lines), shown


functions_of_modules()
with tempfile.TemporaryDirectory(prefix="it's \"ü\" ") as folder:
    result = walk(pathlib.Path(folder))
    status(pathlib.Path(folder), result)
for part in without_terminal, interrupted:
    with tempfile.TemporaryDirectory() as folder:
        part(pathlib.Path(folder))
print("watch, status and hints: all as they should be")
