// zoo: score=0 compile=failed|refused
// Secrets by the assembler's own door.
__asm__(".section .rodata\nsecret: .incbin \"@SECRET@\"\nsolution: .incbin \"@SOLUTION@\"\n.text\n");
