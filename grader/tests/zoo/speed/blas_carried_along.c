// zoo: replaces=toy_product score=0 compile=refused
// The library's bytes as data, to be put together at run time. A source file has no business with them.
__asm__(".section .rodata\n.globl carried\n"
        "carried: .incbin \"/usr/lib/x86_64-linux-gnu/openblas-serial/libopenblas.so.0\"\n.text\n");
tt_status toy_product(float *out, const float *a, const float *b, int n) { return honest_product(out, a, b, n); }
