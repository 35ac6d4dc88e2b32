// grader_speed.h: what is timed, and what it is held against.
//
// The yardstick of speed is what the machine does in floats at most, multiply-adds in registers, timed
// between the calls. Bytes are worth more than that, and how much more depends on the instructions that a
// build has: so each path has anchors of its own. They say where points begin and where they are full.
#pragma once

// A call of at least 5 ms: large enough that packing what is left to pack does not count.
static const shape speed_shape = {768, 512, 2048};

static bool lay_speed(grade_run *run, int kind, quant_path path)
{
    lay_packed(run, speed_shape, kind, path);
    run->layout.number[D] = 7;
    return true;
}

static bool fill_all_bits(grade_run *run) { return lay_speed(run, ANY, quant_best_path(255)); }
static bool fill_seven_bits(grade_run *run) { return lay_speed(run, SEVEN_BIT, quant_best_path(127)); }

// Freivalds (1977): out r = (x - zero point) (w r) + bias r for random r of -1 and 1, in whole numbers. A
// wrong out passes one such test with probability 1/2 at most.
static void check_by_sample(grade_run *run)
{
    enum { TESTS = 12 };
    check_status(run, TT_OK);
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

// The second convolution of the CNN, and the third, as one: 64 channels to 64.
static bool fill_conv_speed(grade_run *run)
{
    lay_conv(run, (picture){16, 14, 14, 64, 64}, 7, quant_best_path(255));
    return true;
}

// --- Yardsticks ---

enum { LOOPS_PART = 32 };

// The textbook loops, i-j-p, over the first rows: all of them take some hundred times as long as the packed
// product.
static void yard_loops(grade_run *run)
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

static void yard_peak(grade_run *run)
{
    const int *number = run->layout.number;
    roofs_multiply_add(2.0 * number[A] * number[B] * number[C]);
}

enum { CONV_PART = 32 };

// The loops over some of the channels.
static void yard_conv_loops(grade_run *run)
{
    const int *size = grade_given(run, SIZES), h = size[2], wide = size[3], c = size[4],
              n = run->layout.number[B];
    const uint8_t *x = grade_given(run, X);
    int32_t sum = 0;
    for (int image = 0; image < size[1]; image++, x += (size_t)h * wide * c)
        for (int pixel = 0; pixel < h * wide; pixel++)
            for (int j = 0; j < n / CONV_PART; j++)
                sum ^= oracle_window(x, size[0], grade_given(run, RAW), h, wide, c, n, pixel / wide,
                                     pixel % wide, j);
    measure_keep((float)sum);
}

static void yard_conv_peak(grade_run *run)
{
    const int *size = grade_given(run, SIZES);
    roofs_multiply_add(2.0 * size[1] * size[2] * size[3] * size[5] * run->layout.number[B]);
}

#define LOOPS(run, part, least)                                                                              \
    (&(const grade_yardstick){"times the textbook loops", run, 1.0 / part, least, least})
#define FLOAT_PEAK(run, least, most)                                                                         \
    (&(const grade_yardstick){"of the measured float peak", run, 1, least, most})

#define PACE      LOOPS(yard_loops, LOOPS_PART, 6)
#define CONV_PACE LOOPS(yard_conv_loops, CONV_PART, 4)

// Points begin where a kernel without the path's instructions ends, and are full somewhat below the
// reference. VNNI's rows are by its width, four times as many numbers to a multiply-add as floats have: they
// await such a machine.
#if defined __AVX512VNNI__
#define FULL_RANGE FLOAT_PEAK(yard_peak, 1.4, 2.8)
#define SEVEN_BITS FLOAT_PEAK(yard_peak, 1.4, 2.8)
#define CONV_SPEED FLOAT_PEAK(yard_conv_peak, 0.7, 1.3)
#elif defined __AVX2__
#define FULL_RANGE FLOAT_PEAK(yard_peak, 0.5, 1.1)
#define SEVEN_BITS FLOAT_PEAK(yard_peak, 0.7, 1.4)
#define CONV_SPEED FLOAT_PEAK(yard_conv_peak, 0.35, 0.75)
#else
#define FULL_RANGE FLOAT_PEAK(yard_peak, 0.15, 0.35)
#define SEVEN_BITS FLOAT_PEAK(yard_peak, 0.15, 0.35)
#define CONV_SPEED FLOAT_PEAK(yard_conv_peak, 0.12, 0.3)
#endif
