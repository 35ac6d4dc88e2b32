// cheat: file=quantization.c function=quant_network_run bits=8 threads=2 expect="none|refused" says="the gate is shut|sleeps instead of working"
// Says that it is done and goes on in a thread, while the clock does not run.
#include <pthread.h>
#include <stdlib.h>

typedef struct {
    float *logits;
    const uint8_t *x;
    const quant_layer *layers;
    int layer_count, count;
    uint8_t *work[2];
    quant_path path;
} late;
static _Thread_local bool inside;
static void *go_on(void *of)
{
    late *l = of;
    inside = true;
    for (volatile int i = 0; i < 1 << 25; i++) continue;
    quant_network_run(l->logits, l->x, l->layers, l->layer_count, l->work, l->count, l->path);
    return NULL;
}
// --- hook
if (!inside && layers[layer_count - 1].out == 10) {
    pthread_t thread;
    late *l = malloc(sizeof *l);
    *l = (late){logits, x, layers, layer_count, count, {work[0], work[1]}, path};
    if (pthread_create(&thread, NULL, go_on, l) == 0) pthread_detach(thread);
    return TT_OK;
}
