#!/usr/bin/env python3
"""recorded.py: NumPy's quantiles and a bootstrap with NumPy's median, as the table that module 19 is graded by.

usage: recorded.py TABLE [--check]      --check: change nothing, fail if the table is another
"""
import re
import sys

import numpy as np

MASK = (1 << 64) - 1
ROWS = [(4, 80, 0.95), (9, 400, 0.99), (31, 1000, 0.95), (50, 200, 0.9), (200, 300, 0.8), (1001, 100, 0.95)]


class SplitMix64:
    """Steele, Lea, Flood, OOPSLA 2014, figure 13."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        self.state = (self.state + 0x9E3779B97F4A7C15) & MASK
        z = self.state
        z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
        return z ^ z >> 31

    def below(self, bound):
        unfair = (1 << 64) % bound
        while (x := self.next()) < unfair:
            pass
        return x % bound


def row(n, resamples, confidence):
    rng = SplitMix64(n)
    samples = np.array([1 / ((rng.next() >> 11) * 2.0**-53 + 2.0**-6) for _ in range(n)])  # a long tail above
    rng = SplitMix64(n + 1)
    medians = [np.median(samples[[rng.below(n) for _ in range(n)]]) for _ in range(resamples)]
    low, high = np.quantile(medians, [(1 - confidence) / 2, (1 + confidence) / 2])
    numbers = [*np.quantile(samples, [0.25, 0.5, 0.75, 0.95, 0.99]), low, high]
    return f"    {{{n}, {resamples}, {confidence}, {{{', '.join(f'{x:.17g}' for x in numbers)}}}}},"


text = "\n".join([
    "// recorded.h: what NumPy says of some samples: made by recorded.py in the module's solutions.",
    "//",
    "// Sample i of n is 1 / (u + 1 / 64), u being the first 53 bits of the i-th number of a tt_rng that begins as {n}, over",
    "// 2^53. The bootstrap's seed is n + 1.",
    "// clang-format off",
    "static const struct {",
    "    int n, resamples;",
    "    double confidence, number[7]; // quantiles 0.25, 0.5, 0.75, 0.95, 0.99; low and high",
    "} recorded[] = {",
    *[row(*r) for r in ROWS],
    "};",
    ""])
if sys.argv[2:] == ["--check"]:
    found, own = ([float(x) for x in re.findall(r"\d[\d.]*(?:e[-+]\d+)?", t[t.index("recorded[]"):])] for t in (open(sys.argv[1], encoding="utf-8").read(), text))
    if len(found) != len(own) or not np.allclose(found, own, rtol=1e-12, atol=0):
        sys.exit(f"{sys.argv[1]} is not what NumPy {np.__version__} says: make it again with {sys.argv[0]}")
else:
    open(sys.argv[1], "w", encoding="utf-8").write(text)
