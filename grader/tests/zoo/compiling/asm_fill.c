// zoo: score=0 compile=refused|failed
// A tebibyte by .fill, .space and .org.
__asm__(".data\n.fill 0x100000000, 8, 1\n.space 0x10000000000, 1\n.org 0x10000000000\n.text\n");
