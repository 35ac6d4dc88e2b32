// link.c: a program of every module's code at once: it links where no two modules export the same name.

// The engine walks a module's tables of cases; here it has none.
const int grade_case_count = 0;
const char grade_cases[1], grade_names[1];

int main(void) { return 0; }
