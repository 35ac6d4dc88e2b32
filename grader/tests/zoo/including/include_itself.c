// zoo: slow score=0 compile=failed|refused
// Twice at every level.
#include __FILE__
#include __FILE__
