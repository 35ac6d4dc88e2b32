// lesson.c: the notebook of module 18. `make 18` runs it from top to bottom; see common/lesson/lesson.h for its format.
#include "lesson/lesson.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools.h"
#include "measure/machine.h"

LESSON_TEXT;

// %% [markdown]
// # 18. Caching
//
// A language model writes one token, looks at everything that stands there now, and writes the next. Done as the
// formula says, it computes the whole text again for every token. Nearly all of that has been computed before. In this
// lesson you keep it, in a few hundred lines of C, until a text that you could watch being typed is there at once; you
// show that not one token of it has changed; and you find out what you paid, because a cache is a trade: memory for
// time.
//
// You write `modules/18_caching/caching.c`. Each section says which function it is about; a function that you have not
// written yet says so, and the lesson goes on. `make grade-18` gives you points.
//
// ## 1. The goal
//
// Modules 1 to 14 left a small transformer that has read the King James Bible, letter by letter: here a token is a
// letter. It gets the first 32 letters of a verse that it has never seen and writes on, drawing each letter at random
// as the model's probabilities say.
//
// First without a cache: for each new letter all the letters before it go through the model again. Watch it being
// typed. Then with your cache. The dice fall the same both times, so the two texts should be the same, letter for
// letter.

// %% One text, written twice
CELL(goal)
{
    predict("goal", "how many times faster is it with a cache?", "x");
    model *m = open_model(MODEL_TRAINED);
    if (!m) return;
    const int V = m->view.vocab, end = lesson_quick() ? 160 : CONTEXT;
    static int slow[CONTEXT], fast[CONTEXT];
    static float logits[CONTEXT * 256];
    memcpy(slow, verse_of(m), PROMPT * sizeof *slow);
    memcpy(fast, slow, sizeof fast);

    typist slowly = sit_down(m, true);
    for (int i = 0; i < PROMPT; i++) strike(&slowly, slow[i]);
    for (int t = PROMPT; t < end; t++) { // t letters, to get one
        gpt_forward(&m->gpt, logits, slow, t, NULL);
        slow[t] = type(&slowly, logits + (t - 1) * V, V);
    }
    double slow_seconds = seconds_of(&slowly), fast_seconds = NAN;
    printf("\n\n");

    kv_cache cache;
    typist at_once = sit_down(m, false);
    token_sampler sampler = {type, &at_once};
    int made = 0, then = 0;
    tt_status status = open_cache(&cache, &m->view);
    if (status == TT_OK)
        status = transformer_generate(fast, &made, &m->view, PROMPT,
                                      end - PROMPT, sampler, &cache, 1);
    if (worked("transformer_generate", status)) {
        fast_seconds = seconds_of(&at_once);
        then = show_race(&slowly, slow, &at_once, fast, made);
    }
    record("goal", slow_seconds / fast_seconds, "x");
    record("slow_rate", slowly.count / slow_seconds, "letters/s");
    record("fast_rate", made / fast_seconds, "letters/s");
    record("then", made ? then : NAN, "letters");
    record("written", slowly.count, "letters");
}

// %% [markdown]
// You guessed {predicted:goal}; it is {goal}: {slow_rate} without, {fast_rate} with the cache.
// [if goal > 1]
// When the one text was complete with all its {written}, the other had got {then} far.
// [else]
// It does not pay yet: somewhere your code computes again what the cache holds, or walks down columns.
// [end]
// Same model, same weights, same processor, one thread.
//
// ## 2. What is done twice
//
// Where does the time go? Stay with the model as modules 1 to 14 left it, and time one more letter behind a short text
// and behind longer ones.

// %% One more letter, behind more and more of them
CELL(growth)
{
    predict("growth", "letter 128 against letter 8: times as long?", "x");
    static const char *const lengths[] = {"8", "32", "128", "256", "512"};
    for (int i = 0; i < (lesson_quick() ? 3 : 5); i++)
        compare("next_trained", lengths[i], "common");
    show_chart("next_trained");
    record("growth",
           rate("next_trained", "8", "common") /
               rate("next_trained", "128", "common"),
           "x");
}

// %% [markdown]
// You guessed {predicted:growth}; letter 128 takes {growth} as long as letter 8. The first letter of a text is cheap
// and the last one dear, though each is one letter.
//
// How much of the dear one is new? That can be counted. The next cell counts the multiply-adds of a letter behind all
// those before it, and of these the ones that belong to the new letter: its own pass through the layers, and its look
// at all the letters before it.

// %% Counted, not timed
CELL(counted)
{
    predict("new_part", "letter 512: how much of its work is new?", "%");
    model *m = open_model(MODEL_TRAINED);
    if (!m) return;
    double again = 0, once = 0;
    printf("%8s %18s %18s %10s\n", "letter", "computed again", "new", "");
    for (int t = 1; t <= CONTEXT; t++) {
        double all = (double)gpt_macs(&m->gpt, t, 0);
        double mine = (double)gpt_macs(&m->gpt, 1, t - 1);
        again += all, once += mine;
        if (t == 1 || t == 8 || t == 64 || t == CONTEXT)
            printf("%8d %18.0f %18.0f %8.2f %%\n", t, all - mine, mine,
                   100 * mine / all);
        if (t == CONTEXT) record("new_part", 100 * mine / all, "%");
    }
    record("counted", again / once, "x");
}

// %% [markdown]
// You guessed {predicted:new_part}; {new_part} of the last letter's work is new. Over the whole text of 512 letters the
// formula does {counted} the multiply-adds that are needed.
//
// Write that number down, and do not believe it. It is a count of operations, and many descriptions of this technique
// end here. Operations are not seconds: a batch of letters uses each weight that it fetches many times, a single letter
// uses it once. Section 11 asks the clock.
//
// ## 3. What stays the same
//
// You may only keep what will never change. In a transformer letters meet in one place, attention: a letter's *query*
// is compared with the *keys* of the letters, and what it takes away is a mixture of their *values*. Everything else in
// the model looks at one letter at a time.
//
// Attention here is causal: a letter sees itself and what stands before it, never what comes after. So try it. Take a
// text of 20 letters and change the 10th. The cell compares the keys of both texts, in each layer.

// %% Change one letter
CELL(changed)
{
    predict("changed", "how many of the last layer's 20 keys change?",
            "keys");
    enum { TEXT = 20, LONGER = 60, WHICH = 9 };
    model *m = open_model(MODEL_TRAINED);
    if (!m) return;
    const int C = m->view.width, last = m->view.layers - 1;
    static figure f;
    figure_begin(&f, "Keys, if letter 10 is another",
                 "A column for each of %d letters.", TEXT);
    figure_key(&f, FIGURE_PLAIN, "the same as before");
    figure_key(&f, FIGURE_ORANGE, "changed");
    figure_grid(&f, "", last + 1, TEXT);
    static float keys[LONGER * 1024], others[LONGER * 1024];
    int ids[LONGER], count = 0, moved = 0;
    memcpy(ids, m->text, sizeof ids);
    ids[WHICH] = (ids[WHICH] + 1) % m->view.vocab;
    for (int layer = 0; layer <= last; layer++) {
        keys_of(keys, m, m->text, TEXT, layer);
        keys_of(others, m, ids, TEXT, layer);
        figure_box(&f, layer, -1, FIGURE_PLAIN, "layer %d", layer + 1);
        for (int t = count = 0; t < TEXT; t++) {
            bool other = differ(keys + t * C, others + t * C, C);
            figure_box(&f, layer, t, other ? FIGURE_ORANGE : FIGURE_PLAIN,
                       "%s", "");
            count += other;
        }
    }
    show_figure(&f);
    record("changed", count, "keys");

    ids[WHICH] = m->text[WHICH];
    keys_of(others, m, ids, LONGER, last); // the last layer's keys still
    for (int t = 0; t < TEXT; t++)
        moved += differ(keys + t * C, others + t * C, C);
    record("moved", moved, "keys");
    printf("%d letters more behind them: %d of %d keys changed\n",
           LONGER - TEXT, moved, TEXT);
}

