#!/bin/sh
# typed_numbers.sh: checks that no page has a measured number typed by hand, and finds planted ones.
# usage: typed_numbers.sh ROOT
scan=$(dirname "$0")/typed_numbers.py
python3 "$scan" "$1" || exit 1
for planted in "It runs at 37 x the textbook's speed." 'It reaches 83 GFLOP/s.' 'It took 120 ms.' 'So it is 4.2 times faster.' \
    'Packing is three times slower here.' 'That saves 12 % of the time.'; do
    python3 "$scan" "$1" --plant "$planted" >/dev/null
    [ $? = 1 ] || { echo "not caught in every file: $planted"; exit 1; }
done
