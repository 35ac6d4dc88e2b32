// bytes.h: products of vectors of bytes, as wide as this build's CPU has them. What vec.h is for floats.
//
// A bytes_vec is one register: bytes, 16-bit integers or 32-bit sums; each function says which it takes;
// + adds sums. There are four ways to add products of x (unsigned) and w (signed) to sums:
//
//     plain     16-bit products in plain C, sums of neighbours in 32 bits: every compiler can vectorise it
//     widened   the same with vpmaddwd, one instruction for products and sums; bytes must be widened first
//     7-bit     vpmaddubsw: takes bytes as they are in memory, but its sums of two products saturate at
//               16 bits: right for x <= 127 only
//     dot       vpdpbusd, Arm's usdot: four products of bytes and their sum, exactly, in one instruction
//
// The first two give two sums for each group of four numbers, in neighbouring places of the
// register; the others give one.
//
// Where the CPU lacks an instruction, plain C computes the same numbers slowly, and its BYTES_HAS_... is 0. A
// test build uses plain C for all of them, with BYTES_HAS_... 1, and chooses a width, -DTT_EMULATE_BYTES=16,
// 32 or 64, so that the code built on them is tested on every machine. The functions for Arm are tested in an
// emulator; their speed is not measured here.
// Sources  Intel's and Arm's instruction references.
#pragma once

#include <stdint.h>
#include <string.h>

// --- What this build has: the width, how many registers of it, and the instructions ---

#if defined TT_EMULATE_BYTES
#define BYTES_VECTOR    TT_EMULATE_BYTES
#define BYTES_REGISTERS (TT_EMULATE_BYTES == 32 ? 16 : 32) // as Arm, AVX2 and AVX-512 have them
#define BYTES_EMULATED  1
#elif defined __x86_64__
#include <immintrin.h>
#if defined __AVX512BW__
#define BYTES_VECTOR    64
#define BYTES_REGISTERS 32
#define BYTES_X86(name) _mm512_##name
typedef __m512i bytes_x86;
#if defined __AVX512VNNI__
#define BYTES_X86_DOT _mm512_dpbusd_epi32
#endif
#elif defined __AVX2__
#define BYTES_VECTOR    32
#define BYTES_REGISTERS 16
#define BYTES_X86(name) _mm256_##name
typedef __m256i bytes_x86;
#if defined __AVXVNNI__
#define BYTES_X86_DOT _mm256_dpbusd_avx_epi32
#endif
#else
#define BYTES_VECTOR    16
#define BYTES_REGISTERS 16
#define BYTES_X86(name) _mm_##name
typedef __m128i bytes_x86;
#endif
#if defined __SSSE3__
#define BYTES_X86_7BIT BYTES_X86(maddubs_epi16)
#endif
#elif defined __aarch64__
#include <arm_neon.h>
#define BYTES_VECTOR    16
#define BYTES_REGISTERS 32
#define BYTES_ARM       1
#else
#define BYTES_VECTOR    16
#define BYTES_REGISTERS 16
#endif

typedef int32_t bytes_vec __attribute__((vector_size(BYTES_VECTOR)));
typedef int16_t bytes_shorts __attribute__((vector_size(BYTES_VECTOR)));
typedef uint64_t bytes_longs __attribute__((vector_size(BYTES_VECTOR)));

// --- Load, broadcast, store: at any address ---

// BYTES_VECTOR bytes, unchanged.
static inline bytes_vec bytes_load(const void *p)
{
    bytes_vec v;
    memcpy(&v, p, sizeof v);
    return v;
}

// BYTES_VECTOR / 2 signed bytes, each widened to 16 bits.
static inline bytes_vec bytes_widen(const void *p)
{
#if BYTES_VECTOR == 64 && defined BYTES_X86
    return (bytes_vec)_mm512_cvtepi8_epi16(_mm256_loadu_si256(p));
#elif BYTES_VECTOR == 32 && defined BYTES_X86
    return (bytes_vec)_mm256_cvtepi8_epi16(_mm_loadu_si128(p));
#elif defined BYTES_X86 && defined __SSE4_1__
    return (bytes_vec)_mm_cvtepi8_epi16(_mm_loadl_epi64(p));
#elif defined BYTES_ARM
    return (bytes_vec)vmovl_s8(vld1_s8(p));
#else
    const int8_t *from = p;
    bytes_shorts wide;
    for (int i = 0; i < BYTES_VECTOR / 2; i++) wide[i] = from[i];
    return (bytes_vec)wide;
#endif
}

// Broadcast: the same 4 bytes, or the same four 16-bit numbers, repeated until the register is full.
static inline bytes_vec bytes_spread4(const void *p)
{
    int32_t four;
    memcpy(&four, p, sizeof four);
    return (bytes_vec){0} + four;
}

static inline bytes_vec bytes_spread4_wide(const void *p)
{
    uint64_t four;
    memcpy(&four, p, sizeof four);
    return (bytes_vec)((bytes_longs){0} + four);
}

// The sums of neighbouring pairs: those of a, then those of b.
static inline bytes_vec bytes_add_neighbours(bytes_vec a, bytes_vec b)
{
#if BYTES_VECTOR == 64
#define BYTES_EVEN 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
#elif BYTES_VECTOR == 32
#define BYTES_EVEN 0, 2, 4, 6, 8, 10, 12, 14
#else
#define BYTES_EVEN 0, 2, 4, 6
#endif
    a += (bytes_vec)((bytes_longs)a >> 32); // the even places now hold the sums of pairs
    b += (bytes_vec)((bytes_longs)b >> 32);
#ifdef __clang__
    return __builtin_shufflevector(a, b, BYTES_EVEN);
#else
    return __builtin_shuffle(a, b, (bytes_vec){BYTES_EVEN});
#endif
}

