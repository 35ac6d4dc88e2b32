// write_up.c: what the student writes about it, with the numbers of the results in it.
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "page/markdown.h"
#include "page/html.h"
#include "page/text.h"
#include "portfolio.h"

const write_up write_ups[] = {
    {"challenge", "A challenge", "a goal in numbers, and how far you came"},
    {"case_study", "A case study", "one bottleneck, from the first measurement to the last"},
    {"innovation", "An innovation", "what is new in your entry, what failed, and the evidence"},
    {0}};

static const char *say_points(char out[160], const portfolio_module *m)
{
    if (!m->points.present) return snprintf(out, 160, "not graded yet: make grade-%s", m->number), out;
    return snprintf(out, 160, "%.4g of %.4g", m->points.score, m->points.of), out;
}

static const char *say_gain(char out[160], const portfolio_module *m, const char *suite, const char *step)
{
    static gain list[GAINS_MOST];
    const int count = m->is_measured ? gains_find(list, &m->measured) : 0;
    for (int i = 0; i < count; i++)
        if (!strcmp(list[i].suite, suite) && !strcmp(list[i].step, step))
            return snprintf(out, 160, "%.3g x", list[i].mean), out;
    return snprintf(out, 160, "not measured yet: make bench-%s", m->number), out;
}

static const char *say_value(char out[160], const portfolio_module *m, const char *name)
{
    const results_value *v = m->is_measured ? results_get(&m->measured, name) : NULL;
    if (!v || !isfinite(v->value))
        return snprintf(out, 160, "not measured yet: make bench-%s", m->number), out;
    return snprintf(out, 160, "%.4g%s%s", v->value, *v->unit ? " " : "", v->unit), out;
}

// What stands for {text}; NULL: it asks for nothing, and stays as it is.
static const char *answer(char out[160], const portfolio *p, const char *text)
{
    char module[80], kind[16], first[32] = "", second[32] = "";
    const int words = sscanf(text, "%79s %15s %31s %31s", module, kind, first, second);
    for (int i = 0; i < p->count && words >= 2; i++) {
        const portfolio_module *m = &p->module[i];
        if (strcmp(m->name, module) != 0) continue;
        if (words == 2 && !strcmp(kind, "points")) return say_points(out, m);
        if (words == 4 && !strcmp(kind, "gain")) return say_gain(out, m, first, second);
        if (words == 3 && !strcmp(kind, "value")) return say_value(out, m, first);
    }
    return NULL;
}

// The text with its {...} answered, each marked as a number, but for those in code.
static char *fill(const portfolio *p, const char *text)
{
    char *filled = NULL;
    size_t size;
    FILE *f = open_memstream(&filled, &size);
    if (!f) return NULL;
    bool code = false;
    for (size_t n; *text; text += n) {
        char asked[160] = "", out[160];
        code ^= *text == '`';
        n = *text == '{' && !code ? strcspn(text, "}\n") : 0;
        if (n > 1 && n < sizeof asked && text[n] == '}')
            snprintf(asked, sizeof asked, "%.*s", (int)n - 1, text + 1);
        const char *said = *asked ? answer(out, p, asked) : NULL;
        if (said) fprintf(f, PAGE_NUMBER_BEGINS "%s" PAGE_NUMBER_ENDS, said), n++;
        else fputc(*text, f), n = 1;
    }
    return fclose(f) == 0 ? filled : (free(filled), NULL);
}

void write_up_put(FILE *f, const portfolio *p, const char *text)
{
    char *clean = page_clean(text, strlen(text)), *filled = clean ? fill(p, clean) : NULL;
    fputs("<div class=\"prose\">\n", f);
    if (!filled || markdown_write(f, filled, strlen(filled), NULL) != TT_OK)
        fputs("<p class=\"missed\">It could not be read as Markdown.</p>\n", f);
    fputs("</div>\n", f);
    free(clean), free(filled);
}
