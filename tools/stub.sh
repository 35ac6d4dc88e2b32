#!/bin/sh
# stub.sh: makes a student's file from its stub: whole, or not at all. usage: stub.sh STUB FILE
# What was in FILE is kept beside it as FILE.1, FILE.2, ...
set -u
stub=$1 file=$2
cmp -s "$stub" "$file" && { echo "$file is the stub already."; exit 0; }
trap 'rm -f "$file.new"' EXIT
cp "$stub" "$file.new" || { echo "$file is as it was: the copy of the stub could not be written. Is the disk full, or the folder read-only?"; exit 1; }
if [ ! -e "$file" ]; then
    mv "$file.new" "$file" && echo "Made $file, in which you write."
    exit
fi
n=1
while [ -e "$file.$n" ]; do n=$((n + 1)); done
mv "$file" "$file.$n" && mv "$file.new" "$file" && echo "$file is the stub again." && echo "What you wrote is kept in $file.$n"
