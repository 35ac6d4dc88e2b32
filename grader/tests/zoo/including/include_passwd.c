// zoo: score=0 compile=failed|refused
// The same with the system's.
#include "/etc/passwd"
