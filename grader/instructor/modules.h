// modules.h: the modules of this source tree, and the programs that grade them.
#pragma once

#include "command.h"

enum { MODULES_MOST = 32 };

typedef struct {
    char number[8], topic[64], name[80]; // "15", "acceleration", "15_acceleration"
    char file[72];                       // "acceleration.c"
    char folder[FILES_PATH];             // in the source tree
    char program[FILES_PATH], kit[FILES_PATH];
} module;

typedef struct {
    module row[MODULES_MOST];
    int count;
} module_list;

// From ROOT/modules/NN_topic, sorted. TT_BAD_FILE if there is none.
tt_status modules_find(module_list *list, const command_place *where);

// By number, by topic or by name; NULL if there is none.
const module *modules_get(const module_list *list, const char *which);

// The same, with a sentence for tt_error() that lists what there is.
tt_status modules_require(const module **m, const module_list *list, const char *which);

// Names this grader of module m: a hash over its program and its kit. Another one may come to another result.
tt_status modules_engine(char hex[FILES_HASH], const module *m, bool untimed);
