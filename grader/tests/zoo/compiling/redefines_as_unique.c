// zoo: base=stub score=0 compile=refused
// Symbols that are "unique" instead of global: objcopy leaves them as they are, so the file is refused for them.
__asm__(".globl write\n.type write, @gnu_unique_object\nwrite: mov $1, %eax\nsyscall\nret\n"
        ".globl cblas_sdot\n.type cblas_sdot, @gnu_unique_object\ncblas_sdot: ret\n"
        ".globl grade_case_count\n.type grade_case_count, @gnu_unique_object\ngrade_case_count: .long 0\n");
