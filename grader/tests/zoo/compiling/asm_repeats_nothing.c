// zoo: slow score=0 compile=refused memory=600 says="the compiler was ended"
// The assembler does nothing, 10^12 times: time without memory.
__asm__(".rept 10000\n.rept 10000\n.rept 10000\n.if 0\n.endif\n.endr\n.endr\n.endr\n");
