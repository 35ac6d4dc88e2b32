// link.c: a program of every module's code at once: it links where no two modules export the same name.
int main(void) { return 0; }
