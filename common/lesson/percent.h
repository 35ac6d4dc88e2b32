// lesson/percent.h: a notebook's cells back in percent format.
//
// percent -> notebook -> percent gives the same bytes. What a notebook's cell cannot hold travels in its
// metadata under "tinytorch": "lines", pairs of a line as it is shown and as it stands in the file (numbers
// are filled in for {name}); "mark", the "// %%" line; "after", what follows the cell's text up to the next
// mark; and in the notebook's own, "before", what stands before the first mark. Each is there only where it
// is not what would be written without it. A line that was changed in Jupyter is taken as it is; its
// neighbours keep their {names}.
#pragma once

#include <stdio.h>

#include "core/status.h"

// TT_BAD_FILE if it is no notebook.
tt_status lesson_print_percent(const char *path, FILE *out);
