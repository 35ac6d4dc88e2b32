#!/usr/bin/env python3
"""zoo.py: grades every hostile submission of zoo/ and looks whether it got what it deserves and left nothing behind.

usage: zoo.py --grade PROGRAM [--no-namespaces] [--user NAME] [--only TEXT] [-j N] [--verbose]

PROGRAM is grade-toy. --user runs all of it as somebody else, for which one has to be root. --only takes the members whose
FOLDER/NAME has TEXT in it. zoo/ has a folder for each thing that is attacked:

  compiling  what compiles and links a submission
  file       the file that is handed in
  ending     how a process ends: by its exit, by a signal
  verdict    what the grader believes: the shared memory, the answers, the inputs; and two honest ones
  speed      what earns points by the clock: caches of answers, BLAS, work done off the clock
  system     what the machine is asked for: processes, files, sockets, signals to others
  resources  time, memory, threads, output and the disk

A file in them opens with what it is built on and what it must come to

    // zoo: base=solution replaces=toy_scale,toy_sums score=60 verdict=refused says="asked the system"

(in more lines of the kind if one is too short), and goes on with a line that says what it tries and what must happen.

  base       toy/solution.c (if nothing is said), toy/stub.c or none: goes before the file's own lines
  replaces   functions that the file writes anew; the base's are then static and called honest_scale, honest_sums
  score      the points, exactly, or LEAST..MOST
  verdict    one of these (a|b) is the verdict of one case that was not passed
  says       is part of a case's message or of what it printed, or of the compiler's messages and warnings
  compile    ok (if nothing is said), failed, refused, or a choice: how compiling ends
  each       "a b; c d": the file is taken once for each group, with @1@, @2@ ... for its words
  name, as   of the submission: its file name; a pipe, a folder, a device, large, noise instead of a file
  wall       seconds until the grader is given up (180)
  memory     MiB of memory that no process of the grading may have had
  idle       waits more than it works: runs beside the others
  slow       takes long: starts first
  KEY@plain, KEY@plain-user    what KEY is without namespaces, or without them and not as root

@SECRET@, @SOLUTION@, @HOME@, @ZOO@, @KIT@ stand for paths, @MARK@ for a name that no other program gives to a file, and
@ESC@ and its like for bytes that would not look well here.

Each member has a process of its own that adopts what the grader leaves (PR_SET_CHILD_SUBREAPER): whatever forks twice
and opens a session is found as its child.
"""
import argparse
import ctypes
import json
import os
import pathlib
import pwd
import re
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
ZOO, TOY = HERE / "zoo", HERE / "toy"
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36
GRACE_SECONDS = 1.0  # for what was killed to be gone
MOST_OUTPUT_BYTES = 64 << 10
BYTES = {"ESC": b"\x1b", "BELL": b"\x07", "C1": "\u009b".encode(), "RIGHT_TO_LEFT": "\u202e".encode(), "RAW": b"\x9b"}
NOT_FOR_A_TERMINAL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufffd]")


def prctl(what, value):
    ctypes.CDLL(None).prctl(what, value, 0, 0, 0)


# --- Members ---

class Member:
    def __init__(self, path, settings, words=None):
        lines = path.read_text().splitlines(keepends=True)
        first = [line[len("// zoo:"):] for line in lines if line.startswith("// zoo:")]
        self.text = "".join(lines[len(first):])
        self.path = path
        self.name = path.stem + (f"[{words[0]}]" if words else "")
        self.words = words or []
        self.says = {"base": "solution", "replaces": "", "compile": "ok", "verdict": "", "says": "", "each": "",
                     "name": "toy.c", "as": "file", "wall": "180", "memory": "", "idle": "", "slow": ""}
        for word in shlex.split(" ".join(first)):
            key, _, value = word.partition("=")
            name, _, setting = key.partition("@")
            if setting in settings:
                self.says[name] = value or "yes"
        least, _, most = self.says["score"].partition("..")
        self.least, self.most = int(least), int(most or least)

    def source(self, places):
        base = self.says["base"]
        text = "" if base == "none" else (TOY / f"{base}.c").read_text()
        for function in filter(None, self.says["replaces"].split(",")):
            honest = f"static tt_status {function.replace('toy', 'honest')}("
            text, count = re.subn(rf"^tt_status {function}\(", honest, text, flags=re.M)
            if count != 1:
                raise SystemExit(f"{self.path}: {base}.c has no {function}")
        text = (text + self.text).encode()
        fill = dict(places, MARK="zoo_was_here_" + self.path.stem)
        fill.update({str(i + 1): word for i, word in enumerate(self.words)})
        for key, value in {**{k: v.encode() for k, v in fill.items()}, **BYTES}.items():
            text = text.replace(b"@" + key.encode() + b"@", value)
        return text


