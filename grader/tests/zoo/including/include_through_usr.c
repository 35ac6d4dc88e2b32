// zoo: base=none score=0 compile=failed|refused
// Up again from folders that may be read.
#include "/usr/include/../../etc/passwd"
#include <../../@SECRET@>
#include <sys/../../../../../..@SECRET@>
