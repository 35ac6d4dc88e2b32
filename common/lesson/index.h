// index.h: the first page of the course, which lists the lessons' pages.
#pragma once

#include "core/status.h"

// Write FOLDER/html/index.html: a link, a title and a goal for every FOLDER/html/NN_topic.html that is there.
tt_status lesson_write_index(const char *folder);
