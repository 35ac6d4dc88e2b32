// machine.h: the machine, the compiler and the flags that a number was measured with.
#pragma once

#include <stdio.h>

enum { MACHINE_LEVELS = 4 }; // L1, L2, L3, DRAM

typedef struct {
    char cpu[96];
    int cores;                        // that this process may use
    long cache_bytes[MACHINE_LEVELS]; // the data caches of one core; 0 where unknown, and for DRAM
    char compiler[48];
    char flags[256];
    char date[32];                    // ISO 8601, UTC
    double peak_flops;                // one core, float32 multiply-adds, flop/s; 0 until measured
    double bandwidth[MACHINE_LEVELS]; // one core reads half the level's bytes, in bytes/s; 0 until measured
} machine_info;

extern const char *const machine_level_names[MACHINE_LEVELS]; // "L1", "L2", "L3", "DRAM"

// Fill in everything that can be known without measuring.
void machine_describe(machine_info *info);

// Measure peak_flops and bandwidth: about half a second.
void machine_measure(machine_info *info);

// One line, cut at size - 1 characters: CPU, cores, compiler, date.
void machine_line(const machine_info *info, char *line, size_t size);

// The best bandwidth (bytes/s) of one core that reads `bytes` over and over for `seconds`; 0 without memory.
double machine_read_bandwidth(size_t bytes, double seconds);
