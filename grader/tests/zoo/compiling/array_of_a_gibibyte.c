// zoo: score=0 compile=refused memory=600 says="would have written a file"
// A short line, and a gibibyte of object file.
char bomb[1 << 30] = {1};
