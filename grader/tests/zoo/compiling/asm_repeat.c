// zoo: slow score=0 compile=refused|failed
// The assembler counts to a milliard.
__asm__(".rept 1000000000\nnop\n.endr\n");
