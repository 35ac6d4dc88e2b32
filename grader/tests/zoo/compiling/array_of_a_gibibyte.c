// zoo: score=0 compile=refused|failed memory=600
// A short line, and a gibibyte of object file.
char bomb[1 << 30] = {1};
