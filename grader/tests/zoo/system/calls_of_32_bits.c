// zoo: replaces=toy_scale,toy_library score=60 verdict=refused
// The same kernel by its other doors: int 0x80 has numbers of its own (20 is getpid), and so has x32.
tt_status toy_scale(float *out, const float *x, int n, float by)
{
    long answer = 20;
    __asm__ volatile("int $0x80" : "+a"(answer)::"memory");
    return honest_scale(out, x, n, by);
}

tt_status toy_library(float *out, const float *a, const float *b, int n)
{
    long answer = 0x40000000 + 39;
    __asm__ volatile("syscall" : "+a"(answer)::"rcx", "r11", "memory");
    return honest_library(out, a, b, n);
}
