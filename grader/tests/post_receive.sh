#!/bin/sh
# post_receive.sh: checks the hook by which entries are handed in with git push: pushed branches reach `grader compete add` as a
# zip, what is too large does not, and the answer comes back. A stand-in for the grader says what it was given.
# usage: post_receive.sh HOOK
set -u
hook=$1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export HOME="$work" GIT_CONFIG_NOSYSTEM=1 GIT_AUTHOR_NAME=ada GIT_AUTHOR_EMAIL=ada GIT_COMMITTER_NAME=ada GIT_COMMITTER_EMAIL=ada
fail() { echo "$*"; cat said; exit 1; }
cat >grader <<'SH'
#!/bin/sh
[ "$1 $2 $3 $4" = "compete add --book the book" ] && [ $# = 5 ] || exit 2
echo "$5: entry 1, with $(python3 -m zipfile -l "$5" | awk 'NR > 1 { printf "%s ", $1 }')"
SH
chmod +x grader
git init -q --bare all.git && cp "$hook" all.git/hooks/post-receive && chmod +x all.git/hooks/post-receive
git init -q entry && cd entry && echo 'bits = 8' >entry.conf && echo olympics >manifest && git add . && git commit -qm entry || exit 1
push() { git push -q ../all.git "HEAD:$1" >../said 2>&1; cd ..; }

push refs/heads/ada && grep -q 'are not configured' said || fail "without a configuration:"
git -C all.git config olympics.grader "$work/grader" && git -C all.git config olympics.book 'the book'
cd entry && git commit -q --allow-empty -m again && push refs/heads/ada && grep -q 'refs/heads/ada: entry 1, with entry.conf manifest' said || fail "a branch:"
cd entry && push refs/tags/v1 && ! grep -q entry said || fail "a tag was handed in:"
cd entry && git push -q ../all.git :refs/heads/ada >../said 2>&1; cd .. && ! grep -q entry said || fail "a removed branch was handed in:"
cd entry && head -c 9000000 /dev/zero >report.md && git add . && git commit -qm large && push refs/heads/large && grep -q 'refused: more than 16 files or 8 MiB' said || fail "9 MB:"
cd entry && rm report.md && for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16; do echo >"$i"; done && git add -A . && git commit -qm many && push refs/heads/many &&
    grep -q 'refused: more than 16' said || fail "18 files:"
