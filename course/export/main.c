// main.c: writes the CNN as one C file, answers pictures as the library does, and holds the compiled file against that.
#include <string.h>

#include "compare.h"
#include "core/count.h"
#include "core/file.h"
#include "core/options.h"
#include "nn/models.h"
#include "write.h"

enum { CALIBRATION_PICTURES = 256 };

typedef struct {
    option_choice name;
    const char *title;
    unsigned parts;
} network;

static const network networks[] = {
    {{"int8", "bytes"}, "The CNN as bytes", COURSE_INT8},
    {{"half", "half of the filters, floats"}, "The CNN with half of its filters", COURSE_PRUNING},
    {{"half-int8", "both"}, "The CNN with half of its filters, as bytes", COURSE_INT8 | COURSE_PRUNING},
};

typedef struct {
    const network *of;
    fashion_set train, test;
    course_net *net;
    int count; // of test pictures
} job;

static tt_status open_job(job *j, long count)
{
    const char *lacking = course_lacks(j->of->parts);
    if (lacking)
        return tt_fail(TT_TODO, "%s needs %s, which nobody has written (make who says whose code there is)",
                       j->of->title, lacking);
    tt_status status = fashion_load(&j->train, PART_TRAIN);
    if (status == TT_OK) status = fashion_load(&j->test, PART_TEST);
    if (status != TT_OK) return status;
    const int some = j->train.count < CALIBRATION_PICTURES ? j->train.count : CALIBRATION_PICTURES;
    j->count = count < j->test.count ? (int)count : j->test.count;
    j->net = course_net_create("cnn", j->train.images, some);
    return j->net ? course_net_use(j->net, j->of->parts | COURSE_ACCELERATION) : TT_BAD_FILE;
}

static void close_job(job *j)
{
    course_net_finish(j->net);
    fashion_finish(&j->train), fashion_finish(&j->test);
}

static tt_status write_file(const job *j, const char *path)
{
    char made[64], whose[100];
    int of[COURSE_SIDES];
    file_new f;
    course_tally(of, j->of->parts);
    snprintf(made, sizeof made, "make export-c EXPORT=%s", j->of->name.name);
    snprintf(whose, sizeof whose, "by TinyTorch-C's functions: %d of the student's, %d of the reference's",
             of[COURSE_MINE], of[COURSE_REFERENCE]);
    const export_about about = {j->of->title, made, whose};
    tt_status status = file_make_folder_of(path);
    if (status != TT_OK) return status;
    status = file_begin(&f, path);
    const qmodel *bytes = course_net_bytes(j->net);
    if (status == TT_OK)
        status = bytes ? export_bytes(f.out, bytes, &about)
                       : export_floats(f.out, course_net_floats(j->net), &about);
    return file_end(&f, status);
}

// What a program of the file prints with a word behind its name.
static tt_status answer(const job *j)
{
    float logits[FASHION_CLASSES];
    int class;
    tt_status status = TT_OK;
    for (int i = 0; i < j->count && status == TT_OK; i++) {
        status = course_net_forward(j->net, logits, j->test.images + (size_t)i * FASHION_PIXELS, 1);
        if (status != TT_OK) break;
        models_predict(&class, logits, 1, FASHION_CLASSES);
        printf("%d", class);
        for (int c = 0; c < FASHION_CLASSES; c++) printf(" %.9g", logits[c]);
        printf("\n");
    }
    return status;
}

static tt_status compare(const job *j, const char *path, long compiled)
{
    export_compared c;
    const qmodel *bytes = course_net_bytes(j->net);
    const size_t library = bytes ? qmodel_bytes(bytes) : qmodel_float_bytes(course_net_floats(j->net));
    tt_status status = export_compare(&c, path, j->net, &j->test, j->count);
    if (status != TT_OK) return status;
    printf("%-34s %12s %12s\n", "", "the file", "the library");
    printf("%-34s %12ld %12s\n", "bytes of code and constants", compiled, "");
    printf("%-34s %12s %12zu\n", "bytes of the model in memory", "", library);
    printf("%-34s %9.0f us %9.0f us   %.2f x, %d pairs\n", "one picture, median", 1e6 * c.seconds[0],
           1e6 * c.seconds[1], c.ratio, c.pictures);
    printf("%-34s %12d %12d   of %d\n", "right", c.right[0], c.right[1], c.pictures);
    printf("same predictions: %d of %d; same logits, bit for bit: %d", c.same_classes, c.pictures,
           c.same_logits);
    printf(c.largest > 0 ? " (largest difference %.2g)\n" : "\n", c.largest);
    const int same = bytes ? c.same_logits : c.pictures; // floats are summed in another order
    if (same == c.pictures && c.same_classes == c.pictures) return TT_OK;
    return tt_fail(TT_BAD_VALUE, "%s does not answer as the library does", path);
}

int main(int argc, char **argv)
{
    enum { WRITE, ANSWER, COMPARE };
    static const option_choice commands[] = {
        {"write", "the network as the C file FILE"},
        {"answer", "print what the library says of test pictures"},
        {"compare", "FILE, compiled as a shared library, with the library"},
        {0}};
    option_choice names[COUNT(networks) + 1] = {0};
    for (int i = 0; i < COUNT(networks); i++) names[i] = networks[i].name;
    int command = WRITE, which = 0;
    long count = 300, compiled = 0;
    const char *path = NULL;
    bool mine = false;
    const option_row rows[] = {
        {"COMMAND", NULL, "what to do:", OPTION_CHOICE(&command, commands)},
        {"NETWORK", NULL, "of which CNN:", OPTION_CHOICE(&which, names)},
        {"FILE", NULL, "of write and compare", OPTION_WORD(&path)},
        {"--count", "N", "how many test pictures (300)", OPTION_WHOLE(&count, 1, 70000)},
        {"--compiled", "BYTES", "what compare says of the file's size", OPTION_WHOLE(&compiled, 0, 1 << 30)},
        {"--mine", NULL, "only your own functions", OPTION_SWITCH(&mine)},
        {0}};
    const int code = options_take(argv[0], NULL, rows, argc - 1, argv + 1);
    if (code >= 0) return code;
    if (command != ANSWER && !path) {
        tt_fail(TT_BAD_VALUE, "which FILE?");
        return options_refuse(argv[0], rows);
    }
    job j = {.of = &networks[which]};
    tt_status status = course_open(mine ? 1 << COURSE_MINE : COURSE_BOTH);
    if (status == TT_OK) status = open_job(&j, count);
    if (status == TT_OK)
        status = command == WRITE    ? write_file(&j, path)
                 : command == ANSWER ? answer(&j)
                                     : compare(&j, path, compiled);
    close_job(&j);
    if (status != TT_OK) fprintf(stderr, "export: %s: %s\n", tt_status_text(status), tt_error());
    return status != TT_OK;
}
