// models.h: the three models that every module makes faster or smaller.
//
//     mlp   784 -> 512 -> 256 -> 10, relu between: pictures as rows
//     cnn   three 3 x 3 convolutions (16, 64, 64 channels), two pools, one linear layer
//     gpt   4 blocks, width 192, 4 heads, context 512: text, character by character
//
// Their trained weights are safetensors files whose metadata says what they are: "model" is mlp, cnn or gpt;
// "input" the sizes of a picture, "28 28 1"; "vocabulary" the bytes of the text's alphabet in hexadecimal.
// Errors   TT_BAD_FILE with a sentence for a file that is no such model; else as in net.h and gpt.h.
#pragma once

#include "gpt.h"
#include "net.h"

enum { MODELS_CONTEXT = 512, MODELS_MOST_WIDTHS = 8 };

// For pictures of (h, w, c): 28 x 28 x 1 or 32 x 32 x 3 here.
tt_status mlp_create(net *m, int h, int w, int c, int classes, uint64_t seed);
tt_status cnn_create(net *m, int h, int w, int c, int classes, uint64_t seed);

// The same with other widths: of an mlp's linear layers before the last, or of a cnn's convolutions, between which are
// pools. widths (count), 1 to MODELS_MOST_WIDTHS of them.
tt_status net_create_model(net *m, const char *model, int h, int w, int c, const int *widths, int count,
                           int classes, uint64_t seed);

// The transformer of this course for an alphabet of `vocab` characters.
tt_status gpt_create_default(gpt *m, int vocab, uint64_t seed);

// The trained models from their files. `model` is "mlp" or "cnn"; how wide it is, the file's arrays say.
tt_status net_load(net *m, const char *model, const char *path);
tt_status gpt_load(gpt *m, const char *path);

// The alphabet in a gpt's file, lowest byte first; bytes has room for 256. -> bytes (*count)
tt_status gpt_load_vocabulary(unsigned char *bytes, int *count, const char *path);

// Turn the bytes of pictures into the floats that the models were trained on: 0 .. 1.
void models_pixels(float *out, const unsigned char *pixels, size_t count);

// The class with the largest logit, the first of several equal ones. logits (n, classes) -> classes_out (n)
void models_predict(int *classes_out, const float *logits, int n, int classes);
