// zoo: score=100
// Sections that mean something to a linker: its plugin's options, a warning's text, an executable stack, no stack.
__asm__(".section .gnu.lto_.opts, \"e\", @progbits\n.asciz \"'-fplugin=/tmp/@MARK@.so' '-fdump-tree-all'\"\n"
        ".section .gnu.warning.main, \"\", @progbits\n.asciz \"\\033[2J@SECRET@\"\n"
        ".section .note.GNU-stack, \"x\", @progbits\n.text\n");
