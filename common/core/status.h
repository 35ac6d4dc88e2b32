// status.h: how every function here says that it could not do what was asked.
//
// A function that fails returns a status other than TT_OK and leaves its outputs untouched. Where the
// status alone says too little (which file, which byte), it also calls tt_fail with a sentence; the
// program prints it with tt_error().
#pragma once

typedef enum {
    TT_OK,
    TT_TODO,      // an exercise that is not written yet
    TT_BAD_SHAPE, // a negative size, or sizes that do not fit each other
    TT_BAD_VALUE, // a NULL pointer or an argument outside its range
    TT_NO_MEMORY,
    TT_BAD_FILE, // missing, damaged, or not what it should be
    TT_STATUS_COUNT
} tt_status;

// A short text for a status, "not written yet" for TT_TODO. Never NULL.
const char *tt_status_text(tt_status status);

// Remember a sentence for this thread (printf style, cut at 511 characters) and return status.
tt_status tt_fail(tt_status status, const char *format, ...) __attribute__((format(printf, 2, 3)));

// The last sentence given to tt_fail on this thread, "" if there was none. Valid until the next tt_fail.
const char *tt_error(void);
