#!/bin/sh
# setup.sh: finds what is missing here and, on Debian or Ubuntu, installs it. Silent if nothing is missing.
#
# As root it installs at once; as another user it shows the command and asks, or takes YES=1 for an
# answer. On other systems it prints what to install. Each row: Debian package | a file or command that
# shows it is there | purpose.
# usage: setup.sh [tests]    tests: also what only `make test` needs
set -u

rows='meson            | meson                      | configures the build
ninja-build      | ninja                      | runs the build
gcc              | gcc                        | the compiler
libc6-dev        | /usr/include/stdio.h       | the C library
binutils         | addr2line                  | names the line of a crash
pkg-config       | pkg-config                 | finds libraries
libcmocka-dev    | /usr/include/cmocka.h      | the tests
gnuplot-nox      | gnuplot                    | the charts
fonts-dejavu-core | /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf | their letters
libopenblas-serial-dev | /usr/lib/*/openblas-serial/libopenblas.a | BLAS on one thread
zlib1g-dev       | /usr/include/zlib.h        | reads gzip files
libjansson-dev   | /usr/include/jansson.h     | reads and writes JSON
libmd4c-dev      | /usr/include/md4c.h        | reads Markdown
libsodium-dev    | /usr/include/sodium.h      | hashes, and random numbers that cannot be foreseen
libsqlite3-dev   | /usr/include/sqlite3.h     | tables of the gradebook
libseccomp-dev   | /usr/include/seccomp.h     | the list of system calls that graded code may make
libarchive-dev   | /usr/include/archive.h     | opens what students hand in
bible-kjv        | bible                      | the text
dataset-fashion-mnist | /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz | the images'
for_tests='chromium         | chromium                   | opens the pages
python3-nbformat | /usr/lib/python3/dist-packages/nbformat | checks the notebooks
jupyter-nbconvert | jupyter-nbconvert         | renders the notebooks
clang-format-14  | clang-format-14            | says whether files are formatted'
[ "${1:-}" != tests ] || rows="$rows
$for_tests"
case ${CC:-} in *clang*) rows="$rows
clang            | clang                      | the other compiler
libomp-dev       | /usr/lib/llvm-*/lib/libomp.so | its threads" ;; esac

present() {
    case $1 in
    /*) set -- $1 && [ -e "$1" ] ;; # unquoted: a * stands for the machine's architecture
    *) command -v "$1" >/dev/null 2>&1 || [ -x "/usr/games/$1" ] ;;
    esac
}

missing=$(printf '%s\n' "$rows" | while IFS='|' read -r package sign _; do
    package=$(echo $package) sign=$(echo "$sign" | tr -d ' ')
    present "$sign" || printf '%s ' "$package"
done)
[ -n "$missing" ] || exit 0

echo "Missing on this machine: $missing"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Install what your system calls these, then run make again:"
    printf '%s\n' "$rows" | sed 's/|[^|]*|/ for:/'
    echo "On macOS and Windows use a Debian container or WSL2: see README.md."
    exit 1
fi

install="apt-get install -y --no-install-recommends $missing"
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null 2>&1 || { echo "As root, run: apt-get update && $install"; exit 1; }
    echo "This needs: sudo apt-get update && sudo $install"
    if [ "${YES:-}" != 1 ]; then
        [ -t 0 ] || { echo "Run it, or say YES=1 and this does."; exit 1; }
        printf 'Run it now? [y/N] '
        read -r answer
        case $answer in [yY]*) ;; *) exit 1 ;; esac
    fi
    sudo=sudo
fi
export DEBIAN_FRONTEND=noninteractive
${sudo:-} apt-get update -q && ${sudo:-} $install || { echo "The installation failed: see above."; exit 1; }
