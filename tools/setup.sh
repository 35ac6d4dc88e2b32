#!/bin/sh
# setup.sh: finds what is missing here and, on Debian or Ubuntu, installs it. Silent if nothing is missing.
#
# As root it installs at once; as another user it shows the command and asks, or takes YES=1 for an
# answer. On other systems it prints what to install. What is only wanted stops nothing: where it cannot be
# installed unasked, its absence is told in a line.
# usage: setup.sh [NEEDED ...] [-- WANTED ...]    groups: draw, data, instructor, tests; build is always needed
set -u

# Debian package | a file or command that shows it is there | group | purpose
rows='meson            | meson                      | build | configures the build
ninja-build      | ninja                      | build | runs the build
gcc              | gcc                        | build | the compiler
libc6-dev        | /usr/include/stdio.h       | build | the C library
binutils         | addr2line                  | build | names the line of a crash
pkg-config       | pkg-config                 | build | finds libraries
libcmocka-dev    | /usr/include/cmocka.h      | build | the tests
libopenblas-serial-dev | /usr/lib/*/openblas-serial/libopenblas.a | build | BLAS on one thread
zlib1g-dev       | /usr/include/zlib.h        | build | reads gzip files
libjansson-dev   | /usr/include/jansson.h     | build | reads and writes JSON
libmd4c-dev      | /usr/include/md4c.h        | build | reads Markdown
libsodium-dev    | /usr/include/sodium.h      | build | random inputs of graded cases, and hashes
libseccomp-dev   | /usr/include/seccomp.h     | build | the list of system calls that graded code may make
gnuplot-nox      | gnuplot                    | draw | charts
fonts-dejavu-core | /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf | draw | their letters
bible-kjv        | bible                      | data | the text that the transformer reads
dataset-fashion-mnist | /usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz | data | the images
libsqlite3-dev   | /usr/include/sqlite3.h     | instructor | tables of the gradebook
libarchive-dev   | /usr/include/archive.h     | instructor | opens what students hand in
chromium         | chromium                   | tests | opens the pages
python3-nbformat | /usr/lib/python3/dist-packages/nbformat | tests | checks the notebooks
jupyter-nbconvert | jupyter-nbconvert         | tests | renders the notebooks
python3-numpy    | /usr/lib/python3/dist-packages/numpy | tests | says what percentiles and medians are
clang-format-14  | clang-format-14            | tests | says whether files are formatted'
case ${CC:-} in *clang*) rows="$rows
clang            | clang                      | build | the other compiler
libomp-dev       | /usr/lib/llvm-*/lib/libomp.so | build | its threads" ;; esac

present() {
    case $1 in
    /*) set -- $1 && [ -e "$1" ] ;; # unquoted: a * stands for the machine's architecture
    *) command -v "$1" >/dev/null 2>&1 || [ -x "/usr/games/$1" ] ;;
    esac
}

lacking() { # lacking GROUP ...: the rows of these groups whose package is not here
    printf '%s\n' "$rows" | while IFS='|' read -r package sign group purpose; do
        sign=$(echo "$sign" | tr -d ' ')
        case " $* " in *" $(echo $group) "*) present "$sign" || echo "$(echo $package) (${purpose# })" ;; esac
    done
}

names() { sed 's/ (.*//' | tr '\n' ' '; }

needed=build
while [ $# -gt 0 ] && [ "$1" != -- ]; do needed="$needed $1"; shift; done
[ $# -eq 0 ] || shift
missing=$(lacking $needed) wanted=$(lacking "$@")
[ -n "$missing$wanted" ] || exit 0

unasked= # whether it may install without a question
[ "$(id -u)" = 0 ] || [ "${YES:-}" = 1 ] && command -v apt-get >/dev/null 2>&1 && unasked=1
if [ -n "$wanted" ] && [ -z "$missing$unasked" ]; then
    printf '%s\n' "$wanted" | sed 's/^/Not here: /; s/$/; the rest goes on without/'
    command -v apt-get >/dev/null 2>&1 && echo "To have it: sudo apt-get install --no-install-recommends $(printf '%s\n' "$wanted" | names)"
    exit 0
fi

packages=$(printf '%s\n' "$missing" "$wanted" | sed '/^$/d' | names)
echo "Missing on this machine: $packages"
if ! command -v apt-get >/dev/null 2>&1; then
    echo "Install what your system calls these, then run make again:"
    printf '%s\n' "$missing" "$wanted" | sed '/^$/d; s/^/    /'
    echo "On macOS and Windows use a Debian container or WSL2: see README.md."
    exit 1
fi

install="apt-get install -y --no-install-recommends $packages"
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
if ${sudo:-} apt-get update -q && ${sudo:-} $install; then
    touch "$(dirname "$0")/../meson.build" # a build folder that is there looks again what there is
    exit 0
fi
[ -n "$missing" ] && { echo "The installation failed: see above."; exit 1; }
echo "The installation failed; the rest goes on without $packages"
