// zoo: base=stub score=0 compile=refused
// Weak, common, aliased and versioned names instead of plain ones: some cannot be made local, and are not let in.
__attribute__((common)) int grade_case_count;
__attribute__((weak)) int main(void) { return 0; }
__attribute__((weak)) long read(int fd, void *to, unsigned long n) { return 0; }
static int nothing(void) { return 0; }
int grade_run_case(void) __attribute__((alias("nothing")));
__asm__(".symver nothing, write@@GLIBC_2.2.5");
