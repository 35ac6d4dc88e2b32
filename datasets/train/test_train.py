#!/usr/bin/env python3
"""Training that is killed at random moments and resumed ends with the same bits as training that is not.

    test_train.py TRAIN      TRAIN is the program

Every model trains for a few steps on a tiny slice made here in the real formats, from random weights and on from
those of a file, under a mask. Takes some seconds.
"""
import gzip, json, os, random, signal, struct, subprocess, sys, tempfile, time

PROGRAM = os.path.abspath(sys.argv[1])


def make_data(folder):
    rng = random.Random(1)
    for name, count in (("train", 120), ("t10k", 30)):
        images = struct.pack(">4I", 0x803, count, 28, 28) + rng.randbytes(count * 784)
        labels = struct.pack(">2I", 0x801, count) + bytes(i % 10 for i in range(count))
        for kind, data in (("images-idx3", images), ("labels-idx1", labels)):
            with gzip.open(os.path.join(folder, f"{name}-{kind}-ubyte.gz"), "wb") as f:
                f.write(data)
    for i in range(1, 6):
        with open(os.path.join(folder, f"data_batch_{i}.bin"), "wb") as f:
            f.write(b"".join(bytes([r % 10]) + rng.randbytes(3072) for r in range(24)))
    with open(os.path.join(folder, "test_batch.bin"), "wb") as f:
        f.write(b"".join(bytes([r % 10]) + rng.randbytes(3072) for r in range(24)))
    with open(os.path.join(folder, "text"), "w") as f:
        f.write("".join(rng.choice("abcdefgh \n") for _ in range(128 * 600)))


def read(path):
    """The arrays' description and data, and the metadata."""
    with open(path, "rb") as f:
        length, = struct.unpack("<Q", f.read(8))
        header = json.loads(f.read(length))
        return header, header.pop("__metadata__", {}), f.read()


def begin(folder, arguments, **more):
    environment = dict(os.environ, DATA_DIR=folder, TEXT=os.path.join(folder, "text"))
    return subprocess.Popen([PROGRAM] + arguments, env=environment, stdout=subprocess.DEVNULL, **more)


def killed(folder, arguments, steps, seconds):
    """Begin it and kill it, so many seconds after it has saved so many checkpoints. False if it ended before that."""
    path = arguments[arguments.index("--out") + 1] + ".checkpoint"
    process = begin(folder, arguments)
    seen, last = 0, written(path)
    while process.poll() is None and seen < steps:
        now = written(path)
        seen, last = seen + (now != last), now
        time.sleep(0.001)
    time.sleep(seconds)
    process.kill()
    return process.wait() == -signal.SIGKILL


def written(path):
    return os.stat(path).st_mtime_ns if os.path.exists(path) else None


def curve(path):
    """Step and loss of every line but those of evaluations; each line must be whole."""
    with open(path + ".jsonl") as f:
        lines = [json.loads(line) for line in f]
    steps = [line["step"] for line in lines]
    assert steps == sorted(steps), "the log goes back in time"
    return [(line["step"], line["loss"]) for line in lines if "rate" in line]


def check(folder, model, arguments):
    whole, pieces = os.path.join(folder, "whole"), os.path.join(folder, "pieces")
    arguments = [model] + arguments
    assert begin(folder, arguments + ["--out", whole]).wait() == 0
    again = arguments + ["--out", pieces, "--every", "0", "--resume"]
    kills = [killed(folder, again, *when) for when in ((0, random.uniform(0, 0.2)), (1, 0), (1, random.uniform(0, 0.1)))]
    assert kills[1], f"{model}: ended before it could be killed"
    assert begin(folder, again).wait() == 0, f"{model}: does not go on"
    one, other = read(whole), read(pieces)
    assert one[0] == other[0] and one[2] == other[2], f"{model}: the weights differ"
    assert one[1]["loss"] == other[1]["loss"] and one[1]["step"] == other[1]["step"]
    assert curve(whole) == curve(pieces) != [], f"{model}: the curves differ"
    print(f"{model} {' '.join(map(os.path.basename, arguments[1:]))}: same weights after {sum(kills)} kills")
    for path in (whole, pieces):
        os.remove(path), os.remove(path + ".jsonl")
        assert not os.path.exists(path + ".checkpoint")
    return one


