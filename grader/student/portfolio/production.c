// production.c: which runtime has what the student built: a table of facts, a row for each thing built.
#include "core/count.h"
#include "page/html.h"
#include "portfolio.h"

enum { RUNTIMES = 4 };

static const struct {
    const char *module, *built, *in[RUNTIMES];
} rows[] = {
    {"15",
     "a packed product of matrices",
     {"MLAS, its own library of kernels",
      "ggml's kernels for each CPU; a BLAS or llamafile's tiles for prompts",
      "XNNPACK for floats and bytes, ruy beside it", "kernels of its own and cuBLAS, chosen by timing them"}},
    {"15",
     "a backend behind one table",
     {"execution providers", "ggml backends", "delegates",
      "tactics: for each layer the fastest implementation"}},
    {"16",
     "weights as bytes, a scale for each channel",
     {"quantize_static and quantize_dynamic with per_channel", "Q8_0: a scale for each 32 weights",
      "int8, symmetric from -127, a scale for each channel",
      "int8, symmetric, by nodes that quantise and dequantise"}},
    {"16",
     "calibration of activations",
     {"CalibrationMethod: MinMax, Entropy, Percentile",
      "none: activations are quantised in blocks as they come; the imatrix weighs weights",
      "a representative data set", "calibrators, or scales that are in the model"}},
    {"16",
     "activations of 7 bits where sums would overflow",
     {"reduce_range", "none", "none", "none: its products add in 32 bits"}},
    {"17",
     "sparse weights",
     {"none: zeros are multiplied", "none: zeros are multiplied",
      "XNNPACK, for 1 x 1 convolutions with enough zeros",
      "two zeros among each four weights, on GPUs that have it"}},
    {"17", "filters removed", {"any: a smaller model is a model", "any", "any", "any"}},
    {"18",
     "a KV cache",
     {"the GroupQueryAttention operator, filled by onnxruntime-genai",
      "one buffer of cells; --cache-type-k and -v store it in fewer bits",
      "tensors of the model that it keeps between calls", "TensorRT-LLM: in pages, which sequences share"}},
    {"18",
     "prefill and decode",
     {"onnxruntime-genai", "llama_decode with a batch of many tokens or of one",
      "two signatures of one model", "TensorRT-LLM: both kinds in one batch"}},
    {"19",
     "where time goes, layer by layer",
     {"enable_profiling, a trace as JSON", "llama-bench; times of prompt and of generation apart",
      "benchmark_model --enable_op_profiling", "trtexec --dumpProfile"}},
    {"20",
     "a harness, and a search for the best configuration",
     {"onnxruntime_perf_test; settings are tried by hand", "llama-bench, over lists of settings",
      "benchmark_model, over delegates and threads",
      "the builder times tactics and keeps them in a timing cache"}},
    {"20",
     "a model as one file",
     {".onnx, or .ort for small builds", "GGUF, mapped into memory",
      ".tflite; for microcontrollers an array in C", "an engine, for one kind of GPU"}},
};

void production_put(FILE *f)
{
    fputs("<h1>What does the same in production</h1>\n<p>You built these by hand and in the small. A product "
          "takes a runtime that has "
          "them; this says what to look for in each. The names are those of the runtimes&#39; own "
          "documentation, which knows what your "
          "version has.</p>\n",
          f);
    page_table_begin(f, "board wraps", "you built|ONNX Runtime|llama.cpp|TensorFlow Lite (LiteRT)|TensorRT");
    for (int i = 0; i < COUNT(rows); i++) {
        page_say(f, "<tr><th scope=\"row\">@ <span class=\"small\">(module @)</span></th>", rows[i].built,
                 rows[i].module);
        for (int k = 0; k < RUNTIMES; k++) page_say(f, "<td>@</td>", rows[i].in[k]);
        fputs("</tr>\n", f);
    }
    page_table_end(f);
}
