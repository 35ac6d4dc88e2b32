// program.c: see program.h.
#include "program.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "seam.h"
#include "engine/compile/compile.h"
#include "package.h"

static const char *const sides[COURSE_SIDES] = {"yours", "the reference's", "common's", "nobody's"};
enum { LIST_BYTES = 1 << 14 };

// The objects of the files that there are, in the order of package_modules, into one program.
static tt_status compile_all(int *program, const char *package, const compete_book *b,
                             const command_place *where)
{
    compilation made[PACKAGE_MODULES], joined;
    int objects[PACKAGE_MODULES], count = 0;
    char path[FILES_PATH], kit[FILES_PATH], work[FILES_PATH];
    tt_status status = TT_OK;
    files_path(work, "%s/work", b->folder);
    for (int i = 0; package && i < PACKAGE_MODULES && status == TT_OK; i++) {
        const package_module *m = &package_modules[i];
        compilation *c = &made[count];
        files_path(path, "%s/%s", package, m->name);
        if (access(path, F_OK) != 0) continue;
        files_path(kit, "%s/modules/kit-%d", where->build, m->module);
        compile_object(c, path, kit, work);
        objects[count++] = c->program;
        if (c->status != COMPILE_OK)
            status = tt_fail(c->status == COMPILE_BROKEN ? TT_BAD_FILE : TT_BAD_VALUE, "%s: %.400s", m->name,
                             c->message);
    }
    files_path(kit, "%s/grader/instructor/kit-course", where->build);
    if (status == TT_OK) {
        compile_join(&joined, objects, count, kit, work);
        *program = joined.program;
        if (joined.status != COMPILE_OK)
            status = tt_fail(joined.status == COMPILE_BROKEN || !package ? TT_BAD_FILE : TT_BAD_VALUE,
                             "%.400s", joined.message);
    }
    for (int i = 0; i < count; i++) compile_finish(&made[i]);
    return status;
}

static void say_whose(entry_program *p, const char *name)
{
    const size_t at = strlen(p->whose);
    snprintf(p->whose + at, sizeof p->whose - at, "%s %s\n", name, sides[p->chosen[p->functions]]);
}

// A line of the trusted program's list: a name, and whose it is without a student.
static bool next_line(const char **at, char name[64], int *side)
{
    int length = 0;
    if (sscanf(*at, "%63s %d\n%n", name, side, &length) != 2 || length == 0) return false;
    *at += length;
    return true;
}

static tt_status list_functions(char *list, int program)
{
    char why[300];
    const lane_plan plan = {.program = program, .answer_bytes = LIST_BYTES};
    return lane_list(&plan, list, LIST_BYTES, why, sizeof why)
               ? TT_OK
               : tt_fail(TT_BAD_FILE, "the program without a student's file does not run: %.200s", why);
}

tt_status program_base(entry_program *p, const compete_book *b, const command_place *where)
{
    char list[LIST_BYTES], name[64];
    int side;
    *p = (entry_program){.program = -1};
    tt_status status = compile_all(&p->program, NULL, b, where);
    if (status == TT_OK) status = list_functions(list, p->program);
    for (const char *at = list; status == TT_OK && next_line(&at, name, &side); p->functions++) {
        if (p->functions == PROGRAM_MOST)
            return tt_fail(TT_BAD_SHAPE, "more than %d functions: raise PROGRAM_MOST", PROGRAM_MOST);
        p->chosen[p->functions] = (unsigned char)side;
        say_whose(p, name);
    }
    return status;
}

tt_status program_make(entry_program *p, const char *package, const entry_program *base,
                       const compete_book *b, const command_place *where)
{
    char list[LIST_BYTES], name[64], why[300];
    bool works[PROGRAM_MOST] = {false};
    int side;
    *p = (entry_program){.program = -1};
    tt_status status = compile_all(&p->program, package, b, where);
    if (status == TT_OK) status = list_functions(list, base->program);
    const lane_plan plan = {.program = p->program};
    if (status == TT_OK && !lane_probe(works, base->functions, &plan, why, sizeof why))
        status = tt_fail(TT_BAD_VALUE, "before any of its functions was called, it %.300s", why);
    for (const char *at = list;
         status == TT_OK && p->functions < base->functions && next_line(&at, name, &side); p->functions++) {
        p->chosen[p->functions] = works[p->functions] ? COURSE_MINE : base->chosen[p->functions];
        say_whose(p, name);
    }
    return status;
}

void program_finish(entry_program *p)
{
    if (p->program >= 0) close(p->program);
    p->program = -1;
}
