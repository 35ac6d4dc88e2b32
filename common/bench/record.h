// record.h: writes measured numbers into pages, so that nobody types them.
//
// A page has blocks
//     <!-- record: 15_acceleration claims -->
//     (whatever stands here is replaced)
//     <!-- end record -->
// with one of: `claims` (value, floor and verdict of each), `case SUITE CASE` (the variants of one case).
// Each block ends with the machine, the date and the command that shows it again.
#pragma once

#include "bench.h"

// Rewrite this module's blocks in the file at path, which is replaced as a whole or left alone.
// TT_BAD_FILE if it cannot be read or written, or if a block has no end or asks for something
// that does not exist.
tt_status bench_record(const char *path, const results *r, const bench_module *module);
