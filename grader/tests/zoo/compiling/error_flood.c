// zoo: score=0 compile=failed|refused
// A hundred thousand errors of one line.
#define A x +;
#define B A A A A A A A A A A
#define C B B B B B B B B B B
#define D C C C C C C C C C C
#define E D D D D D D D D D D
void f(void) { E E E E E E E E E E }
