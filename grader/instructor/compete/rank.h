// rank.h: places. Entries are ordered by what a category counts; neighbours share a place unless one is faster for sure.
#pragma once

#include "book.h"

// Of the ranked entries of a round and event the ones next to this score, an entry of the same team left out: above, and
// below; 0: none.
tt_status rank_neighbours(long long beside[2], const compete_book *b, long long round, const char *event,
                          long long team, double score);

// All places of a round anew, from what was measured. It measures nothing, so it may be called again.
tt_status rank_all(const compete_book *b, long long round);
