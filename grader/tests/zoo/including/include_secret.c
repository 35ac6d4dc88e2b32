// zoo: score=0 compile=failed|refused
// A file of the grader's user, as a header: its first wrong word would be quoted in the messages.
#include "@SECRET@"
