// files.c: what the events' models are made from, for programs that hand it to others and link no model.
#include "contender.h"

const char *const contender_files[OLY_EVENTS][CONTENDER_FILES] = {
    [OLY_MLP] = {"/mlp.safetensors", "/compressed/mlp-70.safetensors", "/compressed/mlp-90.safetensors",
                 "/compressed/mlp-blocks-90.safetensors"},
    [OLY_CNN] = {"/cnn.safetensors", "/compressed/cnn-half.safetensors"},
    [OLY_GPT] = {"/gpt.safetensors", "/compressed/gpt-50.safetensors"},
};
