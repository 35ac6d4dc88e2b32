// zoo: slow score=0 compile=refused memory=600 says="more memory than the"
// The assembler counts to a milliard, and would keep it all.
__asm__(".rept 1000000000\nnop\n.endr\n");
