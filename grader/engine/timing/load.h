// load.h: what else the machine is doing, as Linux says it: nothing here is a measurement of a submission.
#pragma once

#include <stdbool.h>

// Whether more processes want to run, this one among them, than half of the cores can take. Two cores may be two
// threads of one, and then the second process slows the first. False where /proc/loadavg cannot be read.
bool load_is_crowded(void);

// Wait until that has not been so for a while, at most `seconds`. How long it took.
double load_wait(double seconds);

// What has been taken from this machine, in a virtual one, and from this thread: seconds in which another machine
// had its cores (/proc/stat, "steal"), and how often another process had to be let in front of it.
typedef struct {
    double stolen;
    long switches;
} load_taken;
load_taken load_take_stock(void);