def members(options, only=""):
    settings = [""]
    if options.no_namespaces:
        settings += ["plain"] if os.geteuid() == 0 else ["plain", "plain-user"]
    all_of_them = []
    paths = {}
    for path in sorted(ZOO.rglob("*.c")):
        if paths.setdefault(path.stem, path) != path:  # a name stands for one member, in reports and in @MARK@
            raise SystemExit(f"zoo: {paths[path.stem]} and {path} have the same name: rename one of them")
        one = Member(path, settings)
        groups = [group.split() for group in one.says["each"].split(";") if group.strip()]
        all_of_them += [Member(path, settings, words) for words in groups] or [one]
    return [m for m in all_of_them if only in f"{m.path.parent.name}/{m.name}"]


def make_submission(member, folder, places):
    name = os.fsencode(member.says["name"].encode().decode("unicode_escape").encode("latin-1"))
    path = os.path.join(os.fsencode(folder), name)
    kind = member.says["as"]
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        os.mkdir(path)
    elif kind == "device":
        os.symlink("/dev/zero", path)
    else:
        with open(path, "wb") as f:
            f.write(os.urandom(100_000) if kind == "noise" else member.source(places))
            if kind == "large":
                f.truncate(1 << 30)
    return path


# --- Processes and files ---

def processes():
    """pid -> (parent, state, name) of all that there are."""
    found = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            try:
                stat = pathlib.Path(f"/proc/{entry}/stat").read_text()
            except OSError:
                continue
            name, _, rest = stat.partition("(")[2].rpartition(")")
            found[int(entry)] = (int(rest.split()[1]), rest.split()[0], name)
    return found


def descendants(root, but):
    """Living processes below `root`, without those below `but`."""
    everything, below = processes(), {root}
    changed = True
    while changed:
        more = {pid for pid, (parent, _, _) in everything.items() if parent in below and pid not in but} - below
        changed = bool(more)
        below |= more
    return {pid: everything[pid][2] for pid in below - {root} if everything[pid][1] not in "ZX"}


def reap(but):
    """Collect dead orphans; os.waitpid(-1) would also take the canary."""
    for pid, (parent, state, _) in processes().items():
        if parent == os.getpid() and state == "Z" and pid not in but:
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                pass


def left_running(but):
    end = time.monotonic() + GRACE_SECONDS
    while True:
        reap(but)
        left = descendants(os.getpid(), but)
        if not left or time.monotonic() > end:
            return left
        time.sleep(0.02)


def left_written(member, places, folders):
    mark = "zoo_was_here_" + member.path.stem
    where = ["/tmp", "/var/tmp", "/dev/shm", "/", places["HOME"], str(ZOO), str(TOY), os.getcwd()]
    found = [os.path.join(w, name) for w in where if os.access(w, os.R_OK) for name in os.listdir(w) if mark in name]
    return found + [os.path.join(f, name) for f in folders for name in os.listdir(f)]


# --- One member ---

