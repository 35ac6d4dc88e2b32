// cases.c: the cases of module 17. Numbers are whole where that makes an answer exact, and then it is
// compared exactly.
#include "checks.h"

// A selection takes less than a tenth of the time of the library's sort, and a sort of one's own more than
// half of it.
#define SORTING(least)                                                                                       \
    (&(const grade_yardstick){"times as fast as sorting", comp_yard_sort, 1.0 / SORTED_PART, least, least,   \
                              NULL})

// A dense product has twenty times the multiply-adds: it keeps neither pace. Points for speed are full at two
// thirds of what the reference reaches where it reaches least. Without fused multiply-adds arithmetic is the
// limit, and the textbook's product reaches that as well; elsewhere it stops where points begin.
#define READING(least, most)                                                                                 \
    (&(const grade_yardstick){"of reading and adding rows of x", comp_yard_csr, 1, least, most, NULL})
#define SHARING(least, most)                                                                                 \
    (&(const grade_yardstick){"of reading rows of x for four outputs each", comp_yard_blocks, 1, least,      \
                              most, NULL})

// What to ask oneself when it is right and slow.
#define ONE_PART "After a pass, is only the part looked at again that holds the keep-th largest?"
#define ONLY_WHAT_IS_LEFT                                                                                    \
    "Are only stored values multiplied, for 4 to 8 vectors of the batch at a time, which are stored once?"
#define ONE_LOAD                                                                                             \
    "Is a piece of a row of x loaded once for all outputs of a block, by code whose height and width are "   \
    "constants?"

#define CASE(name, function, points, run, call, fill, check)                                                 \
    {                                                                                                        \
        name, function, points, 0, run, call, fill, check, NULL, NULL                                        \
    }
#define TIMED(name, function, points, flags, run, call, fill, check, yard, if_slow)                          \
    {                                                                                                        \
        name, function, points, flags, run, call, fill, check, yard, if_slow                                 \
    }
#define REFUSES(function, points, run, call)                                                                 \
    CASE("empty, negative, NULL and out of range", function, points, run, call, comp_fill_door,              \
         comp_check_door)

