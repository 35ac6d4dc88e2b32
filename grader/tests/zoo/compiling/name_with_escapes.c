// zoo: base=none score=0 compile=failed name="\x1b[2J\x1b]0;owned\x07<script>\xff.c"
// The file's own name goes through a terminal, too.
#error
