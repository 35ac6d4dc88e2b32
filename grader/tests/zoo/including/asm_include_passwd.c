// zoo: score=0 compile=failed|refused
// The same with the system's.
__asm__(".include \"/etc/passwd\"\n");