// %% [markdown]
// You guessed {predicted:changed}; in the last layer it is {changed}, all from the changed letter on. In the first
// layer it is one: a key there knows its own letter and its place and nothing else. In later layers it also knows what
// the letter has seen, which is what stands before it. And with 40 letters more behind the 20? Of those that stood,
// {moved} changed.
//
// That is the licence. Once a letter stands, its keys and values stand, in every layer, for as long as nothing before
// it changes. Its query is used in the moment when the letter is computed and never again: nobody will ask on its
// behalf a second time. So keys and values are kept and queries are not, and the memory is called a KV cache.
//
// (A model that looks both ways, as those for search do, has no such licence: there every new letter changes every
// key.)
//
// ## 4. The memory: `kv_cache_init`, `kv_cache_append`, `kv_cache_view`
//
// What is needed is little: per layer a table of keys and one of values, a row per token, and rows are only ever added
// at the end. Three decisions are worth a thought.
//
// - *All memory at once.* The context has an end, so the largest size is known. Whoever grows the memory later moves
//   it, and moves what others point to.
// - *Rows of a token together*, all heads side by side. To append is one copy, to look is a pointer, and attention
//   reads from front to back, as section 7 will want it.
// - *Refuse, and keep.* An append that does not fit says so and leaves everything as it was.
//
// The cell makes a cache of 2 layers and 3 tokens, and puts in a row at a time until one too many.

// %% Rows in, rows out
CELL(memory)
{
    kv_cache cache = {0};
    const float *k = NULL, *v = NULL;
    if (!worked("kv_cache_init", kv_cache_init(&cache, 2, 1, 4, 3))) return;
    for (int t = 1; t <= 4; t++) {
        float n = (float)t;
        float key[4] = {n, n, n, n}, value[4] = {-n, -n, -n, -n};
        tt_status status = kv_cache_append(&cache, 1, key, value, 1);
        printf("append %d: %-12s layer 0 holds %d, layer 1 holds %d\n", t,
               tt_status_text(status), cache.rows ? cache.rows[0] : 0,
               cache.rows ? cache.rows[1] : 0);
        if (status == TT_TODO && !worked("kv_cache_append", status)) break;
    }
    tt_status status = kv_cache_view(&cache, 1, 3, &k, &v);
    if (!worked("kv_cache_view", status) || !k || !v) return;
    for (int t = 0; t < 3; t++)
        printf("key %.0f %.0f %.0f %.0f   value %.0f %.0f %.0f %.0f\n",
               k[4 * t], k[4 * t + 1], k[4 * t + 2], k[4 * t + 3], v[4 * t],
               v[4 * t + 1], v[4 * t + 2], v[4 * t + 3]);
}

// %% [markdown]
// The fourth append has to be refused, the three rows have to be there still, and the other layer must have noticed
// nothing.
//
// There is a shorter way, and in a language with arrays that grow it is one line: join the old rows and the new one
// into a new array. Widely used libraries do that by default (the growing cache of Hugging Face's transformers joins
// tensors at each step, and a reserved one is offered beside it). It is right, and no test of its results will ever
// complain. Time it.

// %% In place, and by copying
CELL(append)
{
    predict("append", "in place against copying, 1024 tokens held?", "x");
    double first = NAN, took[2] = {NAN, NAN};
    printf(" tokens        copying       in place\n");
    for (int held = 16; held <= 1024; held *= 4) {
        run_way *const ways[] = {cache_append_copying, cache_append_in_place};
        run *r = hold(MODEL_256, held - 1);
        bool good = r && time_ways(took, ways, 2, r);
        cache_finish(r);
        if (!good) took[0] = NAN;
        if (!good) break;
        printf("%7d %11.2f us %11.2f us %10.0f x\n", held, 1e6 * took[0],
               1e6 * took[1], took[0] / took[1]);
        if (held == 16) first = took[0];
    }
    record("append", took[0] / took[1], "x");
    record("copy_power", log(took[0] / first) / log(1024 / 16), "");
    record("copy_ms", 1e3 * took[0], "ms");
}

// %% [markdown]
// You guessed {predicted:append}; it is {append}. One append by copying takes {copy_ms} at 1024 tokens; its time goes
// with the length to the power of {copy_power}.
// [if copy_power > 0.6]
// Over a whole text that is nearly the square of the length again, or more, the very thing that you are here to
// remove. A copy holds no arithmetic, so a count of multiply-adds does not see it.
// [else]
// It should be near 1: every append copies all that is held. Something else took most of the time here.
// [end]
//
// ## 5. What counts: `kv_cache_advance`, `kv_cache_reset`
//
// While a token is on its way through the model, the first layers hold its keys and the later ones do not yet. If
// something fails there (a product without memory, an id that does not exist), half a token remains. Therefore rows
// that are *there* and tokens that *count* are two things. Append makes rows; advance makes them count, when all layers
// have them; reset drops what does not.

// %% Half a token
CELL(half)
{
    kv_cache cache = {0};
    float row[4] = {1, 2, 3, 4};
    if (!worked("kv_cache_init", kv_cache_init(&cache, 2, 1, 4, 8))) return;
    struct {
        const char *what;
        tt_status status;
    } step[5];
#define STEP(i, call) step[i].what = #call, step[i].status = call
    STEP(0, kv_cache_append(&cache, 0, row, row, 1));
    STEP(1, kv_cache_advance(&cache, 1));
    STEP(2, kv_cache_append(&cache, 1, row, row, 1));
    STEP(3, kv_cache_advance(&cache, 1));
    STEP(4, kv_cache_reset(&cache, 0));
    for (int i = 0; i < 5; i++) {
        if (step[i].status == TT_TODO) worked(step[i].what, TT_TODO);
        else
            printf("%-45s %s\n", step[i].what,
                   tt_status_text(step[i].status));
    }
    printf("length %d\n", cache.length);
}

// %% [markdown]
// The first advance has to be refused: layer 1 does not hold the token yet. Reset need not clear anything, only forget.
// That is enough as long as no view shows more rows than there are; one that does will some day show yesterday's text.
//
// ## 6. The seam: `kv_cache_past`
//
// The transformer of modules 1 to 14 has a seam for exactly this: `struct past_kv`, two functions that it calls in each
// layer. With NULL it computes the whole text. With your two functions it computes the new tokens only and asks your
// cache for the rest. Fill it, and the old model is fast, without a change to its code: everything after this section
// makes it faster still.

// %% The old model, with your cache
CELL(seam)
{
    predict("seam", "128 letters: how many times faster with your cache?",
            "x");
    enum { LETTERS = 128 };
    model *m = open_model(MODEL_TRAINED);
    if (!m) return;
    const int V = m->view.vocab;
    int ids[2][LETTERS], same = 0;
    static float logits[CONTEXT * 256];
    double took[2] = {NAN, NAN};
    struct past_kv past;
    kv_cache cache;
    tt_status status = open_cache(&cache, &m->view);
    if (status == TT_OK) status = kv_cache_past(&past, &cache);
    for (int way = 0; way < 2 && status == TT_OK; way++) {
        ids[way][0] = m->text[0];
        double start = measure_now();
        for (int t = 1; t < LETTERS && status == TT_OK; t++) {
            int first = way ? t - 1 : 0, count = t - first;
            status = gpt_forward(&m->gpt, logits, ids[way] + first, count,
                                 way ? &past : NULL);
            ids[way][t] =
                cache_pick_greedy(NULL, logits + (count - 1) * V, V);
        }
        took[way] = measure_now() - start;
    }
    if (worked("kv_cache_past", status)) {
        while (same < LETTERS && ids[0][same] == ids[1][same]) same++;
        printf("NULL        %8.0f letters/s\n", LETTERS / took[0]);
        printf("your cache  %8.0f letters/s\n", LETTERS / took[1]);
        printf("%d of %d letters are the same\n", same, LETTERS);
    } else took[1] = NAN;
    record("seam", took[0] / took[1], "x");
}

