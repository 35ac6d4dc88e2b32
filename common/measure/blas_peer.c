// blas_peer.c: requests and answers of fixed size over a socket pair to a second process.
#include "blas_peer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ops/backend.h"
#include "measure.h"
#include "core/rng.h"
#include "core/tensor.h"

struct question {
    int m, n, k, calls;
};

static const char peer_argument[] = "--blas-peer";

static int start_peer(void)
{
#if defined __x86_64__ && defined __AVX2__
    if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return -1;
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return -1;
    pid_t pid = fork();
    if (pid == 0) {
        setenv("OPENBLAS_CORETYPE", "Haswell", 1);
        if (dup2(pair[1], STDIN_FILENO) == STDIN_FILENO)
            execl("/proc/self/exe", "blas-peer", peer_argument, NULL);
        _exit(127);
    }
    close(pair[1]);
    return pid > 0 ? pair[0] : -1;
#else
    return -1;
#endif
}

void blas_peer_match_build(char **argv)
{
    static const char variable[] = "OPENBLAS_CORETYPE", kernels[] = BLAS_KERNELS;
    const char *now = getenv(variable);
    if (*kernels ? now && !strcmp(now, kernels) : !now) return;
    if ((*kernels ? setenv(variable, kernels, 1) : unsetenv(variable)) == 0)
        execv("/proc/self/exe", argv); // OpenBLAS reads the variable when it is loaded
}

double blas_peer_seconds(int m, int n, int k, int calls)
{
    static int peer = -2;
    static pid_t owner; // a forked copy of this process must not use its parent's socket
    if (peer == -2 || owner != getpid()) peer = start_peer();
    owner = getpid();
    struct question q = {m, n, k, calls};
    double seconds;
    if (peer < 0 || write(peer, &q, sizeof q) != sizeof q ||
        read(peer, &seconds, sizeof seconds) != sizeof seconds)
        return -1;
    return seconds;
}

// Time the products of one request. The arrays are kept for the next request if its sizes are the same.
static double answer(const struct question *q)
{
    static struct question last;
    static float *a, *b, *out;
    if (q->m != last.m || q->n != last.n || q->k != last.k) {
        free(a), free(b), free(out);
        size_t mk = (size_t)q->m * q->k, kn = (size_t)q->k * q->n;
        a = tensor_alloc(mk), b = tensor_alloc(kn), out = tensor_alloc((size_t)q->m * q->n);
        if (!a || !b || !out) return -1;
        tt_rng rng = {1};
        rng_fill(&rng, a, mk, -1, 1);
        rng_fill(&rng, b, kn, -1, 1);
        matmul_cblas(out, a, b, q->m, q->n, q->k);
        last = *q;
    }
    double start = measure_now();
    for (int i = 0; i < q->calls; i++) matmul_cblas(out, a, b, q->m, q->n, q->k);
    return measure_now() - start;
}

void blas_peer_serve(int argc, char **argv)
{
    if (argc != 2 || strcmp(argv[1], peer_argument) != 0) return;
    struct question q;
    while (read(STDIN_FILENO, &q, sizeof q) == sizeof q) {
        double seconds = answer(&q);
        if (write(STDIN_FILENO, &seconds, sizeof seconds) != sizeof seconds) break;
    }
    exit(0);
}
