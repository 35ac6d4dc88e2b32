// export_moodle.c: grades and feedback for one assignment in Moodle.
//
// Grades: mod/assign/feedback/offline/importgradeslib.php finds the columns Identifier, Grade and
// Last modified (grade) by their titles, and a student by the number in "Participant 123".
// Feedback: mod/assign/feedback/file/importziplib.php takes NAME_NUMBER_assignsubmission_file_/FILE, looks at
// the number alone, and wants no further underscore in NAME.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "export.h"
#include "instructor/zip.h"
#include "core/escape.h"

// Moodle's number for this student and assignment: of the folder that was collected, else the roster's id.
static bool find_number(char *out, size_t size, const export_job *e, const char *student)
{
    char folder[BOOK_LMS_NAME], name[FILES_PATH], number[FILES_PATH];
    book_lms(e->b, "moodle", student, folder);
    const roster_row *row = roster_get(&e->class, student);
    if (!handed_read_moodle(name, number, folder)) files_path(number, "%s", row ? row->id : "");
    snprintf(out, size, "%.*s", (int)size - 1, number);
    return *number && strspn(number, "0123456789") == strlen(number) && strlen(number) < size;
}

static tt_status moodle_row(const export_job *e, FILE *f, const char *number, const char *of,
                            const char *student)
{
    char grade[32], identifier[64];
    final_grade g;
    tt_status status = export_grade(grade, &g, e, e->only, student);
    snprintf(identifier, sizeof identifier, "Participant %s", number);
    export_cells(f, (const char *[]){identifier, export_name(e, student), grade, of, "", g.comment}, 6);
    fputs("\r\n", f);
    return status;
}

tt_status export_moodle(const export_job *e, FILE *f)
{
    char of[32], number[24];
    if (!e->only) return tt_fail(TT_BAD_VALUE, "--moodle is for one assignment: say its module, --module NN");
    snprintf(of, sizeof of, "%g", export_points(e, e->only));
    fputs("Identifier,Full name,Grade,Maximum grade,Last modified (grade),Feedback comments\r\n", f);
    tt_status status = TT_OK;
    for (int s = 0; s < e->students.count && status == TT_OK; s++) {
        const char *student = e->students.names[s];
        if (!export_is_wanted(e, e->only, student)) continue;
        if (find_number(number, sizeof number, e, student)) status = moodle_row(e, f, number, of, student);
        else fprintf(stderr, "grader: no number of Moodle's is known for %s: left out\n", student);
    }
    return status;
}

static tt_status add_page(zip *z, const export_job *e, const char *number, const char *student)
{
    char path[FILES_PATH], name[200], entry[300], *bytes;
    size_t size;
    files_path(path, "%s/feedback/%s.html", e->b->folder, student);
    if (access(path, F_OK) != 0) return tt_fail(TT_BAD_FILE, "%s: no page yet; first: grader feedback", path);
    tt_status status = file_read_in(&bytes, &size, AT_FDCWD, path, FILE_MOST);
    if (status != TT_OK) return status;
    escape_clip(name, sizeof name, export_name(e, student), 40);
    for (char *c = name; *c; c++) // what means something in a path, or in Moodle's names
        if (strchr("_/\\.:~", *c)) *c = ' ';
    snprintf(entry, sizeof entry, "%s_%s_assignsubmission_file_/feedback.html", name, number);
    status = zip_add(z, entry, bytes, size, 0644, time(NULL));
    free(bytes);
    return status;
}

tt_status export_moodle_zip(const export_job *e)
{
    char number[24];
    int count = 0;
    zip z;
    if (!e->out) return tt_fail(TT_BAD_VALUE, "--moodle-zip wants --out FILE.zip");
    tt_status status = zip_begin(&z, e->out);
    for (int s = 0; s < e->students.count && status == TT_OK; s++) {
        const char *student = e->students.names[s];
        if ((e->student && strcmp(e->student, student) != 0) ||
            !find_number(number, sizeof number, e, student))
            continue;
        status = add_page(&z, e, number, student);
        count++;
    }
    if (status == TT_OK && !count)
        status = tt_fail(TT_BAD_VALUE, "no number of Moodle's is known for any student");
    status = zip_end(&z, status);
    if (status == TT_OK) printf("%d pages for Moodle in %s\n", count, e->out);
    return status;
}