// %% [markdown]
// You guessed {predicted:seam}; it is {seam}. What a cache does for a text is done with that. What remains is to make
// the one token that is left as cheap as it can be, and to be sure of it.
//
// ## 7. Attention for one token: `attention_decode`, `attention_prefill`
//
// Without a cache attention is a square: every token asks every token before it. With one it is a row: one query, and
// all the keys. By hand, with two keys whose scores are 0 and ln 3: the softmax of these is 1/4 and 3/4. With values 10
// and 20 that makes 2.5 + 15.

// %% One query, two keys
CELL(by_hand)
{
    const float q[1] = {1}, k[2] = {0, logf(3)}, v[2] = {10, 20};
    float out[1];
    attention_shape s = {.queries = 1,
                         .keys = 2,
                         .heads = 1,
                         .head = 1,
                         .q_row = 1,
                         .kv_row = 1};
    if (worked("attention_decode", attention_decode(out, q, k, v, s)))
        printf("10 * 1/4 + 20 * 3/4 = %.1f\n", out[0]);
}

// %% [markdown]
// A prompt comes as a block: several new tokens at once, perhaps behind others that are held already. That is called
// prefill, and here sits the classic mistake, off by one. Of 5 keys the last 2 tokens ask. Which keys does the first of
// the two see? Not all 5: the last one is its future. Not 3: it sees itself.
//
// To make the weights visible the cell asks with queries of nothing but zeros, so that all keys that are seen get the
// same weight, and gives key t a value that is 1 at place t and 0 elsewhere. What comes out is then the weights.

// %% Who sees what
CELL(triangle)
{
    predict("sees", "5 keys, the last 2 ask: how many does the first see?",
            "keys");
    int sees = 0;
    const float q[5 * 5] = {0}, k[5 * 5] = {0};
    float v[5 * 5] = {0}, out[5 * 5];
    for (int t = 0; t < 5; t++) v[6 * t] = 1;
    static figure f;
    figure_begin(&f, "Who sees what",
                 "A row for each query, a column for each key: its weight.");
    for (int queries = 5; queries >= 2; queries -= 3) {
        attention_shape s = {.queries = queries,
                             .keys = 5,
                             .heads = 1,
                             .head = 5,
                             .q_row = 5,
                             .kv_row = 5};
        tt_status status = attention_prefill(out, q, k, v, s);
        if (!worked("attention_prefill", status))
            return record("sees", NAN, "keys");
        static char name[32];
        snprintf(name, sizeof name, "the last %d of 5 ask", queries);
        figure_grid(&f, name, queries, 5);
        for (int i = 0; i < queries * 5; i++)
            figure_box(&f, i / 5, i % 5,
                       out[i] > 0 ? FIGURE_BLUE : FIGURE_PLAIN, "%.2f",
                       out[i]);
    }
    show_figure(&f);
    for (int t = 0; t < 5; t++) sees += out[t] > 0;
    record("sees", sees, "keys");
}

// %% [markdown]
// You guessed {predicted:sees}; it sees {sees}. Query i of a block sees keys 0 .. keys - queries + i. If your second
// grid is not the end of the first, that is the line to look at.
//
// A block may be computed query by query, as if each were alone. That is right, and it throws away what a block is: many
// queries share every key. Their scores are q times k transposed, what they take away is weights times v: two products
// of matrices, with a softmax between. Module 15 says how to make a product fast, with a tile of sums in registers. A dot
// product per score cannot do it: its sum has to be added up across a vector at the end, for every score, and the wider
// the vectors are, the less of their width is left of the gain.
//
// What stands in the way of a tile is the softmax, which wants to see all scores of a query before it weighs the first.
// With thousands of queries and keys the matrix of scores fits no cache. Production systems never make it; what they do
// is called flash attention (Dao and others, 2022), and it is written for GPUs and for processors alike:
//
// - *Blocks of keys.* 256 keys and their values are packed once, keys transposed, in the order in which the tile reads
//   them, and serve all queries while they lie in the cache.
// - *A running softmax* (Milakov and Gimelshein, 2018). Each query keeps the largest score m so far, the sum of its
//   weights and what it has gathered, both relative to m. If a block brings a larger one, m', both shrink by exp(m - m');
//   then the block's weights exp(score - m') are added. At the end what was gathered is divided by the sum.
// - *A tile of queries at a time.* Its scores are made, weighed and used at once, and no other scores exist.
//
// What could it cost at least? The *tile*: the operations of both products, by a tile whose numbers all lie in the L1
// cache. And the *roof*: that tile, and one exponential for each score. *each* asks query by query with your
// `attention_decode`, *prefill* is your `attention_prefill`: 512 queries behind 512 keys, 4 heads of 64.

// %% A block against its roof
CELL(block)
{
    predict("block", "what part of its roof does your block reach?", "%");
    const char *const ways = "roof tile each prefill";
    compare("block", "512", ways);
    record("block",
           100 * rate("block", "512", "prefill") /
               rate("block", "512", "roof"),
           "%");
    record("block_each", speedup("block", "512", "prefill", "each"), "x");
    compare("block", "16", ways);
    record("block_16", speedup("block", "16", "prefill", "each"), "x");
}

// %% [markdown]
// You guessed {predicted:block}; it is {block} of the roof, and {block_each} as fast as query by query.
// [if block_each > 1.3]
// The rest of the roof goes to packing, to the largest score and the sum, and to loading the tile.
// [else]
// So your block is a loop over queries, or nearly: several queries that share a fetched key gain a little, a tile gains
// most.
// [end]
// [if block_16 > 1.1]
// With 16 queries behind 512 keys it is {block_16}: even so few queries repay the packing of the keys here. With fewer
// still the loop wins, so that a system has both, and asks how many queries there are.
// [else if block_16 >= 0.9]
// With 16 queries behind 512 keys it is {block_16}: packed keys serve few queries there, and around that number the
// block and the loop change places. A system has both, and asks how many queries there are.
// [else]
// With 16 queries behind 512 keys it is {block_16}: packing the keys costs more than so few queries bring back. A system
// has both, and asks how many queries there are.
// [end]
//
// ## 8. One row times a matrix: `decode_matvec`
//
// All the rest of a token's work is products of one row with a matrix of weights: x times w. Module 15's whole art was
// to use a number often once it is loaded. Here there is no art left: each weight is used once. The time is the time
// that it takes to read w, and the only thing that you can do is to read it well: once, in order, and with nothing in
// between.
//
// The school's loop makes one number of out after the other and walks down a column of w for each. Turn it round: out
// is the sum of w's rows, row p times x[p]. Then w is read from front to back.

// %% By hand
CELL(matvec)
{
    const float x[2] = {2, 3}, w[2 * 2] = {1, 0, 4, 5}, bias[2] = {10, 20};
    float out[2];
    if (!worked("decode_matvec", decode_matvec(out, x, w, bias, 2, 2)))
        return;
    printf("(10 20) + 2 (1 0) + 3 (4 5) = (%.0f %.0f)\n", out[0], out[1]);
}

