// blas_peer.h: OpenBLAS with another choice of kernels, timed in a process of its own.
//
// OpenBLAS chooses its kernels when it is loaded, by the CPU or by OPENBLAS_CORETYPE, and the choice
// for the CPU is not always the fastest. A peer is this same program started again with that variable
// set: on each request it computes products and answers with the seconds they took, so that it takes
// turns with the other variants.
#pragma once

// Seconds that `calls` products (m, k) (k, n) took with OPENBLAS_CORETYPE=Haswell; negative if there is no
// such peer (not x86-64, a build without AVX2). The peer ends with the process that asked.
double blas_peer_seconds(int m, int n, int k, int calls);

// Call it second in main of a program that times BLAS, so that OpenBLAS uses its own choice of kernels, or,
// where the CPU has wider vectors than this program was built for, those of the build's instruction set:
// both sides of the comparison then use the same. An OPENBLAS_CORETYPE left in the environment would slow
// OpenBLAS down unnoticed. Starts the program again if the variable is not as it should be; returns if it
// is, or if that is not possible.
void blas_peer_match_build(char **argv);

// Call it first in main. A process that was started as a peer answers requests and exits; another returns.
void blas_peer_serve(int argc, char **argv);
