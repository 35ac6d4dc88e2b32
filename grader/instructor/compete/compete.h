// compete.h: what the commands of grader compete share.
#pragma once

#include "20_benchmarking/benchmarking.h"
#include "book.h"

// The commands, each in its file; argv is what follows its name.
int compete_init(const command_place *where, int argc, char **argv);
int compete_add(const command_place *where, int argc, char **argv);
int compete_run(const command_place *where, int argc, char **argv);
int compete_rank(const command_place *where, int argc, char **argv);
int compete_list(const command_place *where, int argc, char **argv);
int compete_judge(const command_place *where, int argc, char **argv);