// %% [markdown]
// How fast can it be? As fast as the same bytes can be read by a loop that does nothing else. That is the *bandwidth
// bound*, the roof of this lesson as the peak was that of module 15. Below, two loops read the weights of a model of 4
// layers and width 256: *bound* from front to back, *bound-4* in four places at once, because some memories answer
// several requests sooner than one. The faster of the two counts. *products* multiplies a row by each of these
// matrices.

// %% Products against pure reading
CELL(products)
{
    predict("products", "what part of the bound will your products reach?",
            "%");
    compare("decode", "256", "bound bound-4 products");
    double bound = bound_of("256");
    record("products", 100 * rate("decode", "256", "products") / bound, "%");
    record("read_rate", bound / 1e9, "GB/s");
}

// %% [markdown]
// [if products >= 100]
// You guessed {predicted:products}; they are as fast as the loops that only read, at {read_rate}: arithmetic costs
// nothing here.
// [else if products > 75]
// You guessed {predicted:products}; it is {products} of {read_rate}: nearly all that your products wait for is w.
// [else]
// You guessed {predicted:products}; it is {products} of {read_rate}: w is not all that your products wait for. If out is
// loaded and stored again for every row of w, that is two more trips per number. Take several rows of w at a time.
// [not measured]
// After you wrote `decode_matvec`, this says how near it comes to pure reading.
// [end]
//
// ## 9. The model: `transformer_forward`
//
// Now put it together. Most of it is the transformer that you know. Two things are new, and each has a classic mistake.
//
// *Positions continue.* A transformer does not know in which order its tokens came; each is told its place by a row
// that is added to it. A token that is computed alone is the first of its call, and not the first of the text. Whoever
// takes the place in the call tells every new letter that it is letter 0. The next cell does that to the model on
// purpose: from the 33rd place on it overwrites all rows with that of the first. Both models then guess every next
// letter of a text from the Bible, and the cell counts how many they have right.

// %% Every letter is the first
CELL(restarted)
{
    predict("restarted", "for every 100 letters right, how many are left?",
            "letters");
    model *m = open_model(MODEL_TRAINED);
    if (!m) return;
    const int V = m->view.vocab, C = m->view.width;
    static float logits[CONTEXT * 256];
    float *positions = m->gpt.weights.list[1].value; // (context, C)
    double right[2] = {0}, nats[2] = {0};
    for (int restart = 0; restart < 2; restart++) {
        for (int t = PROMPT; restart && t < CONTEXT; t++)
            memcpy(positions + t * C, positions, C * sizeof *positions);
        gpt_forward(&m->gpt, logits, m->text, CONTEXT, NULL);
        for (int t = PROMPT; t + 1 < CONTEXT; t++) {
            const float *row = logits + t * V;
            int next = m->text[t + 1], best = cache_pick_greedy(NULL, row, V);
            double sum = 0;
            for (int i = 0; i < V; i++) sum += exp(row[i] - row[best]);
            right[restart] += best == next;
            nats[restart] += log(sum) - (row[next] - row[best]);
        }
        printf("%-20s %4.0f of %d letters right, loss %.2f per letter\n",
               restart ? "places restart" : "places continue", right[restart],
               CONTEXT - 1 - PROMPT, nats[restart] / (CONTEXT - 1 - PROMPT));
    }
    record("restarted", 100 * right[1] / right[0], "letters");
}

// %% [markdown]
// You guessed {predicted:restarted}; of every 100 letters right {restarted} are left. Nothing crashes, no number is out
// of range, and letters still come out. A test that only asks whether text appears is content.
//
// *One token, or a block.* A prompt goes through as products of matrices, because there each weight serves all its
// tokens. A single token goes through section 8. Both fill the same cache.
//
// How would you know that it is right? By comparing every position. The next cell feeds a text of 512 letters four
// times: with prompts of 1, 2, 17 and all 512 letters, and the rest one by one. Each position's logits are compared
// with those of the uncached model. They are sums of the same numbers in another order, so they may differ by rounding;
// how far, follows from the lengths of the sums and the size of a float's last bit (`bench/ways.h` has the formula).
// That is the bound.

// %% Every position, cached and uncached
CELL(every)
{
    predict("same_bits", "512 positions: how many agree to the last bit?",
            "positions");
    model *m = open_model(MODEL_TRAINED);
    if (!m) return;
    static float want[CONTEXT * 256], got[CONTEXT * 256];
    const int V = m->view.vocab, prompts[] = {1, 2, 17, CONTEXT};
    gpt_forward(&m->gpt, want, m->text, CONTEXT, NULL);
    double bound =
        cache_logits_bound(&m->view, CONTEXT, largest_of(want, CONTEXT * V));
    double worst = 0;
    int bits = 0;
    kv_cache cache;
    tt_status status = open_cache(&cache, &m->view);
    printf("prompt  largest difference  at position  of the bound\n");
    for (int p = 0; p < 4 && status == TT_OK; p++) {
        int t = prompts[p];
        status = kv_cache_reset(&cache, 0);
        if (status == TT_OK)
            status =
                transformer_forward(got, t, &m->view, m->text, t, &cache, 1);
        for (; t < CONTEXT && status == TT_OK; t++)
            status = transformer_forward(got + t * V, 1, &m->view,
                                         m->text + t, 1, &cache, 1);
        if (status != TT_OK) break;
        comparison c = compare_rows(want, got, CONTEXT, V);
        printf("%6d  %18.2g  %11d  %10.1f %%\n", prompts[p], c.most, c.at,
               100 * c.most / bound);
        if (!(c.most <= worst)) worst = c.most;
        if (p == 0) bits = c.same;
    }
    bool good = worked("transformer_forward", status);
    record("same_bits", good ? bits : NAN, "positions");
    record("difference", good ? worst : NAN, "");
    record("bound", bound, "");
}

// %% [markdown]
// You guessed {predicted:same_bits}; behind a prompt of one letter {same_bits} agree to the last bit, and fewer than
// all is no fault.
// [if difference <= bound]
// The largest difference of all is {difference}, where {bound} would be allowed.
// [else]
// The largest difference of all is {difference}, and {bound} is allowed: something is wrong at the positions above.
// [end]
// A wrong mask, a key that was forgotten or a place that is off by one moves logits by tenths or by whole numbers, and
// stands out by orders of magnitude.
//
// ## 10. The text: `transformer_generate`
//
// A loop: the logits of the last token, a choice, write it down. Two details.
//
// *The last token is never computed.* A token goes through the model in order to learn what comes after it. Behind the
// last one nothing comes, so its keys and values are never made: a text of n tokens leaves n - 1 in the cache.
//
// *The context has an end.* Here there are as many rows of positions as tokens in the context. One might drop the
// oldest token to make room. But then every other token stands one place further to the front, its position row is
// another, and every key and value that the cache holds was computed with the old one. So the text ends where the
// context ends, and says how much of it there is.

// %% To the end of the context
CELL(end_of_context)
{
    predict("held", "500 letters given, 1000 wanted: how many are cached?",
            "letters");
    model *m = open_model(MODEL_TRAINED);
    kv_cache cache;
    if (!m) return;
    int ids[CONTEXT + 1000], made = 0;
    memcpy(ids, m->text, CONTEXT * sizeof *ids);
    token_sampler greedy = {cache_pick_greedy, NULL};
    tt_status status = open_cache(&cache, &m->view);
    if (status == TT_OK)
        status = transformer_generate(ids, &made, &m->view, CONTEXT - 12,
                                      1000, greedy, &cache, 1);
    bool good = worked("transformer_generate", status);
    if (good)
        printf("context %d, prompt %d, asked for 1000: made %d\n", CONTEXT,
               CONTEXT - 12, made);
    record("held", good ? cache.length : NAN, "letters");
}

