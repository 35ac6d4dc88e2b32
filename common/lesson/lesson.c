// lesson.c: the program: reads the options, walks the cells, writes the page or the notebook.
#include "lesson.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/options.h"
#include "measure/blas_peer.h"
#include "guesses.h"
#include "index.h"
#include "lesson/prose/names.h"
#include "lesson/prose/outcomes.h"
#include "lesson/prose/percent.h"
#include "show.h"
#include "state.h"
#include "walk.h"

typedef struct {
    lesson_walk_options walk;
    bool list, index, quiet, reload, outcomes;
    const char *html, *ipynb, *answers, *from_ipynb, *folder, *given;
} lesson_options;

// Returns -1 to go on, else the exit code.
static int take_options(int argc, char **argv, lesson_options *o)
{
    const option_row rows[] = {
        {"--quick", NULL, "small sizes", OPTION_SWITCH(&lesson->quick)},
        {"--list", NULL, "names the cells", OPTION_SWITCH(&o->list)},
        {"--cell", "NAME", "runs one cell", OPTION_WORD(&o->walk.only)},
        {"--from", "NAME", "begins at a cell", OPTION_WORD(&o->walk.from)},
        {"--step", NULL, "waits for Enter after each cell", OPTION_SWITCH(&o->walk.step)},
        {"--folder", "FOLDER", "where charts, results and pages go (default: build)",
         OPTION_WORD(&o->folder)},
        {"--quiet", NULL, "a line per cell instead of the lesson", OPTION_SWITCH(&o->quiet)},
        {"--html", "FILE", "writes the run as a page, too", OPTION_WORD(&o->html)},
        {"--reload", NULL, "the page looks for a newer one of itself", OPTION_SWITCH(&o->reload)},
        {"--answers", "FILE", "the page holds the answers to the questions: the instructor's edition",
         OPTION_WORD(&o->answers)},
        {"--ipynb", "FILE", "writes the run as a Jupyter notebook, too", OPTION_WORD(&o->ipynb)},
        {"--from-ipynb", "FILE", "prints a notebook's cells as a lesson", OPTION_WORD(&o->from_ipynb)},
        {"--given", "FILE",
         "runs no cell: prints the prose with the lines \"name = 1.5 unit\" of a file as numbers",
         OPTION_WORD(&o->given)},
        {"--outcomes", NULL, "checks the prose with numbers on either side of every comparison",
         OPTION_SWITCH(&o->outcomes)},
        {"--index", NULL, "writes FOLDER/html/index.html: the pages that are there",
         OPTION_SWITCH(&o->index)},
        {0}};
    int code = options_take(argv[0], NULL, rows, argc - 1, argv + 1);
    if (code >= 0 || !(o->walk.only || o->walk.from) || !(o->html || o->ipynb)) return code;
    tt_fail(TT_BAD_VALUE, "--html and --ipynb are of the whole lesson: leave out --cell and --from");
    return options_refuse(argv[0], rows);
}

static int list_cells(const lesson_run *run)
{
    for (int i = 0; i < run->piece_count; i++) {
        const lesson_cell *cell = lesson_cell_of(&run->pieces[i]);
        if (cell) printf("%-20s %s\n", cell->name, run->pieces[i].title);
    }
    return 0;
}

static int complain(void)
{
    fprintf(stderr, "lesson: %s\n", tt_error());
    return 1;
}

static int write_faces(const lesson_run *run, const lesson_options *o)
{
    if ((o->html || o->ipynb) && lesson_check_names(run) != TT_OK) return complain();
    if (o->html && lesson_write_html(run, o->html) != TT_OK) return complain();
    if (o->ipynb && lesson_write_ipynb(run, o->ipynb) != TT_OK) return complain();
    if (o->html) printf("Page: %s\n", o->html);
    if (o->ipynb) printf("Notebook: %s\n", o->ipynb);
    return 0;
}

static int walk(lesson_run *run, const lesson_options *o)
{
    lesson_guesses_load();
    run->partial = o->walk.only || o->walk.from;
    if (run->partial) lesson_numbers_recall();
    if (!lesson_walk(run, o->quiet ? lesson_progress : lesson_terminal, &o->walk))
        return fprintf(stderr, "lesson: no cell of that name; --list shows them\n"), 2;
    if (lesson->interactive) lesson_guesses_save();
    lesson_numbers_save();
    if (!o->quiet) show_guesses();
    return write_faces(run, o);
}

static int show_given(const lesson_run *run, const char *path)
{
    if (lesson_take_given(path) != TT_OK) return complain();
    for (int i = 0; i < run->piece_count; i++)
        if (run->pieces[i].is_prose)
            lesson_terminal[LESSON_PROSE]((void *)run, &(lesson_event){.piece = &run->pieces[i]});
    return 0;
}

static int run_lesson(lesson_run *run, const lesson_options *o)
{
    if (lesson_check_marks(run) != TT_OK) return complain();
    if (o->list) return list_cells(run);
    if (o->given) return show_given(run, o->given);
    if (o->outcomes) return lesson_check_outcomes(run) == TT_OK ? 0 : complain();
    return walk(run, o);
}

// The last four names of a path, for messages: "modules/15_acceleration/lesson/lesson.c".
static const char *short_path(const char *path)
{
    const char *at = path + strlen(path);
    for (int slashes = 0; at > path && slashes < 4; at--) slashes += at[-1] == '/';
    return at > path ? at + 1 : path;
}

int lesson_main(int argc, char **argv, const char *text)
{
    blas_peer_serve(argc, argv);
    blas_peer_match_build(argv);
    lesson = mmap(NULL, sizeof *lesson, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (lesson == MAP_FAILED) return perror("lesson"), 1;
    signal(SIGPIPE, SIG_IGN);
    lesson_options options = {.folder = "build"};
    int code = take_options(argc, argv, &options);
    if (code >= 0) return code;
    lesson->interactive = !options.quiet && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
    snprintf(lesson->folder, sizeof lesson->folder, "%s", options.folder);
    if (options.from_ipynb) return lesson_print_percent(options.from_ipynb, stdout) == TT_OK ? 0 : complain();
    if (options.index) return lesson_write_index(options.folder) == TT_OK ? 0 : complain();
    static lesson_piece pieces[LESSON_MOST_CELLS];
    lesson_run run = {.text = text,
                      .path = short_path(lesson_path),
                      .pieces = pieces,
                      .piece_count = lesson_cut(pieces, LESSON_MOST_CELLS, text),
                      .answers = options.answers,
                      .reload = options.reload};
    code = run_lesson(&run, &options);
    lesson_run_finish(&run);
    return code;
}
