// blas_peer.h: BLAS as it would run with another choice of kernel, timed in a process of its own.
//
// OpenBLAS chooses its kernels when it is loaded, by the CPU or by OPENBLAS_CORETYPE, and the CPU's own
// choice is not always the fastest. A peer is this same program started again with that variable set; it
// multiplies when asked and says how long it took, between the turns of the other variants.
#pragma once

// Seconds that `calls` products (m, k) (k, n) took with OPENBLAS_CORETYPE=Haswell; negative if there is no
// such peer (not x86-64, a build without AVX2). The peer ends with the process that asked.
double blas_peer_seconds(int m, int n, int k, int calls);

// Second thing in main of what times BLAS: the kernels are the library's own choice; where the CPU has wider
// vectors than this program was built for, those of the build's own instruction set, so that the opponent has
// the same. A variable that somebody left in the environment would handicap it unseen. Starts the program
// again where the variable is not as it should be; returns where it is, or where that is not possible.
void blas_peer_match_build(char **argv);

// First thing in main: if this process was started as a peer, serve and exit, else return.
void blas_peer_serve(int argc, char **argv);
