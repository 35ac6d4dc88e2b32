#!/bin/sh
# aarch64.sh: builds for 64-bit ARM CPUs and runs in an emulator the tests that need nothing but their own
# program (suite `alone`): whether they pass, not how fast they are.
#
# Compiler and emulator are Debian's. So are the libraries, which an apt with a state of its own fetches
# and unpacks below the build folder: the system is not changed, and nobody needs to be root.
# usage: aarch64.sh CPU...    Exit code 77: not tried here.
set -eu
cd "$(dirname "$0")/.."
folder=$PWD/build-aarch64
root=$folder/sysroot

missing=
for row in aarch64-linux-gnu-gcc:gcc-aarch64-linux-gnu qemu-aarch64:qemu-user apt-get:apt dpkg:dpkg; do
    command -v "${row%%:*}" >/dev/null || missing="$missing ${row#*:}"
done
if [ -n "$missing" ]; then
    echo "aarch64: not tried here: needs$missing"
    echo "    apt-get install --no-install-recommends$missing"
    exit 77
fi

# Fetch the libraries, once, and again when the list has grown.
if [ ! -e "$root/usr/include/seccomp.h" ]; then # the last package that was added to the list
    apt=$folder/apt
    rm -rf "$apt" "$root" "$root.part"
    mkdir -p "$apt/lists/partial" "$apt/archives/partial"
    : >"$apt/status" # as if nothing were installed, so that everything they depend on is fetched, too
    cat >"$apt/conf" <<CONF
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
Dir::State "$apt";
Dir::State::status "$apt/status";
Dir::Cache "$apt";
CONF
    APT_CONFIG=$apt/conf apt-get -q update
    APT_CONFIG=$apt/conf apt-get -q -y install --download-only --no-install-recommends libc6-dev libgomp1 libcmocka-dev libopenblas-serial-dev \
        zlib1g-dev libjansson-dev libmd4c-dev libsodium-dev libsqlite3-dev libarchive-dev libseccomp-dev
    for package in "$apt"/archives/*.deb; do dpkg -x "$package" "$root.part"; done
    # Absolute links of the ARM system must point below this root.
    find "$root.part" -type l -lname '/*' | while read -r link; do ln -sfn "$root$(readlink "$link")" "$link"; done
    mv "$root.part" "$root"
    rm -r "$apt"
fi

for cpu; do
    build=$folder/$cpu
    # The emulated CPU has only the features that were built for, so a test that uses another one ends.
    case $cpu in
    armv8-a) emulated=cortex-a53 ;;
    *) emulated=max ;;
    esac
    cat >"$build.ini" <<INI
[binaries]
c = 'aarch64-linux-gnu-gcc'
gcc = 'aarch64-linux-gnu-gcc'
ar = 'aarch64-linux-gnu-ar'
strip = 'aarch64-linux-gnu-strip'
pkgconfig = 'pkg-config'
exe_wrapper = ['qemu-aarch64', '-cpu', '$emulated', '-L', '$root']
[properties]
sys_root = '$root'
pkg_config_libdir = '$root/usr/lib/aarch64-linux-gnu/pkgconfig'
[built-in options]
c_args = ['--sysroot=$root']
c_link_args = ['--sysroot=$root']
[host_machine]
system = 'linux'
cpu_family = 'aarch64'
cpu = '$cpu'
endian = 'little'
INI
    if [ ! -e "$build/build.ninja" ]; then
        meson setup "$build" --cross-file "$build.ini" -Dcpu="$cpu" >"$build.log" || { cat "$build.log"; exit 1; }
    fi
    echo "aarch64, $cpu, without the tests *_at_length (a CNN or a transformer on its whole test set takes an emulator 10 minutes):"
    LEAVE_OUT='*_at_length' sh tools/run.sh "$build" --suite alone --timeout-multiplier 10
done