// %% [markdown]
// You guessed {predicted:held}; the cache holds {held} of the 512.
//
// Logits within a bound are one promise; the same text is another. If the two best letters are closer than the
// rounding, a bit decides, and from there on the texts part. Between letters of a trained model that is rare, and the
// cell looks: the same text with and without the cache, the likeliest letter each time, and then drawn with dice that
// fall the same.

// %% The same text
CELL(same_text)
{
    model *m = open_model(MODEL_TRAINED);
    kv_cache cache;
    if (!m) return;
    const int want = lesson_quick() ? 127 : CONTEXT - 1;
    predict("same_drawn", "how many letters are alike before two differ?",
            "letters");
    int same[2] = {0};
    tt_status status = open_cache(&cache, &m->view);
    for (int drawn = 0; drawn < 2 && status == TT_OK; drawn++) {
        int ids[2][CONTEXT], made[2] = {0}, *n = &same[drawn];
        for (int way = 0; way < 2 && status == TT_OK; way++) {
            sampler_state dice = {{18}, 0.7f};
            token_sampler s = {drawn ? cache_pick_sampled : cache_pick_greedy,
                               &dice};
            ids[way][0] = m->text[0];
            status = transformer_generate(ids[way], &made[way], &m->view, 1,
                                          want, s, way ? &cache : NULL, 1);
        }
        while (*n < made[0] && ids[0][1 + *n] == ids[1][1 + *n]) ++*n;
    }
    bool good = worked("transformer_generate", status);
    if (good)
        printf("likeliest: %d of %d the same\ndrawn:     %d of %d the same\n",
               same[0], want, same[1], want);
    record("wanted", want, "letters");
    record("same_likeliest", good ? same[0] : NAN, "letters");
    record("same_drawn", good ? same[1] : NAN, "letters");
}

// %% [markdown]
// You guessed {predicted:same_drawn}. Of {wanted} the likeliest agree in {same_likeliest}, the drawn ones in
// {same_drawn}. That is no theorem: the bound on the logits is one, the text is an observation over this length.
//
// ## 11. What it costs, with and without
//
// Now the bill. It is easy to make a cache look good: compare it with something foolish. Here it meets two opponents.
//
// - *recompute* is your own code without memory: every token of the text again, one by one. It does what the cache
//   saves and nothing else differs. But nobody who recomputes a text would do it so.
// - *batched* is the fair one: the whole text again, each layer as one product of matrices, by the library that module
//   15 was measured against. Each weight that it loads serves all tokens. (*common*, the model as modules 1 to 14 left
//   it, does the same with an attention that is not as good as yours.)
//
// First one more token behind texts of growing length. The model is one of 4 layers and width 256, with a longer
// context and random weights; for time only sizes matter. Both axes are logarithmic, so a power of the length is a
// straight line, and its slope is the power. The cell fits it, from 32 tokens on.

// %% The next token
CELL(next_token)
{
    predict("next", "token 512: the cache against batched?", "x");
    predict("next_power", "cached: its time goes with what power of length?",
            "");
    static const char *const all[] = {"1",   "2",   "8",   "32",
                                      "128", "256", "512", "1024"};
    static const char *const few[] = {"2", "8", "32", "128", "512"};
    bool quick = lesson_quick();
    const results *r =
        compare_all("next", quick ? few : all, quick ? 5 : 8,
                    "common recompute batched cached", "cached");
    if (r) show_chart("next");
    double recompute = power_of(r, "next", "recompute", 32);
    double batched = power_of(r, "next", "batched", 32);
    double cached = power_of(r, "next", "cached", 32);
    if (r)
        printf("powers: recompute %.2f, batched %.2f, cached %.2f\n",
               recompute, batched, cached);
    record("next", speedup("next", "512", "cached", "batched"), "x");
    record("next_same", speedup("next", "512", "cached", "recompute"), "x");
    record("next_power", cached, "");
    record("next_batched_power", batched, "");
    record("next_recompute_power", recompute, "");
}

// %% [markdown]
// You guessed {predicted:next}; at token 512 the cache is {next} as fast as the batch, and {next_same} as fast as the
// same kernels without memory. Two numbers for one cache: to show the larger one is to choose the opponent. Without
// memory the time goes with the length to the power of {next_recompute_power}, in a batch {next_batched_power}, with
// the cache {next_power} (you guessed {predicted:next_power}).
// [if next_power > 0.9]
// That is no better than computing the whole text again: a token of yours does work that grows with all of it.
// [else]
// A cached token reads all the weights, whatever the length, and all the keys and values, which grow; with weights this
// large beside them, growth comes late. (Below 0 it is noise: a disturbed measurement of a short text.)
// [end]
//
// A text is the sum of its tokens, so the powers should each grow by one. From one token on, the whole text:

// %% The whole text
CELL(whole_text)
{
    predict("whole", "the longest text here: the cache against batched?",
            "x");
    static const char *const lengths[] = {"2", "4", "8", "32", "100"};
    const int count = lesson_quick() ? 4 : 5;
    const char *longest = lengths[count - 1];
    const results *r = compare_all(
        "text", lengths, count, "common recompute batched cached", "cached");
    if (r) show_chart("text_cost"), show_chart("text");
    double cached = power_of(r, "text", "cached", 8);
    if (r)
        printf("powers: recompute %.2f, batched %.2f, cached %.2f\n",
               power_of(r, "text", "recompute", 8),
               power_of(r, "text", "batched", 8), cached);
    double even = NAN; // the least length from which on it always pays
    for (int i = count - 1; i >= 0; i--) {
        double gain =
            fmin(speedup("text", lengths[i], "cached", "batched"),
                 speedup("text", lengths[i], "cached", "recompute"));
        if (!(gain > 1.05)) break; // less than 5 % is noise
        even = atoi(lengths[i]);
    }
    if (even == even)
        printf("break-even: the cache pays from %.0f tokens on\n", even);
    else if (r) printf("break-even: not up to %s tokens\n", longest);
    record("whole", speedup("text", longest, "cached", "batched"), "x");
    record("whole_same", speedup("text", longest, "cached", "recompute"),
           "x");
    record("whole_tokens", atoi(longest), "tokens");
    record("whole_power", cached, "");
    record("whole_2", speedup("text", "2", "cached", "batched"), "x");
    record("whole_4", speedup("text", "4", "recompute", "batched"), "x");
}

// %% [markdown]
// You guessed {predicted:whole}; for {whole_tokens} it is {whole} against the batch and {whole_same} against the same
// kernels. The whole text goes with its length to the power of {whole_power}.
// [if whole_power < 1.3]
// In the first chart the cached line is nearly level: a token costs about the same wherever it stands.
// [else]
// In the first chart the cached line rises: a token costs the more, the later it comes.
// [end]
//
// The cell's last line says where break-even is, taken against the better opponent at each length; in the second chart
// it is where the cached line leaves the others for good. A text of 2 tokens from 1 holds nothing that could be kept:
// the cache runs at {whole_2} the batch's rate, and what differs from 1 is noise, or the price of an append.
// [if whole_4 > 1.05]
// With a few tokens the better opponent is *recompute*: for 4 it runs at {whole_4} the batch's rate. A product of
// matrices with two or three rows costs this library more than two or three products of a row cost you.
// [else if whole_4 >= 0.95]
// With 4 tokens both opponents are equally good: *recompute* runs at {whole_4} the batch's rate.
// [else]
// The better opponent is the batch even with few tokens: for 4 *recompute* runs at {whole_4} its rate. The library makes
// products of two or three rows well.
// [end]
//
// And the count of section 2? It promised {counted} for 512 letters. The clock of section 1 gave {goal} for {written},
// against an opponent that computes everything again. The operations that it repeats are real, but a block does them at
// another rate than a single letter does. Section 12 measures both rates.
//
// ## 12. Two jobs: prefill and decode
//
// An answer has two times that a reader feels: how long until the first letter, and how fast they come after that. The
// first is the prompt, all of it, and its tokens are there at once: a block. The second is one token at a time, because
// the next is not known before. The same weights, the same number of operations per token. How different can they be?

