// zoo: score=0 compile=failed|refused
// A secret as assembler code: every line of it would be quoted as an error.
__asm__(".include \"@SECRET@\"\n");
