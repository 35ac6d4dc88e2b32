#!/usr/bin/env python3
"""raw_facts.py: a run.c or run_*.c, which is in the hands of the submission, compares nothing that a function gave.

usage: raw_facts.py ROOT [--test]    --test: tries lines that compare results, too, and must see each

What a call left goes to the parent as it is. A simple check cannot tell every comparison: it looks at == and !=, of which the
right side must be a constant in capitals (a kind of call from calls.h; of the statuses TT_OK and TT_TODO, which end a
run early), and at functions that compare. < and > are left to loops.
"""
import pathlib
import re
import sys

RUNS = ["modules/*/grade/run*.c", "grader/tests/toy/run.c", "tools/new_module/module/grade/run.c"]
SILENT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\])*"', re.S)
EQUAL = re.compile(r"[=!]=\s*(\(?[\w.&*'-]*)")
ALLOWED = re.compile(r"(?!TT_)[A-Z][A-Z0-9_]*|TT_OK|TT_TODO")
COMPARING = re.compile(r"\b(?:\w*cmp\w*|f?abs[fl]?|is(?:nan|finite|inf|normal|less|greater)\w*)\s*\(")


def comparisons(text):
    """Line numbers of what compares, and the words."""
    text = SILENT.sub(lambda m: re.sub(r"[^\n]", " ", m[0]), text)
    found = [m for m in EQUAL.finditer(text) if not ALLOWED.fullmatch(m[1])] + list(COMPARING.finditer(text))
    return sorted((text.count("\n", 0, m.start()) + 1, m[0].strip()) for m in found)


def tried():
    """What the check must see, and what it must let through."""
    seen = ["out[0] = f == matmul_naive;", "a.moved = k != first_k;", "bad = c->rows[0] != 0;", "ok = status == TT_BAD_VALUE;",
            "while (*want == *name) want++;", "if (memcmp(a, b, 8)) return 1;", "if (strcmp (a, b)) return 1;", "x = !isnan(out[0]);"]
    let = ["if (status == TT_OK) status = call();", "if (function == MOVING_SUM) return 0; // == 3", 'say("a == b");',
           "for (int i = 0; i < n; i++) out[i] = x[i];", "if (status != TT_TODO) status = TT_OK;"]
    return [f"does not see: {line}" for line in seen if not comparisons(line)] + \
           [f"sees a comparison in: {line}" for line in let if comparisons(line)]


def main():
    root = pathlib.Path(sys.argv[1])
    runs = [path for pattern in RUNS for path in sorted(root.glob(pattern))]
    errors = tried() if "--test" in sys.argv else []
    if not runs:
        errors.append(f"{root}: there is no run.c; teach raw_facts.py where they went")
    for path in runs:
        errors += [f"{path.relative_to(root)}:{line}: {words!r}: return what was got, and compare it in check_*.c"
                   for line, words in comparisons(path.read_text(encoding="utf-8"))]
    print("\n".join(errors) or f"{len(runs)} files compare no results")
    sys.exit(bool(errors))


main()