const grade_case grade_cases[] = {
    CASE("the keep-th largest magnitude", "prune_threshold", 3, "masks", THRESHOLD, comp_fill_threshold,
         comp_check_threshold),
    REFUSES("prune_threshold", 1, "masks", THRESHOLD),
    TIMED("selects and does not sort", "prune_threshold", 0, CASE_PACE, "masks", THRESHOLD,
          comp_fill_many_weights, comp_check_threshold, SORTING(3), ONE_PART),
    CASE("exactly as many go, the smallest", "prune_mask", 3, "masks", MASK, comp_fill_mask, comp_check_mask),
    CASE("of ties the first stay", "prune_mask", 2, "masks", MASK, comp_fill_ties, comp_check_mask),
    REFUSES("prune_mask", 1, "masks", MASK),
    CASE("one threshold for all layers", "prune_masks", 3, "masks", MASKS, comp_fill_masks, comp_check_masks),
    CASE("of ties the first layer's stay", "prune_masks", 1, "masks", MASKS, comp_fill_mask_ties,
         comp_check_masks),
    REFUSES("prune_masks", 1, "masks", MASKS),
    CASE("bytes with their indices, blocks, multiply-adds", "prune_count", 2, "masks", KEPT, comp_fill_kept,
         comp_check_kept),
    REFUSES("prune_count", 1, "masks", KEPT),

    CASE("cubic, and one-shot", "prune_schedule", 2, "steps", SCHEDULE, comp_fill_schedule,
         comp_check_schedule),
    REFUSES("prune_schedule", 1, "steps", SCHEDULE),
    CASE("momentum and decay", "prune_step_sgd", 2, "steps", SGD, comp_fill_step, comp_check_step),
    CASE("what is masked is 0 after the step", "prune_step_sgd", 2, "steps", SGD, comp_fill_masked_step,
         comp_check_step),
    REFUSES("prune_step_sgd", 1, "steps", SGD),
    CASE("averages, corrections and decay", "prune_step_adam", 3, "steps", ADAM, comp_fill_step,
         comp_check_step),
    CASE("what is masked is 0 after the step", "prune_step_adam", 2, "steps", ADAM, comp_fill_masked_step,
         comp_check_step),
    REFUSES("prune_step_adam", 1, "steps", ADAM),

    CASE("sums of magnitudes", "prune_norms", 1, "filters", NORMS, comp_fill_norms, comp_check_norms),
    REFUSES("prune_norms", 1, "filters", NORMS),
    CASE("the largest, in order", "prune_choose", 2, "filters", CHOOSE, comp_fill_choose, comp_check_choose),
    REFUSES("prune_choose", 1, "filters", CHOOSE),
    CASE("columns that stay", "prune_outputs", 2, "filters", OUTPUTS, comp_fill_outputs, comp_check_outputs),
    REFUSES("prune_outputs", 1, "filters", OUTPUTS),
    CASE("channels that stay, at every place", "prune_inputs", 3, "filters", INPUTS, comp_fill_inputs,
         comp_check_inputs),
    REFUSES("prune_inputs", 1, "filters", INPUTS),
    CASE("weights, biases and the next layer's inputs", "prune_filters", 4, "filters", FILTERS,
         comp_fill_filters, comp_check_filters),

    CASE("what is left, by output", "sparse_csr_build", 2, "build", CSR_BUILD, comp_fill_build,
         comp_check_build),
    REFUSES("sparse_csr_build", 1, "build", CSR_BUILD),
    CASE("damaged in one place", "sparse_csr_check", 2, "build", CSR_CHECK, comp_fill_hostile,
         comp_check_hostile),
    CASE("whole numbers, exactly", "sparse_csr_matmul_textbook", 1, "product", TEXTBOOK, comp_fill_product,
         comp_check_product),
    CASE("whole numbers, exactly", "sparse_csr_matmul", 1, "product", CSR, comp_fill_product,
         comp_check_product),
    CASE("all bits of a float", "sparse_csr_matmul", 1, "product", CSR, comp_fill_wide_range,
         comp_check_product),
    REFUSES("sparse_csr_matmul", 1, "product", CSR),
    TIMED("skips what is gone", "sparse_csr_matmul", 0, CASE_PACE, "product", CSR, comp_fill_large_csr,
          comp_check_by_sample, READING(0.2, 0.2), ONLY_WHAT_IS_LEFT),
    TIMED("speed", "sparse_csr_matmul", 6, 0, "product", CSR, comp_fill_large_csr, comp_check_by_sample,
          READING(0.42, 0.44), ONLY_WHAT_IS_LEFT),
    CASE("whole blocks, the smallest sums", "prune_blocks", 2, "build", BLOCK_MASK, comp_fill_block_mask,
         comp_check_block_mask),
    REFUSES("prune_blocks", 1, "build", BLOCK_MASK),
    CASE("blocks that are left, padded", "sparse_blocks_build", 1, "build", BLOCK_BUILD, comp_fill_build,
         comp_check_build),
    REFUSES("sparse_blocks_build", 1, "build", BLOCK_BUILD),
    CASE("damaged in one place", "sparse_blocks_check", 1, "build", BLOCK_CHECK, comp_fill_hostile,
         comp_check_hostile),
    CASE("whole numbers, exactly", "sparse_blocks_matmul", 1, "product", BLOCKS, comp_fill_product,
         comp_check_product),
    CASE("all bits of a float", "sparse_blocks_matmul", 1, "product", BLOCKS, comp_fill_wide_range,
         comp_check_product),
    REFUSES("sparse_blocks_matmul", 1, "product", BLOCKS),
    TIMED("skips what is gone", "sparse_blocks_matmul", 0, CASE_PACE, "product", BLOCKS,
          comp_fill_large_blocks, comp_check_by_sample, SHARING(0.2, 0.2), ONE_LOAD),
    TIMED("speed", "sparse_blocks_matmul", 6, 0, "product", BLOCKS, comp_fill_large_blocks,
          comp_check_by_sample, SHARING(0.3, 0.44), ONE_LOAD),
    CASE("bias and relu, by either format", "sparse_linear_run", 1, "product", LINEAR, comp_fill_linear,
         comp_check_linear),
    REFUSES("sparse_linear_run", 1, "product", LINEAR),
    CASE("the batch across until the end", "sparse_network_run", 1, "network", NETWORK, comp_fill_network,
         comp_check_network),
    CASE("refuses what does not fit", "sparse_network_run", 1, "network", NETWORK, comp_fill_bad_network,
         comp_check_bad_network),

    CASE("at a temperature, in place or not", "distill_targets", 2, "distill", TARGETS, comp_fill_targets,
         comp_check_targets),
    CASE("no overflow", "distill_targets", 1, "distill", TARGETS, comp_fill_extreme, comp_check_targets),
    REFUSES("distill_targets", 1, "distill", TARGETS),
    CASE("the mixed loss", "distill_loss", 1, "distill", LOSS, comp_fill_loss, comp_check_loss),
    CASE("its gradient", "distill_loss", 2, "distill", LOSS, comp_fill_loss, comp_check_gradient),
    REFUSES("distill_loss", 1, "distill", LOSS),

    CASE("each layer alone, at each sparsity", "prune_scan", 2, "scan", SCAN, comp_fill_scan,
         comp_check_scan),
    CASE("refuses before it evaluates", "prune_scan", 1, "scan", SCAN, comp_fill_bad_scan,
         comp_check_bad_scan),
    CASE("the least loss that fits", "prune_choose_levels", 2, "scan", CHOOSE_LEVELS, comp_fill_levels,
         comp_check_levels),
    REFUSES("prune_choose_levels", 1, "scan", CHOOSE_LEVELS),

    CASE("exposes wrong masks", "break_mask", 2, "break", 0, comp_fill_break_mask, comp_check_break_mask),
    CASE("exposes wrong products", "break_sparse", 2, "break", 1, comp_fill_break_sparse,
         comp_check_break_sparse),
};

