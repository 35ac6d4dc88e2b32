#!/usr/bin/env python3
"""board_make.py: a made-up competition: the tables of compete/schema.c, filled with fair teams, ties and teams that mean harm.
usage: board_make.py SOURCE_ROOT GRADEBOOK [--empty]"""
import hashlib, os, random, re, sqlite3, sys

root, book = sys.argv[1:3]
source = open(root + "/grader/instructor/compete/schema.c", encoding="utf-8").read()
schema = "".join(re.findall(r'^\s*"((?:[^"\\]|\\.)*)"', source.split("compete_schema[] =", 1)[1], flags=re.M))

folder = book + "/olympics"
os.makedirs(folder + "/keys")
open(folder + "/keys/1", "wb").write(bytes(range(101, 133)))
open(folder + "/keys/2", "wb").write(b"a key that nobody may see, ever.")
db = sqlite3.connect(folder + "/olympics.sqlite")
db.executescript(schema)


def add(table, **columns):
    names = ", ".join(columns)
    return db.execute(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", list(columns.values())).lastrowid


add("round", name="Spring <b>round</b>", begun="2026-03-01T12:00:00Z", deadline="2026-03-08T12:00:00Z")
if "--empty" in sys.argv:
    db.commit()
    sys.exit()
add("round", name="Final", begun="2026-06-01T12:00:00Z")

HARM = "<script>alert(1)</script><img src=x onerror=alert(2)> \"'&amp; \u202eevil\u202c \u200bx \x1b[31m ]]> {@}"
teams = ["ada", "Bob and the builders", "cleo", "dän", HARM, "\u202egnp.exe", "x" * (1 << 20), "=1+1", "late"]
for name in teams:
    add("team", name=name)
rng = random.Random(20)
CONFIG = "backend = {}\nbits = {}\nsparsity = {}\ncache = {}\n"
base = {"mlp": (2e-3, 2144552, 4e6, 0.90), "cnn": (4e-2, 1.1e6, 9e6, 0.92), "gpt": (0.3, 7.2e6, 2e7, 1.09)}
for event, (seconds, size, peak, quality) in base.items():
    nats = event == "gpt"
    for number, name in enumerate(teams, 1):
        if event != "cnn" and number > 6:
            continue
        harm = number in (5, 6, 7)
        bits = 8 if number != 3 else 32
        config = CONFIG.format("packed" if number != 2 else "naive", bits, (0, 50, 0, 90)[number % 4], "yes" if number % 2 else "no")
        package = f"packages/{event}-{number}"
        entry = add("entry", team=number, round=2, event=event, received=f"2026-06-0{number}T09:00:00Z", state="done", package=package,
                    sha256=hashlib.sha256(package.encode()).hexdigest(), config=config + (f"{HARM} = {HARM}\n" if harm else ""),
                    report=(HARM + "\n") * 12000 if number == 5 else "# Tried\n\nBytes, and *zeros*.", lines=100 + number,
                    whose=HARM if harm else "matmul_packed yours\nquant_conv2d reference\ncached_attention yours\n")
        if number == 8:  # a wrong manifest; number 9 waits
            db.execute("UPDATE entry SET state = 'refused', reason = ? WHERE id = ?", ("The hash of acceleration.c is not the manifest's. " + HARM, entry))
            continue
        if number == 9:
            db.execute("UPDATE entry SET state = 'queued' WHERE id = ?", (entry,))
            continue
        ratio = 6.0 / number if number not in (3, 4) else 1.9
        lost = 0.012 / number
        counters = {"instructions": 3e9 / number, "cycles": 1e9 / number, "ghz": 2.6} if event == "mlp" else {}
        p50 = seconds / ratio
        add("result", entry=entry, measured="2026-06-09T10:00:00Z", machine="A made-up CPU, 2 cores", calls=200, batch=64, p50=p50,
            p95=p50 * (1.1 if number != 2 else 2.2), base_p50=seconds, base_p95=1.1 * seconds, throughput=64 / p50,
            base_throughput=64 / seconds, ratio=ratio, ratio_low=0.97 * ratio, ratio_high=1.03 * ratio,
            model_bytes=int(size * (0.26 if bits == 8 else 1) / (1 + 0.1 * number)), base_model_bytes=int(size),
            peak_bytes=int(peak * (0.4 + 0.15 * number)), base_peak_bytes=int(peak), quality_kind="nats" if nats else "accuracy",
            quality=quality + (lost if nats else -lost), base_quality=quality, allowed=0.02, gate=1, score=ratio ** 0.8,
            count_score=1.5, macs=10**8, base_macs=10**9 // number, threads=1 + number % 2, startup_seconds=0.1, cpu_seconds=p50, **counters)
        add("versus", entry=entry, other=max(1, entry - 1), ratio=0.9, low=0.8, high=1.1)
    ranked = [row for row in db.execute("SELECT entry.id, team, score, model_bytes, ratio, peak_bytes FROM entry JOIN result ON entry.id = entry "
                                        "WHERE event = ? ORDER BY score DESC, entry.id", (event,))]
    for category, unit, value in (("score", "", 2), ("speed", "times as fast", 4), ("smallest", "times as small", 3), ("trainer", "s", 5), ("memory", "B", 5), ("unheard of", "<i>", 2)):
        order = sorted(ranked, key=lambda r: r[value] if unit in ("B", "s") else -r[value])
        for place, row in enumerate(order, 1):
            tied = [k for k, r in enumerate(order, 1) if r[value] == row[value]]
            add("place", round=2, event=event, category=category, entry=row[0], place=tied[0], tied=len(tied), value=row[value], unit=unit)
first = db.execute("SELECT id FROM entry WHERE event = 'cnn' AND team = 5").fetchone()[0]
add("flag", entry=first, kind="same file", text="acceleration.c is that of " + HARM)
add("flag", entry=first, kind="prints", text=HARM * 4000)
add("judged", entry=first, judge=HARM, criterion="new <b>", points=3, most=5, comment=HARM)
add("place", round=2, event="cnn", category="innovation", entry=first, place=1, tied=1, value=0.6, unit="of the rubric")
add("entry", team=1, round=1, event="mlp", received="2026-03-02T09:00:00Z", state="done", package="packages/old", sha256="0" * 64, config="bits = 32\n",
          reason="accuracy fell")
newer = add("entry", team=1, round=2, event="mlp", received="2026-06-20T09:00:00Z", state="done", package="packages/gate", sha256="1" * 64,
            config="bits = 8\n", reason="accuracy fell")
add("result", entry=newer, measured="2026-03-09T10:00:00Z", machine="A made-up CPU", calls=200, batch=64, ratio=float("inf"), quality_kind="accuracy",
    quality=0.5, base_quality=0.9, allowed=0.01, gate=0)
db.commit()
