// zoo: score=100 score@plain=0 compile@plain=failed
// Asks the compiler what there is: nothing. Without namespaces a hidden file ends in an error instead.
#if __has_include("@SOLUTION@") || __has_include("@SECRET@") || __has_include("/etc/passwd") || \
    __has_include("/proc/self/environ")
#error it is there
#endif
