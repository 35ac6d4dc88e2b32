// zoo: score=0 verdict=crashed
// A static program that asks for an interpreter, which the kernel would start instead of it.
__asm__(".section .interp, \"a\"\n.asciz \"/lib64/ld-linux-x86-64.so.2\"\n.text\n");
