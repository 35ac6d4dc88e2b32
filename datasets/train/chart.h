// chart.h: the course of a training run as a picture, from the log that the loop wrote.
#pragma once

#include "core/status.h"

// Draw OUT.jsonl: as text, and as NAME-curve.svg and .png beside OUT. `note`, if not "", goes into the
// caption. TT_BAD_FILE if it cannot be read or drawn.
tt_status chart_draw(const char *out, const char *model, const char *note);