// %% A prompt, as a block and token by token
CELL(prompt)
{
    predict("prefill", "256 tokens: a block against one by one?", "x");
    static const char *const all[] = {"1", "2", "4", "8", "64", "256"};
    static const char *const few[] = {"2", "8", "64", "256"};
    bool quick = lesson_quick();
    if (compare_all("prompt", quick ? few : all, quick ? 4 : 6, NULL,
                    "prefill"))
        show_chart("prompt");

    run_way *const ways[] = {cache_prompt_block, cache_next_batched,
                             cache_next_cached};
    run *r = cache_prepare(&(bench_case){.size = {MODEL_256, 256}});
    if (!r) return;
    double took[3], flop = 2.0 * (double)gpt_macs(&r->m->gpt, 256, 0);
    double flop_one = 2.0 * (double)gpt_macs(&r->m->gpt, 1, 255);
    bool good = time_ways(took, ways, 3, r);
    double block = took[0], none = took[1], token = took[2];
    if (good)
        printf("prompt of 256: first token after %.2f ms, then one each "
               "%.3f ms\narithmetic: %.1f GFLOP/s in the block, %.1f one "
               "by one\n",
               1e3 * block, 1e3 * token, flop / block / 1e9,
               flop_one / token / 1e9);
    record("prefill", speedup("prompt", "256", "prefill", "one-by-one"), "x");
    record("prefill_2", speedup("prompt", "2", "prefill", "one-by-one"), "x");
    record("first_ms", 1e3 * block, "ms");
    record("each_ms", 1e3 * token, "ms");
    record("block_flops", flop / block / 1e9, "GFLOP/s");
    record("one_flops", flop_one / token / 1e9, "GFLOP/s");
    record("filled", 1e3 * block, "ms");
    record("unfilled", 1e3 * none, "ms");
}

// %% [markdown]
// You guessed {predicted:prefill}; as a block the prompt is {prefill} as fast. The first token comes after {first_ms},
// each further one after {each_ms}. The block runs at {block_flops}, the single token at {one_flops}.
// [if block_flops > 1.2 * one_flops]
// It is the same arithmetic, but the one waits for multiplications and the other for weights.
// [else]
// A block should do better: each weight that it fetches serves all tokens. Look at section 7, its attention.
// [end]
//
// Where does it lose? Look at the smallest sizes.
// [if prefill_2 < 0.95]
// A prompt of 2 tokens as a block is {prefill_2} as fast as token by token: the library's product pays for packing, and
// gets nothing back from so few rows.
// [else]
// Not at 2 tokens here: as a block they are {prefill_2} as fast as token by token, since they share the reading of the
// weights.
// [end]
// And to ask one thing about a long text (is it spam? which letter comes next?) is to compute the prompt and stop. The
// cache is then filled for nobody: {filled} for 256 tokens with it, {unfilled} without.
// [if filled > 1.05 * unfilled]
// It saves nothing there and takes time and memory.
// [else]
// It saves nothing there and takes memory.
// [end]
//
// ## 13. How fast can a token be?
//
// As fast as its bytes can be read: all weights once, and the keys and values of the text so far once. Bytes over
// bandwidth is the least time, measured as in section 8, now with the keys and values. *decode* is your
// `transformer_forward` for one token, *common* the old model with your cache behind its seam. The model called 1024 is
// of that width: its weights fit no cache of this core's size and come from memory.

// %% Against the bound
CELL(bound)
{
    predict("decode", "what part of the bound does a whole token reach?",
            "%");
    static const char *const widths[] = {"256", "1024"};
    compare_all("decode", widths, 2, "bound bound-4 decode common", "decode");
    double near = bound_of("256"), far = bound_of("1024");
    token_time t = time_token(MODEL_256, 16);
    if (t.whole == t.whole) {
        printf("width 256, a token: %.3f ms\nits products alone: %.3f ms\n"
               "its attention alone: %.3f ms\n",
               1e3 * t.whole, 1e3 * t.products, 1e3 * t.attention);
        show_chart("decode");
    }
    record("decode", 100 * rate("decode", "256", "decode") / near, "%");
    record("decode_dram", 100 * rate("decode", "1024", "decode") / far, "%");
    record("bound_rate", near / 1e9, "GB/s");
    record("dram_rate", far / 1e9, "GB/s");
    record("in_products", 100 * t.products / t.whole, "%");
}

// %% [markdown]
// [if decode >= 100]
// You guessed {predicted:decode}; a token is as fast as the loops that only read, {bound_rate} where these weights lie.
// [else]
// You guessed {predicted:decode}; it is {decode} of the bound, which is {bound_rate} where these weights lie.
// [not measured]
// After you wrote `transformer_forward`, this says how near a token comes to the bound.
// [end]
// [if in_products < 97]
// Its products, timed alone, take {in_products} of a token's time. What is left is attention, and what is neither:
// norms, gelu, the additions between the layers.
// [else]
// Its products, timed alone, take all of a token's time, as far as this clock can tell: attention over few tokens, norms,
// gelu and the additions between the layers are too little to show.
// [end]
// [if decode_dram >= 99]
// With weights in memory ({dram_rate}) a token is as fast as the loops that only read: the slower the reading, the less
// weighs everything else.
// [else if decode_dram > decode]
// With weights in memory ({dram_rate}) a token reaches {decode_dram} of the bound there: the slower the reading, the
// less weighs everything else.
// [else]
// With weights in memory ({dram_rate}) a token reaches {decode_dram} of the bound there.
// [end]
// [if decode > 60]
//
// That is the end of this road: no cleverness in the arithmetic makes this token much faster, because it does not wait
// for arithmetic.
// [else]
//
// There is something left on this road: what is not reading takes the larger part of your token. But no cleverness in
// the arithmetic takes it past the bound.
// [end]
// There are three escapes. Read fewer bytes (module 16 stores a weight in one byte instead of four). Let more than one
// text use them while they are there. Or guess.
//
// *Speculative decoding* (Leviathan and others, 2023; Chen and others, 2023): something cheap guesses the next few
// tokens, and the model checks all of them as one block, in which every weight is read once. The guesses stay as far as
// the model would have chosen the same; at the first that differs its own choice stands, the rows behind are forgotten
// (`kv_cache_reset`), and the next check begins. The text is the model's, whatever was guessed; only the time is the
// guesser's. Here that is a table: the letter that mostly followed these five in the training text.

// %% Guess four, check five
enum { AHEAD = 4 };

static tt_status guess_and_check(model *m, int *text, int end,
                                 kv_cache *cache, int *checks)
{
    static float logits[CONTEXT * 256];
    int n = PROMPT; // letters that stand; all but the last are in the cache
    tt_status status = kv_cache_reset(cache, 0);
    if (status == TT_OK)
        status =
            transformer_forward(logits, 1, &m->view, text, n - 1, cache, 1);
    for (*checks = 0; n < end && status == TT_OK; ++*checks) {
        int right = 0, own;
        for (int i = 0; i < AHEAD; i++) text[n + i] = guess_next(text, n + i);
        status = transformer_forward(logits, AHEAD + 1, &m->view,
                                     text + n - 1, AHEAD + 1, cache, 1);
        if (status != TT_OK) break;
        for (;; right++) { // the model's own letter at each place
            own = cache_pick_greedy(NULL, logits + right * m->view.vocab,
                                    m->view.vocab);
            if (right == AHEAD || text[n + right] != own) break;
        }
        draw_guesses(*checks, m, text + n, AHEAD, right, own);
        text[n + right] = own;
        n += right + 1;
        status = kv_cache_reset(cache, n - 1);
    }
    return status;
}

