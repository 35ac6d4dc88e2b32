// int8_peak.c: the loop behind int8_peak.h, once for each path of common/core/bytes.h.
#include "int8_peak.h"

#include "measure/measure.h"

// Independent sums: more of them than a multiplication has cycles of latency, so that none has to wait. x and
// w stay in registers; each step adds one vector of their products to a sum.
enum { CHAINS = 12 };

#define PEAK(name, add, products)                                                                            \
    static double name(double ops)                                                                           \
    {                                                                                                        \
        bytes_vec x = {1}, w = {1}, sum[CHAINS] = {0};                                                       \
        const double per_round = 2.0 * CHAINS * (products);                                                  \
        const long rounds = (long)(ops / per_round) + 1;                                                     \
        for (long r = 0; r < rounds; r++) {                                                                  \
            _Pragma("GCC unroll 16") for (int i = 0; i < CHAINS; i++)                                        \
            {                                                                                                \
                MEASURE_HIDE(x);                                                                             \
                sum[i] = add(sum[i], x, w);                                                                  \
                MEASURE_HIDE(sum[i]);                                                                        \
            }                                                                                                \
        }                                                                                                    \
        return per_round * (double)rounds;                                                                   \
    }

PEAK(peak_plain, bytes_add_plain, BYTES_VECTOR / 2)
PEAK(peak_widened, bytes_add_widened, BYTES_VECTOR / 2)
PEAK(peak_7bit, bytes_add_7bit, BYTES_VECTOR)
PEAK(peak_dot, bytes_add_dot, BYTES_VECTOR)

double quant_peak(quant_path path, double ops)
{
    static double (*const peaks[QUANT_PATHS])(double) = {peak_plain, peak_widened, peak_7bit, peak_dot};
    return quant_path_here(path) ? peaks[path](ops) : 0;
}
