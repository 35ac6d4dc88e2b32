// run.c: the child's side: becomes the model that a configuration asks for, and answers inputs. It holds no label, opens no
// file and reads no clock; whose functions it calls is told by the parent, which has tried them in other processes.
#include <stdlib.h>

#include "16_quantization/given/qmodel.h"
#include "ask.h"
#include "nn/models.h"
#include "ops/backend.h"
#include "combine.h"

static net dense;
static qmodel bytes;
static bool in_bytes;
static const tt_backend *products;
static float *floats;

extern course_row *const __start_course_rows[], *const __stop_course_rows[];

static tt_status open_model(void *memory, int event)
{
    const job_layout *l = memory;
    const unsigned char *config = job_array(memory, ASK_CONFIG), *chosen = job_array(memory, ASK_CHOSEN);
    ask_facts *facts = job_array(memory, ASK_FACTS);
    const char *model = event == 0 ? "mlp" : "cnn";
    for (course_row *const *r = __start_course_rows; r < __stop_course_rows; r++) {
        const unsigned char side = chosen[r - __start_course_rows];
        *(*r)->chosen = side < COURSE_NOBODY ? (*r)->by[side] : NULL;
    }
    tt_status status = event == 0 ? mlp_create(&dense, 28, 28, 1, 10, 0) : cnn_create(&dense, 28, 28, 1, 10, 0);
    if (status != TT_OK) return status;
    const size_t size = dense.weights.floats * sizeof(float);
    if (l->bytes[ASK_FILES] != size) return TT_BAD_SHAPE;
    memcpy(dense.weights.values, job_array(memory, ASK_FILES), size);
    products = config[0] ? &course_accelerated : &backend_blas;
    in_bytes = config[1];
    backend_use(products);
    facts->model_bytes = size;
    if (in_bytes) {
        qmodel_ranges ranges;
        const int top = quant_best_path(255) == quant_best_path(127) ? 255 : 127;
        status = qmodel_calibrate(&ranges, &dense, job_array(memory, ASK_FILES + 1),
                                  (int)(l->bytes[ASK_FILES + 1] / (28 * 28)), CALIBRATE_LEAST_ERROR, 1, top);
        if (status == TT_OK) status = qmodel_create(&bytes, model, &dense, &ranges, top, true);
        if (status == TT_OK) facts->model_bytes = qmodel_bytes(&bytes);
    }
    floats = malloc(l->bytes[ASK_INPUTS] * sizeof(float));
    return status == TT_OK && !floats ? TT_NO_MEMORY : status;
}

static tt_status answer(void *memory, int count)
{
    const unsigned char *pixels = job_array(memory, ASK_INPUTS);
    float *logits = job_array(memory, ASK_ANSWERS);
    if (in_bytes) return qmodel_run(&bytes, logits, pixels, count);
    models_pixels(floats, pixels, (size_t)count * 28 * 28);
    return net_forward(&dense, logits, floats, count);
}

// Names and modules, a line each, for whoever asks with a number of none.
static tt_status probe(void *memory, int function)
{
    const long count = __stop_course_rows - __start_course_rows;
    if (function >= 0 && function < count) {
        const course_row *r = __start_course_rows[function];
        return r->by[COURSE_MINE] ? r->probe(r->by[COURSE_MINE]) : TT_TODO;
    }
    char *text = job_array(memory, ASK_ANSWERS);
    for (long i = 0; i < count; i++) {
        const course_row *r = __start_course_rows[i];
        text += sprintf(text, "%d %s %d\n", r->module, r->name,
                        r->by[COURSE_REFERENCE] ? COURSE_REFERENCE : r->by[COURSE_COMMON] ? COURSE_COMMON : COURSE_NOBODY);
    }
    return TT_OK;
}

static tt_status olympics(void *memory, int argument)
{
    const int *number = ((job_layout *)memory)->number;
    (void)argument;
    if (number[ASK_WHAT] == ASK_PROBE) return probe(memory, number[ASK_COUNT]);
    if (number[ASK_WHAT] == ASK_OPEN) return open_model(memory, number[ASK_EVENT]);
    return answer(memory, number[ASK_COUNT]);
}

const job_run job_runs[] = {{"olympics", olympics}, {0}};
