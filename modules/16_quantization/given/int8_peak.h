// int8_peak.h: how many products of bytes a core can add up per second, path by path, with nothing to load.
//
// A piece of work for somebody else's clock, as in common/measure/roofs.h: the benchmark times it between the kernels
// that it judges. No kernel on this path can be faster; what it loses goes to loads, stores and tails.
#pragma once

#include "quantization.h"

// Do at least `ops` operations (2 for each multiply-add of two bytes) as independent dot products in
// registers, with the path's instructions; the number done. 0 if the path is not here.
double int8_peak(quant_path path, double ops);
