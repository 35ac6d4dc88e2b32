// percent.h: turns a notebook's cells back into percent format.
//
// percent -> notebook -> percent gives the same bytes. What a notebook's cell cannot hold is kept in its
// metadata under "tinytorch":
//     "lines"   pairs of a line as shown, with numbers for {name}, and as it stands in the file; null
//               instead of the first for a line that the run's numbers left out (choice.h)
//     "mark"    the "// %%" line
//     "after"   what follows the cell's text up to the next mark
// and in the notebook's own metadata:
//     "before"  what stands before the first mark
// Each is there only where something else would be written without it. A line that was changed in Jupyter
// is taken as it is; its neighbours keep their {names}.
#pragma once

#include <stdio.h>

#include "core/status.h"

// Print the lesson in the notebook at path. TT_BAD_FILE if it is no notebook.
tt_status lesson_print_percent(const char *path, FILE *out);
