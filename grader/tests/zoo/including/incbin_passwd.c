// zoo: score=0 compile=failed|refused
// The password file's bytes, to be handed out by the program.
__asm__(".section .rodata\nsecret: .incbin \"/etc/passwd\"\n.text\n");