static inline void bytes_store(void *p, bytes_vec v) { memcpy(p, &v, sizeof v); }

// --- The four ways to add x w to sums ---

// x and w hold 16-bit integers, x 0..255 and w -128..127. A product is at most 255 x 128 = 32640 and fits 16
// bits, but a sum of two may not: both are widened before they are added.
static inline bytes_vec bytes_add_plain(bytes_vec sums, bytes_vec x, bytes_vec w)
{
    bytes_vec products = (bytes_vec)((bytes_shorts)x * (bytes_shorts)w);
    return sums + (products << 16 >> 16) + (products >> 16);
}

static inline bytes_vec bytes_add_widened(bytes_vec sums, bytes_vec x, bytes_vec w)
{
#if defined BYTES_X86
    return sums + (bytes_vec)BYTES_X86(madd_epi16)((bytes_x86)x, (bytes_x86)w);
#elif defined BYTES_ARM
    return (bytes_vec)vpadalq_s16((int32x4_t)sums, vmulq_s16((int16x8_t)x, (int16x8_t)w));
#else
    return bytes_add_plain(sums, x, w);
#endif
}

// x and w hold bytes, x 0..255 and w -128..127. First in plain C, as the references define the instructions:
__attribute__((unused)) static bytes_vec bytes_rule_7bit(bytes_vec sums, bytes_vec x, bytes_vec w)
{
    const uint8_t *a = (const uint8_t *)&x;
    const int8_t *b = (const int8_t *)&w;
    for (int i = 0; i < BYTES_VECTOR; i += 2) {
        int two = a[i] * b[i] + a[i + 1] * b[i + 1];
        sums[i / 4] += two > INT16_MAX ? INT16_MAX : two < INT16_MIN ? INT16_MIN : two;
    }
    return sums;
}

__attribute__((unused)) static bytes_vec bytes_rule_dot(bytes_vec sums, bytes_vec x, bytes_vec w)
{
    const uint8_t *a = (const uint8_t *)&x;
    const int8_t *b = (const int8_t *)&w;
    for (int i = 0; i < BYTES_VECTOR; i++) sums[i / 4] += a[i] * b[i];
    return sums;
}

// And with the instructions, where the CPU has them.
static inline bytes_vec bytes_add_7bit(bytes_vec sums, bytes_vec x, bytes_vec w)
{
#if defined BYTES_X86_7BIT
    bytes_x86 two = BYTES_X86_7BIT((bytes_x86)x, (bytes_x86)w);
    return sums + (bytes_vec)BYTES_X86(madd_epi16)(two, BYTES_X86(set1_epi16)(1));
#elif defined BYTES_ARM && defined __ARM_FEATURE_DOTPROD // x <= 127 is a signed byte as well
    return (bytes_vec)vdotq_s32((int32x4_t)sums, (int8x16_t)x, (int8x16_t)w);
#elif defined BYTES_ARM
    int16x8_t low = vmull_s8(vget_low_s8((int8x16_t)x), vget_low_s8((int8x16_t)w));
    int16x8_t high = vmull_high_s8((int8x16_t)x, (int8x16_t)w);
    return (bytes_vec)vpadalq_s16((int32x4_t)sums, vpaddq_s16(low, high));
#else
    return bytes_rule_7bit(sums, x, w);
#endif
}

static inline bytes_vec bytes_add_dot(bytes_vec sums, bytes_vec x, bytes_vec w)
{
#if defined BYTES_X86_DOT
    return (bytes_vec)BYTES_X86_DOT((bytes_x86)sums, (bytes_x86)x, (bytes_x86)w);
#elif defined BYTES_ARM && defined __ARM_FEATURE_MATMUL_INT8
    return (bytes_vec)vusdotq_s32((int32x4_t)sums, (uint8x16_t)x, (int8x16_t)w);
#elif defined BYTES_ARM && defined __ARM_FEATURE_DOTPROD
    // vdotq takes signed bytes only: x - 128 is signed, and 128 times the sum of w is added afterwards.
    int8x16_t less = veorq_s8((int8x16_t)x, vdupq_n_s8(-128));
    int32x4_t beside = vshlq_n_s32(vdotq_s32(vdupq_n_s32(0), vdupq_n_s8(1), (int8x16_t)w), 7);
    return (bytes_vec)vdotq_s32(vaddq_s32((int32x4_t)sums, beside), less, (int8x16_t)w);
#else
    return bytes_rule_dot(sums, x, w);
#endif
}

enum {
#if defined BYTES_EMULATED || defined BYTES_X86 || defined BYTES_ARM
    BYTES_HAS_WIDENED = 1,
#else
    BYTES_HAS_WIDENED = 0,
#endif
#if defined BYTES_EMULATED || defined BYTES_X86_7BIT || defined BYTES_ARM
    BYTES_HAS_7BIT = 1,
#else
    BYTES_HAS_7BIT = 0,
#endif
#if defined BYTES_EMULATED || defined BYTES_X86_DOT || (defined BYTES_ARM && defined __ARM_FEATURE_DOTPROD)
    BYTES_HAS_DOT = 1,
#else
    BYTES_HAS_DOT = 0,
#endif
};
