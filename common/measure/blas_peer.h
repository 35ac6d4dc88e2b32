// blas_peer.h: OpenBLAS with another choice of kernels, timed in a process of its own.
//
// OpenBLAS chooses its kernels when it is loaded, by OPENBLAS_CORETYPE or by the CPU's model, and the widest
// are not always the fastest. A peer is this same program started again with that variable
// set: on each request it computes products and answers with the seconds they took, so that it takes
// turns with the other variants.
#pragma once

// Seconds that `calls` products (m, k) (k, n) took with OPENBLAS_CORETYPE=Haswell; negative if there is no
// such peer (not x86-64, a build without AVX2). The peer ends with the process that asked.
double blas_peer_seconds(int m, int n, int k, int calls);

// OpenBLAS's kernels with the instructions that this build may use; "": its own choice.
#if !defined __x86_64__
#define BLAS_KERNELS ""
#elif defined __AVX512VL__
#define BLAS_KERNELS "SkylakeX"
#elif defined __AVX2__
#define BLAS_KERNELS "Haswell"
#elif defined __AVX__
#define BLAS_KERNELS "Sandybridge"
#else
#define BLAS_KERNELS "Nehalem"
#endif

// Call it in main of a program that needs OpenBLAS at its speed, behind blas_peer_serve if that is called. It
// starts the program again if OPENBLAS_CORETYPE is not BLAS_KERNELS. Left to itself OpenBLAS takes kernels with
// wider vectors than this build has, which is no fair opponent, or, on a CPU that came after it, those of
// 2004, which is none at all (OpenBLAS 0.3.21 on a Xeon of 2023); and a variable left in the environment would
// slow it down unnoticed. Returns if all is as it should be, or if that is not possible.
void blas_peer_match_build(char **argv);

// Call it first in main. A process that was started as a peer answers requests and exits; another returns.
void blas_peer_serve(int argc, char **argv);
