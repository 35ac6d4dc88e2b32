#!/usr/bin/env python3
"""instructor_check.py: reads what the instructor's program wrote with other people's parsers.
usage: instructor_check.py csv|canvas|moodle|moodlezip|junit|gradescope|html|json FILE ... ; says what is wrong and ends with 1."""
import csv, html.parser, json, sys, xml.etree.ElementTree, zipfile

kind, files = sys.argv[1], sys.argv[2:]


def must(true, what):
    if not true:
        sys.exit(f"{kind}: {what}")


def number(x):
    return isinstance(x, (int, float)) and not isinstance(x, bool)


def check_csv(path):
    rows = list(csv.DictReader(open(path, newline="")))
    must(rows and len({(r["student"], r["module"]) for r in rows}) == len(rows), "no rows, or one twice")
    for r in rows:
        must(None not in r and all(v is not None for v in r.values()), f"a row of another length: {r}")
        must(not any(v[:1] in "=+-@\t\r" for k, v in r.items() if v and k != "manual"), f"a formula: {r}")
        must(r["manual"] == "" or abs(float(r["manual"])) < 1e7, f"no points: {r}")
        must(r["state"] in ("graded", "outdated", "not graded", "not handed in"), r["state"])
        must(r["state"].startswith("not ") or 0 <= float(r["score"]) <= float(r["of"]), f"no score: {r}")
    must(open(path, "rb").read().endswith(b"\r\n"), "lines must end with CR LF")


def check_canvas(path):  # Canvas: "How do I import grades in the Gradebook?"
    head, points, *rows = csv.reader(open(path, newline=""))
    must(head[:5] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"], f"columns {head}")
    must(points[0].strip() == "Points Possible" and all(float(p) > 0 for p in points[5:]), f"points {points}")
    must(all(len(r) == len(head) for r in rows) and rows, "rows of different length")
    for r in rows:
        must(r[0] and (r[1] or r[3]), f"nobody to be found by: {r}")
        must(all(c == "" or float(c) >= 0 for c in r[5:]), f"no grades: {r}")


def check_moodle(path):  # mod/assign/feedback/offline/importgradeslib.php
    rows = list(csv.DictReader(open(path, newline="")))
    must(rows and {"Identifier", "Grade", "Last modified (grade)"} <= set(rows[0]), "columns")
    must(all(None not in r and r["Identifier"].startswith("Participant ") and r["Identifier"][12:].isdigit() for r in rows), "identifiers")
    must(len({r["Identifier"] for r in rows}) == len(rows), "a participant twice")
    must(all(r["Grade"] == "" or float(r["Grade"]) >= 0 for r in rows), "grades")
    must(not any(v[:1] in "=+-@\t\r" for r in rows for v in r.values() if v), "a formula")


def check_moodlezip(path):  # mod/assign/feedback/file/importziplib.php
    names = zipfile.ZipFile(path).namelist()
    must(names and len(set(names)) == len(names), "no files, or one twice")
    for name in names:
        folder, file = name.split("/")
        parts = folder.split("_")
        must(len(parts) == 5 and parts[1].isdigit() and parts[2:] == ["assignsubmission", "file", ""], name)
        must(file == "feedback.html" and not any(ord(c) < 32 or c in "\\:" for c in name), name)


def check_junit(path):
    root = xml.etree.ElementTree.parse(path).getroot()
    must(root.tag == "testsuites", root.tag)
    for suite in root:
        must(suite.tag == "testsuite" and suite.get("name"), "a suite without a name")
        cases = suite.findall("testcase")
        must(len(cases) == int(suite.get("tests")), "tests do not add up")
        must(sum(c.find("failure") is not None for c in cases) == int(suite.get("failures")), "failures do not add up")
        must(all(c.get("name") and c.get("classname") for c in cases), "a case without a name")


def check_gradescope(path):  # gradescope-autograders.readthedocs.io, "Output format"
    def unique(pairs):
        must(len(pairs) == len(dict(pairs)), "a key twice")
        return dict(pairs)

    r = json.load(open(path), object_pairs_hook=unique)
    shown = ("hidden", "after_due_date", "after_published", "visible")
    kinds = ("text", "html", "simple_format", "md", "ansi")
    must(set(r) <= {"score", "execution_time", "output", "output_format", "test_output_format", "test_name_format", "visibility",
                    "stdout_visibility", "extra_data", "tests", "leaderboard"}, f"unknown keys {set(r)}")
    must(number(r["score"]) and r["score"] >= 0 and number(r["execution_time"]), "score or execution_time")
    must(isinstance(r["output"], str) and r["output_format"] in kinds, "output")
    must(r["visibility"] in shown and r["stdout_visibility"] in shown, "visibility")
    must(isinstance(r["tests"], list), "tests")
    for t in r["tests"]:
        must(set(t) <= {"score", "max_score", "status", "name", "name_format", "number", "output", "output_format", "tags",
                        "visibility", "extra_data"}, f"unknown keys {set(t)}")
        must(number(t["score"]) and number(t["max_score"]) and 0 <= t["score"] <= max(t["max_score"], t["score"]), "points")
        must(t["status"] in ("passed", "failed") and t["visibility"] in shown, "status or visibility")
        must(all(isinstance(t[k], str) for k in ("name", "number", "output")), "texts")
        must(t["output_format"] == "text" and t["name_format"] == "text", "another format than text")
        must(isinstance(t["tags"], list) and all(isinstance(x, str) for x in t["tags"]), "tags")
        must(not any(ord(c) < 32 and c not in "\n\t" for c in t["output"] + t["name"]), "control characters")


def check_json(path):
    must(json.load(open(path))["format"] == 1, f"{path}: not whole")


class Page(html.parser.HTMLParser):
    void = {"meta", "br", "rect", "line"}

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.open, self.seen, self.policy, self.words = [], set(), "", ""

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        for name, value in attributes:
            must(not name.startswith("on") and name not in ("src", "href"), f"{tag} {name}={value}")
            if name == "content" and "default-src" in (value or ""):
                self.policy = value
        if tag not in self.void:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in self.void:
            self.open.pop()

    def handle_endtag(self, tag):
        must(self.open and self.open.pop() == tag, f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.words += data


def check_html(path):
    text = open(path, encoding="utf-8").read()
    page = Page()
    page.feed(text)
    page.close()
    must(not page.open, f"left open: {page.open}")
    must(not page.seen & {"script", "iframe", "object", "embed", "link", "base", "form", "img", "a"}, f"tags {page.seen}")
    must("default-src 'none'" in page.policy and "script" not in page.policy, "the policy")
    must(not any(ord(c) < 32 and c not in "\n\t" for c in text) and "\u202e" not in text, "control characters")
    must("Score" in page.words or "Counts" in page.words or "both have" in page.words or "graded" in page.words or "Nothing" in page.words, "nothing is said")


for path in files:
    globals()["check_" + kind](path)
must(files, "no files")
