#!/bin/sh
# foreign.sh: numbers out of JSON are read by common/core/foreign.c, which checks them, and nowhere else. usage: foreign.sh ROOT
set -u
cd "$1" || exit 2
found=$(grep -rnE --include='*.[ch]' 'json_(integer|real|number)_value *\(|json_(object_)?unpack(_ex)? *\(' common grader modules datasets solutions 2>/dev/null)
echo "$found" | grep -q '^common/core/foreign\.c:' || { echo "common/core/foreign.c reads no numbers any more: say here where they are read"; exit 1; }
echo "$found" | grep -v '^common/core/foreign\.c:' && { echo "foreign.sh: read these through common/core/foreign.h"; exit 1; }
exit 0
