#!/usr/bin/env python3
"""check_notebook.py: checks that a notebook is valid and shows what the run printed.

usage: check_notebook.py NOTEBOOK (with Debian's python3-nbformat)
"""
import base64
import sys
import xml.dom.minidom

import nbformat

notebook = nbformat.read(sys.argv[1], 4)
nbformat.validate(notebook)
assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5), notebook.nbformat_minor
assert notebook.metadata.kernelspec.language == "c"
first = notebook.cells[0]
assert first.cell_type == "markdown" and "This notebook is a record" in first.source and "`make " in first.source, first.source
code = [c for c in notebook.cells if c.cell_type == "code"]
ran = [c.execution_count for c in code if c.execution_count]
assert ran == list(range(1, len(ran) + 1)), ran
pictures = 0
for cell in code:
    assert cell.execution_count or not cell.outputs, cell.id
    for output in cell.outputs:
        data = output.get("data", {})
        assert output.output_type == "stream" or "text/plain" in data, output
        if "image/svg+xml" in data:
            svg = data["image/svg+xml"]
            pictures += 1
            assert svg.startswith("<svg"), svg[:40]
            xml.dom.minidom.parseString(svg)
            if 'class="figure' in svg:  # a drawing; the others are charts
                assert "<title" in svg and "<desc" in svg and 'role="img"' in svg, svg[:200]
                assert data["text/plain"].strip(), svg[:200]
                continue
            if "Gnuplot" in svg or "image/png" in data:  # what a cell draws itself has no second picture
                assert base64.b64decode(data["image/png"])[:8] == b"\x89PNG\r\n\x1a\n"
assert pictures, "no chart"
print(f"{sys.argv[1]}: {len(notebook.cells)} cells, {pictures} pictures")
