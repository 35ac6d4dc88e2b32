#!/usr/bin/env python3
"""plant.py: make a wrong solution from the right one. usage: plant.py IN OUT OLD NEW ...; each OLD must stand there exactly once."""
import sys

source, target, *places = sys.argv[1:]
text = open(source, encoding="utf-8").read()
for old, new in zip(places[::2], places[1::2], strict=True):
    if text.count(old) != 1:
        sys.exit(f"plant.py: {source}: {old!r} stands there {text.count(old)} times, not once; mend the row in meson.build")
    text = text.replace(old, new)
open(target, "w", encoding="utf-8").write(text)
