// zoo: score=0 compile=refused|failed
// A macro of the assembler that calls itself, twice.
__asm__(".macro bomb\nbomb\nbomb\n.endm\nbomb\n");
