#!/bin/sh
# state.sh: what `make` alone says: the targets, and how far each module is. usage: state.sh BUILD MODULE ...
build=$1
shift
cat <<'TEXT'
TinyTorch-C: make machine learning fast, small and measured, in C.

  make plot        charts of every module, measured on this machine
  make test        the whole test suite
  make 15          the lesson of module 15        make grade-15   your points
  make bench-15    time every variant             make plot-15    the charts
  make claims-15   every claimed figure, its floor and its verdict
  make record      write the reference's numbers into the README files
  make data        check the data sets            make sample     generated text
  make train-mlp   train a model again (also train-cnn, train-gpt)
  make clean       remove what was built and measured

  SOLUTION=1 takes the reference instead of your file, QUICK=1 small sizes,
  SANITIZE=1 (make test) looks for bad memory accesses, CPU=NAME builds for
  another CPU. LESSON="--step" waits after each cell, LESSON="--list" names
  them, LESSON="--cell NAME" runs one; GRADE="--case TEXT" grades some cases.

TEXT
for module; do
    file=modules/$module/${module#*_}.c
    if [ ! -f "$file" ]; then
        state="not begun: make ${module%%_*} makes your file"
    elif cmp -s "$file" "modules/$module/stub.c"; then
        state="your file is the stub as shipped"
    else
        state="$(grep -c 'return TT_TODO;' "$file") of $(grep -c 'return TT_TODO;' "modules/$module/stub.c") functions still to write"
    fi
    printf '  %-18s %s\n' "$module" "$state"
    for side in mine solution; do
        result=$build/results/$module.$side.json
        [ -f "$result" ] && printf '  %-18s measured (%s) on %s\n' '' "$side" "$(date -r "$result" '+%Y-%m-%d %H:%M')"
    done
done
exit 0
