// zoo: score=0 compile=failed|refused
// A file without an end.
#include "/dev/zero"
