// report.h: whether an innovation report says something in each of its parts.
//
// The template is the rule: each of its lines that begins with "## " is a part that a report must have, and what stands in
// the template already (its comments, the heads of its tables) fills none. Of a table that was filled every cell counts, and
// in a column that is called "command" there is a command between `backticks`, by which a reader gets the number again.
#pragma once

#include "core/status.h"

// TT_BAD_VALUE and a sentence: the parts that are missing or empty, or the first cell of a table that is.
tt_status report_check(const char *report, const char *template);
