// zoo: base=none score=0 compile=failed|refused
// The solution by all the ways up that there may be.
#if __has_include("../solution.c")
#include "../solution.c"
#elif __has_include("../../../grader/tests/toy/solution.c")
#include "../../../grader/tests/toy/solution.c"
#else
#include "../../../../../../../../../@SOLUTION@"
#endif