def run_grader(options, member, submission, folder):
    """Exit code (None: given up), what it printed, seconds."""
    command = [options.grade, "--submission", submission, "--json", folder / "result.json", "--work", folder / "work"]
    command += ["--no-namespaces"] if options.no_namespaces else []
    start = time.monotonic()
    with open(folder / "printed", "wb") as printed:
        grader = subprocess.Popen(command, cwd=folder / "here", stdin=subprocess.DEVNULL, stdout=printed,
                                  stderr=subprocess.STDOUT, start_new_session=True,
                                  preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
        try:
            code = grader.wait(float(member.says["wall"]))
        except subprocess.TimeoutExpired:
            code = None
            grader.kill()
            grader.wait()
    return code, (folder / "printed").read_bytes(), time.monotonic() - start


def judge_report(member, code, printed, result):
    """What is wrong with exit code, printed report and result.json, one sentence each."""
    cases, status = result["cases"], result["compile"]["status"]
    score, points = result["score"], sum(c["points"] for c in cases)
    lost = [c for c in cases if c["verdict"] != "passed"]
    verdicts = sorted({c["verdict"] for c in lost})
    messages = [c[key] for c in cases for key in ("message", "printed") if key in c] + \
        [result["compile"][key] for key in ("message", "warnings")]
    text = printed.decode("utf-8", "replace")
    tail = [f"Score: {score:.0f}/{result['of']:.0f}", f"{len(cases) - len(lost)} passed, {len(lost)} failed"]
    if not member.least <= score <= member.most:
        why = f" ({', '.join(verdicts)}: {lost[0]['message']})" if lost else ""
        yield f"score {score:g}, expected {member.says['score']}{why}"
    if not score <= points < score + 1 or not result["of"] == sum(c["of"] for c in cases) == 100:
        yield f"score {score:g} of {result['of']:g} is not the sum {points:g}"
    if any(c["points"] > c["of"] or c["points"] < 0 for c in cases):
        yield "a case with more points than it has"
    if code != (1 if lost else 0):
        yield f"exit code {code} with {len(lost)} cases lost"
    if status not in member.says["compile"].split("|"):
        yield f"compiling: {status}, expected {member.says['compile']}: {result['compile']['message'][:200]}"
    if member.says["verdict"] and not set(verdicts) & set(member.says["verdict"].split("|")):
        yield f"verdicts {verdicts}, expected {member.says['verdict']}"
    if member.says["each"] and {c["verdict"] for c in lost} - {"refused", "not counted", "not compiled"}:
        yield f"verdicts {verdicts}: " + "; ".join(f"{c['function']} {c['case']}: {c['verdict']}" for c in lost)
    if member.says["says"] and not any(member.says["says"] in m for m in messages):
        yield f"no message says \"{member.says['says']}\": {messages}"
    if text.rstrip("\n").split("\n")[-2:] != tail:
        yield f"the report ends in {text[-80:]!r}"


def judge_bytes(printed, written, token):
    for name, data in ("report", printed), ("result.json", written):
        if b"trusted.o" in data or b"kit-toy" in data:
            yield f"the {name} tells of the kit"
        if token.encode() in data or b"root:x:0" in data:
            yield f"the {name} holds a secret"
        if len(data) > MOST_OUTPUT_BYTES:
            yield f"the {name} has {len(data)} bytes"
    bad = NOT_FOR_A_TERMINAL.search(printed.decode("utf-8", "replace"))
    if bad:
        yield f"the report has a byte that is not for a terminal: {printed[max(0, bad.start() - 20):bad.end() + 20]!r}"


def grade(options, member):
    """In a process of its own: grade one member and print its line; whether all is well."""
    prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    prctl(PR_SET_CHILD_SUBREAPER, 1)
    token = (pathlib.Path(options.root) / "token").read_text()
    places = {"SECRET": f"{options.root}/secret/solution.c", "SOLUTION": str(TOY / "solution.c"), "ZOO": str(ZOO),
              "HOME": os.path.expanduser("~"), "KIT": os.path.dirname(options.grade) + "/kit-toy"}
    folder = pathlib.Path(tempfile.mkdtemp(dir=options.root))
    folder.chmod(0o755)
    for part in "in", "here", "work":
        (folder / part).mkdir()
    canary = subprocess.Popen(["sleep", "600"], start_new_session=True,
                              preexec_fn=lambda: prctl(PR_SET_PDEATHSIG, signal.SIGKILL))
    code, printed, seconds = run_grader(options, member, make_submission(member, folder / "in", places), folder)
    wrong = []
    left = left_running({canary.pid})
    if left:
        wrong.append(f"left running: {', '.join(sorted(set(left.values())))} ({len(left)})")
        for pid in left:
            os.kill(pid, signal.SIGKILL)
    if canary.poll() is not None:
        wrong.append("killed another process of its user")
    canary.kill()
    canary.wait()
    files = left_written(member, places, [folder / "here", folder / "work"])
    if files:
        wrong.append(f"left written: {files}")
    written = b""
    score = "-"
    if code is None:
        wrong.append(f"the grader took more than {member.says['wall']} s")
    elif code not in (0, 1):
        wrong.append(f"the grader ended with {code}: {printed[-300:]!r}")
    else:
        try:
            written = (folder / "result.json").read_bytes()
            result = json.loads(written)
            score = f"{result['score']:g}"
            wrong += judge_report(member, code, printed, result)
        except (OSError, ValueError, KeyError) as e:
            wrong.append(f"result.json: {e!r}")
    wrong += judge_bytes(printed, written, token)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    if member.says["memory"] and most > int(member.says["memory"]):
        wrong.append(f"a process had {most} MiB of memory, expected at most {member.says['memory']}")
    mark = "FAILED" if wrong else "ok"
    print(f"{mark:6} {member.name:28} {score:>3}  {seconds:5.1f} s  {'; '.join(wrong)}".rstrip())
    if options.verbose:
        print(printed.decode("utf-8", "backslashreplace"))
    return not wrong


# --- All of them ---

def start(options, member):
    """The process that grades it; its line goes to a file first."""
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    ok = False
    try:
        with open(f"{options.root}/{os.getpid()}.line", "w", errors="backslashreplace") as sys.stdout:
            ok = grade(options, member)
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0 if ok else 1)