def floats(header, data, name):
    begin, end = header[name]["data_offsets"]
    return struct.unpack(f"<{(end - begin) // 4}f", data[begin:end])


def check_mask(folder, model, arguments, weight):
    """Begin with weights of which every third is 0: these stay 0, the others are trained, through kills as well."""
    trained, pruned = os.path.join(folder, "trained"), os.path.join(folder, "pruned")
    assert begin(folder, [model, "--steps", "1", "--out", trained] + arguments[2:]).wait() == 0
    header, notes, data = read(trained)
    first, last = header[weight]["data_offsets"]
    zeroed = data[:first] + b"".join(bytes(4) if i % 3 == 0 else data[first + 4 * i:first + 4 * i + 4]
                                     for i in range((last - first) // 4)) + data[last:]
    text = json.dumps(dict(header, __metadata__=notes)).encode()
    with open(pruned, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + zeroed)
    tuned, notes, after = check(folder, model, arguments + ["--from", pruned, "--mask-from", pruned, "--rate", "0.01"])
    was, now = floats(header, zeroed, weight), floats(tuned, after, weight)
    assert all(b == 0 for a, b in zip(was, now) if a == 0), f"{model}: what was 0 is not"
    assert sum(a != b for a, b in zip(was, now)) > len(was) / 2, f"{model}: nothing was trained"
    assert notes["start"].startswith("pruned (crc32 ") and " weights" in notes["start"], notes["start"]
    assert begin(folder, [model, "--out", trained, "--from", pruned] + arguments).wait() == 0
    tuned, _, after = read(trained)
    assert any(a == 0 != b for a, b in zip(was, floats(tuned, after, weight))), f"{model}: masked without a mask"
    os.remove(trained + ".jsonl"), os.remove(trained), os.remove(pruned)


def check_refusal(folder):
    """A checkpoint of another seed is not gone on with; nor are options taken that mean nothing together."""
    command = ["mlp", "--out", os.path.join(folder, "other"), "--steps", "1000000"]
    assert killed(folder, command + ["--every", "0"], 1, 0)
    process = begin(folder, command + ["--resume", "--seed", "2"], stderr=subprocess.PIPE, text=True)
    _, said = process.communicate()
    assert process.returncode == 1 and "its seed is 1, this run's 2" in said, said
    for wrong, why in ((["mlp", "--widths", "8", "--from", "a"], "leave one of them out"),
                       (["mlp", "--widths", "8,"], "numbers from 1 to 4096"),
                       (["gpt", "--epochs", "2"], "are for pictures"),
                       (["mlp", "--from", "/nowhere"], "/nowhere")):
        process = begin(folder, wrong, stderr=subprocess.PIPE, text=True)
        _, said = process.communicate()
        assert process.returncode in (1, 2) and why in said, said
    print("a checkpoint of another seed is refused, and what does not go together")


def check_widths(folder):
    """A narrow model trains, and trains on from its file, which alone says how wide it is."""
    small = os.path.join(folder, "small")
    assert begin(folder, ["cnn", "--widths", "3,5", "--epochs", "2", "--batch", "10", "--out", small]).wait() == 0
    header, notes, _ = read(small)
    assert header["conv1.weight"]["shape"] == [3, 3, 3, 5] and header["linear2.weight"]["shape"] == [14 * 14 * 5, 10]
    assert notes["steps"] == str(2 * 11) and notes["validation"] == "10 validation images", notes
    check(folder, "cnn", ["--steps", "20", "--batch", "4", "--from", small])


with tempfile.TemporaryDirectory() as folder:
    make_data(folder)
    check(folder, "mlp", ["--steps", "30", "--batch", "20"])
    check(folder, "cnn", ["--steps", "20", "--batch", "4"])
    check(folder, "cnn", ["--steps", "20", "--batch", "4", "--data", "cifar", "--workers", "2"])
    check(folder, "gpt", ["--steps", "6", "--batch", "1"])
    check_mask(folder, "mlp", ["--steps", "30", "--batch", "20", "--workers", "2"], "linear0.weight")
    check_mask(folder, "gpt", ["--steps", "6", "--batch", "1"], "blocks.1.widen.weight")
    check_widths(folder)
    check_refusal(folder)