CELL(speculate)
{
    predict("speculate", "with guesses, how many times as fast?", "x");
    model *m = open_model(MODEL_TRAINED);
    kv_cache cache;
    if (!m || !guesser_learn()) return;
    const int end = lesson_quick() ? 160 : CONTEXT - AHEAD;
    int plain[CONTEXT], text[CONTEXT], made = 0, checks = 0, same = 0;
    double best[2] = {INFINITY, INFINITY};
    token_sampler greedy = {cache_pick_greedy, NULL};
    tt_status status = open_cache(&cache, &m->view);
    memcpy(plain, verse_of(m), PROMPT * sizeof *plain);
    memcpy(text, plain, PROMPT * sizeof *text);
    for (int round = 0; round < 3 && status == TT_OK; round++) {
        double start = measure_now();
        status = transformer_generate(plain, &made, &m->view, PROMPT,
                                      end - PROMPT, greedy, &cache, 1);
        double middle = measure_now();
        if (status == TT_OK)
            status = guess_and_check(m, text, end, &cache, &checks);
        best[0] = fmin(best[0], middle - start);
        best[1] = fmin(best[1], measure_now() - middle);
    }
    if (!worked("transformer_generate", status) || !checks) return;
    while (same < made && plain[PROMPT + same] == text[PROMPT + same]) same++;
    show_guesses();
    printf("%d of %d letters are the same\n"
           "one by one %.0f letters/s, with guesses %.0f letters/s\n",
           same, made, made / best[0], made / best[1]);
    record("speculate", best[0] / best[1], "x");
    record("per_check", (double)made / checks, "letters");
    record("check_cost", best[1] / checks / (best[0] / made), "x");
}

// %% [markdown]
// You guessed {predicted:speculate}; it is {speculate}. A check brings {per_check} and costs {check_cost} the time of one
// letter: the gain is the one over the other.
// [if speculate > 1.05]
// So guessing pays here, even by a table.
// [else if check_cost > 2.5]
// So guessing does not pay here: a block of five rows should read every weight once and cost little more than one, and on
// this machine, with weights that a cache holds, it does not.
// [else]
// So guessing does not pay here: a table of letters is wrong too often.
// [end]
// Production systems guess by a small model, by extra heads on the large one (Medusa, Cai and others, 2024; EAGLE, Li and
// others, 2024) or by looking for the last words further up in the prompt; vLLM, TensorRT-LLM and llama.cpp offer it.
// With draws instead of likeliest letters a guess is kept with a probability that leaves the distribution as it is. It
// pays while reading is what a token waits for: with many texts at once the block waits for arithmetic already.
//
// With a longer text there is more to read, and less of it is weights:

// %% A longer text
CELL(longer)
{
    predict("attention", "1024 tokens: what part of a token is attention?",
            "%");
    static const char *const all[] = {"256", "256@256", "256@512",
                                      "256@1024"};
    static const char *const few[] = {"256", "256@1024"};
    bool quick = lesson_quick();
    if (compare_all("decode", quick ? few : all, quick ? 2 : 4,
                    "bound bound-4 decode", "decode"))
        show_chart("bandwidth");
    token_time early = time_token(MODEL_256, 16);
    token_time late = time_token(MODEL_256, 1024);
    if (late.whole == late.whole)
        printf("%8s %10s %10s %10s\n%8d %7.3f ms %7.3f ms %7.3f ms\n"
               "%8d %7.3f ms %7.3f ms %7.3f ms\n",
               "tokens", "a token", "products", "attention", 16,
               1e3 * early.whole, 1e3 * early.products, 1e3 * early.attention,
               1024, 1e3 * late.whole, 1e3 * late.products,
               1e3 * late.attention);
    record("attention", 100 * late.attention / late.whole, "%");
    record("attention_16", 100 * early.attention / early.whole, "%");
    record("longer", late.whole / early.whole, "x");
}

// %% [markdown]
// You guessed {predicted:attention}; at 1024 tokens {attention} of the time is attention, at 16 it was {attention_16}.
// A token takes {longer} as long there: a cached token is not free of the text's length either, each reads all that is
// kept.
//
// Reading is also what a second core can help with, as long as the bandwidth is not used up by one. The rows of each
// matrix are dealt out to the threads, a piece of memory for each, and their sums are added up:
// `decode_matvec_threaded`.

// %% Two threads
CELL(threads)
{
    predict("threads", "two threads against one?", "x");
    compare("decode", "256", "bound decode decode-2 bound-2");
    record("threads", speedup("decode", "256", "decode-2", "decode"), "x");
    record("bound_two", speedup("decode", "256", "bound-2", "bound"), "x");
}

// %% [markdown]
// You guessed {predicted:threads}; it is {threads}, where pure reading gains {bound_two}. One token is 17 products
// here, and at the end of each the threads wait for each other.
// [if threads > 1.1]
// On a machine that is busy, or has one core, two threads take turns and lose, and they can lose by a lot.
// [else]
// Here that costs all of the gain, or the second core was busy, or one core uses up the bandwidth by itself.
// [end]
//
// ## 14. What you paid
//
// Time was bought with memory. Per token and layer a row of keys and a row of values. The cell asks the system's
// allocator what a cache really took.

// %% Memory
CELL(growing)
{
    predict("equal", "how many tokens take as much as the weights?",
            "tokens");
    model *m = open_model(MODEL_256);
    if (!m) return;
    const transformer *t = &m->view;
    double weights = (double)cache_model_weight_bytes(m), token = NAN;
    printf("%8s %12s %16s\n", "tokens", "cache", "of the weights");
    for (int tokens = 16; tokens <= 4096; tokens *= 4) {
        kv_cache cache = {0};
        tt_status status = kv_cache_init(&cache, t->layers, t->heads,
                                         t->width / t->heads, tokens);
        if (!worked("kv_cache_init", status)) break;
        double bytes = cache_held_bytes(&cache);
        kv_cache_finish(&cache);
        token = bytes / tokens;
        printf("%8d %8.2f MiB %14.1f %%\n", tokens, bytes / 1048576,
               100 * bytes / weights);
    }
    record("weights", weights / 1048576, "MiB");
    record("token", token / 1024, "KiB");
    record("token_layer", token / t->layers / 1024, "KiB");
    record("equal", weights / token, "tokens");
}

// %% [markdown]
// You guessed {predicted:equal}; at {token} per token, {token_layer} per layer, the cache is as large as the weights
// ({weights}) after {equal}. A straight line without an end: weights are paid once, the cache is paid per token, and
// per reader.
//
// Our model is tiny. What does the same bill say about large ones? The sizes below are public (the papers and the files
// of weights that came with them); the rest the cell computes. Two bytes per number, as these models are mostly run.
// The third column is the number of heads that keys and values have: in the older models as many as queries, in the
// newer ones fewer, and the line in brackets is the same model if it had not done so.

