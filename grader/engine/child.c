// child.c: the graded process: maps the job, waits for a question, calls, answers. It holds no oracle.
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "job.h"

// A static program cannot load others. Without this, the linker would say so in every message to a student.
void *dlopen(const char *file, int mode)
{
    (void)file, (void)mode;
    return NULL;
}

// argv: the name of a run, and its argument.
int main(int argc, char **argv)
{
    const job_run *run = argc == 2 ? job_find(argv[0]) : NULL;
    if (!run) return 2;
    const int argument = atoi(argv[1]);
    void *memory = mmap(NULL, JOB_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, JOB_MEMORY_FD, 0);
    if (memory == MAP_FAILED) return 2;
    unsigned char byte;
    while (read(JOB_SOCKET_FD, &byte, 1) == 1) {
        byte = (unsigned char)run->call(memory, argument);
        if (write(JOB_SOCKET_FD, &byte, 1) != 1) break;
    }
    return 0;
}
