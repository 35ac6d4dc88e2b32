#!/bin/sh
# embed.sh: prints files as strings in C: page.css becomes page_css.
# usage: embed.sh FILE ...
for file; do
    printf 'static const char %s[] =\n' "$(basename "$file" | tr '.-' '__')"
    sed 's/\\/\\\\/g; s/"/\\"/g; s/^/    "/; s/$/\\n"/' "$file"
    echo '    ;'
done
