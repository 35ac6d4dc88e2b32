// words.c: see words.h.
#include "words.h"

#include <stdarg.h>
#include <stdio.h>

// The row of this case's run: its argument's own, if there is one.
static const grade_name *find_row(const grade_run *run)
{
    const grade_name *found = NULL;
    for (const grade_name *row = run->names; row && row->run; row++) {
        if (strcmp(row->run, run->row->run) != 0) continue;
        if (row->argument == run->row->argument) return row;
        if (row->argument == GRADE_ANY) found = row;
    }
    return found;
}

// Word i of words with blanks between them, its length in *length; NULL if there are fewer, or it is "-".
static const char *find_word(const char *words, int i, int *length)
{
    for (; words && *words; words += *length, words += *words == ' ', i--) {
        *length = (int)strcspn(words, " ");
        if (i == 0) return *length == 1 && *words == '-' ? NULL : words;
    }
    return NULL;
}

static __attribute__((format(printf, 3, 4))) void add(char *text, size_t size, const char *format, ...)
{
    const size_t used = strlen(text);
    va_list args;
    va_start(args, format);
    vsnprintf(text + used, size - used, format, args);
    va_end(args);
}

// The parts of "out|x" whose bits are set.
static void add_nulls(char *text, size_t size, const char *word, int length, int bits)
{
    for (const char *end = word + length; word < end; bits >>= 1) {
        const int part = (int)strcspn(word, "| ");
        if (bits & 1) add(text, size, "%s%.*s NULL", *text ? ", " : "", part, word);
        word += part + 1;
    }
}

void words_call(grade_run *run, char *text, size_t size)
{
    const grade_name *row = find_row(run);
    *text = 0;
    if (row && row->describe) return row->describe(run, text, size);
    for (int i = 0; row && i < JOB_NUMBERS; i++) {
        int length;
        const char *word = find_word(row->numbers, i, &length);
        const int number = run->layout.number[i];
        if (!word) continue;
        const bool may_be_absent = word[length - 1] == '?';
        if (memchr(word, '|', (size_t)length)) add_nulls(text, size, word, length, number);
        else if (number || !may_be_absent)
            add(text, size, "%s%.*s = %d", *text ? ", " : "", length - may_be_absent, word, number);
    }
}

void words_array(const grade_run *run, int i, char *text, size_t size)
{
    const grade_name *row = find_row(run);
    int length;
    const char *word = row ? find_word(row->arrays, i, &length) : NULL;
    if (word) snprintf(text, size, "`%.*s`", length, word);
    else snprintf(text, size, "array %d", i);
}