def remove(folder):
    for _ in range(50):  # a grader that was just killed may still have a hand in it
        shutil.rmtree(folder, ignore_errors=True)
        if not os.path.exists(folder):
            break
        time.sleep(0.1)


def run_all(options):
    options.root = tempfile.mkdtemp(prefix="zoo-")
    os.chmod(options.root, 0o755)
    token = "zoo_token_" + os.urandom(8).hex()
    pathlib.Path(options.root, "token").write_text(token)
    os.mkdir(options.root + "/secret")
    pathlib.Path(options.root, "secret", "solution.c").write_text(f"{token} is what nobody may read\n" * 3)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    waiting = sorted(members(options, options.only), key=lambda m: (not m.says["idle"], not m.says["slow"], m.name))
    count, passed, running = len(waiting), 0, {}
    try:
        while waiting or running:
            busy = sum(not m.says["idle"] for m in running.values())
            if waiting and (waiting[0].says["idle"] or busy < options.jobs):
                member = waiting.pop(0)
                running[start(options, member)] = member
                continue
            pid, status = os.wait()
            del running[pid]
            passed += status == 0
            print(pathlib.Path(f"{options.root}/{pid}.line").read_text(), end="", flush=True)
    finally:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        remove(options.root)
    print(f"{passed} passed, {count - passed} failed")
    return 0 if count and passed == count else 1


def main():
    p = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    p.add_argument("--grade", required=True, type=os.path.abspath)
    p.add_argument("--no-namespaces", action="store_true")
    p.add_argument("--user")
    p.add_argument("--only", default="")
    p.add_argument("-j", dest="jobs", type=int, default=2)
    p.add_argument("--verbose", action="store_true")
    options = p.parse_args()
    if not os.access(options.grade, os.X_OK):
        sys.exit(f"zoo: {options.grade}: no such program: build it with ninja")
    if options.user:
        words = [w for i, w in enumerate(sys.argv) if w != "--user" and (i == 0 or sys.argv[i - 1] != "--user")]
        home = os.path.expanduser("~" + options.user)
        os.chdir("/")
        python = shutil.which("python3", path="/usr/bin:/bin") or sys.executable  # one's own may be in one's own home
        os.execvp("setpriv", ["setpriv", "--reuid", options.user, "--regid", str(pwd.getpwnam(options.user).pw_gid), "--init-groups",
                              "env", f"HOME={home}", "TMPDIR=/tmp", python, os.path.abspath(__file__)] +
                  words[1:] + ["--grade", options.grade])
    return run_all(options)


if __name__ == "__main__":
    sys.exit(main())
