// write.c: a network's numbers as arrays of C and its layers as rows of a table, between the loops that run them.
#include "write.h"

#include <stdlib.h>
#include <string.h>

#include "16_quantization/given/qmodel_inner.h"
#include "export_parts.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE };

// Arrays and rows are written beside each other, and joined when the sizes are known.
typedef struct {
    FILE *arrays, *rows;
    char *text[2];
    size_t length[2];
    int column;                         // in the array's line
    size_t number, bytes, most_numbers; // of one number; of all arrays; the most between two layers
    int classes, most_channels, count;  // count: rows
} writer;

static tt_status begin_texts(writer *w)
{
    w->arrays = open_memstream(&w->text[0], &w->length[0]);
    w->rows = open_memstream(&w->text[1], &w->length[1]);
    return w->arrays && w->rows ? TT_OK : tt_fail(TT_NO_MEMORY, "no memory for a network as text");
}

// --- Arrays ---

static void begin(writer *w, const char *type, size_t size, const char *layer, const char *what, size_t count)
{
    fprintf(w->arrays, "static const %s %s_%s[%zu] = {", type, layer, what, count);
    w->column = 1000; // the first number begins a line
    w->bytes += size * count;
}

static void put(writer *w, const char *number)
{
    enum { WIDTH = 110 };
    if (w->column + (int)strlen(number) + 2 > WIDTH) w->column = fprintf(w->arrays, "\n   ") - 1;
    w->column += fprintf(w->arrays, " %s,", number);
}

static void put_whole(writer *w, int number)
{
    char text[16];
    snprintf(text, sizeof text, "%d", number);
    put(w, text);
}

static void end(writer *w) { fprintf(w->arrays, "\n};\n"); }

static void integers(writer *w, const char *layer, const char *what, const int32_t *numbers, int count)
{
    begin(w, "int32_t", sizeof *numbers, layer, what, (size_t)count);
    for (int i = 0; i < count; i++) put_whole(w, numbers[i]);
    end(w);
}

// Nine digits tell a float from its neighbours, and seventeen a double.
static void floats(writer *w, const char *layer, const char *what, const parameter *p)
{
    char text[32];
    begin(w, "float", sizeof *p->value, layer, what, p->count);
    for (size_t i = 0; i < p->count; i++) snprintf(text, sizeof text, "%.8ef", p->value[i]), put(w, text);
    end(w);
}

// --- Layers ---

static void begin_row(writer *w, const char *kind, int h, int wide, int c, int out, size_t numbers)
{
    fprintf(w->rows, "    {.kind = %s, .h = %d, .w = %d, .c = %d, .out = %d", kind, h, wide, c, out);
    if (out > w->most_channels) w->most_channels = out;
    if (numbers > w->most_numbers) w->most_numbers = numbers;
    w->classes = out;
    w->count++;
}

static const char *const kinds[] = {[QUANT_CONV] = "CONV", [QUANT_LINEAR] = "LINEAR", [QUANT_POOL] = "POOL"};

static void bytes_layer(writer *w, const quant_layer *l, bool last)
{
    begin_row(w, kinds[l->kind], l->h, l->w, l->c, l->out, quant_layer_out(l));
    if (l->kind != QUANT_POOL) {
        const int k = quant_layer_k(l);
        begin(w, "int8_t", 1, l->name, "weights", (size_t)k * l->out);
        for (int i = 0; i < k * l->out; i++)
            put_whole(w, l->packed[qmodel_packed_at(l, i / l->out, i % l->out)]);
        end(w);
        integers(w, l->name, "bias", l->bias, l->out);
        fprintf(w->rows, ", .zero = %d,\n     .weights = %s_weights, .bias = %s_bias", l->in.zero_point,
                l->name, l->name);
    }
    if (l->kind != QUANT_POOL && !last) {
        integers(w, l->name, "multiplier", l->multiplier, l->out);
        integers(w, l->name, "shift", l->shift, l->out);
        fprintf(w->rows, ", .multiplier = %s_multiplier, .shift = %s_shift,\n", l->name, l->name);
        fprintf(w->rows, "     .to = %d, .low = %d, .high = %d", l->to.zero_point,
                l->relu ? l->to.zero_point : 0, l->to.top);
    }
    if (last) {
        char text[32];
        begin(w, "double", sizeof(double), l->name, "scales", (size_t)l->out);
        for (int j = 0; j < l->out; j++) {
            snprintf(text, sizeof text, "%.16e", (double)l->in.scale * l->scales[j]);
            put(w, text);
        }
        end(w);
        fprintf(w->rows, ", .scales = %s_scales", l->name);
    }
    fprintf(w->rows, "},\n");
}

