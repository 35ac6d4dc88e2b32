// index.h: the front page of the course: its modules, how far the reader is, what is next.
#pragma once

#include "core/status.h"

// Write FOLDER/html/index.html: a card for every module below the current folder and for every FOLDER/html/NN_topic.html,
// with its goal, its chart and, where progress/NN_topic.json has them, the points.
tt_status lesson_write_index(const char *folder);
