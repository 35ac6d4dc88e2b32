#!/usr/bin/env python3
"""instructor_make.py: makes what `grader collect` is tested with: good hand-ins and hostile ones. usage: instructor_make.py DIR"""
import io, os, socket, stat, sys, tarfile, zipfile

os.chdir(sys.argv[1])
SOURCE = b"// fake: score 80\nint x;\n"


def text(score):
    return b"// fake: score %d\nint x;\n" % score


def write(path, data=SOURCE):
    os.makedirs(os.path.dirname(path) or ".", exist_ok=True)
    with open(path, "wb") as f:
        f.write(data)


def zipped(entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as z:
        for name, data, *mode in entries:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (mode[0] if mode else stat.S_IFREG | 0o644) << 16
            z.writestr(info, data)
    return buffer.getvalue()


# Good ones.
write("good/ada/acceleration.c", text(100))
write("good/ada/quantization.c", text(70))
write("good/ada/notes.txt")
write("good/bob_acceleration.c", text(60))
write("good/cleo_15_acceleration.c", text(40))
write("good/zoe/tree/modules/15_acceleration/acceleration.c", text(0))
write("good/zoe/tree/modules/15_acceleration/stub.c")
write("good/dan.zip", zipped([("eve/acceleration.c", text(90)), ("eve/solution.c", SOURCE)]))  # dan's, whatever it says
write("good/Grace Hopper_777_assignsubmission_file/acceleration.c", text(55))
write("by_module/15_acceleration/kim/acceleration.c"), write("by_module/16_quantization/kim/src/quantization.c")
write("lms.zip", zipped([
    ("export/adalovelace_12345_1_acceleration.c", text(10)),
    ("export/adalovelace_LATE_12345_2_acceleration-2.c", text(20)),
    ("export/turing_99_3_acceleration.c", text(30)),
    ("export/hopper_98_4_homework.zip", zipped([("src/acceleration.c", text(50))])),
    ("export/turing_99_3_report.pdf", b"%PDF"),
    ("__MACOSX/export/._turing_99_3_acceleration.c", b"\0\0"),
]))

# Two collections of one assignment in Canvas: the second is an older one that lay in another folder.
write("canvas_new/adalovelace_LATE_12345_70_acceleration-2.c", text(20)), write("canvas_new/oneillzoe_77_71_acceleration.c", text(65))
write("canvas_old/adalovelace_12345_60_acceleration-1.c", text(99))
# Handed in, nothing graded; and names that only a roster maps.
write("near/bob/Acceleration.C"), write("near/kim/acceleration.c.txt"), write("near/lea/all.rar", b"Rar!"), write("near/mo/report.pdf")
write("near/ada/acceleration.c", text(80)), write("near/ada/Quantization.c"), write("near/ada/acceleration (1).c")
write("near/Zoë O'Neill/acceleration.c", text(65)), write("near/Jürgen Groß_901_assignsubmission_file_/acceleration.c", text(75))
write("near/Søren Å/acceleration.c"), write("near/notes.txt")
# A student's own names inside an own archive or folder say nothing about whose it is, or when it came.
write("claims/eve.zip", zipped([("victim_LATE_12345_9_acceleration.c", text(10))])), write("claims/Eva_12345_assignsubmission_file_888_assignsubmission_file_/acceleration.c", text(10))
write("claims/mal/victim_12345_9_acceleration.c", text(10))
write("roster.csv", "\ufefflogin,name,id,section\r\nzoneill,\"O'Neill, Zoë\",77,A\r\njgross,Jürgen Groß,901,\r\n"
      "ada,Ada Lovelace,12345,\r\n@silent,=HYPERLINK(1),902,\r\nbob,Bob,903,\r\n".encode())
write("twice.csv", b"login,name\nada,A\nada,B\n"), write("latin.csv", "login,name\nzoe,Zoë\n".encode("latin-1"))
write("nologin.csv", b"user,name\nada,A\n"), write("climb.csv", b"login,name\n../ada,A\n")
# Two with the same program under other names and comments, one who wrote something else, all with the stub's text.
STUB = open("course/modules/15_acceleration/stub.c").read()


def program(sum, i, note, swap):
    parts = [f"int {sum}(int *a, int n) {{ int {sum}_ = 0; for (int {i} = 0; {i} < n; {i}++) {sum}_ += a[{i}] * {k} - ({i} % {k + 2}); "
             f"/* {note} </pre><script> */ if ({sum}_ > {k}) return {sum}_; while (n--) a[n] = {sum}_ / {k}; return n; }}\n" for k in (3, 5, 7)]
    return (STUB + "".join(parts) + swap).encode()


write("alike/ann/acceleration.c", program("total", "i", "mine", "")), write("alike/ben/acceleration.c", program("s", "k", "his", "// x\n"))
write("alike/cyd/acceleration.c", (STUB + "".join(f"double f{k}(double x) {{ switch ({k}) {{ case 1: do x /= 2; while (x > {k}); break; "
      f"default: x = -x; }} return x ? f(x) : g(&x, {k}, sizeof x)[{k}]; }}\n" for k in range(4))).encode())
write("alike/deb/acceleration.c", STUB.encode()), write("alike/eli/acceleration.c", STUB.encode())
write("alike/fay/acceleration.c", b";" * 60000), write("alike/gus/acceleration.c", b"\"\\")
# A class that shares what was in the lecture: each program is it and something of one's own, twice the same.
LECTURE = "".join(f"int lecture{k}(int *a) {{ for (int i = {k}; i < 9; i++) a[i] -= a[i - 1] ? {k} : ~a[{k}]; return a[{k}] ^ a[0]; }}\n" for k in range(20))
SIGNS = "+-*/%&|^"
for n in range(16):
    own = "".join(f"int own{k}(int a) {{ return (a {SIGNS[min(n, 14) % 8]} {k}) {SIGNS[min(n, 14) // 2]} (a {SIGNS[k % 8]} 3) {SIGNS[(min(n, 14) + k) % 8]} a; }}\n"
                  for k in range(9))
    write(f"lecture/n{n:02d}/acceleration.c", (LECTURE + own).encode())
# Two planted mistakes of the stand-in, and those who made them.
write("build/solutions/15-off-by-one.c", b"// fake: score 30\n"), write("build/solutions/15-never-ends.c", b"// fake: score 30\n// fake: verdict timed out\n")
for name, body in (("pia", "score 40"), ("pit", "score 20"), ("pax", "score 90"), ("pol", "todo 1"), ("pum", "verdict timed out\n// fake: score 10"),
                   ("pip", "verdict crashed\n// fake: score 10")):
    write(f"slips/{name}/acceleration.c", f"// fake: {body}\n".encode())
with tarfile.open("class.tar.gz", "w:gz") as t:
    for name in ("mia", "noa"):
        info = tarfile.TarInfo(f"class/{name}/acceleration.c")
        info.size = len(SOURCE)
        t.addfile(info, io.BytesIO(SOURCE))

# Hostile ones: a folder.
write("bad/link/real.c")
os.symlink("/etc/passwd", "bad/link/acceleration.c")
os.symlink("/etc", "bad/etc")
os.makedirs("bad/fifo"), os.mkfifo("bad/fifo/acceleration.c")
write("bad/hard/elsewhere"), os.link("bad/hard/elsewhere", "bad/hard/acceleration.c")
os.makedirs("bad/sock")
sock = socket.socket(socket.AF_UNIX)
sock.bind("bad/sock/acceleration.c")
if os.getuid() == 0:
    os.makedirs("bad/device"), os.mknod("bad/device/acceleration.c", stat.S_IFCHR | 0o600, os.makedev(1, 5))
write("bad/huge/acceleration.c", b"x" * (1 << 20) + b"y")
write("bad/binary/acceleration.c", b"int x;\0")
write("bad/twice/acceleration.c", text(1)), write("bad/twice/src/acceleration.c", text(2))
write("bad/<script>\x1b[31m\n/acceleration.c")
write("bad/-rf/acceleration.c")
write("bad/" + "n" * 65 + "/acceleration.c")
write("bad/nobody_5_6_accelerate.c")
os.makedirs("bad/folder/acceleration.c")
write("bad/deep.zip", zipped([("in.zip", zipped([("acceleration.c", SOURCE)]))]))
write("bad/broken.zip", zipped([("acceleration.c", SOURCE)])[:40])
write("bad/good/acceleration.c", text(77))

# Hostile ones: archives.
write("bad.zip", zipped([
    ("../../climb/acceleration.c", SOURCE), ("/absolute/acceleration.c", SOURCE), ("a\\b/acceleration.c", SOURCE),
    ("soft/acceleration.c", b"/etc/passwd", stat.S_IFLNK | 0o777), ("larger/acceleration.c", b"\n" * (5 << 20)),
    ("fine/acceleration.c", text(77)),
]))
with tarfile.open("bad.tar.gz", "w:gz") as t:
    for name, kind in (("fifo", tarfile.FIFOTYPE), ("char", tarfile.CHRTYPE), ("block", tarfile.BLKTYPE),
                       ("hard", tarfile.LNKTYPE), ("soft", tarfile.SYMTYPE)):
        info = tarfile.TarInfo(f"t/{name}/acceleration.c")
        info.type, info.linkname = kind, "/etc/passwd"
        t.addfile(info)
    info = tarfile.TarInfo("t/fine/acceleration.c")
    info.size = len(SOURCE)
    t.addfile(info, io.BytesIO(SOURCE))
write("bomb.zip", zipped([(f"s{i}/acceleration.c", b"\n" * (1 << 20)) for i in range(12)]))
with tarfile.open("bomb.tar.gz", "w:gz") as t:
    info = tarfile.TarInfo("t/zeros")
    info.size = 40 << 20
    t.addfile(info, io.BytesIO(bytes(40 << 20)))
    info = tarfile.TarInfo("t/after/acceleration.c")
    info.size = len(SOURCE)
    t.addfile(info, io.BytesIO(SOURCE))
write("many.zip", zipped([(f"s{i}/x", b"") for i in range(300)]))
write("two_users.zip", zipped([("li_1_1_acceleration.c", text(1)), ("li_2_2_acceleration.c", text(2))]))