// A row of floats and the relu behind it, if there is one, are one layer. How many rows were taken -> *taken
static tt_status floats_layer(writer *w, const net *m, int at, int *taken)
{
    const net_layer *l = &m->layers[at];
    const net_row r = l->row;
    const bool conv = r.kind == NET_CONV && r.window == 3 && r.stride == 1 && r.pad == 1;
    const bool pool = r.kind == NET_POOL && r.window == 2 && r.stride == 2;
    const bool relu = !pool && at + 1 < m->count && m->layers[at + 1].row.kind == NET_RELU;
    if (!conv && !pool && r.kind != NET_LINEAR)
        return tt_fail(TT_BAD_SHAPE,
                       "%s: only 3 x 3 convolutions, linear layers and 2 x 2 pools are exported", l->name);
    begin_row(w, conv ? "CONV" : pool ? "POOL" : "LINEAR", l->h, l->w, l->c, l->co, l->out);
    if (!pool) {
        floats(w, l->name, "weights", &m->weights.list[l->weight]);
        floats(w, l->name, "bias", &m->weights.list[l->weight + 1]);
        fprintf(w->rows, ", .relu = %d,\n     .weights = %s_weights, .bias = %s_bias", relu, l->name,
                l->name);
    }
    fprintf(w->rows, "},\n");
    *taken = relu ? 2 : 1;
    return TT_OK;
}

// --- The file ---

static void join(FILE *out, writer *w, const export_about *about, const char *part)
{
    fprintf(out,
            "// %s: tells which of ten kinds of clothes is on a picture (Fashion-MNIST).\n"
            "//\n"
            "// Call     int predict(const unsigned char pixels[28 * 28]): the class, of equals the first\n"
            "//          void logits(float out[%d], const unsigned char pixels[28 * 28]): what speaks for "
            "each class\n"
            "//          Pixels go row by row; 0 is black.\n"
            "// Needs    a C11 compiler, %zu bytes of constants, %zu bytes between layers\n"
            "// Compile  cc -O2 -c THIS.c; as a program: cc -O2 -DEXPORT_MAIN THIS.c -o cnn\n"
            "//          zcat t10k-images-idx3-ubyte.gz | ./cnn\n"
            "// Made by  %s\n"
            "//          %s\n"
            "#include <stdint.h>\n\n"
            "enum { CLASSES = %d, PIXELS = 28 * 28, MOST_CHANNELS = %d, MOST_NUMBERS = %zu };\n\n",
            about->title, w->classes, w->bytes, 2 * w->most_numbers * w->number, about->made, about->whose,
            w->classes, w->most_channels, w->most_numbers);
    fprintf(out, "%s\n// --- The weights ---\n\n%s\nstatic const layer layers[%d] = {\n%s};\n\n%s", part,
            w->text[0], w->count, w->text[1], part_network_c);
}

static tt_status finish(writer *w, FILE *out, const export_about *about, const char *part, tt_status status)
{
    const bool written = w->arrays && w->rows && !ferror(w->arrays) && !ferror(w->rows);
    if (w->arrays && fclose(w->arrays) != 0 && status == TT_OK) status = TT_NO_MEMORY;
    if (w->rows && fclose(w->rows) != 0 && status == TT_OK) status = TT_NO_MEMORY;
    if (status == TT_OK && !written) status = TT_NO_MEMORY;
    if (status == TT_OK) join(out, w, about, part);
    free(w->text[0]), free(w->text[1]);
    return status;
}

static tt_status check_input(int h, int w, int c)
{
    if (h == SIDE && w == SIDE && c == 1) return TT_OK;
    return tt_fail(TT_BAD_SHAPE, "pictures of %d x %d x %d; 28 x 28 x 1 are exported", h, w, c);
}

tt_status export_bytes(FILE *out, const qmodel *q, const export_about *about)
{
    writer w = {.number = sizeof(uint8_t), .most_numbers = PIXELS};
    tt_status status = check_input(q->h, q->w, q->c);
    if (status == TT_OK) status = begin_texts(&w);
    for (int l = 0; l < q->count && status == TT_OK; l++) bytes_layer(&w, &q->layers[l], l == q->count - 1);
    if (status == TT_OK) {
        begin(&w, "uint8_t", 1, "pixel", "byte", 256);
        for (int i = 0; i < 256; i++) put_whole(&w, q->input[i]);
        end(&w);
        fprintf(w.arrays, "\nstatic number number_of(unsigned char pixel) { return pixel_byte[pixel]; }\n");
    }
    return finish(&w, out, about, part_bytes_c, status);
}

tt_status export_floats(FILE *out, const net *m, const export_about *about)
{
    writer w = {.number = sizeof(float), .most_numbers = PIXELS};
    tt_status status = check_input(m->layers[0].h, m->layers[0].w, m->layers[0].c);
    if (status == TT_OK) status = begin_texts(&w);
    for (int l = 0, taken = 0; l < m->count && status == TT_OK; l += taken)
        status = floats_layer(&w, m, l, &taken);
    if (status == TT_OK)
        fprintf(w.arrays, "\nstatic number number_of(unsigned char pixel) { return (float)pixel / 255; }\n");
    return finish(&w, out, about, part_floats_c, status);
}
