// zoo: each="../link; include/../link; @KIT@/link; @KIT@/compile; @KIT@/symbols" score=0 compile=failed|refused
// How its programs are linked, and where: a file beside the headers, whose lines would be quoted.
#include "@1@"
