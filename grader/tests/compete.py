#!/usr/bin/env python3
"""compete.py: holds competitions, and looks whether each entry came to what it deserves.

usage: compete.py cheats|packages|ties|order|killed --grader PROGRAM --root TREE [--times N] [--entries N] [--only TEXT]

  cheats     every file of cheats/: no score, or a flag, by name; an honest entry beside them has a score
  packages   what grader compete add must refuse, with words that help
  ties       two teams hand in the same, and tie: so often
  order      the same entries in so many competitions: nobody who leads one is behind in another
  killed     kill -9 while one of so many entries is running, so often: none is lost, none counted twice

A file of cheats/ opens with

    // cheat: file=quantization.c function=quant_network_run bits=8 expect=none says="the gate is shut"

file and function name what the lines behind "// --- hook" are put into, at its begin; the lines before go to the top of that
file. The rest of the file is the reference. expect: none (no score), refused, flag, or one of two (none|refused); says is a
part of why, or one of several (a|b). event, and choices of the configuration, may be said, too.
"""

import argparse, hashlib, io, os, random, re, shlex, signal, sqlite3, subprocess, sys, tempfile, time, zipfile

TOPICS = {"acceleration.c": "15_acceleration", "quantization.c": "16_quantization", "compression.c": "17_compression",
          "caching.c": "18_caching"}
CHOICES = {
    "mlp": dict(kernel="library", bits="32", steps="255", scales="channel", sparsity="0", scope="layer", format="dense",
                batch="64", threads="1"),
    "cnn": dict(kernel="library", bits="32", steps="255", scales="channel", filters="all", batch="64", threads="1"),
    "gpt": dict(kernel="packed", bits="32", steps="255", head="float", sparsity="0", cache="no"),
}
failed = []


def check(good, what):
    print(("ok    " if good else "FAIL  ") + what, flush=True)
    if not good:
        failed.append(what)


def reference(name):
    with open(f"{options.root}/modules/{TOPICS[name]}/solution.c", encoding="utf-8") as f:
        return f.read()


def package(team, event="mlp", files=None, called=None, **choices):
    """The files of a package, by name."""
    config = "".join(f"{name} = {choice}\n" for name, choice in {**CHOICES[event], **choices}.items())
    made = {**(files or {}), "entry.conf": config, "report.md": "What was tried: this.\n"}
    made = {name: text if isinstance(text, bytes) else text.encode() for name, text in made.items()}
    lines = [f"{hashlib.sha256(made[name]).hexdigest()}  {name}\n" for name in sorted(made)]
    made["manifest"] = (f"olympics 1\nevent {called or event}\nteam {team}\n" + "".join(lines)).encode()
    return made


