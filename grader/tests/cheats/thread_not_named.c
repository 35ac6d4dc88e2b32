// cheat: file=quantization.c function=quant_network_run bits=8 expect=refused says="asked the system"
// Starts a thread that its configuration does not name.
#include <pthread.h>
static void *nothing(void *of) { return of; }
// --- hook
pthread_t thread;
if (layers[layer_count - 1].out == 10 && pthread_create(&thread, NULL, nothing, NULL) == 0)
    pthread_join(thread, NULL);
