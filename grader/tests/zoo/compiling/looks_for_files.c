// zoo: score=100
// Asks the compiler what there is: nothing. Nor does it tell by a way up again whether there is a folder.
#if __has_include("@SOLUTION@") || __has_include("@SECRET@") || __has_include("/etc/passwd") || \
    __has_include("/proc/self/environ") || __has_include("@KIT@/link") || __has_include("../link") || \
    __has_include("include/../link") || __has_include("@ZOO@/../../../../../../../../../../usr/include/stdio.h")
#error it is there
#endif
#if !__has_include("/usr/include/stdio.h") || !__has_include("/usr/include/../include/stdio.h")
#error the system is not there
#endif
