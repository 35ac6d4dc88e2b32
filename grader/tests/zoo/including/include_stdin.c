// zoo: score=0 compile=failed|refused
// A file that waits to be typed.
#include "/dev/stdin"
