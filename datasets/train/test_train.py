#!/usr/bin/env python3
"""Training that is killed at random moments and resumed ends with the same bits as training that is not.

    test_train.py TRAIN      TRAIN is the program

Every model trains for a few steps on a tiny slice made here in the real formats. Takes some ten seconds.
"""
import gzip, json, os, random, struct, subprocess, sys, tempfile, time

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


def run(folder, arguments, seconds=None):
    """The exit code; None if it was killed after so many seconds."""
    environment = dict(os.environ, DATA_DIR=folder, TEXT=os.path.join(folder, "text"))
    process = subprocess.Popen([PROGRAM] + arguments, env=environment, stdout=subprocess.DEVNULL)
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return None


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
    started = time.time()
    assert run(folder, arguments + ["--out", whole]) == 0
    seconds, kills, result = time.time() - started, 0, None
    while result is None:
        result = run(folder, arguments + ["--out", pieces, "--every", "0", "--resume"],
                     random.uniform(0.02, max(0.3, seconds / 2)))
        kills += result is None
    assert result == 0, f"{model}: exit code {result}"
    one, other = read(whole), read(pieces)
    assert one[0] == other[0] and one[2] == other[2], f"{model}: the weights differ"
    assert one[1]["loss"] == other[1]["loss"] and one[1]["step"] == other[1]["step"]
    assert curve(whole) == curve(pieces) != [], f"{model}: the curves differ"
    print(f"{model} {' '.join(arguments[1:])}: same weights after {kills} kills")
    for path in (whole, pieces):
        os.remove(path), os.remove(path + ".jsonl")
        assert not os.path.exists(path + ".checkpoint")


def check_refusal(folder):
    """A checkpoint of another seed is not gone on with."""
    out = os.path.join(folder, "other")
    result = run(folder, ["mlp", "--out", out, "--every", "0", "--steps", "1000000"], 1)
    assert result is None
    environment = dict(os.environ, DATA_DIR=folder)
    answer = subprocess.run([PROGRAM, "mlp", "--out", out, "--resume", "--seed", "2", "--steps", "1000000"],
                            env=environment, capture_output=True, text=True)
    assert answer.returncode == 1 and "its seed is 1, this run's 2" in answer.stderr, answer.stderr
    print("a checkpoint of another seed is refused")


with tempfile.TemporaryDirectory() as folder:
    make_data(folder)
    check(folder, "mlp", ["--steps", "100", "--batch", "50"])
    check(folder, "cnn", ["--steps", "24", "--batch", "8"])
    check(folder, "cnn", ["--steps", "20", "--batch", "8", "--data", "cifar", "--workers", "2"])
    check(folder, "gpt", ["--steps", "20", "--batch", "1"])
    check_refusal(folder)
