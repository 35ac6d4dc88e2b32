// zoo: base=none score=0 compile=failed|refused
// The solution by its path.
#include "@SOLUTION@"
