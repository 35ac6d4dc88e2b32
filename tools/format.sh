#!/bin/sh
# format.sh: formats every .c and .h that git knows by .clang-format. Left out are the zoo and the cheats, whose programs may have
# any form, and tools/new_module/module, whose names are filled in later: new_module/test.sh checks the result.
# usage: format.sh ROOT [--check]
#   --check   change nothing, name the files that would change; an unformatted one is planted and must be named
#
# The versions of clang-format disagree, so only one counts: Debian 12's, 14.
set -u
cd "$1" || exit 1
format=
for name in clang-format-14 clang-format; do
    case $("$name" --version 2>/dev/null) in *'version 14.'*) format=$name && break ;; esac
done
[ -n "$format" ] || { echo "clang-format 14 is not here (Debian: the package clang-format-14); another version formats differently"; exit 1; }

files=$(git -c safe.directory='*' ls-files -- '*.c' '*.h' ':!grader/tests/zoo' ':!grader/tests/cheats' ':!tools/new_module/module') || exit 1
files=$(for file in $files; do [ ! -f "$file" ] || echo "$file"; done) # one that was removed and not yet committed is no file
[ "$(echo "$files" | wc -l)" -ge 100 ] || { echo "only these files were found: $files"; exit 1; }
wrong() { printf '%s\n' "$@" | xargs -P 2 -n 40 "$format" --dry-run -Werror 2>&1 | sed -n 's/^\([^ :]*\):[0-9].*error:.*/\1/p' | sort -u; }

[ "${2:-}" = --check ] || { printf '%s\n' "$files" | xargs "$format" -i && exit; }
found=$(wrong $files)
planted=$(mktemp -d) || exit 1
trap 'rm -r "$planted"' EXIT
cp .clang-format "$planted/"
sed 's/^    /  /' common/core/status.c >"$planted/planted.c"
[ "$(wrong "$planted/planted.c")" = "$planted/planted.c" ] || { echo "a file with two blanks for four was not noticed"; exit 1; }
[ -z "$found" ] && exit
echo "Not formatted: make format sets them right."
echo "$found"
exit 1
