// counted.h: the memory that a program has asked for, counted where it asks: what malloc gave and free did not take back.
//
// A program that holds counted.c is linked with --wrap for these functions (meson.build). What the C library allocates
// for itself, and OpenBLAS's buffers, do not pass there.
#pragma once

#include <stddef.h>

long counted_now(void);   // bytes in use
void counted_begin(void); // the most begins anew with what is in use
long counted_most(void);  // the most that was in use since
