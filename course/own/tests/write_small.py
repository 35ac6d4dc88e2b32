#!/usr/bin/env python3
"""Writes small.safetensors: a small CNN as PyTorch's safetensors.torch.save_file(model.state_dict()) writes one.

    model = nn.Sequential(nn.Conv2d(1, 4, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                          nn.Conv2d(4, 8, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2),
                          nn.Flatten(), nn.Linear(8 * 7 * 7, 10))

usage: write_small.py FILE   the network, untrained, its weights from a generator of its own
       write_small.py --answers   what it says of three pictures, computed here in plain loops

The format: 8 bytes, the header's length; the header as JSON, padded with blanks to a multiple of 8; the arrays, names in
alphabetical order.
"""
import json
import struct
import sys

SHAPES = {"0.weight": (4, 1, 3, 3), "0.bias": (4,), "3.weight": (8, 4, 3, 3), "3.bias": (8,),
          "7.weight": (10, 392), "7.bias": (10,)}


def numbers(name, count):
    """As many numbers between -0.5 and 0.5, each exact as a 32-bit float."""
    state = sum(ord(c) * 257 for c in name)
    out = []
    for _ in range(count):
        state = (state * 1103515245 + 12345) % 2**31
        out.append((state >> 15) % 1024 / 1024 - 0.5)
    return out


def arrays():
    made = {}
    for name, shape in SHAPES.items():
        count = 1
        for size in shape:
            count *= size
        made[name] = numbers(name, count)
    return made


def write(path):
    header, data = {"__metadata__": {"format": "pt"}}, b""
    made = arrays()
    for name in sorted(made):
        raw = struct.pack("<%df" % len(made[name]), *made[name])
        header[name] = {"dtype": "F32", "shape": list(SHAPES[name]), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def conv(x, w, b, out):
    """x[c][y][x], a window of 3 x 3 with zeros round the picture, then relu and the largest of 2 x 2."""
    size, channels = len(x[0]), len(x)
    made = [[[0.0] * size for _ in range(size)] for _ in range(out)]
    for o in range(out):
        for i in range(size):
            for j in range(size):
                s = b[o]
                for c in range(channels):
                    for dy in range(3):
                        for dx in range(3):
                            y, z = i + dy - 1, j + dx - 1
                            if 0 <= y < size and 0 <= z < size:
                                s += w[((o * channels + c) * 3 + dy) * 3 + dx] * x[c][y][z]
                made[o][i][j] = max(0.0, s)
    half = size // 2
    return [[[max(m[2 * i][2 * j], m[2 * i + 1][2 * j], m[2 * i][2 * j + 1], m[2 * i + 1][2 * j + 1])
              for j in range(half)] for i in range(half)] for m in made]


def answers():
    a = arrays()
    for picture in range(3):
        x = [[[(i * 28 + j) * (picture + 3) % 256 / 255 for j in range(28)] for i in range(28)]]
        x = conv(x, a["0.weight"], a["0.bias"], 4)
        x = conv(x, a["3.weight"], a["3.bias"], 8)
        flat = [v for plane in x for row in plane for v in row]
        print(*("%.6g" % (a["7.bias"][o] + sum(a["7.weight"][o * 392 + i] * flat[i] for i in range(392)))
                for o in range(10)))


if __name__ == "__main__":
    if sys.argv[1] == "--answers":
        answers()
    else:
        write(sys.argv[1])
