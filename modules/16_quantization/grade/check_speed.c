// check_speed.c: the cases for speed, and their yardsticks.
//
// The yardstick is the path's own instructions with nothing to load (int8_peak.h), timed between the calls. A
// vector width or an instruction that a machine lacks is missing on both sides, so that the two anchors,
// where points begin and where they are full, hold on every build.
#include "checks.h"

#include "calls.h"
#include "given/int8_peak.h"
#include "measure/measure.h"
#include "oracle.h"

// A call of at least 5 ms: so long that packing what is not packed yet does not matter.
static const shape speed_shape = {768, 512, 2048};

// All numbers in the upper halves of their ranges: sums go past 2^24, where a float loses the odd ones.
static void take_upper_halves(grade_run *run, int top, int k, int n)
{
    uint8_t *x = (uint8_t *)grade_result(run, X);
    int8_t *w = (int8_t *)grade_result(run, RAW);
    for (size_t i = 0; i < run->layout.bytes[X]; i++) x[i] = (uint8_t)((x[i] & top) | (top + 1) / 2);
    for (int i = 0; i < k * n; i++) w[i] = (int8_t)((w[i] & 127) | 64);
    quant_oracle_pack((int8_t *)grade_result(run, W), (int32_t *)grade_result(run, SUMS), w, k, n);
}

static bool lay_speed(grade_run *run, int top)
{
    quant_lay_packed(run, speed_shape, ANY, quant_best_path(top));
    take_upper_halves(run, top, speed_shape.k, speed_shape.n);
    run->layout.number[D] = 7;
    return true;
}

bool quant_fill_all_bits(grade_run *run) { return lay_speed(run, 255); }
bool quant_fill_seven_bits(grade_run *run) { return lay_speed(run, 127); }

// Freivalds (1977): out r = (x - zero point) (w r) + bias r for random r of -1 and 1, in integers. A wrong
// out passes one such test with probability 1/2 at most.
void quant_check_by_sample(grade_run *run)
{
    enum { TESTS = 12 };
    quant_check_status(run, TT_OK);
    const int *number = run->layout.number, m = number[A], n = number[B], k = number[C];
    const uint8_t *x = grade_given(run, X);
    const int8_t *w = grade_given(run, RAW);
    const int32_t *bias = grade_given(run, BIASES), *out = grade_result(run, PRODUCT_OUT);
    static int64_t wr[QUANT_MOST_K];
    static int r[1 << 12];
    for (int t = 0; t < TESTS; t++) {
        int64_t start = 0;
        for (int j = 0; j < n; j++) r[j] = grade_random_sign(run), start += (int64_t)r[j] * bias[j];
        for (int p = 0; p < k; p++) {
            wr[p] = 0;
            for (int j = 0; j < n; j++) wr[p] += w[(size_t)p * n + j] * r[j];
        }
        for (int i = 0; i < m; i++) {
            int64_t got = 0, want = start;
            for (int j = 0; j < n; j++) got += (int64_t)r[j] * out[(size_t)i * n + j];
            for (int p = 0; p < k; p++) want += (x[(size_t)i * k + p] - number[D]) * wr[p];
            if (got != want)
                grade_wrong(run,
                            "m = %d, n = %d, k = %d, path %s: row %d is wrong (its sum with random signs is "
                            "%lld, expected %lld)",
                            m, n, k, quant_path_names[number[E]], i, (long long)got, (long long)want);
        }
    }
}

// 128 channels to 64: enough for sums past 2^24. The bias brings the mean of them to the zero point, and
// the steps are an eighth of what they would be in a network: else every byte would be 255, and a sum that
// is wrong by one would not show in any.
bool quant_fill_conv_speed(grade_run *run)
{
    enum { ZERO_POINT = 7, MEAN = 192, FINER = 3 };
    const picture p = {8, 14, 14, 128, 64};
    quant_lay_conv(run, p, ZERO_POINT, quant_best_path(255));
    take_upper_halves(run, 255, 9 * p.c, p.n);
    const int32_t *sums = grade_result(run, SUMS);
    int32_t *bias = (int32_t *)grade_result(run, BIASES), *shift = (int32_t *)grade_result(run, SHIFT);
    for (int j = 0; j < p.n; j++) bias[j] -= sums[j] * (MEAN - ZERO_POINT), shift[j] -= FINER;
    return true;
}

// --- Yardsticks ---

// The textbook loops, i-j-p, over the first rows only: over all rows they take some hundred times as long as
// the packed product.
void quant_yard_loops(grade_run *run)
{
    static int32_t out[1 << 16];
    const int *number = run->layout.number, n = number[B], k = number[C];
    const uint8_t *x = grade_given(run, X);
    const int8_t *w = grade_given(run, RAW);
    for (int i = 0; i < number[A] / LOOPS_PART; i++)
        for (int j = 0; j < n; j++) {
            int32_t sum = 0;
            for (int p = 0; p < k; p++) sum += (x[(size_t)i * k + p] - number[D]) * w[(size_t)p * n + j];
            out[i * n + j] = sum;
        }
    measure_keep((float)out[0]);
}

void quant_yard_peak(grade_run *run)
{
    const int *number = run->layout.number;
    quant_peak((quant_path)number[E], 2.0 * number[A] * number[B] * number[C]);
}

// The same loops over some of the channels.
void quant_yard_conv_loops(grade_run *run)
{
    const int *size = grade_given(run, SIZES), h = size[2], wide = size[3], c = size[4],
              n = run->layout.number[B];
    const uint8_t *x = grade_given(run, X);
    int32_t sum = 0;
    for (int image = 0; image < size[1]; image++, x += (size_t)h * wide * c)
        for (int pixel = 0; pixel < h * wide; pixel++)
            for (int j = 0; j < n / CONV_PART; j++)
                sum ^= quant_oracle_window(x, size[0], grade_given(run, RAW), h, wide, c, n, pixel / wide,
                                           pixel % wide, j);
    measure_keep((float)sum);
}

void quant_yard_conv_peak(grade_run *run)
{
    const int *size = grade_given(run, SIZES), *number = run->layout.number;
    quant_peak((quant_path)number[F], 2.0 * size[1] * size[2] * size[3] * size[5] * number[B]);
}
