// zoo: replaces=toy_product,toy_library score=60
// No code of its own: two names for what the trusted half has. That is the textbook's speed.
__asm__(".globl toy_library\n.type toy_library, @function\n"
        "toy_library: mov %ecx, %r8d\nmov %ecx, %r9d\njmp matmul_naive\n"
        ".globl toy_product\n.set toy_product, toy_library\n");
