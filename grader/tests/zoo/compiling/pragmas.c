// zoo: score=100 replaces=toy_scale
// What a file may say to the compiler about itself.
#pragma GCC system_header
#pragma GCC optimize("O0", "-fplugin=/tmp/@MARK@.so", "-fdump-tree-all", "-frandom-seed=/tmp/@MARK@")
#pragma GCC poison grade_wrong check_scale
#pragma GCC visibility push(hidden)
#pragma weak toy_scale
#pragma redefine_extname toy_scales toy_scale
#pragma pack(1)
tt_status toy_scale(float *out, const float *x, int n, float by) { return honest_scale(out, x, n, by); }