// %% Large models
CELL(large)
{
    static const struct {
        const char *name;
        double parameters;
        int layers, heads, head, context;
    } models[] = {
        {"GPT-3 175B", 175e9, 96, 96, 128, 2048},
        {"Llama 2 7B", 6.74e9, 32, 32, 128, 4096},
        {"(Llama 2 70B, all heads)", 69e9, 80, 64, 128, 4096},
        {"Llama 2 70B", 69e9, 80, 8, 128, 4096},
        {"Falcon 7B", 7.2e9, 32, 1, 64, 2048},
        {"Llama 3.1 8B", 8.03e9, 32, 8, 128, 131072},
    };
    predict("llama_token", "Llama 2 7B: how much cache does a token take?",
            "KiB");
    printf("%-25s %8s %6s %10s %8s %9s\n", "", "weights", "heads",
           "per token", "context", "cache");
    for (int i = 0; i < COUNT(models); i++) {
        double token =
            2.0 * 2 * models[i].layers * models[i].heads * models[i].head;
        double weights = 2 * models[i].parameters;
        double cache = token * models[i].context;
        printf("%-25s %5.0f GB %6d %6.0f KiB %8d %6.2f GB\n", models[i].name,
               weights / 1e9, models[i].heads, token / 1024,
               models[i].context, cache / 1e9);
        if (i == 1) {
            record("llama_token", token / 1024, "KiB");
            record("llama_cache", cache / 1e9, "GB");
            record("llama_weights", weights / 1e9, "GB");
            record("llama_texts", weights / cache, "texts");
        }
        if (i == 3) record("grouped", 64.0 / models[i].heads, "x");
    }
}

// %% [markdown]
// You guessed {predicted:llama_token}; a single token of Llama 2 7B takes {llama_token}. A full context is
// {llama_cache}, beside weights of {llama_weights}: with {llama_texts} at once the caches are larger than the model.
// Each reader of a service has a text of their own. So it is the cache, and not the model, that decides how many can be
// served from one device; and with every token all of it is read.
//
// What would that mean here? Bytes over bandwidth, with the bandwidth of this core's memory. A batch of texts reads the
// weights once for all of them and each cache for itself.

// %% Llama 2 7B on this core
CELL(on_this_core)
{
    predict("here", "tokens per second, one text of 4096 tokens?",
            "tokens/s");
    double bandwidth = machine_read_bandwidth(256 << 20, 0.2);
    double weights = 2 * 6.74e9, cache = 2.0 * 2 * 32 * 4096 * 4096;
    printf("reading memory: %.1f GB/s\n", bandwidth / 1e9);
    printf("%6s %16s %18s %14s\n", "texts", "bytes per step",
           "of that, caches", "all texts");
    for (int texts = 1; texts <= 64; texts *= 4) {
        double bytes = weights + texts * cache;
        printf("%6d %13.1f GB %16.0f %% %6.2f tokens/s\n", texts, bytes / 1e9,
               100 * texts * cache / bytes, texts * bandwidth / bytes);
        if (texts == 1) record("here", bandwidth / bytes, "tokens/s");
        if (texts == 64)
            record("here_64", texts * bandwidth / bytes, "tokens/s");
    }
    record("here_most", bandwidth / cache, "tokens/s");
}

// %% [markdown]
// You guessed {predicted:here}; one text gets at most {here}, 64 texts together {here_64}. The weights are shared and
// the caches are not: however many texts, it will never be more than {here_most}, memory enough given. (This is the
// bound, and not a measurement of that model.)
//
// ## 15. What production systems do
//
// Every server of language models does what you did. Where they differ, it is nearly always about memory.
//
// - **Fewer heads for keys and values.** Queries keep all their heads and share the keys. One head for all is
//   *multi-query* attention (Shazeer, 2019: Falcon 7B above), some heads for groups of queries *grouped-query*
//   attention (Ainslie and others, 2023: Llama 2 70B, Llama 3, Mistral 7B). In the table above that makes the 70B
//   model's cache smaller by {grouped}. It must be decided before training.
// - **A window.** A layer looks back a fixed number of tokens, and the cache is a ring of that size. Mistral 7B did it
//   with 4096 tokens (Jiang and others, 2023). What is further back can arrive only through the layers between. Simply
//   dropping old tokens from a model that was not trained for it breaks it; keeping the first few as well repairs much
//   (Xiao and others, 2023).
// - **Fewer bits.** Keys and values in 8 bits or 4, with scales, as module 16 does it with weights. vLLM offers 8-bit
//   floats, llama.cpp blocks of 8 and 4 bits. Keys have a few channels with large values and want other scales than
//   values do (Liu and others, KIVI, 2024).
// - **Pages.** How long will a text become? Nobody knows, so whoever reserves for the longest, as we do, reserves
//   mostly for nothing. vLLM cuts the cache into blocks of 16 tokens, and a table per text says where its blocks are:
//   the idea of virtual memory (Kwon and others, 2023). Two texts that begin alike can share their first blocks.
// - **Prefill and decode apart.** One waits for arithmetic, the other for memory, and in one queue each spoils the
//   other's times. Systems cut long prompts into pieces between decoding steps (Agrawal and others, Sarathi, 2023), or
//   give the two jobs to different machines and send the cache over (DistServe and Splitwise, both 2024).
//
// The pages are easily tried. 10,000 texts arrive, of 1 to 1024 tokens, every length as likely as another; the memory
// holds 100 full contexts. How many texts find room at a time?

// %% Whole contexts, and pages
CELL(pages)
{
    predict("pages", "times as many texts in the same memory?", "x");
    enum { TEXTS = 10000, LONGEST = 1024, ROOM = 100 * LONGEST };
    tt_rng rng = {18};
    double reserved = 0, used = 0;
    double paged[3] = {0};
    const int sizes[] = {1, 16, 256};
    for (int i = 0; i < TEXTS; i++) {
        int tokens = 1 + (int)rng_below(&rng, LONGEST);
        used += tokens, reserved += LONGEST;
        for (int p = 0; p < 3; p++)
            paged[p] += (tokens + sizes[p] - 1) / sizes[p] * sizes[p];
    }
    printf("%-22s %14s %14s\n", "", "in use", "texts at once");
    printf("%-22s %12.1f %% %14.0f\n", "a whole context each",
           100 * used / reserved, ROOM / (reserved / TEXTS));
    for (int p = 0; p < 3; p++)
        printf("pages of %-13d %12.1f %% %14.0f\n", sizes[p],
               100 * used / paged[p], ROOM / (paged[p] / TEXTS));
    record("pages", reserved / paged[1], "x");
    record("reserved_used", 100 * used / reserved, "%");
    record("paged_used", 100 * used / paged[1], "%");
}

// %% [markdown]
// You guessed {predicted:pages}; it is {pages}. Of whole contexts {reserved_used} is in use, of pages of 16
// {paged_used}. Pages of one token waste nothing, but then attention looks up an address for every row and never reads
// two in order. (Your own cache is less wasteful than it looks: the operating system hands out real pages only when
// they are first written. That is the same idea, one level down, and it ends when memory is used again for the next
// text.)
//
// ## 16. Where to stop
//
// What you wrote decodes one text, in float32, on a processor. It has no batch of texts, no pages, no ring, and its
// positions are learned, so that a text ends with the context. What it has is the part that all the others are built
// on, and a proof at every position.
//
// To read fewer bytes, make the numbers smaller (module 16) or the model (module 17). How all of these combine is
// measured in module 19.
//
// ## 17. Questions
//
// 1. Why are keys and values kept, and queries not?
// 2. From one token, a text of n tokens: how many tokens go through the model with the cache, how many without? What is
//    their ratio at 100, and why is the measured one against *batched* smaller?
// 3. Our rows are (token, head, number). Another layout is (head, token, number). Which loop does it make simpler, and
//    what does it cost an append?
// 4. Two users send the same instructions, each followed by a question of their own. Which part of the cache can they
//    share? And if the question comes first?
// 5. The positions are turned into rotations of queries and keys, as in Llama. May the oldest token be dropped now
//    without computing the others again?
// 6. Eight texts are decoded together. How many times is a weight read per token then, how many times a key? What
//    happens to the bound?
// 7. Cached and uncached logits differ in their last bits. Can the texts be different, then? When does it happen first:
//    with the likeliest letter, or with dice?
//
// {answers} Now `make grade-18`, and `make plot-18` for your own dots.

int main(int argc, char **argv)
{
    return lesson_main(argc, argv, lesson_text);
}
