// calls.h: placeholder
