// int8_peak.h: how many products of bytes a core can add up per second, path by path, with nothing to load.
//
// Like measure/roofs.h it does not measure time itself: the benchmark times it between the kernels that
// it is compared with. No kernel on this path can be faster; the difference is loads, stores and tails.
#pragma once

#include "quantization.h"

// Do at least `ops` operations (2 for each multiply-add of two bytes) as independent dot products in
// registers, with the path's instructions. Returns the number done; 0 if this build does not have the path.
double quant_peak(quant_path path, double ops);
