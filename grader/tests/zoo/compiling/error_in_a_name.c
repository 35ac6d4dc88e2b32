// zoo: score=0 compile=failed
// The same, said by the linker: a name may hold any byte.
extern int bad __asm__("\033[2J\033]0;owned\007<script>\xc2\x9b" "31m\xe2\x80\xae\xff");
__attribute__((constructor)) static void use(void) { bad++; }
