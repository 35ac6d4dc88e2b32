#!/usr/bin/env python3
"""plant.py: make a wrong solution from the right one. usage: plant.py IN OUT OLD NEW; OLD must stand there exactly once."""
import sys

source, target, old, new = sys.argv[1:5]
text = open(source, encoding="utf-8").read()
if text.count(old) != 1:
    sys.exit(f"plant.py: {source}: {old!r} stands there {text.count(old)} times, not once; mend the row in meson.build")
open(target, "w", encoding="utf-8").write(text.replace(old, new))