const int grade_case_count = COUNT(grade_cases);

// --- What a job's numbers and arrays are called in messages: as calls.h lays them out ---

#define NAMED(run, call, numbers, arrays)                                                                    \
    {                                                                                                        \
        run, call, numbers, arrays, NULL                                                                     \
    }
const grade_name grade_names[] = {
    NAMED("masks", THRESHOLD, "count keep - - - - - w|threshold", "w threshold"),
    NAMED("masks", MASK, "count - - - - - - w|sparsity|mask", "w - mask"),
    NAMED("masks", MASKS, "layers weights - - - - - w|-|counts|masks", "w - counts masks"),
    NAMED("masks", KEPT, "in out height positions - - - mask|c", "mask c"),
    NAMED("steps", SCHEDULE, "begin end step - - - - -|sparsity", "- sparsity"),
    NAMED("steps", SGD, "count - - - - - - -|-|grad|mask|-|value|velocity", "- - grad mask - value velocity"),
    NAMED("steps", ADAM, "count step - - - - - -|-|-|grad|mask|-|value|mean|square",
          "- - - grad mask - value mean square"),
    NAMED("filters", NORMS, "rows out - - - - - w|norms", "w norms"),
    NAMED("filters", CHOOSE, "out keep - - - - - norms|kept", "norms kept"),
    NAMED("filters", OUTPUTS, "rows out keep - - - - w|kept|smaller", "w kept smaller"),
    NAMED("filters", INPUTS, "places channels out keep - - - w|kept|smaller", "w kept smaller"),
    NAMED("filters", FILTERS, "layers - - - - - - -|w|bias|keep|smaller.w|smaller.bias",
          "- w bias keep smaller.w smaller.bias smaller"),
    NAMED("build", CSR_BUILD, "in out room - - - - w|mask|starts|columns|values",
          "w mask starts columns values s"),
    NAMED("build", BLOCK_BUILD, "in out room height - - - w|mask|starts|columns|values",
          "w mask starts columns values s"),
    NAMED("build", CSR_CHECK, "rows cols room - - - - starts|columns|values", "starts columns values"),
    NAMED("build", BLOCK_CHECK, "rows cols room height - - - starts|columns|values", "starts columns values"),
    NAMED("build", BLOCK_MASK, "in out height - - - - w|-|mask", "w - mask"),
    NAMED("product", GRADE_ANY, "rows cols n height? stored - - starts|columns|values|x|bias|out",
          "starts columns values x bias out"),
    NAMED("network", GRADE_ANY, "layers n - - - - - -|starts|columns|values|bias|x|work[0]|work[1]|logits",
          "- starts columns values bias x work[0] work[1] logits"),
    NAMED("distill", TARGETS, "rows classes - - - - - logits|-|targets", "logits - targets"),
    NAMED("distill", LOSS, "rows classes - - - - - logits|targets|labels|-|loss|dlogits",
          "logits targets labels - loss dlogits"),
    NAMED("scan", SCAN, "layers levels - - - - - w|counts|sparsities|-|loss|work",
          "w counts sparsities - loss work - -"),
    NAMED("scan", CHOOSE_LEVELS, "layers levels budget - - - - loss|bytes|level", "loss bytes level"),
    NAMED("break", GRADE_ANY, "input", "sizes w x"),
    {0},
};
