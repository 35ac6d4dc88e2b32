// zoo: score=0 compile=ok|failed
// A tebibyte of zeros takes no room in a file. It takes some in a process.
char bomb[1L << 40];
__attribute__((constructor)) static void touch(void) { ((volatile char *)bomb)[1L << 39] = 1; }
