#!/usr/bin/env python3
"""typed_numbers.py: finds numbers in prose that look measured and were typed by hand.

usage: typed_numbers.py ROOT [--plant TEXT]

Every number that a reader takes for a measurement must come from a run: in a lesson as {name}, in a README
inside a <!-- record: ... --> block. Searched are the prose cells of modules/*/lesson/lesson.c and every
README.md, but not record blocks, quoted code, `code` and {names}. A number that is no measurement (a
hypothesis, a threshold, a figure from a paper) has a row in typed_numbers.allow: file :: words round it :: why.
A row that nothing needs is an error, too.
--plant adds TEXT as a line to every file as it is read: it must then be found in each.
"""
import pathlib
import re
import sys

NUMBER = r"(?<![\w.])\d[\d,]*(?:\.\d+)?"
WORD = r"\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a hundred|hundreds|thousands)"
UNITS = r"(?:[GMTk]?FLOP/s|[GMTk]?flop/s|[GMTk]?FLOPS|[GMTk]?OP/s|[GMKTk]i?B/s|%|percent|[mun]?s|µs|seconds?|milliseconds?|microseconds?|nanoseconds?|minutes?|hours?|cycles?|tokens/s|GHz|nats)"
PATTERNS = [re.compile(p) for p in (
    NUMBER + r" ?" + UNITS + r"(?![\w/])",
    NUMBER + r" ?x(?!\w|\.\w| \d| [nkm]\b)",  # 37 x, but not 6 x 2 or 500 x n
    r"(?:" + NUMBER + "|" + WORD + r") times (?:faster|slower|as|more|less|better|the)\b",
    r"(?:" + NUMBER + "|" + WORD + r")-?fold\b",
    r"\bfactors? of (?:" + NUMBER + "|" + WORD + ")",
)]


def prose_of_lesson(lines):
    prose = False
    for number, line in enumerate(lines, 1):
        if line.startswith("// %%"):
            prose = line.startswith("// %% [markdown]")
        elif prose and line.startswith("//"):
            text = line[2:].removeprefix(" ")
            if not text.startswith("    "):
                yield number, text
        else:
            prose = False


def prose_of_page(lines):
    recorded = fenced = False
    for number, line in enumerate(lines, 1):
        if line.startswith("<!-- record:"):
            recorded = True
        if line.startswith("```"):
            fenced = not fenced
        if not recorded and not fenced and not line.startswith("    "):
            yield number, line
        if line.startswith("<!-- end record"):
            recorded = False


def paragraphs(lines):
    """Lines that belong together: [(number, text), ...]; a row of a table, a heading or an item is alone."""
    together = []
    for number, text in lines:
        alone = not text.strip() or text.lstrip().startswith(("|", "#"))
        begins = re.match(r" *(?:[-*]|\d+\.) ", text)
        if together and (alone or begins or number != together[-1][0] + 1):
            yield together
            together = []
        if text.strip():
            together.append((number, text))
        if alone and together:
            yield together
            together = []
    if together:
        yield together


def measured(paragraph):
    """(line, text) of every number that looks measured."""
    text = " ".join(t.strip() for _, t in paragraph)
    blank = lambda m: re.sub(r"[^ ]", "_", m.group())  # the length stays, so that a position gives the line
    text = re.sub(r"`[^`]*`|\{[a-z0-9_:]+\}|\]\([^)]*\)", blank, text)
    for pattern in PATTERNS:
        for m in pattern.finditer(text):
            end = 0
            for number, line in paragraph:
                end += len(line.strip()) + 1
                if m.start() < end:
                    yield number, m.group()
                    break


def main():
    root = pathlib.Path(sys.argv[1])
    planted = sys.argv[3] if len(sys.argv) > 3 and sys.argv[2] == "--plant" else None
    rows = [[part.strip() for part in line.split("::")]
            for line in pathlib.Path(__file__).with_suffix(".allow").read_text().splitlines()
            if line.strip() and not line.startswith("#")]
    assert all(len(row) == 3 and all(row) for row in rows), "typed_numbers.allow: file :: words :: why"
    unused = {(name, words) for name, words, _ in rows}
    files = sorted(root.glob("modules/*/lesson/lesson.c")) + sorted(
        p for p in root.rglob("README.md") if not p.relative_to(root).parts[0].startswith(("build", ".")))
    found = 0
    for path in files:
        name = str(path.relative_to(root))
        lines = path.read_text().splitlines()
        lesson = name.endswith(".c")
        if planted:
            at = next(i for i, line in enumerate(lines) if line.startswith("// %% [markdown]")) + 1 if lesson else 1
            lines.insert(at, ("// " if lesson else "") + planted)
        caught = 0
        here = [(words, why) for n, words, why in rows if n == name]
        for paragraph in paragraphs((prose_of_lesson if lesson else prose_of_page)(lines)):
            joined = " ".join(t.strip() for _, t in paragraph)
            allowed = [words for words, _ in here if words in joined]
            unused -= {(name, words) for words in allowed}
            for number, hit in measured(paragraph):
                if not any(hit in words for words in allowed):
                    caught += 1
                    print(f"{name}:{number}: {hit}: measured? Let a run say it.")
        found += caught
        if planted and not caught:
            print(f"{name}: the planted number was not caught")
            return 2
    if not planted:
        for name, words in sorted(unused):
            print(f"typed_numbers.allow: nothing needs the row {name} :: {words}")
            found += 1
    print(f"{len(files)} files, {found} numbers that look typed")
    return min(found, 1)


if __name__ == "__main__":
    sys.exit(main())