class Competition:
    """A gradebook of its own, with one round."""

    def __init__(self):
        self.folder = tempfile.TemporaryDirectory(prefix="compete-")
        os.chmod(self.folder.name, 0o755)
        self.book = self.folder.name + "/book"
        self.call("init")

    def call(self, *words):
        return subprocess.run([options.grader, "compete", *words[:1], "--book", self.book, *words[1:]], text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def put(self, name, files):
        """A package as a folder; its path."""
        path = f"{self.folder.name}/{name}"
        os.mkdir(path)
        for file, text in files.items():
            with open(f"{path}/{file}", "wb") as f:
                f.write(text)
        return path

    def add(self, name, files):
        done = self.call("add", self.put(name, files))
        check(done.returncode == 0, f"{name} is taken" + (": " + done.stdout if done.returncode else ""))

    def run(self):
        done = self.call("run")
        check(done.returncode == 0, "the queue is run" + (": " + done.stdout if done.returncode else ""))
        return done

    def ask(self, sql, *values):
        tables = sqlite3.connect(self.book + "/olympics/olympics.sqlite", timeout=30)
        try:
            return tables.execute(sql, values).fetchall()
        finally:
            tables.close()

    def places(self, category="speed"):
        return dict(self.ask("SELECT name, place FROM place JOIN entry ON entry.id = entry JOIN team ON team.id = team "
                             "WHERE category = ?", category))


# --- Cheats ---

def read_cheat(path):
    with open(path, encoding="utf-8") as f:
        text = f.read()
    words = dict(word.split("=", 1) for word in shlex.split(text.split("\n", 1)[0].removeprefix("// cheat:")))
    top, hook = text.split("// --- hook\n")
    name, function = words.pop("file"), words.pop("function")
    code = reference(name)
    at = re.search(rf"^tt_status {function}\(.*?\n\{{\n", code, re.S | re.M).end()
    begin = code.index("\n", code.rindex("\n#include") + 1)
    files = {name: code[:begin + 1] + top + code[begin + 1:at] + hook + code[at:]}
    return files, words


def cheats():
    c = Competition()
    folder = os.path.dirname(os.path.abspath(__file__)) + "/cheats"
    expected = {}
    for file in sorted(os.listdir(folder)):
        team = file.removesuffix(".c")
        if options.only not in team:
            continue
        files, words = read_cheat(f"{folder}/{file}")
        expected[team] = words.pop("expect"), words.pop("says")
        c.add(team, package(team, words.pop("event", "mlp"), files, **words))
    if options.only in "beyond_the_gate":
        expected["beyond_the_gate"] = "none", "the gate is shut"
        c.add("beyond_the_gate", package("beyond_the_gate", sparsity="98", format="rows"))
    bytes_of = {"quantization.c": reference("quantization.c")}
    for team, event, more in (("honest", "mlp", {}), ("honest_cnn", "cnn", {}), ("honest_gpt", "gpt", {"cache": "yes"})):
        if options.only in team or event == "mlp":
            expected[team] = "score", ""
            c.add(team, package(team, event, bytes_of, bits="8", **more))
    c.run()
    for team, state, reason, score, flags in c.ask(
            "SELECT name, state, coalesce(reason, ''), score, coalesce((SELECT group_concat(kind || ': ' || text) FROM flag "
            "WHERE flag.entry = entry.id), '') FROM entry JOIN team ON team.id = team LEFT JOIN result ON result.entry = "
            "entry.id"):
        kind, says = expected[team]
        came = "refused" if state == "refused" else "score" if state == "done" and score is not None else "none"
        good = came in kind.split("|") or (kind == "flag" and came == "score")
        good = good and re.search(says, flags if kind == "flag" else reason)
        check(good, f"{team}: {state}, score {score}, {reason or 'nothing said'}" + (f"; {flags}" if flags else ""))
    whose = c.ask("SELECT whose FROM entry JOIN team ON team.id = team WHERE name = 'honest'")[0][0].splitlines()
    check("quant_network_run yours" in whose and "matmul_packed the reference's" in whose, "it is known whose code ran")
    check(len(c.places()) == sum(kind in ("score", "flag") for kind, _ in expected.values()), "the others have no place")


# --- Packages ---

def zip_of(entries):
    """entries: name -> text, or (text, mode of the system)."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as z:
        for name, text in entries.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            text, mode = text if isinstance(text, tuple) else (text, 0o100644)
            info.external_attr = mode << 16
            info.create_system = 3
            z.writestr(info, text)
    return held.getvalue()


def packages():
    c = Competition()
    good = package("ada", files={"quantization.c": reference("quantization.c")}, bits="8")

    def refused(name, what, says):
        if isinstance(what, dict):
            path = c.put(name, what)
        else:
            path = f"{c.folder.name}/{name}.zip"
            with open(path, "wb") as f:
                f.write(what)
        done = c.call("add", path)
        check(done.returncode == 1 and re.search(says, done.stdout), f"{name}: {done.stdout.split(': ', 1)[-1].strip()}")

    changed = {**good, "quantization.c": good["quantization.c"] + b"\n"}
    refused("wrong hash", changed, "quantization.c: its hash is not the manifest's")
    refused("unlisted", {**good, "caching.c": b"int x;\n"}, "caching.c: the manifest does not list it")
    refused("missing", {k: v for k, v in good.items() if k != "quantization.c"}, "quantization.c: the manifest lists it")
    refused("unknown", {**good, "helper.h": b"\n"}, "helper.h: not a file of a package")
    refused("no report", {k: v for k, v in good.items() if k != "report.md"}, "report.md: it is missing")
    refused("other event", package("ada", called="chess"), "there is no event \"chess\"")
    refused("other choice", package("ada", bits="4"), "entry.conf: .*bits")
    refused("broken rule", package("ada", bits="8", sparsity="90", format="rows"), "entry.conf: .*no product of bytes")
    refused("link in a zip", zip_of({**good, "caching.c": ("/etc/passwd", 0o120777)}), "caching.c: a link")
    refused("path out of a zip", zip_of({"../" + k: v for k, v in good.items()}), "files lie at the top")
    refused("two folders in a zip", zip_of({("a/" if k == "manifest" else "b/") + k: v for k, v in good.items()}), "one folder")
    refused("1 GiB of logs", zip_of({**good, "report.md": b"log\n" * (1 << 28)}), "report.md: longer than")
    refused("no zip", b"PK\3\4 and nothing else", "zip")
    linked = c.put("link", good)
    os.remove(linked + "/report.md")
    os.symlink("/etc/passwd", linked + "/report.md")
    done = c.call("add", linked)
    check(done.returncode == 1 and "report.md: a link" in done.stdout, "a link in a folder")
    check(c.ask("SELECT count(*) FROM entry") == [(0,)], "none of them is in the queue")

    path = f"{c.folder.name}/good.zip"
    with open(path, "wb") as f:
        f.write(zip_of({"ada/" + name: text for name, text in good.items()}))
    check(c.call("add", path).returncode == 0, "a whole one, in a zip, is taken")
    done = c.call("add", path)
    check(done.returncode == 1 and "entry 1" in done.stdout, "not a second time")
    other = reference("quantization.c").replace("round_up", "upwards") + "// mine\n"
    c.add("bob", package("bob", files={"quantization.c": other}, bits="8"))
    check(c.ask("SELECT entry, kind FROM flag ORDER BY 1") == [(1, "same file"), (2, "same file")],
          "two teams with one file under other names are flagged")
    done = c.call("judge", "1", "--judge", "eve", "--points", "5,0,0")
    check(done.returncode == 2 and "idea is 0 to 4" in done.stdout, "no more points than the rubric has")
    done = c.call("judge", "1", "--judge", "eve", "--points", "4,3,1")
    check(done.returncode == 0 and c.ask("SELECT sum(points), sum(most) FROM judged") == [(8, 10)], "points by hand")
    c.call("init", "--deadline", "2001-01-01T00:00:00Z")
    done = c.call("add", path)
    check(done.returncode == 1 and "the round is over" in done.stdout, "nothing is taken after the deadline")
    mode = os.stat(c.book + "/olympics/keys/1").st_mode & 0o777
    check(mode == 0o600, f"the key is nobody else's: mode {mode:o}")


# --- Ties and order ---

def entries(count):
    """Entries of different speeds, by team."""
    kinds = [dict(files={"quantization.c": reference("quantization.c")}, bits="8"), dict(),
             dict(files={"acceleration.c": reference("acceleration.c")}, kernel="packed"), dict(batch="8"),
             dict(files={"quantization.c": reference("quantization.c")}, bits="8", steps="127"), dict(batch="1"),
             dict(files={"quantization.c": reference("quantization.c")}, bits="8", batch="8"), dict(kernel="tiled"),
             dict(files={"acceleration.c": reference("acceleration.c")}, kernel="packed", batch="8"), dict(kernel="naive")]
    return {f"team{i}": kinds[i % len(kinds)] for i in range(count)}


def ties():
    for n in range(options.times):
        c = Competition()
        twin = dict(files={"quantization.c": reference("quantization.c")}, bits="8")
        for team in ("ada", "bob"):
            c.add(team, package(team, **twin))
        c.run()
        places = c.places()
        check(len(places) == 2 and len(set(places.values())) == 1,
              f"{n + 1} of {options.times}: {places} {c.ask('SELECT ratio, low, high FROM versus')}")


def order():
    seen = []
    for n in range(options.times):
        c = Competition()
        teams = list(entries(options.entries).items())
        random.Random(n).shuffle(teams)
        for team, what in teams:
            c.add(team, package(team, **what))
        c.run()
        seen.append(c.places())
        print(f"{n + 1} of {options.times}: " + " ".join(f"{t}:{p}" for t, p in sorted(seen[-1].items(), key=lambda x: x[1])))
    check(all(len(places) == options.entries for places in seen), "all have a place each time")
    turned = {(a, b) for one in seen for other in seen for a in one for b in one
              if one[a] < one[b] and other[a] > other[b]}
    check(not turned, f"nobody who leads one is behind in another: {sorted(turned)}")


# --- kill -9 ---

def killed():
    """Most entries do not compile, which takes a moment; every fifth is measured."""
    c = Competition()
    for i in range(options.entries):
        files = {} if i % 5 == 0 else {"caching.c": f"int nothing_{i};\n"}
        c.add(f"team{i}", package(f"team{i}", files=files))
    kills, chance = 0, random.Random(1)
    while kills < options.times and c.ask("SELECT count(*) FROM entry WHERE state IN ('queued', 'running')")[0][0]:
        runner = subprocess.Popen([options.grader, "compete", "run", "--book", c.book], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.STDOUT)
        pause = chance.random()
        while runner.poll() is None and not c.ask("SELECT 1 FROM entry WHERE state = 'running'"):
            time.sleep(0.01)
        time.sleep(pause)
        running = bool(c.ask("SELECT 1 FROM entry WHERE state = 'running'"))
        if runner.poll() is None:
            runner.send_signal(signal.SIGKILL)
            kills += running
        runner.wait()
    check(kills == options.times, f"{kills} of {options.times} times killed while an entry was running")
    c.run()
    states = dict(c.ask("SELECT state, count(*) FROM entry GROUP BY state"))
    measured = (options.entries + 4) // 5
    check(states == {"done": measured, "refused": options.entries - measured}, f"all have come to their end: {states}")
    check(c.ask("SELECT count(*), count(DISTINCT entry) FROM result") == [(measured, measured)], "each is counted once")
    check(sorted(os.listdir(c.book + "/olympics/packages")) == sorted(str(i + 1) for i in range(options.entries)),
          "all packages are there")


parser = argparse.ArgumentParser()
parser.add_argument("what", choices=["cheats", "packages", "ties", "order", "killed"])
parser.add_argument("--grader", required=True)
parser.add_argument("--root", required=True)
parser.add_argument("--times", type=int, default=1)
parser.add_argument("--entries", type=int, default=10)
parser.add_argument("--only", default="")
options = parser.parse_args()
globals()[options.what]()
print(f"{len(failed)} failed")
sys.exit(bool(failed))
