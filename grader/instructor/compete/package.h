// package.h: a submission as it comes, a folder or a zip: read into memory, and nothing of it believed.
//
//     manifest      event, team and the hash of every other file (benchmarking.h)
//     entry.conf    the configuration
//     report.md     what was tried, what failed, what the evidence is
//     acceleration.c quantization.c compression.c caching.c    the student's, any of them
//
// Errors   TT_BAD_VALUE and a sentence: which file, what is wrong, what to do. TT_BAD_FILE, TT_NO_MEMORY.
#pragma once

#include "20_benchmarking/benchmarking.h"
#include "instructor/files.h"

enum { PACKAGE_MODULES = 4, PACKAGE_MOST = PACKAGE_MODULES + 3 };

typedef struct {
    char name[OLY_NAME];
    char *bytes; // ended by a 0 that is not counted
    size_t size;
} package_file;

typedef struct {
    package_file files[PACKAGE_MOST];
    int count;
    char event[OLY_NAME], team[OLY_NAME];
    char sha256[FILES_HASH]; // of the manifest
} package;

// The student's files and the numbers of their modules, a row for each.
typedef struct {
    const char *name;
    int module;
} package_module;
extern const package_module package_modules[PACKAGE_MODULES];

// Read and check all but the configuration. package_finish also after an error.
tt_status package_read(package *p, const char *path);
void package_finish(package *p);

const package_file *package_find(const package *p, const char *name); // NULL: it has none

// Write all files into a folder, which is made, or emptied before.
tt_status package_keep(const package *p, const char *folder);
