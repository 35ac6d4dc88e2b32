#!/bin/sh
# state.sh: what `make` alone prints: the targets, and how far each module is.
# usage: state.sh BUILD MODULE ...    In a hand-out it leaves out what needs a reference.
build=$1
shift
handout=
ls modules/*/solution.c >/dev/null 2>&1 || handout='/record\|soak\|SOLUTION=1\|leaderboard/d'
sed "$handout" <<'TEXT'
TinyTorch-C: make machine learning fast, small and measured, in C.

  make plot        charts of every module, measured on this machine
  make test        the whole test suite; T="18" what has this in its name
  make 15          the lesson of module 15        make watch-15  grades as you save
  make html-15     the lesson as a page           make ipynb-15   as a notebook
  make grade-15    your points                    make hint-15    one hint more
  make status      how far you are                make reset-15   the stub again
  make bench-15    time every variant             make plot-15    the charts
  make claims-15   every claimed figure, its floor and its verdict
  make portfolio   your own pages: gains, charts, code, write-ups
  make leaderboard the competition as pages, BOOK=FOLDER of the gradebook
  make regress-15  what became slower since the results before
  make soak        what takes too long for make test
  make format      every .c and .h in the one form
  make record      write the reference's numbers into the README files
  make data        check the data sets            make sample     generated text
  make export-c    the CNN as one C file: EXPORT=int8, half or half-int8
  make course      all modules together, in one table
  make own         a model of yours through the modules: MODEL=FILE.safetensors
  make events      the three events: your configurations beside the baseline
  make tune        look for a good one: PROFILE=phone METHOD=process
  make submit      an entry for the Olympics: EVENT=cnn TEAM=yours
  make train-mlp   train a model again (also train-cnn, train-gpt)
  make clean       remove what was built and measured

  SOLUTION=1 takes the reference instead of your file; ANSWERS=1 with make html.
  QUICK=1 small sizes, SANITIZE=1 (make test) looks for bad memory accesses,
  CPU=NAME builds for another CPU, TEXT=1 draws charts in the terminal, too.
  LESSON="--step" waits after each cell, LESSON="--list" names them,
  LESSON="--cell NAME" runs one; GRADE="--case TEXT" grades some cases.

TEXT
workbook=$build/grader/student/workbook
[ ! -x "$workbook" ] || "$workbook" status "$@"
exit 0
