// zoo: base=none score=0 compile=failed says="error: 'missing' undeclared"
// A thousand warnings, then the error: it is the error that is shown.
#define TEN(n) static int a##n; static int b##n; static int c##n; static int d##n; static int e##n; static int f##n;
#define HUNDRED(n) TEN(n##0) TEN(n##1) TEN(n##2) TEN(n##3) TEN(n##4) TEN(n##5) TEN(n##6) TEN(n##7) TEN(n##8) TEN(n##9)
static int unused(int a, int b) { int x, y, z; return a == sizeof(int); }
static int unused_too(int a, int b) { int x, y, z; return a == sizeof(int); }
static int unused_again(int a, int b) { int x, y, z; return a == sizeof(int); }
static int unused_as_well(int a, int b) { int x, y, z; return a == sizeof(int); }
static int unused_in_the_end(int a, int b) { int x, y, z; return a == sizeof(int); }
HUNDRED(1) HUNDRED(2) HUNDRED(3)
int last(void) { return missing; }
