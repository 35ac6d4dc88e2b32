// int8_peak.c: the loops behind int8_peak.h.
#include "int8_peak.h"

#include <string.h>
#ifdef __AVX2__
#include <immintrin.h>
#endif

// Keep v in a register and hide from the compiler what is in it, so that no product is computed only once.
#if defined __x86_64__
#define HIDE(v) __asm__ volatile("" : "+x"(v))
#elif defined __aarch64__
#define HIDE(v) __asm__ volatile("" : "+w"(v))
#else
#define HIDE(v) __asm__ volatile("" : "+m"(v))
#endif

// Chains of sums, each waiting for itself alone: more of them than a multiplication takes cycles to come out.
// An x and a w stay in registers; what is added to a chain is one vector of their products.
enum { CHAINS = 10 };
#define LOOP(vector, bytes, first, step)                                                                     \
    vector x = first, w = first, sum[CHAINS];                                                                \
    for (int i = 0; i < CHAINS; i++) sum[i] = x;                                                             \
    const double per_round = 2.0 * CHAINS * (bytes);                                                         \
    long rounds = (long)(ops / per_round) + 1;                                                               \
    for (long r = 0; r < rounds; r++) {                                                                      \
        _Pragma("GCC unroll 16") for (int i = 0; i < CHAINS; i++)                                            \
        {                                                                                                    \
            HIDE(x);                                                                                         \
            vector s = step;                                                                                 \
            HIDE(s);                                                                                         \
            sum[i] = s;                                                                                      \
        }                                                                                                    \
    }                                                                                                        \
    for (int i = 1; i < CHAINS; i++) sum[0] += sum[i];                                                       \
    HIDE(sum[0]);                                                                                            \
    return per_round * (double)rounds

typedef int16_t shorts8 __attribute__((vector_size(16)));
typedef int32_t ints4 __attribute__((vector_size(16)));

// What C without intrinsics has: products of 16 bits, both halves of a pair widened and added.
static double peak_plain(double ops)
{
#define PRODUCTS ((ints4)((shorts8)x * (shorts8)w))
    LOOP(ints4, 8, {1}, sum[i] + (PRODUCTS << 16 >> 16) + (PRODUCTS >> 16));
}

#ifdef __AVX2__
#define ADD(a, b) _mm256_add_epi32(a, b)
static double peak_avx2(double ops)
{
    LOOP(__m256i, 16, _mm256_set1_epi16(1), ADD(sum[i], _mm256_madd_epi16(x, w)));
}

static double peak_7bit(double ops)
{
    const __m256i ones = _mm256_set1_epi16(1);
    LOOP(__m256i, 32, ones, ADD(sum[i], _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), ones)));
}
#endif

#ifdef __AVX512VNNI__
static double peak_vnni(double ops)
{
    LOOP(__m512i, 64, _mm512_set1_epi32(1), _mm512_dpbusd_epi32(sum[i], x, w));
}
#endif

double int8_peak(quant_path path, double ops)
{
#ifdef __AVX2__
    if (path == QUANT_AVX2) return peak_avx2(ops);
    if (path == QUANT_AVX2_7BIT) return peak_7bit(ops);
#endif
#ifdef __AVX512VNNI__
    if (path == QUANT_VNNI) return peak_vnni(ops);
#endif
    return path == QUANT_PLAIN ? peak_plain(ops) : 0;
}
