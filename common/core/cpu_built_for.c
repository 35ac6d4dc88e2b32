// cpu_built_for.c: the instruction sets that the compiler was allowed to use, as data that any CPU can
// read. See cpu_guard.c.

#ifdef __AVX__
const int tt_built_avx = 1;
#else
const int tt_built_avx = 0;
#endif

#ifdef __AVX2__
const int tt_built_avx2 = 1;
#else
const int tt_built_avx2 = 0;
#endif

#ifdef __FMA__
const int tt_built_fma = 1;
#else
const int tt_built_fma = 0;
#endif

#ifdef __BMI2__
const int tt_built_bmi2 = 1;
#else
const int tt_built_bmi2 = 0;
#endif

#ifdef __AVX512F__
const int tt_built_avx512f = 1;
#else
const int tt_built_avx512f = 0;
#endif

#ifdef __AVX512BW__
const int tt_built_avx512bw = 1;
#else
const int tt_built_avx512bw = 0;
#endif

#ifdef __AVX512VL__
const int tt_built_avx512vl = 1;
#else
const int tt_built_avx512vl = 0;
#endif

#ifdef __AVX512VNNI__
const int tt_built_avx512vnni = 1;
#else
const int tt_built_avx512vnni = 0;
#endif

#ifdef __XOP__
const int tt_built_xop = 1;
#else
const int tt_built_xop = 0;
#endif
